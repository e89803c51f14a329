package hulft

import "quell/integrations"

// Profile is what a policy and the commands must know of HULFT-WebConnect. Its API keys
// carry the scopes themselves: there are no roles.
func Profile() integrations.Profile {
	const manual = "HULFT-WebConnect Site API Developer's Guide, "
	return integrations.Profile{
		Kind: "hulft",
		Scopes: []integrations.Scope{
			{Name: "接続 Agent / 取得", Gloss: "Agent / Get", Command: "disconnect-agent",
				Call: "GET /agent/status", Source: manual + "AgentConnectStatus"},
			{Name: "中継履歴 / 取得", Gloss: "Relay Log / Get", Command: "disconnect-agent",
				Call: "GET /relay/log", Source: manual + "RelayLog"},
			{Name: "接続 Agent / 切断", Gloss: "Agent / Disconnect", Command: "disconnect-agent",
				Call: "POST /agent/disconnection", Write: true, Source: manual + "AgentDisconnect"},
		},
		Traits: []string{"names"},
	}
}
