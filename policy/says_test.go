package policy_test

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/words"
	"quell/commands"
	"quell/policy"
)

// Each file in testdata holds a policy, people, and what the policy says to
// what they ask:
//
//	anna /kill-session cache-prod in C0INC → needs 1 of commander (rule kill)
//	    another-rule: miss.target
//	ben approves anna's → yes
//
// "in direct D0ANNA" is another place than a channel of the workspace's own;
// "finding 3" says how many things the look finds, otherwise it is as many as
// were named. Below a line may stand the whole trace. "refused" is refused at
// the door, "admitted, then refused" after the look.
func TestWhatThePolicySays(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			for _, fault := range faults(t, file, string(data)) {
				t.Error(fault)
			}
		})
	}
}

func TestAWrongLineIsFound(t *testing.T) {
	got := faults(t, "x.txt", `
-- policy.yaml --
roles:
  on-call: {scopes: [dcs:clients:list, dcs:clients:kill]}
bindings:
  - {role: on-call, users: [U0ANNA]}
rules:
  - {name: kill, commands: [kill-session], targets: [cache-prod], roles: [on-call]}
-- people --
anna member
ben member
-- says --
anna /kill-session cache-prod in C0INC → runs (rule kill)
ben /kill-session cache-prod in C0INC → runs (rule kill)

# Its trace is wrong, and it is nobody's to approve.
anna /kill-session cache-test in C0INC → refused: refused.no-rule
    kill: miss.role
ben approves anna's → yes
cho /kill-session cache-prod in C0INC → refused: refused.miss.role
anna asks
`)
	assert.Equal(t, []string{
		"x.txt:14: ben /kill-session cache-prod in C0INC\n\texpected: runs (rule kill)\n\tpolicy:   refused: refused.miss.role",
		"x.txt:17: anna /kill-session cache-test in C0INC\n\texpected:     kill: miss.role\n\tpolicy:       kill: miss.target",
		"x.txt:19: ben approves anna's\n\texpected: yes\n\tpolicy:   vote.role",
		"x.txt:20: nobody is called cho",
		"x.txt:21: not understood: anna asks",
	}, got)
}

// faults are the lines on which a file and its policy do not agree.
func faults(t *testing.T, file, data string) []string {
	parts := map[string]string{}
	for _, f := range txtar.Parse([]byte(data)).Files {
		parts[f.Name] = string(f.Data)
	}
	p, err := policy.Load(file+" policy.yaml", []byte(parts["policy.yaml"]), known)
	require.NoError(t, err)
	s := says{file: file, policy: p, people: people(t, parts["people"]), asks: map[string]asked{}}
	before, _, found := strings.Cut(data, "-- says --\n")
	require.True(t, found, "%s holds no says", file)
	for i, line := range strings.Split(strings.TrimRight(parts["says"], "\n"), "\n") {
		s.line = strings.Count(before, "\n") + 2 + i
		s.say(line)
	}
	s.endTrace()
	require.NotZero(t, s.checked)
	return s.faults
}

// kinds are the targets in these tests, by their kind.
var kinds = map[string]string{
	"cache-prod": "dcs", "cache-test": "dcs", "cache-frozen": "dcs", "eu/cache-prod": "dcs", "queue-1": "dcs", "queue-3": "dcs",
	"proxy-prod": "gaussdb",
}

var known = policy.Known{Commands: []string{"kill-session", "restart-proxy"}, Targets: slices.Sorted(maps.Keys(kinds))}

func people(t *testing.T, text string) map[string]policy.Subject {
	all := map[string]policy.Subject{}
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		require.GreaterOrEqual(t, len(f), 2, line)
		standing := policy.Standing(strings.TrimPrefix(f[1], "unknown"))
		user := f[0]
		if user == strings.ToLower(user) {
			user = "U0" + strings.ToUpper(user)
		}
		all[f[0]] = policy.Subject{Person: commands.Person{Team: "T0ACME", User: user}, Standing: standing, Groups: f[2:]}
	}
	return all
}

// says goes through the lines of one file.
type says struct {
	file    string
	line    int
	policy  *policy.Policy
	people  map[string]policy.Subject
	asks    map[string]asked // the last of each person
	last    asked
	trace   []string // as it stands in the file, of the last request
	checked int
	faults  []string
}

type asked struct {
	text     string
	line     int
	where    policy.Channel
	decision policy.Decision
}

func (s *says) fault(format string, args ...any) {
	s.faults = append(s.faults, fmt.Sprintf("%s:%d: ", s.file, s.line)+fmt.Sprintf(format, args...))
}

func (s *says) expect(what, expected, got string) {
	if s.checked++; expected != got {
		s.fault("%s\n\texpected: %s\n\tpolicy:   %s", what, expected, got)
	}
}

