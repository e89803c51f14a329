package slacksim

import "maps"

// verification is the deprecated token that every payload still carries.
const verification = "slacksim-verification-token"

// slashPayload is what an app is told about a slash command.
func (w *Workspace) slashPayload(p Person, r room, word, text string) object {
	o := object{
		"token": verification, "team_id": w.place(p), "team_domain": w.domainOf(w.place(p)),
		"channel_id": r.ID, "channel_name": r.knownAs(),
		"user_id": p.userID(), "user_name": p.Name,
		"command": word, "text": text,
		"api_app_id": w.cfg.App.ID, "is_enterprise_install": "false",
		"trigger_id": w.newTrigger(p.ID, ""),
	}
	if of := w.enterprise(p); of.ID != "" {
		o["enterprise_id"], o["enterprise_name"] = of.ID, of.Name
	}
	return o
}

// interaction is what every interactive payload says. The team of a form that was sent is
// that of the person, not of the place (bolt-js 1614).
func (w *Workspace) interaction(kind string, p Person) object {
	place := w.place(p)
	if kind == "view_submission" {
		place = w.team(p)
	}
	return object{
		"type": kind, "token": verification, "api_app_id": w.cfg.App.ID,
		"user":       object{"id": p.userID(), "username": p.Name, "name": p.Name, "team_id": w.team(p)},
		"team":       object{"id": place, "domain": w.domainOf(place)},
		"enterprise": w.enterprise(p).wire(), "is_enterprise_install": false,
	}
}

// inMessage adds where a message's element was used. An ephemeral message is
// not shown again to the app that sent it.
func (w *Workspace) inMessage(o object, r room, m *message) {
	container := object{
		"type": "message", "message_ts": m.ts, "channel_id": m.channel, "is_ephemeral": m.onlyFor != "",
	}
	if m.thread != "" {
		container["thread_ts"] = m.thread
	}
	o["container"] = container
	o["channel"] = object{"id": r.ID, "name": r.knownAs()}
	if m.onlyFor == "" {
		o["message"] = w.wire(m)
	}
}

// inView adds where a view's element was used, and all that is entered by now.
func (w *Workspace) inView(o object, v *view) {
	seen := w.viewObject(v)
	seen["state"] = v.current(v.blocks())
	o["container"] = object{"type": "view", "view_id": v.id}
	o["view"] = seen
}

// action is one entry of a block_actions payload: what the element repeats of
// itself (the types of @slack/bolt have the fields) and what the person chose.
func (w *Workspace) action(e object, act Act) object {
	o := object{
		"type": e["type"], "action_id": e["action_id"], "block_id": act.BlockID, "action_ts": w.ts(),
	}
	for _, name := range []string{
		"text", "value", "style", "url", "confirm",
		"placeholder", "min_query_length", "initial_option", "initial_options",
	} {
		if e[name] != nil {
			o[name] = e[name]
		}
	}
	maps.Copy(o, act.entered(e))
	return o
}
