package policy_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

// open is a policy as open as one can be.
const open = `
roles:
  on-call: {scopes: [dcs:clients:list, dcs:clients:kill]}
  commander: {}
bindings:
  - {role: on-call, users: [U0ANNA], groups: [S0ONCALL]}
  - {role: commander, groups: [S0COMMANDERS]}
rules:
  - {name: test, commands: [kill-session], targets: [cache-test], roles: [on-call], approvals: {need: 1, from: [commander, on-call]}}
  - {name: all, commands: [kill-session], targets: ["*"], roles: [on-call]}
`

func load(t testing.TB, file string) *policy.Policy {
	p, err := policy.Load("policy.yaml", []byte(file), known)
	require.NoError(t, err)
	return p
}

func in(groups ...string) (all []policy.Membership) {
	for _, g := range groups {
		all = append(all, policy.Membership{Group: g})
	}
	return all
}

// fits is a request that the open policy lets through.
func fits() policy.Ask {
	anna := commands.Person{Team: "T0ACME", User: "U0ANNA"}
	return policy.Ask{
		Request: commands.Request{Command: "kill-session", Target: "cache-prod", By: anna, Channel: "C0INC"},
		Target:  policy.Target{Name: "cache-prod", Kind: "dcs"},
		By:      policy.Subject{Person: anna, Standing: policy.Member},
		Where:   policy.Channel{ID: "C0INC", Place: policy.Workspace},
	}
}

// Whatever the caller forgets to fill in refuses.
func TestZeroRefuses(t *testing.T) {
	p := load(t, open)
	require.Equal(t, policy.Run, p.Admit(fits()).Verdict)
	require.Equal(t, policy.Run, p.Decide(fits(), commands.Plan{}).Verdict)
	for name, c := range map[string]struct {
		change func(*policy.Ask)
		why    string
	}{
		"nothing at all":  {func(a *policy.Ask) { *a = policy.Ask{} }, "refused.standing.unknown"},
		"no standing":     {func(a *policy.Ask) { a.By.Standing = "" }, "refused.standing.unknown"},
		"no place":        {func(a *policy.Ask) { a.Where.Place = "" }, "refused.place.unknown"},
		"no channel":      {func(a *policy.Ask) { a.Where = policy.Channel{} }, "refused.place.unknown"},
		"no subject":      {func(a *policy.Ask) { a.By = policy.Subject{} }, "refused.standing.unknown"},
		"no person":       {func(a *policy.Ask) { a.By.Person = commands.Person{} }, "refused.role"},
		"no command":      {func(a *policy.Ask) { a.Request.Command = "" }, "refused.no-rule"},
		"no target":       {func(a *policy.Ask) { a.Request.Target, a.Target = "", policy.Target{} }, "refused.miss.scope"},
		"no kind":         {func(a *policy.Ask) { a.Target.Kind = "" }, "refused.miss.scope"},
		"a new standing":  {func(a *policy.Ask) { a.By.Standing = "owner" }, "refused.standing.owner"},
		"a new place":     {func(a *policy.Ask) { a.Where.Place = "canvas" }, "refused.place.canvas"},
		"another command": {func(a *policy.Ask) { a.Request.Command = "stop-task" }, "refused.no-rule"},
	} {
		t.Run(name, func(t *testing.T) {
			a := fits()
			c.change(&a)
			for _, d := range []policy.Decision{p.Admit(a), p.Decide(a, commands.Plan{})} {
				assert.Equal(t, policy.Refuse, d.Verdict)
				assert.Equal(t, c.why, d.Why.ID)
				assert.Equal(t, p.Hash(), d.Policy)
			}
		})
	}
}

