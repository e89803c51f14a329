package policy

import (
	"maps"
	"slices"
	"strings"
	"time"

	"quell/commands/words"
	"quell/policy/strictyaml"
)

// Known is what a policy may name that lies outside its own file.
type Known struct {
	Commands []string
	Kinds    *Catalogue // what the kinds of target bring; nil for no kind
	Targets  []Target   // none where their own file could not be read
}

// Load reads a policy. Its error lists every mistake with its place, and with
// an error there is no policy, not even in part.
func Load(name string, data []byte, known Known) (*Policy, error) {
	var f file
	m := strictyaml.Load(name, data, &f)
	l := loader{m: m, odd: m.Aside(), known: known, seen: map[string]bool{}, gaps: m.Err() != nil, p: empty(data, known.Kinds)}
	l.checkKinds()
	l.addRoles(f.Roles)
	for _, b := range f.Bindings {
		l.addBinding(b)
	}
	l.who = l.whoHolds()
	l.addTeams(f.Teams)
	l.addIncidents(f.Incidents)
	if len(f.Rules) == 0 && !l.gaps {
		m.Add(strictyaml.Pos{}, "there are no rules, so nobody may do anything")
	}
	for _, r := range f.Rules {
		l.addRule(r)
	}
	for _, s := range f.Protected {
		l.addShield(s)
	}
	l.addBudgets(f.Budgets, f.Cooldown)
	if err := m.Err(); err != nil {
		return nil, err
	}
	l.indexRules()
	l.warn()
	l.p.odd = l.odd.Err()
	return l.p, nil
}

func empty(data []byte, kinds *Catalogue) *Policy {
	if kinds == nil {
		kinds = NewCatalogue()
	}
	return &Policy{hash: hash(data), users: map[string][]grant{}, groups: map[string][]grant{}, kinds: kinds}
}

// checkKinds refuses more scopes than a set can hold: one past its end would be asked of
// nobody.
func (l *loader) checkKinds() {
	if n := len(l.p.kinds.scopes); n > maxScopes {
		l.m.Add(strictyaml.Pos{}, "the kinds of target have %d scopes; %d is the most", n, maxScopes)
	}
}

type loader struct {
	m     *strictyaml.Mistakes
	odd   *strictyaml.Mistakes // what is no mistake and still odd
	known Known
	names []string        // of the roles, sorted: a role's number is its place here
	seen  map[string]bool // names of rules, and of all else that has one
	// gaps says that part of the roles and bindings could not be read, so that
	// nothing can be said about who holds what.
	gaps bool
	// unscoped says that a scope could not be read.
	unscoped bool
	listed   []listed // the scopes that roles list
	who      map[string]bound
	p        *Policy
}

// listed is a scope as a role lists it.
type listed struct {
	role int
	text text
}

func (l *loader) addRoles(roles map[string]fileRole) {
	l.names = slices.Sorted(maps.Keys(roles))
	if len(l.names) > maxRoles {
		l.m.Add(strictyaml.Pos{}, "there are %d roles; %d is the most", len(l.names), maxRoles)
		l.names, l.gaps = l.names[:maxRoles], true
	}
	for n, name := range l.names {
		r := roles[name]
		all := l.scopes(n, r.Scopes)
		if r.Mirrors != (text{}) {
			all = append(all, l.mirror(r.Mirrors)...)
		}
		l.p.roles = append(l.p.roles, role{name, l.p.kinds.scopes.set(all)})
	}
}

func (l *loader) scopes(role int, list []text) (all []string) {
	for _, t := range list {
		name := l.p.kinds.first[t.Value]
		if name == "" {
			l.m.Unknown(t, "scope", l.p.kinds.scopes)
			l.unscoped = true
		}
		l.listed = append(l.listed, listed{role, t})
		all = append(all, name)
	}
	return all
}

// mirror are the scopes of a vendor's documented role.
func (l *loader) mirror(t text) []string {
	var known []string
	for _, r := range l.p.kinds.mirrors {
		if r.name == t.Value {
			return r.scopes
		}
		known = append(known, r.name)
	}
	l.m.Unknown(t, "vendor's role", known)
	l.unscoped = true
	return nil
}

func (l *loader) addBinding(part strictyaml.Part) {
	var b fileBinding
	whole := part.Load(l.m, &b)
	users := l.ids("user", b.Users)
	groups := l.ids("user group", b.Groups)
	if whole && (b.Role == (text{}) || len(users)+len(groups) == 0) {
		l.m.Add(part.Pos(), "a binding needs a role, and users or groups")
		whole = false
	}
	longer := l.duration(b.MemberFor, 0, time.Minute, 365*24*time.Hour)
	if longer > 0 && len(groups) == 0 {
		l.m.Add(b.MemberFor.Pos, "member_for is about groups, and this binding names none")
	}
	if b.Role != (text{}) {
		l.rolesIn([]text{b.Role})
	}
	n := slices.Index(l.names, b.Role.Value)
	if l.gaps = l.gaps || !whole || n < 0; n < 0 {
		return
	}
	for _, id := range users {
		l.p.users[id] = append(l.p.users[id], grant{role: n, line: part.Pos().Line})
	}
	for _, id := range groups {
		l.p.groups[id] = append(l.p.groups[id], grant{n, part.Pos().Line, longer})
	}
}

func (l *loader) addTeams(teams map[string]fileTeam) {
	for _, name := range slices.Sorted(maps.Keys(teams)) {
		t := teams[name]
		l.p.teams = append(l.p.teams, team{name, l.ids("user", t.Users), l.ids("user group", t.Groups)})
		if len(t.Users)+len(t.Groups) == 0 && !l.gaps {
			l.m.Add(strictyaml.Pos{}, "the team %q needs users or groups", name)
		}
	}
}

func (l *loader) addIncidents(f *fileIncidents) {
	if f == nil {
		return
	}
	l.p.incidents = incidents{l.ids("channel", f.Channels), l.ids("user", f.Creators)}
}

// indexRules makes the index of the rules by command and known target (Policy.cover).
func (l *loader) indexRules() {
	p := l.p
	p.cover = map[string]map[string][]*rule{}
	for _, c := range l.known.Commands {
		p.cover[c] = map[string][]*rule{}
		for _, t := range l.known.Targets {
			for i := range p.rules {
				if p.rules[i].covers(c, t) {
					p.cover[c][t.Name] = append(p.cover[c][t.Name], &p.rules[i])
				}
			}
		}
	}
}

// sentencesOf makes a rule's sentences.
func sentencesOf(r rule) sentences {
	v := words.V{"rule": words.Code(r.name)}
	s := sentences{denied: words.New("refused.denied", v), run: words.New("allowed.run", v), approve: words.New("allowed.approve", v)}
	if r.when != nil {
		s.when = words.New("miss.when", words.V{"when": words.Text(r.when.text)})
	}
	return s
}

// kindsOf lists the kinds of the known targets that a rule covers with a command.
func (l *loader) kindsOf(r *rule, command string) map[string]string {
	on := map[string]string{}
	for _, t := range l.known.Targets {
		if r.covers(command, t) && l.p.kinds.needs[t.Kind][command] != 0 && on[t.Kind] == "" {
			on[t.Kind] = t.Name
		}
	}
	return on
}

func list(names []string) string { return strings.Join(names, ", ") }
