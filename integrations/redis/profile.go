package redis

import "quell/integrations"

// Profile is what a policy and the commands must know of Redis and Valkey. Rules of an ACL
// are the server's own words for its permissions. HELLO and AUTH need none.
func Profile() integrations.Profile {
	const manual = "Redis documentation, "
	return integrations.Profile{
		Kind: Vendor,
		Scopes: []integrations.Scope{
			{Name: "+client|list", Gloss: "list clients", Command: "kill-session",
				Call: "CLIENT LIST", Source: manual + "ACL and CLIENT LIST"},
			{Name: "+client|kill", Gloss: "close a client", Command: "kill-session",
				Call: "CLIENT KILL", Write: true, Source: manual + "ACL and CLIENT KILL"},
		},
		Traits: []string{"names", "users", "addresses", "clients", "own"},
	}
}
