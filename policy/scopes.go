package policy

// Scope is a permission as its vendor documents it.
type Scope struct {
	Name    string // the vendor's own
	Kind    string // the target kind it belongs to
	Command string // the command that needs it
	Source  string // the document that names it
}

// Scopes is the catalogue: every permission that a command here relies on. A
// policy grants these names and no others.
func Scopes() []Scope {
	return []Scope{
		{"dcs:clients:list", "dcs", "kill-session", "Huawei Cloud DCS API reference, ScanClients and ListClients"},
		{"dcs:clients:kill", "dcs", "kill-session", "Huawei Cloud DCS API reference, HangUpClients"},
		{"DataArtsFabric:workspace:listSqlSessions", "fabric", "kill-session", "DataArts Fabric API reference, ListSqlSessions"},
		{"DataArtsFabric:workspace:showSqlSession", "fabric", "kill-session", "DataArts Fabric API reference, ShowSqlSession"},
		{"DataArtsFabric:workspace:deleteSqlSession", "fabric", "kill-session", "DataArts Fabric API reference, CloseSqlSession"},
		{"gaussdbformysql:proxy:list", "taurusdb", "restart-proxy", "TaurusDB API reference, ShowGaussMySqlProxyList"},
		{"gaussdbformysql:proxy:restart", "taurusdb", "restart-proxy", "TaurusDB API reference, RestartProxyInstance"},
		{"接続 Agent / 取得", "hulft", "disconnect-agent", "HULFT-WebConnect Site API Developer's Guide, AgentConnectStatus"},
		{"接続 Agent / 切断", "hulft", "disconnect-agent", "HULFT-WebConnect Site API Developer's Guide, AgentDisconnect"},
		{"Submit", "jp1ao", "stop-task", "JP1/Automatic Operation Command and API Reference, 2.7.9: execution permission"},
	}
}

// Needs returns the scopes that a command relies on at a kind of target.
func Needs(kind, command string) []string {
	var names []string
	for _, s := range Scopes() {
		if s.Kind == kind && s.Command == command {
			names = append(names, s.Name)
		}
	}
	return names
}
