package policy

import (
	"slices"

	"quell/integrations"
)

// Catalogue is what the kinds of target bring, made ready for a policy to name: every
// permission that a call relies on, reads included. A policy grants these names and no
// others. It never changes.
type Catalogue struct {
	scopes  scopeNames
	words   []string                       // all names that a scope goes by, each once
	first   map[string]string              // a scope's first name, by each of these
	needs   map[string]map[string]scopeSet // by kind and command
	mirrors []mirror
	traits  map[string][]string                      // by kind, the keys of protected that something of a thing can fit
	grants  map[string]func(command string) []string // by kind, what the bot's own account needs
}

// mirror is a documented role of a vendor.
type mirror struct {
	name   string // as a policy names it: the kind, a slash, and the vendor's name for it
	scopes []string
}

// NewCatalogue makes the catalogue of these kinds.
func NewCatalogue(kinds ...integrations.Profile) *Catalogue {
	c := &Catalogue{first: map[string]string{}, needs: map[string]map[string]scopeSet{}, traits: map[string][]string{}, grants: map[string]func(string) []string{}}
	for _, k := range kinds {
		c.needs[k.Kind], c.traits[k.Kind], c.grants[k.Kind] = map[string]scopeSet{}, k.Traits, k.Grants
		for _, s := range k.Scopes {
			c.add(k.Kind, s)
		}
		for _, r := range k.Roles {
			c.mirrors = append(c.mirrors, mirror{k.Kind + "/" + r.Name, r.Scopes})
		}
	}
	return c
}

func (c *Catalogue) add(kind string, s integrations.Scope) {
	if !slices.Contains(c.scopes, s.Name) {
		c.scopes = append(c.scopes, s.Name)
	}
	for _, name := range slices.Concat([]string{s.Name}, s.Aliases) {
		if c.first[name] == "" {
			c.first[name] = s.Name
			c.words = append(c.words, name)
		}
	}
	c.needs[kind][s.Command] |= c.scopes.set([]string{s.Name})
}

// Gives reports whether things of a kind have what a key of protected names. Of a kind that
// is not in the catalogue nothing is known, so they may.
func (p *Policy) Gives(kind, key string) bool {
	keys, known := p.kinds.traits[kind]
	return !known || slices.Contains(keys, key)
}

// Needs returns the scopes that a command relies on at a kind of target.
func (p *Policy) Needs(kind, command string) []string {
	return p.kinds.scopes.names(p.kinds.needs[kind][command])
}

// Grants returns what the vendor has to grant the bot's own account for a command at a kind of
// target.
func (p *Policy) Grants(kind, command string) []string {
	if grants := p.kinds.grants[kind]; grants != nil {
		return grants(command)
	}
	return nil
}
