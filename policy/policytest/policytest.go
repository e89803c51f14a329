// Package policytest runs tests of a policy that read as the policy's own
// specification. A test file is a txtar archive with two parts, and a third where it
// brings its own policy:
//
//	-- people --
//	anna member S0ONCALL
//	ben member S0COMMANDERS since 2026-01-15
//	-- says --
//	at 2026-03-02T14:00:00Z
//	anna /kill-session cache-prod 10.0.0.9:50211 --reason stuck in C0INC → needs 1 of incident-commander
//	ben approves anna's → yes
//	anna approves anna's → vote.own
//	anna /kill-session cache-prod in direct D0ANNA → refused
//
// A person has a standing (member, guest, bot, deactivated, stranger) and user
// groups; a group may be followed by since and a day. Behind the arrow stands what the
// policy says, or how that begins: "refused" is any refusal at the door, "admitted,
// then refused" is one after the look at the system. A request that does not suit the kind
// of its target (an option that only other kinds have) is a mistake in the file: the bot
// refuses it before it asks the policy.
//
// Behind it stands what each monitor rule that fits would have said:
//
//	anna /kill-session cache-prod in C0INC → refused: refused.no-rule | monitor: runs (rule new)
//
// Whether a thing is protected is asked with what its system gives of it: name, agent,
// user, submitter, peer, addr, address, a class of clients, own. A question mark is what
// the system withholds, or what cannot be read of it:
//
//	10.0.0.9:50211 on cache-prod user=backup → protected (backups)
//	10.0.0.9:50211 on cache-prod user=? → protected (backups)
//	10.0.0.9:50211 on cache-prod → free
//
// The same lines test Quell itself and, with quell policy test, anybody's policy.
package policytest

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

// Test is what files are tested against.
type Test struct {
	Policy  *policy.Policy // nil where each file brings its own
	Load    func(name string, data []byte) (*policy.Policy, error)
	Targets []policy.Target
	Kinds   []integrations.Profile // whose options commands have
}

// Result is what came of a file.
type Result struct {
	Checked int      // lines that were checked
	Faults  []string // each with its place
}

// File runs one test file.
func (t Test) File(name string, data []byte) Result {
	r := runner{file: name, policy: t.Policy, targets: t.Targets, kinds: t.Kinds, asks: map[string]asked{}}
	parts := map[string]string{}
	for _, f := range txtar.Parse(data).Files {
		parts[f.Name] = string(f.Data)
		switch f.Name {
		case "policy.yaml", "people", "says":
		default:
			r.fault("there is a part %q; policy.yaml, people and says are known", f.Name)
		}
	}
	if own, ok := parts["policy.yaml"]; ok {
		var err error
		if r.policy, err = t.Load(name+" policy.yaml", []byte(own)); err != nil {
			return Result{Faults: []string{err.Error()}}
		}
	}
	before, _, found := strings.Cut(string(data), "-- says --\n")
	if !found || r.policy == nil {
		r.fault("it holds no part %q", map[bool]string{true: "policy.yaml", false: "says"}[found])
		return Result{Faults: r.faults}
	}
	r.meet(parts["people"])
	for i, line := range strings.Split(strings.TrimRight(parts["says"], "\n"), "\n") {
		r.line = strings.Count(before, "\n") + 2 + i
		r.say(line)
	}
	r.endTrace()
	if r.checked == 0 {
		r.fault("nothing is tested")
	}
	return Result{r.checked, r.faults}
}

// runner goes through the lines of one file.
type runner struct {
	file    string
	line    int
	policy  *policy.Policy
	targets []policy.Target
	kinds   []integrations.Profile
	people  map[string]policy.Subject
	now     time.Time
	asks    map[string]asked // the last of each person
	last    asked
	trace   []string // as it stands in the file, of the last request
	checked int
	faults  []string
}

type asked struct {
	text     string
	line     int
	ask      policy.Ask
	decision policy.Decision
}

