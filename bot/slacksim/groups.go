package slacksim

import "strconv"

func groupsList(w *Workspace, a args) (object, error) {
	if err := w.paid(); err != nil {
		return nil, err
	}
	groups := []object{}
	for _, g := range w.groups {
		if g.Disabled != 0 && !a.is("include_disabled") {
			continue
		}
		o := object{
			"id": g.ID, "team_id": w.cfg.Team.ID, "is_usergroup": true, "is_subteam": true,
			"name": g.Name, "handle": g.Handle, "is_external": false, "date_delete": g.Disabled, "date_update": g.Updated, "user_count": len(g.Users),
		}
		if g.CountAsText {
			o["user_count"] = strconv.Itoa(len(g.Users))
		}
		if a.is("include_users") {
			o["users"] = nonNil(g.Users)
		}
		groups = append(groups, o)
	}
	return object{"usergroups": groups}, nil
}

func groupUsers(w *Workspace, a args) (object, error) {
	if err := w.paid(); err != nil {
		return nil, err
	}
	g, ok := w.groupOf(a.get("usergroup"))
	if !ok {
		return nil, refuse("no_such_subteam")
	}
	return object{"users": nonNil(g.Users)}, nil
}

func nonNil(s []string) []string { return append([]string{}, s...) }
