package slacksim

import "strings"

func conversationsInfo(w *Workspace, a args) (object, error) {
	r, ok := w.room(a.get("channel"))
	if !ok || !r.visible() {
		return nil, refuse("channel_not_found")
	}
	o := w.channelObject(r)
	if a.is("include_num_members") {
		o["num_members"] = len(r.Members)
	}
	a.tellLocale(o, r.Locale)
	return object{"channel": o}, nil
}

// channelObject is the conversation object of docs.slack.dev.
func (w *Workspace) channelObject(r room) object {
	if r.im != "" {
		return object{
			"id": r.ID, "user": r.im, "is_im": true, "is_open": true, "is_user_deleted": false,
			"is_org_shared": false, "context_team_id": w.cfg.Team.ID,
		}
	}
	return object{
		"id": r.ID, "name": r.Name, "name_normalized": r.Name,
		"is_channel": !r.Private, "is_group": r.Private, "is_im": false, "is_mpim": r.isGroupTalk(),
		"is_private": r.Private, "is_member": !r.WithoutApp, "is_general": false,
		"is_archived": r.Archived, "is_read_only": r.ReadOnly, "is_thread_only": r.ThreadOnly,
		"is_shared":             r.ExtShared || r.OrgShared,
		"is_ext_shared":         r.ExtShared,
		"is_pending_ext_shared": r.PendingExtShared,
		"is_org_shared":         r.OrgShared,
		"context_team_id":       w.cfg.Team.ID,
		"creator":               r.Creator,
	}
}

func conversationsOpen(w *Workspace, a args) (object, error) {
	if a.get("channel") != "" {
		return w.resumeDirect(a)
	}
	users := strings.Split(a.get("users"), ",")
	if a.get("users") == "" {
		return nil, refuse("users_list_not_supplied")
	}
	if len(users) > 1 {
		return nil, refuse("method_not_supported_for_channel_type") // group messages are not played
	}
	p, ok := w.known(users[0])
	if !ok {
		return nil, refuse("user_not_found")
	}
	if p.Kind == Deactivated {
		return nil, refuse("user_disabled")
	}
	return w.directAnswer(p, a)
}

func (w *Workspace) resumeDirect(a args) (object, error) {
	r, ok := w.room(a.get("channel"))
	if !ok {
		return nil, refuse("channel_not_found")
	}
	if r.im == "" {
		return nil, refuse("method_not_supported_for_channel_type")
	}
	p, _ := w.person(r.im)
	return w.directAnswer(p, a)
}

func (w *Workspace) directAnswer(p Person, a args) (object, error) {
	r, ok := w.room(direct(p).ID)
	if !ok {
		return nil, refuse("user_not_visible")
	}
	o := object{"id": r.ID}
	if a.is("return_im") {
		o = w.channelObject(r)
	}
	return object{"no_op": true, "already_open": true, "channel": o}, nil
}