func (r *runner) fault(format string, args ...any) {
	at := r.file + ": "
	if r.line > 0 {
		at = fmt.Sprintf("%s:%d: ", r.file, r.line)
	}
	r.faults = append(r.faults, at+fmt.Sprintf(format, args...))
}

// expect compares what stands behind the arrow with what the policy says: all of it,
// or its beginning up to a word's end.
func (r *runner) expect(what, expected, got string) {
	r.checked++
	if rest, ok := strings.CutPrefix(got, expected); ok && (rest == "" || rest[0] == ' ' || rest[0] == ':') {
		return
	}
	r.fault("%s\n\texpected: %s\n\tpolicy:   %s", what, expected, got)
}

// meet reads the people.
func (r *runner) meet(text string) {
	r.people = map[string]policy.Subject{}
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 2 {
			if len(f) == 1 {
				r.fault("a person needs a standing: %s", f[0])
			}
			continue
		}
		s := policy.Subject{Person: commands.Person{Team: "T0TEST", User: userID(f[0])}, Standing: policy.Standing(strings.TrimPrefix(f[1], "unknown"))}
		s.Groups = r.groups(f[2:])
		r.people[f[0]] = s
	}
}

// userID is the id of somebody who is called by a name: an id is its own.
func userID(name string) string {
	if name == strings.ToLower(name) {
		return "U0" + strings.ToUpper(name)
	}
	return name
}

func (r *runner) groups(words []string) (all []policy.Membership) {
	for i := 0; i < len(words); i++ {
		if words[i] != "since" {
			all = append(all, policy.Membership{Group: words[i]})
			continue
		}
		if i++; len(all) == 0 || i == len(words) {
			r.fault("since stands behind a group, with a day behind it")
			return all
		}
		day, err := time.Parse(time.DateOnly, words[i])
		if err != nil {
			r.fault("%q is not a day such as 2026-01-15", words[i])
		}
		all[len(all)-1].Since = day
	}
	return all
}

const where = ` in (?:(direct|shared|org|absent|hidden|archived|read-only|thread-only|unknown) )?(\S+)(?: by (\S+))?`

func (r *runner) say(line string) {
	at := regexp.MustCompile(`^at (\S+)$`)
	ask := regexp.MustCompile(`^(\w+) /(\S+) (.*)` + where + `(?: finding (\d+))? → (.+)$`)
	vote := regexp.MustCompile(`^(\w+) (approves|signs) (\w+)'s(?:` + where + `)?(?: after (\w+))? → (.+)$`)
	thing := regexp.MustCompile(`^(\S+) on (\S+)((?: \w+=\S*)*) → (.+)$`)
	if strings.HasPrefix(line, "    ") {
		r.trace = append(r.trace, line)
		return
	}
	r.endTrace()
	if g := at.FindStringSubmatch(line); g != nil {
		r.at(g[1])
	} else if g := ask.FindStringSubmatch(line); g != nil {
		r.ask(g)
	} else if g := vote.FindStringSubmatch(line); g != nil {
		r.vote(g)
	} else if g := thing.FindStringSubmatch(line); g != nil {
		r.thing(g)
	} else if line != "" && line[0] != '#' {
		r.fault("not understood: %s", line)
	}
}

func (r *runner) at(s string) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		r.fault("%q is not a time such as 2026-03-02T14:00:00Z", s)
	}
	r.now = t
}

func (r *runner) ask(g []string) {
	who, ok := r.people[g[1]]
	if !ok {
		r.fault("nobody is called %s", g[1])
		return
	}
	typed, err := commands.Parse(g[2], g[3], commands.Keyboard{}, func(command, _ string) commands.Grammar { return commands.GrammarOf(command).With(r.kinds...) })
	if err != nil {
		r.fault("%v", err)
		return
	}
	typed.By, typed.Channel, typed.At = who.Person, g[5], r.now
	a := policy.Ask{Request: typed, Target: r.target(typed.Target), By: who, Where: place(g[4], g[5], g[6]), At: r.now}
	if no := r.misfit(a); !no.IsZero() {
		r.fault("mistake: %s", message(no))
		return
	}
	found := len(typed.Things)
	if g[7] != "" {
		found, _ = strconv.Atoi(g[7])
	}
	text, _, _ := strings.Cut(g[0], " → ")
	got, d := r.judge(a, found)
	r.expect(text, g[8], got)
	r.last = asked{text, r.line, a, d}
	r.asks[g[1]] = r.last
}

