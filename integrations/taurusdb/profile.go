package taurusdb

import "quell/integrations"

// Profile is what a policy and the commands must know of TaurusDB.
func Profile() integrations.Profile {
	const manual = "TaurusDB API reference, "
	return integrations.Profile{
		Kind: "taurusdb",
		Scopes: []integrations.Scope{
			{Name: "gaussdbformysql:proxy:list", Gloss: "list proxies", Command: "restart-proxy",
				Call: "ShowGaussMySqlProxyList", Aliases: []string{"gaussdb:proxy:list"}, Source: manual + "ShowGaussMySqlProxyList"},
			{Name: "gaussdbformysql:task:list", Gloss: "follow a job", Command: "restart-proxy",
				Call: "ShowGaussMySqlJobInfo", Source: manual + "ShowGaussMySqlJobInfo; its alias gaussdb:instance:list permits more, so it is not taken for it"},
			{Name: "gaussdbformysql:proxy:restart", Gloss: "restart a proxy", Command: "restart-proxy",
				Call: "RestartProxyInstance", Write: true, Aliases: []string{"gaussdb:proxy:restart", "gaussdb:instance:modifyProxy"}, Source: manual + "RestartProxyInstance"},
		},
		Traits: []string{"names", "addresses"},
	}
}
