package slacksim

// method is one method of the Web API.
type method struct {
	run    func(*Workspace, args) (object, error)
	limits []limit
	needs  []string // arguments that must be there
}

// methods is the Web API. Each method has the tier that its page on
// docs.slack.dev gives; what a tier means is on "Rate limits" there: at least
// so many calls a minute. How large a burst Slack bears it does not say; the
// bursts are ours.
func methods() map[string]method {
	tier2 := []limit{{aMinute: 20, burst: 20}}
	tier3 := []limit{{aMinute: 50, burst: 50}} // apps.connections.open: Tier 1 on api.slack.com, 3 on the newer site
	tier4 := []limit{{aMinute: 100, burst: 100}}
	special := []limit{{aMinute: 600, burst: 100}} // no figure given
	posting := []limit{
		{aMinute: 300, burst: 100},             // "a workspace-wide limit", figure believed
		{aMinute: 60, burst: 5, by: "channel"}, // one a second and channel, "short bursts"
	}
	return map[string]method{
		"api.test":              {apiTest, tier4, nil},
		"apps.connections.open": {connectionsOpen, tier3, nil},
		"auth.test":             {authTest, special, nil},
		"bots.info":             {botsInfo, tier3, nil},
		"chat.postMessage":      {postMessage, posting, []string{"channel"}},
		"chat.update":           {updateMessage, tier3, []string{"channel", "ts"}},
		"chat.delete":           {deleteMessage, tier3, []string{"channel", "ts"}},
		"chat.postEphemeral":    {postEphemeral, tier4, []string{"channel", "user"}},
		"chat.getPermalink":     {getPermalink, special, []string{"channel", "message_ts"}},
		"conversations.info":    {conversationsInfo, tier3, []string{"channel"}},
		"conversations.members": {conversationsMembers, tier4, []string{"channel"}},
		"conversations.open":    {conversationsOpen, tier3, nil},
		"conversations.history": {conversationsHistory, tier3, []string{"channel"}},
		"conversations.replies": {conversationsReplies, tier3, []string{"channel", "ts"}},
		"users.info":            {usersInfo, tier4, []string{"user"}},
		"usergroups.list":       {groupsList, tier2, nil},
		"usergroups.users.list": {groupUsers, tier2, []string{"usergroup"}},
		"views.open":            {viewsOpen, tier4, []string{"view", "trigger_id"}},
		"views.publish":         {viewsPublish, tier4, []string{"user_id", "view"}},
		"views.push":            {viewsPush, tier4, []string{"view", "trigger_id"}},
		"views.update":          {viewsUpdate, tier4, []string{"view"}},
	}
}