// misfit says what of a request does not suit the kind of its target, as the bot says it to
// everybody who may ask anything there. Of a target whose kind is not known, all suits.
func (r *runner) misfit(a policy.Ask) words.Message {
	i := slices.IndexFunc(r.kinds, func(k integrations.Profile) bool { return k.Kind == a.Target.Kind })
	if i < 0 || !policy.Unfit(a.By, a.Where).IsZero() {
		return words.Message{}
	}
	return commands.Misfit(a.Request, r.kinds[i])
}

func (r *runner) target(name string) policy.Target {
	for _, t := range r.targets {
		if t.Name == name {
			return t
		}
	}
	return policy.Target{Name: name}
}

// judge asks as the bot does: at the door, and then with what was found.
func (r *runner) judge(a policy.Ask, found int) (string, policy.Decision) {
	admitted := r.policy.Admit(a)
	decided := r.policy.Decide(a, commands.Plan{Items: slices.Repeat([]commands.Item{{Thing: bare()}}, found)})
	if found == len(a.Request.Things) && !reflect.DeepEqual(admitted, decided) {
		r.fault("Admit and Decide differ over the same number of things:\n\t%+v\n\t%+v", admitted, decided)
	}
	switch {
	case admitted.Verdict == policy.Refuse:
		return Said(admitted), admitted
	case decided.Verdict == policy.Refuse:
		return "admitted, then " + Said(decided), decided
	}
	return Said(decided), decided
}

func (r *runner) vote(g []string) {
	voter, ok := r.people[g[1]]
	of, did := r.asks[g[3]]
	if !ok || !did {
		r.fault("nobody is called %s, or %s asked nothing", g[1], g[3])
		return
	}
	b := policy.Ballot{Asker: of.ask.By, Voter: voter, Where: of.ask.Where, At: r.now}
	if g[5] != "" {
		b.Where = place(g[4], g[5], g[6])
	}
	if g[7] != "" {
		var err error
		if b.Waited, err = time.ParseDuration(g[7]); err != nil {
			r.fault("%q is not a time such as 5m", g[7])
		}
	}
	text, _, _ := strings.Cut(g[0], " → ")
	r.expect(text, g[8], r.counts(g[2], of.decision, b))
}

// counts says whether a vote or a signature counts.
func (r *runner) counts(verb string, d policy.Decision, b policy.Ballot) string {
	if verb == "signs" {
		if d.BreakGlass == nil {
			return "nothing to sign"
		}
		return cmp.Or(r.policy.MaySign(*d.BreakGlass, b).ID, "yes")
	}
	if why := r.policy.MayApprove(d, b); !why.IsZero() {
		return why.ID
	}
	if d.OtherTeam && !r.policy.OtherTeam(b.Asker, b.Voter) {
		return "yes, of no other team"
	}
	return "yes"
}

// bare is a thing of which nothing that a policy protects by is there.
func bare() integrations.Thing { return integrations.Thing{Traits: integrations.Traits{Read: true}} }

// thing asks whether a thing is protected.
func (r *runner) thing(g []string) {
	t, kind := bare(), r.target(g[2]).Kind
	t.Traits.Names = trait(g[1])
	for _, pair := range strings.Fields(g[3]) {
		name, value, _ := strings.Cut(pair, "=")
		if key := give(&t, name, value); key == "" || !r.policy.Gives(kind, key) && key != "own" {
			r.fault("%s: no such thing of %s has it", pair, cmp.Or(kind, "any kind"))
			return
		}
	}
	r.settle(&t.Traits, kind, g[1])
	got := "free"
	if rule := r.policy.Protects(g[2], t); rule != "" {
		got = "protected (" + rule + ")"
	}
	text, _, _ := strings.Cut(g[0], " → ")
	r.expect(text, g[4], got)
}

