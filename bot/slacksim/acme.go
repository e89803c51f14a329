package slacksim

// Acme is a workspace with one person of every sort that a bot has to tell
// apart, an incident channel, and a channel shared with another organization.
func Acme() Config {
	return Config{
		Team: Team{ID: "T0QUELL", Name: "Acme", Domain: "acme"},
		App:  App{ID: "A0QUELL", BotID: "B0QUELL", UserID: "U0QUELL", Name: "Quell"},
		People: []Person{
			{ID: "U0ANNA", Name: "anna", RealName: "Anna Weber", Title: "On call", Kind: Member},
			{ID: "U0BEN", Name: "ben", RealName: "Ben Ito", Title: "Incident commander", Kind: Member},
			{ID: "U0CHO", Name: "cho", RealName: "Cho Min", Title: "Developer", Kind: Member},
			{ID: "U0GUS", Name: "gus", RealName: "Gus Ray", Title: "Guest", Kind: Guest},
			{ID: "U0DAN", Name: "dan", RealName: "Dan Berg", Title: "Left in spring", Kind: Deactivated},
			{ID: "U0EXT", Name: "eve", RealName: "Eve Stone", Title: "Partner", Kind: External, Team: "T0OTHER"},
		},
		Channels: []Channel{
			{ID: "C0INCCHECKOUT", Name: "inc-checkout", Creator: "U0BEN", Members: []string{"U0ANNA", "U0BEN", "U0CHO", "U0GUS"}},
			{ID: "C0PARTNERS", Name: "ext-partners", Members: []string{"U0ANNA", "U0BEN", "U0EXT"}, ExtShared: true},
		},
		Groups: []Group{
			{ID: "S0ONCALL", Handle: "on-call", Name: "On call", Updated: 1_772_000_000, Users: []string{"U0ANNA"}},
			{ID: "S0COMMANDERS", Handle: "commanders", Name: "Incident commanders", Users: []string{"U0BEN"}},
		},
		Commands: []Command{
			{Command: "/kill-session", Description: "Kill a client session of a cache", UsageHint: "<target> [session] [reason]"},
			{Command: "/stop-task", Description: "Stop a running job", UsageHint: "<target> [task] [reason]"},
			{Command: "/restart-proxy", Description: "Restart a database proxy", UsageHint: "<target> [proxy] [reason]"},
			{Command: "/disconnect-agent", Description: "Disconnect a transfer agent", UsageHint: "<target> [agent] [reason]"},
			{Command: "/quell", Description: "Everything else", UsageHint: "help", ShouldEscape: true},
		},
		AppToken: "xapp-test-acme",
		BotToken: "xoxb-test-acme",
	}
}
