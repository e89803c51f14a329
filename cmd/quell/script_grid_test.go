package main

import (
	"os"
	"path/filepath"

	"quell/bot/slacksim"
)

// onGrid puts the workspace of a script that brings a file named grid into an organization of
// Enterprise Grid. Anna and Ben come from home, another workspace of it; Kin is of that one
// alone, Far of another organization, and somebody else's Ben of a workspace of none. "ben/T0X"
// is Ben in the client of the workspace T0X. A file named without-groups takes the user groups
// from it.
func onGrid(dir string, acme *slacksim.Config) {
	acme.WithoutGroups = brings(dir, "without-groups")
	if !brings(dir, "grid") {
		return
	}
	acme.Enterprise = slacksim.Enterprise{ID: "E0ACME", Name: "Acme Group"}
	acme.People[0].Home, acme.People[1].Home = "T0EMEA", "T0EMEA"
	acme.People[0].AppUser, acme.People[1].AppUser = true, true
	acme.Groups[0].CountAsText = true
	acme.People = append(acme.People,
		slacksim.Person{ID: "U0KIN", Name: "kin", Kind: slacksim.External, Team: "T0EMEA", Enterprise: acme.Enterprise},
		slacksim.Person{ID: "U0FAR", Name: "far", Kind: slacksim.External, Team: "T0FAR", Enterprise: slacksim.Enterprise{ID: "E0FAR", Name: "Far"}},
		slacksim.Person{ID: "U0BENTOO", UserID: "U0BEN", Name: "ben", Kind: slacksim.External, Team: "T0OTHER"},
	)
	acme.Channels[0].Members = append(acme.Channels[0].Members, "U0KIN", "U0FAR", "U0BENTOO")
}

// brings says whether a script has a file of that name.
func brings(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, name))
	return err == nil
}
