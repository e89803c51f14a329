package hulft

import "quell/integrations"

// Profile is what a policy and the commands must know of HULFT-WebConnect. Its API keys
// carry the scopes themselves: there are no roles. The Management Console names them as each
// page of the guide does, 「接続 Agent」→「切断」, and so may a policy.
func Profile() integrations.Profile {
	const manual = "HULFT-WebConnect Site API Developer's Guide, "
	return integrations.Profile{
		Kind: "hulft",
		Scopes: []integrations.Scope{
			{Name: "接続 Agent / 取得", Gloss: "Agent: Get", Aliases: []string{"「接続 Agent」→「取得」"}, Command: "disconnect-agent",
				Call: "GET /agent/status", Source: manual + "AgentConnectStatus"},
			{Name: "中継履歴 / 取得", Gloss: "Relay Log: Get", Aliases: []string{"「中継履歴」→「取得」"}, Command: "disconnect-agent",
				Call: "GET /relay/log", Source: manual + "RelayLog"},
			{Name: "接続 Agent / 切断", Gloss: "Agent: Disconnect", Aliases: []string{"「接続 Agent」→「切断」"}, Command: "disconnect-agent",
				Call: "POST /agent/disconnection", Write: true, Source: manual + "AgentDisconnect"},
		},
		Traits: []string{"names"},
	}
}