func TestTheZeroDecisionRefuses(t *testing.T) {
	assert.Equal(t, policy.Refuse, policy.Decision{}.Verdict)
	var stored policy.Decision
	require.NoError(t, json.Unmarshal([]byte(`{}`), &stored))
	assert.Equal(t, policy.Refuse, stored.Verdict)

	p, a := load(t, open), fits()
	ben := policy.Subject{Person: commands.Person{Team: "T0ACME", User: "U0BEN"}, Standing: policy.Member, Groups: in("S0ONCALL", "S0COMMANDERS")}
	assert.Equal(t, "vote.role", p.MayApprove(policy.Decision{}, policy.Ballot{Asker: a.By, Voter: ben, Where: a.Where}).ID, "nobody may say yes to it")
}

func TestThePolicyOfNoFileRefuses(t *testing.T) {
	assert.Equal(t, "refused.no-rule", new(policy.Policy).Admit(fits()).Why.ID)
	assert.Equal(t, policy.Refuse, new(policy.Policy).Decide(fits(), commands.Plan{}).Verdict)
}

// A decision is stored with its case and read back by another replica.
func TestADecisionIsStoredWhole(t *testing.T) {
	a := fits()
	a.Target.Name = "cache-test"
	d := load(t, open).Decide(a, commands.Plan{})
	require.Equal(t, policy.Consult, d.Verdict)
	data, err := json.Marshal(d)
	require.NoError(t, err)
	var again policy.Decision
	require.NoError(t, json.Unmarshal(data, &again))
	assert.Equal(t, d, again)
	assert.JSONEq(t, `{"verdict":"consult","rule":"test","holds":{"role":"on-call","by":"U0ANNA","line":6},"need":1,"from":["commander","on-call"],"within":900000000000,
		"why":{"id":"allowed.approve","values":{"rule":{"kind":"code","value":"test"}}},"policy":"`+d.Policy+`"}`, string(data))
	data, err = json.Marshal(load(t, open).Decide(fits(), commands.Plan{}).Verdict)
	require.NoError(t, err)
	assert.JSONEq(t, `"run"`, string(data))
}

// Two files are the same policy only if they are the same to the letter.
func TestTheHashNamesTheFile(t *testing.T) {
	p := load(t, open)
	assert.Regexp(t, `^[0-9a-f]{64}$`, p.Hash())
	assert.Equal(t, p.Hash(), load(t, open).Hash())
	assert.NotEqual(t, p.Hash(), load(t, open+"# reviewed\n").Hash())
	assert.Equal(t, p.Hash(), p.Admit(fits()).Policy)
}

// A policy holds no state: verdicts may be asked for by all at once.
func TestVerdictsAtOnce(t *testing.T) {
	p := load(t, open)
	want := p.Decide(fits(), commands.Plan{})
	for range 8 {
		t.Run("one of many", func(t *testing.T) {
			t.Parallel()
			for range 100 {
				assert.Equal(t, want, p.Decide(fits(), commands.Plan{}))
			}
		})
	}
}

func TestRolesInASentence(t *testing.T) {
	for want, names := range map[string][]string{
		"":                        nil,
		"commander":               {"commander"},
		"commander or owner":      {"commander", "owner"},
		"commander, owner or SRE": {"commander", "owner", "SRE"},
	} {
		assert.Equal(t, want, english(t).Value(policy.Roles(names)))
	}
}

func english(t *testing.T) words.Speaker {
	c, err := words.Load()
	require.NoError(t, err)
	return c.In("en", words.Plain{})
}

