package dcs

import (
	"net/netip"
	"strings"

	"quell/integrations"
)

// Profile is what a policy and the commands must know of DCS. The list of logical nodes has no
// scope: its document names no permission. The nearest is dcs:instance:get, which the bot's own
// account has for ShowInstance.
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
		Own:     []string{"dcs:instance:get"},
		Traits:  []string{"names", "users", "addresses", "clients"}, // listed by the cloud's API: no session is the bot's
		Options: []integrations.Option{{Name: "node", Command: "kill-session"}},
		Check:   checkAddress,
	}
}

// checkAddress lets through what may be a session's name, or its id, which ends in one. Only
// a word that means to be an address (it has a dot or a colon) has to be a whole one.
func checkAddress(_, word string) integrations.Note {
	name := word[strings.LastIndex(word, "/")+1:]
	if _, err := netip.ParseAddrPort(name); err == nil || !strings.ContainsAny(name, ".:") {
		return integrations.Note{}
	}
	return integrations.NewNote("mistake.address", "address", word)
}
