package policy

import "slices"

// Scope is a permission as its vendor documents it, for one command here.
type Scope struct {
	Name    string   // the vendor's own, in the vendor's language
	Gloss   string   // the same in English
	Kind    string   // the target kind it belongs to
	Command string   // the command that needs it
	Call    string   // what of the vendor's it is needed for
	Write   bool     // the call changes something; the others only read
	Aliases []string // other names that the vendor documents for it
	Rests   []string // what the vendor says that it depends on: the bot's own account needs these too
	Roles   []string // the vendor's roles that hold it, where the vendor has roles
	Source  string   // the document that names it
}

// The documents, as the catalogue names them.
const (
	dcsManual      = "Huawei Cloud DCS API reference, "
	fabricManual   = "DataArts Fabric API reference, "
	taurusdbManual = "TaurusDB API reference, "
	hulftManual    = "HULFT-WebConnect Site API Developer's Guide, "
	jp1aoManual    = "JP1/Automatic Operation Command and API Reference, "
)

// Scopes is the catalogue: every permission that a call here relies on, reads
// included. A policy grants these names and no others. One call is missing, as its
// documents name no permission of its own: DCS' list of logical nodes.
func Scopes() []Scope {
	workspace, endpoint := "DataArtsFabric:workspace:list", "DataArtsFabric:endpoint:show"
	// "Execution permission" is one list of roles for every operation on a task, so a
	// server cannot let somebody look who may not stop.
	tasks := []string{"Admin", "Develop", "Modify", "Submit"}
	return []Scope{
		{Name: "dcs:clients:list", Gloss: "list client sessions", Kind: "dcs", Command: "kill-session",
			Call: "ScanClients, ListClients", Source: dcsManual + "ScanClients and ListClients"},
		{Name: "dcs:clients:kill", Gloss: "kill client sessions", Kind: "dcs", Command: "kill-session",
			Call: "HangUpClients", Write: true, Source: dcsManual + "HangUpClients"},

		{Name: "DataArtsFabric:workspace:listSqlSessions", Gloss: "list SQL sessions", Kind: "fabric", Command: "kill-session",
			Call: "ListSqlSessions", Rests: []string{workspace, endpoint}, Source: fabricManual + "ListSqlSessions"},
		{Name: "DataArtsFabric:workspace:showSqlSession", Gloss: "show one SQL session", Kind: "fabric", Command: "kill-session",
			Call: "ShowSqlSession", Rests: []string{workspace, endpoint}, Source: fabricManual + "ShowSqlSession"},
		{Name: "DataArtsFabric:workspace:listSessionStatementRecords", Gloss: "list what runs in a SQL session", Kind: "fabric", Command: "kill-session",
			Call: "ListSessionStatementRecords", Rests: []string{workspace}, Source: fabricManual + "ListSessionStatementRecords"},
		{Name: "DataArtsFabric:workspace:deleteSqlSession", Gloss: "close a SQL session", Kind: "fabric", Command: "kill-session",
			Call: "CloseSqlSession", Write: true, Rests: []string{workspace, endpoint}, Source: fabricManual + "CloseSqlSession"},

		{Name: "gaussdbformysql:proxy:list", Gloss: "list proxies", Kind: "taurusdb", Command: "restart-proxy",
			Call: "ShowGaussMySqlProxyList", Aliases: []string{"gaussdb:proxy:list"}, Source: taurusdbManual + "ShowGaussMySqlProxyList"},
		{Name: "gaussdbformysql:task:list", Gloss: "follow a job", Kind: "taurusdb", Command: "restart-proxy",
			Call: "ShowGaussMySqlJobInfo", Source: taurusdbManual + "ShowGaussMySqlJobInfo; its alias gaussdb:instance:list permits more, so it is not taken for it"},
		{Name: "gaussdbformysql:proxy:restart", Gloss: "restart a proxy", Kind: "taurusdb", Command: "restart-proxy",
			Call: "RestartProxyInstance", Write: true, Aliases: []string{"gaussdb:proxy:restart", "gaussdb:instance:modifyProxy"}, Source: taurusdbManual + "RestartProxyInstance"},

		{Name: "接続 Agent / 取得", Gloss: "Agent / Get", Kind: "hulft", Command: "disconnect-agent",
			Call: "GET /agent/status", Source: hulftManual + "AgentConnectStatus"},
		{Name: "中継履歴 / 取得", Gloss: "Relay Log / Get", Kind: "hulft", Command: "disconnect-agent",
			Call: "GET /relay/log", Source: hulftManual + "RelayLog"},
		{Name: "接続 Agent / 切断", Gloss: "Agent / Disconnect", Kind: "hulft", Command: "disconnect-agent",
			Call: "POST /agent/disconnection", Write: true, Source: hulftManual + "AgentDisconnect"},

		{Name: "Submit", Gloss: "submit, watch and stop tasks of a service group", Kind: "jp1ao", Command: "stop-task",
			Call: "GET …/Tasks, POST …/Tasks/{id}/actions/forceStop/invoke", Write: true, Roles: tasks, Source: jp1aoManual + "2.7.1 to 2.7.9: execution permission"},
	}
}

// given lists, by kind, the keys of protected that something of a thing can fit: what the
// vendor's documents give of it. The vendors' own thing.go fills it in.
func given() map[string][]string {
	return map[string][]string{
		"dcs":      {"names", "users", "addresses", "clients"}, // it is listed by the cloud's API: no session is the bot's
		"fabric":   {"names", "users", "own"},
		"hulft":    {"names"},
		"jp1ao":    {"names", "users", "own"},
		"taurusdb": {"names", "addresses"},
	}
}

// Gives reports whether things of a kind have what a key of protected names. Of a kind that
// is not in the catalogue nothing is known, so they may.
func Gives(kind, key string) bool {
	keys, known := given()[kind]
	return !known || slices.Contains(keys, key)
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

// VendorRole is a role that a vendor documents.
type VendorRole struct {
	Name   string   // as a policy names it: "jp1ao/Submit"
	Gloss  string   // what the vendor says that it may do
	Scopes []string // those of the catalogue that it holds
	Source string
}

// VendorRoles are the documented roles that a role of the policy can mirror.
// Huawei Cloud's policies are the customer's own, and HULFT-WebConnect's API keys
// carry scopes, so these have none.
func VendorRoles() []VendorRole {
	const source = "JP1/Automatic Operation Administration Guide, user roles"
	roles := []VendorRole{
		{Name: "jp1ao/Admin", Gloss: "manages users, service groups, services and templates, and all below", Source: source},
		{Name: "jp1ao/Develop", Gloss: "makes and tries service templates, and all below", Source: source},
		{Name: "jp1ao/Modify", Gloss: "changes and submits services, archives tasks, and all below", Source: source},
		{Name: "jp1ao/Submit", Gloss: "submits services, watches their tasks, answers and stops them", Source: source},
	}
	for i, r := range roles {
		for _, s := range Scopes() {
			if slices.ContainsFunc(s.Roles, func(n string) bool { return s.Kind+"/"+n == r.Name }) {
				roles[i].Scopes = append(roles[i].Scopes, s.Name)
			}
		}
	}
	return roles
}

// canonical is the scope's first name, for the name itself and for each alias; ""
// for a name that no scope goes by.
func canonical(name string) string {
	for _, s := range Scopes() {
		if s.Name == name || slices.Contains(s.Aliases, name) {
			return s.Name
		}
	}
	return ""
}
