package slacksim

import "fmt"

func apiTest(_ *Workspace, a args) (object, error) {
	if a.get("error") != "" {
		return nil, refuse(a.get("error"))
	}
	return object{"args": a.values}, nil
}

func authTest(w *Workspace, _ args) (object, error) {
	o := object{
		"url":                   fmt.Sprintf("https://%s.slack.com/", w.cfg.Team.Domain),
		"team":                  w.cfg.Team.Name,
		"team_id":               w.cfg.Team.ID,
		"user":                  w.cfg.App.Name,
		"user_id":               w.cfg.App.UserID,
		"bot_id":                w.cfg.App.BotID,
		"is_enterprise_install": w.cfg.OrgWide,
	}
	if w.cfg.Enterprise.ID != "" {
		o["enterprise_id"] = w.cfg.Enterprise.ID
	}
	if w.cfg.OrgWide {
		delete(o, "team_id") // believed; team names the organization
	}
	return o, nil
}
