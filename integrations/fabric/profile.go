package fabric

import "quell/integrations"

// Profile is what a policy and the commands must know of DataArts Fabric.
func Profile() integrations.Profile {
	const manual, workspace, endpoint = "DataArts Fabric API reference, ", "DataArtsFabric:workspace:list", "DataArtsFabric:endpoint:show"
	return integrations.Profile{
		Kind: "fabric",
		Scopes: []integrations.Scope{
			{Name: "DataArtsFabric:workspace:listSqlSessions", Gloss: "list SQL sessions", Command: "kill-session",
				Call: "ListSqlSessions", Rests: []string{workspace, endpoint}, Source: manual + "ListSqlSessions"},
			{Name: "DataArtsFabric:workspace:showSqlSession", Gloss: "show one SQL session", Command: "kill-session",
				Call: "ShowSqlSession", Rests: []string{workspace, endpoint}, Source: manual + "ShowSqlSession"},
			{Name: "DataArtsFabric:workspace:listSessionStatementRecords", Gloss: "list what runs in a SQL session", Command: "kill-session",
				Call: "ListSessionStatementRecords", Rests: []string{workspace}, Source: manual + "ListSessionStatementRecords"},
			{Name: "DataArtsFabric:workspace:deleteSqlSession", Gloss: "close a SQL session", Command: "kill-session",
				Call: "CloseSqlSession", Write: true, Rests: []string{workspace, endpoint}, Source: manual + "CloseSqlSession"},
		},
		Traits: []string{"names", "users", "own"},
	}
}
