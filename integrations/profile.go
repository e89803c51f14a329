package integrations

import "slices"

// Profile is what a kind of target brings besides its client: what a policy and the
// commands must know of it.
type Profile struct {
	Kind   string  // as the target file names it: "dcs"
	Scopes []Scope // every permission that a call here relies on, reads included
	Roles  []Role  // the vendor's own, where it documents some
	// Own are permissions that the bot's own account needs besides, and nobody who asks does.
	Own []string
	// Traits are those that its things can have, by the keys of protected: "names",
	// "users", "addresses", "clients", "own".
	Traits []string
	// Options are flags of its commands that only this kind has.
	Options []Option
	// Check refuses a word that cannot name a thing of this kind, before any call; zero if
	// the word may pass. A nil Check lets all pass.
	Check func(command, word string) Note
}

// Scope is a permission as its vendor documents it, for one command here.
type Scope struct {
	Name    string   // the vendor's own, in the vendor's language
	Gloss   string   // the same in English
	Command string   // the command that needs it
	Call    string   // what of the vendor's it is needed for
	Write   bool     // the call changes something; the others only read
	Aliases []string // other names that the vendor documents for it
	Rests   []string // what the vendor says that it depends on: the bot's own account needs these too
	Source  string   // the document that names it
}

// Grants is all that the vendor has to grant the bot's own account for a command, each once.
func (p Profile) Grants(command string) (all []string) {
	var rests []string
	for _, s := range p.Scopes {
		if s.Command == command {
			all, rests = append(all, s.Name), append(rests, s.Rests...)
		}
	}
	if len(all) == 0 {
		return nil
	}
	for _, grant := range slices.Concat(rests, p.Own) {
		if !slices.Contains(all, grant) {
			all = append(all, grant)
		}
	}
	return all
}

// Role is a role that a vendor documents. A role of a policy can mirror it.
type Role struct {
	Name   string   // the vendor's: "Submit"
	Gloss  string   // what the vendor says that it may do
	Scopes []string // those of the profile that it holds
	Source string
}

// Option is a flag that takes one word: the place (Thing.Place) that a command is about.
type Option struct {
	Name    string // without the dashes: "node"
	Command string // that has it
}