func (s *says) say(line string) {
	ask := regexp.MustCompile(`^(\w+) /(\S+) (.*) in (?:(direct|shared|absent|unknown) )?(\S+?)(?: finding (\d+))? → (.+)$`)
	vote := regexp.MustCompile(`^(\w+) approves (\w+)'s(?: in (?:(direct|shared|absent|unknown) )?(\S+))? → (.+)$`)
	if strings.HasPrefix(line, "    ") {
		s.trace = append(s.trace, line)
		return
	}
	s.endTrace()
	if g := ask.FindStringSubmatch(line); g != nil {
		s.ask(g)
	} else if g := vote.FindStringSubmatch(line); g != nil {
		s.vote(g)
	} else if line != "" && line[0] != '#' {
		s.fault("not understood: %s", line)
	}
}

func (s *says) ask(g []string) {
	who, ok := s.people[g[1]]
	if !ok {
		s.fault("nobody is called %s", g[1])
		return
	}
	grammar := commands.KillSessionGrammar()
	grammar.Name = g[2]
	typed, err := grammar.Parse(g[3])
	if err != nil {
		s.fault("%v", err)
		return
	}
	where := place(g[4], g[5])
	a := policy.Ask{
		Request: commands.Request{
			Command: g[2], Target: typed.Target, Things: typed.Things, Reason: typed.Flags["reason"],
			By: who.Person, Channel: where.ID,
		},
		Kind: cmp.Or(kinds[typed.Target], "dcs"), By: who, Where: where,
	}
	found := len(typed.Things)
	if g[6] != "" {
		found, _ = strconv.Atoi(g[6])
	}
	text, _, _ := strings.Cut(g[0], " → ")
	got, d := s.judge(a, found)
	s.expect(text, g[7], got)
	s.last = asked{text, s.line, where, d}
	s.asks[g[1]] = s.last
}

// judge asks as the bot does: at the door, and then with what was found.
func (s *says) judge(a policy.Ask, found int) (string, policy.Decision) {
	admitted := s.policy.Admit(a)
	decided := s.policy.Decide(a, commands.Plan{Items: make([]commands.Item, found)})
	if found == len(a.Request.Things) && !reflect.DeepEqual(admitted, decided) {
		s.fault("Admit and Decide differ over the same number of things:\n\t%+v\n\t%+v", admitted, decided)
	}
	switch {
	case admitted.Verdict == policy.Refuse:
		return said(admitted), admitted
	case decided.Verdict == policy.Refuse:
		return "admitted, then " + said(decided), decided
	}
	return said(decided), decided
}

func (s *says) vote(g []string) {
	voter, ok := s.people[g[1]]
	of, asked := s.asks[g[2]]
	if !ok || !asked {
		s.fault("nobody is called %s, or %s asked nothing", g[1], g[2])
		return
	}
	where := of.where
	if g[4] != "" {
		where = place(g[3], g[4])
	}
	why := s.policy.MayApprove(of.decision, s.people[g[2]].Person, voter, where)
	text, _, _ := strings.Cut(g[0], " → ")
	s.expect(text, g[5], cmp.Or(why.ID, "yes"))
}

// endTrace compares the trace below the last request, if there is one.
func (s *says) endTrace() {
	if len(s.trace) == 0 {
		return
	}
	var got []string
	for _, step := range s.last.decision.Trace {
		got = append(got, "    "+step.Rule+": "+message(step.Why))
	}
	at := s.line
	s.line = s.last.line
	s.expect(s.last.text, strings.Join(s.trace, "\n"), strings.Join(got, "\n"))
	s.line, s.trace = at, nil
}

func place(kind, id string) policy.Channel {
	p := map[string]policy.Place{"": policy.Workspace, "direct": policy.Direct, "shared": policy.Shared, "absent": policy.Absent, "unknown": ""}[kind]
	return policy.Channel{ID: id, Place: p}
}

// said is a decision in the words of these files.
func said(d policy.Decision) string {
	out := "refused: " + message(d.Why)
	switch d.Verdict {
	case policy.Run:
		out = "runs"
	case policy.Consult:
		out = fmt.Sprintf("needs %d of %s", d.Need, strings.Join(d.From, " or "))
		if within := short(d.Within.String()); within != "15m" {
			out += " within " + within
		}
	}
	if d.Rule != "" {
		out += " (rule " + d.Rule + ")"
	}
	return out
}

// short is a duration without the zeros at its end.
func short(d string) string { return regexp.MustCompile(`([hm])(0[ms])+$`).ReplaceAllString(d, "$1") }

func message(m words.Message) string {
	out := m.ID
	for _, name := range slices.Sorted(maps.Keys(m.Values)) {
		out += " " + name + "=" + m.Values[name].Value
	}
	return out
}