// give adds to a thing what a line says of it, by the names that vendors have for it, and
// returns the key of protected that is matched on it. An address is also what people call
// a thing. Whether a thing is the bot's own hangs on an account that no policy knows, so it
// is as the line says.
func give(t *integrations.Thing, name, value string) (key string) {
	is, v := &t.Traits, trait(value)
	switch name {
	case "name", "agent":
		is.Names = is.Names.Or(v)
		return "names"
	case "user", "submitter":
		is.Users = is.Users.Or(v)
		return "users"
	case "peer", "addr", "address":
		is.Addresses, is.Names = is.Addresses.Or(v), is.Names.Or(v)
		return "addresses"
	case "own":
		t.Own, is.MaybeOwn = value != "no" && value != "?", value == "?"
		return "own"
	}
	if !slices.Contains(integrations.Classes(), name) {
		return ""
	}
	if value != "?" {
		v = trait(name)
	}
	is.Classes = is.Classes.Or(v)
	return "clients"
}

// settle fills in what a line leaves out and every such thing has: a user, who is nobody,
// and the address that it goes by.
func (r *runner) settle(is *integrations.Traits, kind, name string) {
	if reflect.DeepEqual(is.Users, integrations.Trait{}) && r.policy.Gives(kind, "users") {
		is.Users = trait("")
	}
	_, errPort := netip.ParseAddrPort(name)
	_, err := netip.ParseAddr(name)
	if reflect.DeepEqual(is.Addresses, integrations.Trait{}) && r.policy.Gives(kind, "addresses") && (err == nil || errPort == nil) {
		is.Addresses = trait(name)
	}
}

// trait is one value; "?" stands for one that the vendor withholds or that cannot be read.
func trait(value string) integrations.Trait {
	if value == "?" {
		return integrations.Trait{Unknown: true}
	}
	return integrations.Some(integrations.Say(value))
}

// endTrace compares the trace below the last request, if there is one.
func (r *runner) endTrace() {
	if len(r.trace) == 0 {
		return
	}
	var got []string
	for _, step := range r.last.decision.Trace {
		got = append(got, "    "+step.Rule+": "+message(step.Why))
	}
	at := r.line
	r.line = r.last.line
	r.expect(r.last.text, strings.Join(r.trace, "\n"), strings.Join(got, "\n"))
	r.line, r.trace = at, nil
}

func place(kind, id, creator string) policy.Channel {
	p := policy.Place(kind)
	switch kind {
	case "":
		p = policy.Workspace
	case "unknown":
		p = ""
	}
	return policy.Channel{ID: id, Place: p, Creator: creator}
}

// Said is a decision in the words of these files.
func Said(d policy.Decision) string {
	out := "refused: " + message(d.Why)
	switch d.Verdict {
	case policy.Run:
		out = "runs"
	case policy.Consult:
		out = fmt.Sprintf("needs %d of %s", d.Need, strings.Join(d.From, " or "))
		for _, t := range d.Escalation {
			out += fmt.Sprintf(", after %s also of %s", short(t.After), strings.Join(t.From, " or "))
		}
		if d.OtherTeam {
			out += ", one of another team"
		}
		if within := short(d.Within); within != "15m" {
			out += " within " + within
		}
		if d.BreakGlass != nil {
			out += ", alone after " + short(d.BreakGlass.NotBefore)
		}
	}
	if d.Rule != "" {
		out += " (rule " + d.Rule + ")"
	}
	for _, m := range d.Monitored {
		out += " | monitor: " + Said(m)
	}
	return out
}

// short is a duration without the zeros at its end.
func short(d time.Duration) string {
	return regexp.MustCompile(`([hm])(0[ms])+$`).ReplaceAllString(d.String(), "$1")
}

func message(m words.Message) string {
	out := m.ID
	for _, name := range slices.Sorted(maps.Keys(m.Values)) {
		out += " " + name + "=" + m.Values[name].Value
	}
	return out
}
