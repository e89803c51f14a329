package jp1ao

import "quell/integrations"

// Profile is what a policy and the commands must know of JP1/AO. Its execution permission
// is one list of roles for every operation on a task: a server cannot let somebody look
// who may not stop, so all four roles hold the one scope.
func Profile() integrations.Profile {
	const manual, guide = "JP1/Automatic Operation Command and API Reference, ", "JP1/Automatic Operation Administration Guide, user roles"
	submit := []string{"Submit"}
	return integrations.Profile{
		Kind: "jp1ao",
		Scopes: []integrations.Scope{
			{Name: submit[0], Gloss: "submit, watch and stop tasks of a service group", Command: "stop-task",
				Call: "GET …/Tasks, POST …/Tasks/{id}/actions/forceStop/invoke", Write: true, Source: manual + "2.7.1 to 2.7.9: execution permission"},
		},
		Roles: []integrations.Role{
			{Name: "Admin", Gloss: "manages users, service groups, services and templates, and all below", Scopes: submit, Source: guide},
			{Name: "Develop", Gloss: "makes and tries service templates, and all below", Scopes: submit, Source: guide},
			{Name: "Modify", Gloss: "changes and submits services, archives tasks, and all below", Scopes: submit, Source: guide},
			{Name: "Submit", Gloss: "submits services, watches their tasks, answers and stops them", Scopes: submit, Source: guide},
		},
		Traits: []string{"names", "users", "own"},
	}
}
