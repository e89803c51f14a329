package slacksim

// botsInfo is bots.info (docs.slack.dev/reference/methods/bots.info): by its app_id one tells
// whether a bot is of one's own app. Without the argument bot there is no bot in the answer.
func botsInfo(w *Workspace, a args) (object, error) {
	switch a.get("bot") {
	case "":
		return object{}, nil
	case w.cfg.App.BotID:
		return object{"bot": object{
			"id": w.cfg.App.BotID, "deleted": false, "name": w.cfg.App.Name, "updated": 1772000000,
			"app_id": w.cfg.App.ID, "user_id": w.cfg.App.UserID, "icons": object{},
		}}, nil
	}
	return nil, refuse("bot_not_found")
}
