package slacksim

import "slices"

func groupsList(w *Workspace, a args) (object, error) {
	groups := []object{}
	for _, g := range w.groups {
		o := object{
			"id": g.ID, "team_id": w.cfg.Team.ID, "is_usergroup": true, "is_subteam": true,
			"name": g.Name, "handle": g.Handle, "is_external": false, "date_delete": 0, "date_update": g.Updated, "user_count": len(g.Users),
		}
		if a.is("include_users") {
			o["users"] = nonNil(g.Users)
		}
		groups = append(groups, o)
	}
	return object{"usergroups": groups}, nil
}

func groupUsers(w *Workspace, a args) (object, error) {
	at := slices.IndexFunc(w.groups, func(g Group) bool { return g.ID == a.get("usergroup") })
	if at < 0 {
		return nil, refuse("no_such_subteam")
	}
	return object{"users": nonNil(w.groups[at].Users)}, nil
}

func nonNil(s []string) []string { return append([]string{}, s...) }
