package dcs

import "quell/integrations"

// Profile is what a policy and the commands must know of DCS. One call has no scope, as
// its document names no permission of its own: the list of logical nodes.
func Profile() integrations.Profile {
	const manual = "Huawei Cloud DCS API reference, "
	return integrations.Profile{
		Kind: "dcs",
		Scopes: []integrations.Scope{
			{Name: "dcs:clients:list", Gloss: "list client sessions", Command: "kill-session",
				Call: "ScanClients, ListClients", Source: manual + "ScanClients and ListClients"},
			{Name: "dcs:clients:kill", Gloss: "kill client sessions", Command: "kill-session",
				Call: "HangUpClients", Write: true, Source: manual + "HangUpClients"},
		},
		Traits: []string{"names", "users", "addresses", "clients"}, // listed by the cloud's API: no session is the bot's
	}
}
