package policy

import (
	"slices"
	"time"

	"quell/policy/strictyaml"
)

type text = strictyaml.Text

// file is the form of a policy file.
type file struct {
	Roles    map[string]fileRole `yaml:"roles"`
	Bindings []strictyaml.Part   `yaml:"bindings"` // fileBinding
	Rules    []strictyaml.Part   `yaml:"rules"`    // fileRule
}

type fileRole struct {
	Scopes []text `yaml:"scopes"`
}

type fileBinding struct {
	Role   text   `yaml:"role"`
	Users  []text `yaml:"users"`
	Groups []text `yaml:"groups"`
}

type fileRule struct {
	Name      text           `yaml:"name"`
	Effect    text           `yaml:"effect"`
	Commands  []text         `yaml:"commands"`
	Roles     []text         `yaml:"roles"`
	Targets   []text         `yaml:"targets"`
	Channels  []text         `yaml:"channels"`
	Approvals *fileApprovals `yaml:"approvals"`
	Reason    text           `yaml:"reason"`
	MaxItems  *int           `yaml:"max_items"`
}

type fileApprovals struct {
	Need   int    `yaml:"need"`
	From   []text `yaml:"from"`
	Within text   `yaml:"within"`
}

// defaultWithin is how long approvers have when a rule does not say.
const defaultWithin = 15 * time.Minute

// Known is what a policy may name that lies outside its own file.
type Known struct {
	Commands []string
	Targets  []string // none where their own file could not be read
}

// Load reads a policy. Its error lists every mistake with its place, and with
// an error there is no policy, not even in part.
func Load(name string, data []byte, known Known) (*Policy, error) {
	var f file
	m := strictyaml.Load(name, data, &f)
	p := &Policy{hash: hash(data), roles: map[string]role{}}
	l := loader{m: m, known: known, seen: map[string]bool{}, gaps: m.Err() != nil, p: p}
	l.addRoles(f.Roles)
	for _, b := range f.Bindings {
		l.addBinding(b)
	}
	if len(f.Rules) == 0 && !l.gaps {
		m.Add(strictyaml.Pos{}, "there are no rules, so nobody may do anything")
	}
	for _, r := range f.Rules {
		l.addRule(r)
	}
	if err := m.Err(); err != nil {
		return nil, err
	}
	return p, nil
}

type loader struct {
	m     *strictyaml.Mistakes
	known Known
	names []string        // of the roles, sorted
	seen  map[string]bool // names of rules
	// gaps says that part of the roles and bindings could not be read, so that
	// nothing can be said about who holds what.
	gaps bool
	p    *Policy
}

func (l *loader) addRoles(roles map[string]fileRole) {
	var scopes []string
	for _, s := range Scopes() {
		scopes = append(scopes, s.Name)
	}
	for name, r := range roles {
		l.p.roles[name] = role{l.words("scope", r.Scopes, scopes), map[string]bool{}, map[string]bool{}}
		l.names = append(l.names, name)
	}
	slices.Sort(l.names)
}

func (l *loader) addBinding(part strictyaml.Part) {
	var b fileBinding
	whole := part.Load(l.m, &b)
	users := l.ids("user", `[UW][A-Z0-9]{2,}`, b.Users)
	groups := l.ids("user group", `S[A-Z0-9]{2,}`, b.Groups)
	if whole && (b.Role == (text{}) || len(users)+len(groups) == 0) {
		l.m.Add(part.Pos(), "a binding needs a role, and users or groups")
		whole = false
	}
	if b.Role != (text{}) {
		l.rolesIn([]text{b.Role})
	}
	r, ok := l.p.roles[b.Role.Value]
	if l.gaps = l.gaps || !whole || !ok; !ok {
		return
	}
	for _, id := range users {
		r.users[id] = true
	}
	for _, id := range groups {
		r.groups[id] = true
	}
}
