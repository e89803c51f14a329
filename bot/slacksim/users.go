package slacksim

func usersInfo(w *Workspace, a args) (object, error) {
	p, ok := w.known(a.get("user"))
	if !ok {
		return nil, refuse("user_not_found")
	}
	if p.Kind == Hidden {
		return nil, refuse("user_not_visible")
	}
	o := w.userObject(p)
	a.tellLocale(o, p.Locale)
	return object{"user": o}, nil
}

// userObject is the user object of docs.slack.dev. A deactivated user has lost
// the fields that say what it was.
func (w *Workspace) userObject(p Person) object {
	o := object{
		"id": p.ID, "team_id": w.team(p), "name": p.Name, "real_name": p.RealName,
		"deleted": p.Kind == Deactivated, "is_bot": p.Kind == Bot, "is_app_user": p.AppUser,
		"tz": "Etc/UTC", "tz_label": "Coordinated Universal Time", "tz_offset": 0,
		"profile": object{
			"real_name": p.RealName, "display_name": p.Name, "title": p.Title, "team": w.team(p),
		},
	}
	if member := w.enterpriseUser(p); member != nil {
		o["enterprise_user"] = member
	}
	if p.Kind == Deactivated {
		return o
	}
	o["is_admin"], o["is_owner"], o["is_primary_owner"] = false, false, false
	o["is_restricted"] = p.Kind == Guest
	o["is_ultra_restricted"] = p.Kind == Guest && p.SingleChannel
	if p.Kind == External {
		o["is_stranger"] = w.stranger(p)
	}
	return o
}