// Every reason that a policy can give is a sentence of the catalogue.
func TestEveryReasonCanBeSaid(t *testing.T) {
	p := load(t, `
roles: {killer: {scopes: [dcs:clients:list, dcs:clients:kill]}, viewer: {scopes: [dcs:clients:list]}}
bindings: [{role: killer, users: [U0ANNA]}, {role: viewer, users: [U0VIC]}]
rules:
  - {name: never, effect: deny, commands: [kill-session], targets: [cache-frozen]}
  - {name: kill, commands: [kill-session], targets: [cache-prod], roles: [killer, viewer], channels: [C0INC], reason: required, max_items: 1}
  - {name: consult, commands: [kill-session], targets: [cache-test], roles: [killer, viewer], approvals: {need: 1, from: [viewer]}}
`)
	user := func(id string) func(*policy.Ask) { return func(a *policy.Ask) { a.By.Person.User = id } }
	standing := func(s policy.Standing) func(*policy.Ask) { return func(a *policy.Ask) { a.By.Standing = s } }
	where := func(p policy.Place) func(*policy.Ask) { return func(a *policy.Ask) { a.Where.Place = p } }
	target := func(name string) func(*policy.Ask) { return func(a *policy.Ask) { a.Target.Name = name } }
	for id, change := range map[string]func(*policy.Ask){
		"allowed.run":                  func(a *policy.Ask) { a.Request.Reason = "stuck" },
		"allowed.approve":              target("cache-test"),
		"refused.denied":               target("cache-frozen"),
		"refused.no-rule":              target("proxy-prod"),
		"refused.role":                 user("U0CHO"),
		"refused.miss.scope":           user("U0VIC"),
		"refused.miss.channel":         func(a *policy.Ask) { a.Where.ID = "C0OTHER" },
		"refused.reason":               func(*policy.Ask) {},
		"refused.too-many":             func(a *policy.Ask) { a.Request.Reason, a.Request.Things = "stuck", []string{"a", "b"} },
		"refused.standing.guest":       standing(policy.Guest),
		"refused.standing.bot":         standing(policy.Bot),
		"refused.standing.deactivated": standing(policy.Deactivated),
		"refused.standing.stranger":    standing(policy.Stranger),
		"refused.standing.unknown":     standing(""),
		"refused.place.direct":         where(policy.Direct),
		"refused.place.shared":         where(policy.Shared),
		"refused.place.org":            where(policy.Organisation),
		"refused.place.unknown":        where(""),
	} {
		a := fits()
		change(&a)
		d := p.Admit(a)
		assert.Equal(t, id, d.Why.ID)
		sentences := []words.Message{d.Why}
		for _, s := range d.Trace {
			sentences = append(sentences, s.Why)
		}
		for _, m := range sentences {
			said := english(t).Say(m)
			assert.NotContains(t, said, "["+m.ID+"]")
			assert.NotContains(t, said, "<no value>", m.ID)
		}
	}
}

// A look may find what is protected: then nobody is asked.
func TestAPlanWithAProtectedThing(t *testing.T) {
	p := load(t, open+"protected: [{name: backups, users: [backup]}]\n")
	thing := func(user string) commands.Item {
		return commands.Item{Thing: integrations.Thing{Name: "10.0.0.9:1", Traits: integrations.Traits{Read: true, Users: integrations.Some(integrations.Say(user))}}}
	}
	d := p.Decide(fits(), commands.Plan{Items: []commands.Item{thing("app"), thing("backup")}})
	assert.Equal(t, policy.Refuse, d.Verdict)
	assert.Equal(t, "refused.protected", d.Why.ID)
	assert.Equal(t, policy.Run, p.Decide(fits(), commands.Plan{Items: []commands.Item{thing("app")}}).Verdict)
}

// The zero time is a Monday, and in no window all the same.
func TestNoTimeIsInNoWindow(t *testing.T) {
	a := fits()
	p := load(t, strings.Replace(open, "name: all,", "name: all, when: {days: [mon], zone: UTC},", 1))
	assert.Equal(t, "refused.miss.when", p.Admit(a).Why.ID)
	a.At = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	assert.Equal(t, policy.Run, p.Admit(a).Verdict)
}

// "Any value" is no "no value".
func TestALabelHasToBeThere(t *testing.T) {
	p, a := load(t, strings.Replace(open, `name: all, commands: [kill-session], targets: ["*"]`, `name: all, commands: [kill-session], labels: {team: "*"}`, 1)), fits()
	a.Target = policy.Target{Name: "queue-1", Kind: "dcs"}
	assert.Equal(t, "refused.no-rule", p.Admit(a).Why.ID)
	a.Target = policy.Target{Name: "cache-prod", Kind: "dcs", Labels: map[string]string{"team": "payments"}}
	assert.Equal(t, policy.Run, p.Admit(a).Verdict)
}
