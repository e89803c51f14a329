package policy

import (
	"path"
	"regexp"
	"slices"
	"time"

	"quell/policy/strictyaml"
)

type text = strictyaml.Text

// file is the form of a policy file.
type file struct {
	Roles    map[string]fileRole `yaml:"roles"`
	Bindings []fileBinding       `yaml:"bindings"`
	Rules    []fileRule          `yaml:"rules"`
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
	Name      text          `yaml:"name"`
	Effect    text          `yaml:"effect"`
	Commands  []text        `yaml:"commands"`
	Roles     []text        `yaml:"roles"`
	Targets   []text        `yaml:"targets"`
	Channels  []text        `yaml:"channels"`
	Approvals fileApprovals `yaml:"approvals"`
	Reason    text          `yaml:"reason"`
	MaxItems  int           `yaml:"max_items"`
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
	Targets  []string
}

// Load reads a policy. Its error lists every mistake with its place.
func Load(name string, data []byte, known Known) (*Policy, error) {
	var f file
	m := strictyaml.Load(name, data, &f)
	if m.Err() != nil {
		return nil, m.Err()
	}
	l := loader{m, known, &Policy{hash: hash(data), roles: map[string]role{}}}
	l.addRoles(f.Roles)
	l.addBindings(f.Bindings)
	for _, r := range f.Rules {
		l.addRule(r)
	}
	if len(f.Rules) == 0 {
		m.Add(strictyaml.Pos{}, "there are no rules, so nobody may do anything")
	}
	return l.p, m.Err()
}

type loader struct {
	m     *strictyaml.Mistakes
	known Known
	p     *Policy
}

func (l *loader) addRoles(roles map[string]fileRole) {
	var scopes []string
	for _, s := range Scopes() {
		scopes = append(scopes, s.Name)
	}
	for name, r := range roles {
		l.p.roles[name] = role{l.words("scope", r.Scopes, scopes), map[string]bool{}, map[string]bool{}}
	}
}

func (l *loader) addBindings(bindings []fileBinding) {
	for _, b := range bindings {
		r, ok := l.p.roles[b.Role.Value]
		if !ok {
			l.m.Unknown(b.Role, "role", l.roleNames())
			continue
		}
		for _, id := range l.ids("user", `[UW][A-Z0-9]{2,}`, b.Users) {
			r.users[id] = true
		}
		for _, id := range l.ids("user group", `S[A-Z0-9]{2,}`, b.Groups) {
			r.groups[id] = true
		}
	}
}

func (l *loader) addRule(f fileRule) {
	r := rule{
		name:     f.Name.Value,
		deny:     f.Effect.Value == "deny",
		commands: l.words("command", f.Commands, l.known.Commands),
		roles:    l.words("role", f.Roles, l.roleNames()),
		targets:  l.globs(f.Targets),
		channels: l.ids("channel", `[CG][A-Z0-9]{2,}`, f.Channels),
		need:     f.Approvals.Need,
		from:     l.words("role", f.Approvals.From, l.roleNames()),
		within:   l.duration(f.Approvals.Within),
		reason:   f.Reason.Value == "required",
		most:     f.MaxItems,
	}
	l.checkRule(f, r)
	l.p.rules = append(l.p.rules, r)
}

func (l *loader) checkRule(f fileRule, r rule) {
	if r.name == "" {
		l.m.Add(f.place(), "a rule needs a name")
	}
	if slices.ContainsFunc(l.p.rules, func(o rule) bool { return o.name == r.name }) {
		l.m.Add(f.Name.Pos, "a second rule is named %q", r.name)
	}
	l.oneOf("effect", f.Effect, "allow", "deny")
	l.oneOf("reason", f.Reason, "required", "optional")
	if len(f.Commands) == 0 || len(f.Targets) == 0 {
		l.m.Add(f.place(), "rule %q needs commands and targets", r.name)
	}
	if r.deny {
		return
	}
	if len(f.Roles) == 0 {
		l.m.Add(f.place(), "rule %q allows, so it needs roles: who may ask", r.name)
	}
	if r.need < 0 || r.most < 0 {
		l.m.Add(f.place(), "rule %q has a number below zero", r.name)
	}
	if (r.need > 0) != (len(f.Approvals.From) > 0) {
		l.m.Add(f.place(), "rule %q: approvals needs both need and from", r.name)
	}
}

// place is the best place to point at for the rule as a whole.
func (f fileRule) place() strictyaml.Pos {
	for _, t := range slices.Concat([]text{f.Name}, f.Commands, f.Targets, f.Roles) {
		if t.Pos.Line > 0 {
			return t.Pos
		}
	}
	return strictyaml.Pos{}
}

func (l *loader) oneOf(what string, t text, allowed ...string) {
	if t.Pos.Line > 0 && !slices.Contains(allowed, t.Value) {
		l.m.Unknown(t, what, allowed)
	}
}

func (l *loader) words(what string, list []text, known []string) []string {
	var out []string
	for _, t := range list {
		if !slices.Contains(known, t.Value) {
			l.m.Unknown(t, what, known)
		}
		out = append(out, t.Value)
	}
	return out
}

// ids takes Slack ids only: a name can be given to somebody else tomorrow.
func (l *loader) ids(what, pattern string, list []text) []string {
	form := regexp.MustCompile("^" + pattern + "$")
	var out []string
	for _, t := range list {
		if !form.MatchString(t.Value) {
			l.m.Add(t.Pos, "%q is not a %s id; write the id, such as %s, never a name", t.Value, what, example(what))
		}
		out = append(out, t.Value)
	}
	return out
}

func example(what string) string {
	return map[string]string{"user": "U0123ABCD", "user group": "S0123ABCD", "channel": "C0123ABCD"}[what]
}

func (l *loader) globs(list []text) []string {
	var out []string
	for _, t := range list {
		if _, err := path.Match(t.Value, ""); err != nil {
			l.m.Add(t.Pos, "%q is not a pattern: a [ is left open", t.Value)
		} else if !slices.ContainsFunc(l.known.Targets, func(n string) bool { return matches([]string{t.Value}, n) }) {
			l.m.Unknown(t, "target", l.known.Targets)
		}
		out = append(out, t.Value)
	}
	return out
}

func (l *loader) duration(t text) time.Duration {
	if t.Value == "" {
		return defaultWithin
	}
	d, err := time.ParseDuration(t.Value)
	if err != nil || d < time.Minute || d > 24*time.Hour {
		l.m.Add(t.Pos, "%q is not a time between 1m and 24h; write it like 15m", t.Value)
	}
	return d
}

func (l *loader) roleNames() []string {
	names := make([]string, 0, len(l.p.roles))
	for n := range l.p.roles {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}
