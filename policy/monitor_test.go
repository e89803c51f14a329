package policy_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/integrations"
	"quell/policy"
)

// monitorHead is what the rules below rest on.
const monitorHead = `
roles:
  on-call: {scopes: [dcs:clients:list, dcs:clients:kill]}
  lead: {scopes: [dcs:clients:list, dcs:clients:kill]}
  commander: {}
bindings:
  - {role: on-call, users: [U0ANNA], groups: [S0ONCALL]}
  - {role: lead, users: [U0LEA]}
  - {role: commander, groups: [S0COMMANDERS]}
incidents: {channels: [C0INC]}
protected: [{name: backups, users: [backup]}]
budgets: [{name: few, per: all, most: 3, within: 1h}]
rules:
  - {name: base, effect: deny, commands: [kill-session], targets: [cache-frozen]}
`

// aRule is some rule or other.
func aRule(r *rand.Rand, name string) string {
	one := func(of ...string) string { return of[r.IntN(len(of))] }
	s := "commands: [kill-session], targets: [" + one("cache-prod", "cache-test", `"cache-*"`, `"*"`, "queue-1") + "]" +
		one("", ", channels: [C0INC]", ", channels: [incidents]", ", channels: [C0OTHER]") + one("", ", when: {hours: 09:00-18:00, zone: UTC}")
	if r.IntN(4) == 0 {
		return "{name: " + name + ", effect: deny, " + s + one("", ", roles: [on-call]") + "}"
	}
	s += ", roles: [" + one("on-call", "lead", "on-call, lead") + "]" + one("", ", reason: required", `, ticket: "INC-[0-9]+"`) + one("", ", max_items: 1")
	if r.IntN(2) == 0 {
		s += ", approvals: {need: 1, from: [" + one("commander", "on-call") + "]" + one("", ", then: [{after: 5m, from: [on-call]}]") + "}"
		s += one("", ", break_glass: {roles: [lead, on-call], not_before: 6m, notice: C0SEC, review: {from: [commander]}}")
	}
	return "{name: " + name + ", " + s + "}"
}

// someRules are some rules, a part of them dry runs, and the same without those.
func someRules(r *rand.Rand) (with, without string) {
	for i := range 1 + r.IntN(6) {
		rule := aRule(r, fmt.Sprintf("r%d", i))
		if r.IntN(2) == 0 {
			with += "  - " + strings.TrimSuffix(rule, "}") + ", monitor: true}\n"
			continue
		}
		with, without = with+"  - "+rule+"\n", without+"  - "+rule+"\n"
	}
	return with, without
}

// asks are requests of many kinds.
func asks() (all []policy.Ask) {
	for _, who := range []policy.Subject{
		{Person: commands.Person{User: "U0ANNA"}, Standing: policy.Member},
		{Person: commands.Person{User: "U0LEA"}, Standing: policy.Member, Groups: in("S0COMMANDERS")},
		{Person: commands.Person{User: "U0BEN"}, Standing: policy.Member, Groups: in("S0COMMANDERS")},
		{Person: commands.Person{User: "U0CHO"}, Standing: policy.Member},
		{Person: commands.Person{User: "U0GUS"}, Standing: policy.Guest, Groups: in("S0ONCALL")},
	} {
		for _, target := range []string{"cache-prod", "cache-test", "cache-frozen", "queue-1"} {
			for _, where := range []policy.Channel{{ID: "C0INC", Place: policy.Workspace}, {ID: "C0OTHER", Place: policy.Workspace}, {ID: "D0", Place: policy.Direct}} {
				for _, hour := range []int{3, 14} {
					for _, reason := range []string{"", "INC-7"} {
						r := commands.Request{Command: "kill-session", Target: target, Things: []string{"a"}, By: who.Person, Reason: reason}
						all = append(all, policy.Ask{Request: r, Target: policy.Target{Name: target, Kind: "dcs"}, By: who, Where: where, At: time.Date(2026, 3, 2, hour, 0, 0, 0, time.UTC)})
					}
				}
			}
		}
	}
	return all
}

// whatever is all that a policy says about an ask, but for what its dry runs would have said.
func whatever(p *policy.Policy, a policy.Ask) (all []any) {
	thing := func(user string) commands.Item {
		return commands.Item{Thing: integrations.Thing{Traits: integrations.Traits{Read: true, Users: integrations.Some(integrations.Say(user))}}}
	}
	for _, d := range []policy.Decision{
		p.Admit(a), p.Decide(a, commands.Plan{Items: []commands.Item{thing("app")}}),
		p.Decide(a, commands.Plan{Items: []commands.Item{thing("app"), thing("app")}}), p.Decide(a, commands.Plan{Items: []commands.Item{thing("backup")}}),
	} {
		d.Policy, d.Monitored = "", nil
		ballot := policy.Ballot{Asker: policy.Subject{Person: commands.Person{User: "U0ELSE"}}, Voter: a.By, Where: a.Where, Waited: 10 * time.Minute, At: a.At}
		all = append(all, d, p.MayApprove(d, ballot))
		if d.BreakGlass != nil {
			all = append(all, p.MaySign(*d.BreakGlass, ballot))
		}
	}
	return append(all, p.Sees(a.By, a.Target, a.At), p.Sees(a.By, policy.Target{}, a.At), p.Responder(a.By, a.Target, a.At), p.Responder(a.By, policy.Target{}, a.At),
		p.Responders(a.Target), p.Responders(policy.Target{}), p.Covers(a.Target), p.Knows(a.Where), p.Channels(), p.Users(), p.Groups(),
		p.Protects(a.Target.Name, thing("backup").Thing), p.Budgets(a.Target.Name))
}

// A dry run changes nothing, whatever it says and wherever it stands: the policy without it says
// the same about everything.
func TestADryRunChangesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(2026, 3))
	tried := 0
	for range 60 {
		rules, real := someRules(r)
		with, without := load(t, monitorHead+rules), load(t, monitorHead+real)
		for _, a := range asks() {
			require.Equal(t, whatever(without, a), whatever(with, a), "%+v\n%s", a, rules)
			assert.Empty(t, without.Admit(a).Monitored)
			tried += len(with.Admit(a).Monitored)
		}
	}
	assert.Greater(t, tried, 500, "the dry runs were asked")
}

// What a dry run would have said is what it says once it is real and alone.
func TestADryRunSaysWhatItWouldSay(t *testing.T) {
	r := rand.New(rand.NewPCG(2026, 4))
	for range 60 {
		rule := aRule(r, "new")
		dry, alone := load(t, monitorHead+"  - "+strings.TrimSuffix(rule, "}")+", monitor: true}\n"), load(t, monitorHead+"  - "+rule+"\n")
		for _, a := range asks() {
			is := alone.Admit(a)
			if is.Rule != "new" {
				continue
			}
			is.Policy, is.Trace = "", nil
			require.Equal(t, []policy.Decision{is}, dry.Admit(a).Monitored, "%+v\n%s", a, rule)
		}
	}
}

func TestWhatPeopleAreToldOfADryRun(t *testing.T) {
	p := load(t, monitorHead+`
  - {name: soon, monitor: true, commands: [kill-session], targets: [cache-prod], roles: [on-call], approvals: {need: 2, from: [commander, on-call], within: 30m}}
  - {name: later, monitor: true, commands: [kill-session], targets: [cache-prod], roles: [on-call]}
  - {name: never, monitor: true, effect: deny, commands: [kill-session], targets: [cache-prod]}
  - {name: nor, monitor: true, effect: deny, commands: [kill-session], targets: [cache-prod]}
  - {name: wordy, monitor: true, commands: [kill-session], targets: [cache-test], roles: [on-call], reason: required, max_items: 1}
`)
	a := fits()
	answered := func(d policy.Decision) string { return english(t).Say(d.Answer(d.Why)) }
	d := p.Admit(a)
	assert.Equal(t, `No rule of the policy covers this. Nothing was done.
Rule soon is a dry run (monitor: true). It would have asked 2 people of commander or on-call within 30 min; with their yes it would have run.
Rule later is a dry run (monitor: true). It would have asked nobody, and it would have run at once.
Rule never is a dry run (monitor: true). It would have refused this.
And 1 more dry run.`, answered(d))
	assert.Equal(t, "soon: would have asked 2 of commander or on-call, would have run; later: would have run; never: would have refused (denied); nor: would have refused (denied)", d.Record())

	a.Target.Name = "cache-test"
	assert.Equal(t, "No rule of the policy covers this. Nothing was done.\nRule wordy is a dry run (monitor: true). It would have refused this: it wants a reason that says more.", answered(p.Admit(a)))
	a.Request.Reason, a.Request.Things = "stuck", []string{"a", "b"}
	assert.Contains(t, answered(p.Admit(a)), "It would have refused this: it is for fewer things at a time.")
	thing := integrations.Thing{Traits: integrations.Traits{Read: true, Users: integrations.Some(integrations.Say("backup"))}}
	assert.Contains(t, answered(p.Decide(a, commands.Plan{Items: []commands.Item{{Thing: thing}}})), "It would have refused this: one of the things is protected.")
	assert.Equal(t, "wordy: would have refused (number)", p.Admit(a).Record())
	a.By = policy.Subject{Person: commands.Person{User: "U0CHO"}, Standing: policy.Member}
}

func TestAllRulesAreDryRuns(t *testing.T) {
	p := load(t, strings.Replace(open, "rules:", "rules:\n  - {name: x, monitor: true, commands: [kill-session], targets: ['*'], roles: [on-call]}", 1))
	require.NoError(t, p.Warnings(), "a dry run shadows no rule")
	p = load(t, strings.NewReplacer("{name: test", "{monitor: true, name: test", "{name: all", "{monitor: true, name: all").Replace(open))
	assert.ErrorContains(t, p.Warnings(), "policy.yaml:9:5: every rule is a dry run (monitor: true), so nobody may do anything")
}

func TestExplainTellsOfDryRuns(t *testing.T) {
	p := load(t, monitorHead+`
  - {name: real, commands: [kill-session], targets: [cache-test], roles: [on-call]}
  - {name: soon, monitor: true, commands: [kill-session], targets: ["cache-*"], roles: [on-call], approvals: {need: 1, from: [commander], then: [{after: 5m, from: [lead]}]}, break_glass: {not_before: 6m, notice: C0SEC, review: {from: [commander]}}}
  - {name: elsewhere, monitor: true, commands: [kill-session], targets: ["cache-*"], roles: [lead], channels: [C0WAR], when: {hours: 09:00-18:00, zone: UTC}}
  - {name: nights, monitor: true, effect: deny, commands: [kill-session], targets: [cache-prod], when: {hours: 22:00-06:00, zone: UTC}}
`)
	a := fits()
	a.At = time.Date(2026, 3, 2, 20, 0, 0, 0, time.UTC)
	said := func() string {
		var all []string
		for _, m := range p.Explain(a) {
			all = append(all, english(t).Say(m))
		}
		return strings.Join(all, "\n")
	}
	soon := `Rule soon is a dry run (monitor: true). It would have asked one person of commander within 15 min; with their yes it would have run.
After 5 min it would have asked lead as well.
@U0ANNA could have acted alone after 6 min.
`
	elsewhere := `• Rule elsewhere (line 18), a dry run, would fit if:
– the channel were one of these:
#C0WAR
– they held lead
– it were 09:00-18:00 UTC`
	refused := said()
	assert.Contains(t, refused, "They would be told: No rule of the policy covers this. Nothing was done.\n"+soon+"It takes these permissions")
	assert.Contains(t, refused, "\nNo rule is about this command on this system.\n"+elsewhere+"\n• Rule nights (line 19), a dry run, would fit if:\n– it were 22:00-06:00 UTC")
	a.Target.Name, a.Request.Target = "cache-test", "cache-test"
	allowed := said()
	assert.Contains(t, allowed, "at once (rule real).\n"+soon)
	assert.True(t, strings.HasSuffix(allowed, elsewhere), allowed)
}

func TestDiffTellsDryRunsApart(t *testing.T) {
	dry := monitorHead + "  - {name: new, monitor: true, commands: [kill-session], targets: [cache-prod], roles: [lead]}\n" +
		"  - {name: no, monitor: true, effect: deny, commands: [kill-session], targets: [cache-prod], roles: [lead]}\n"
	const at, dryRun = "U0LEA: /kill-session cache-prod: ", "in any channel: at once; and never in any channel"
	assert.Equal(t, []policy.Change{{Gain: true, What: at + dryRun, Monitor: true}}, policy.Diff(load(t, monitorHead), load(t, dry), known))
	assert.Equal(t, []policy.Change{{Gain: true, What: at + "in any channel: at once"}, {What: at + dryRun, Monitor: true}, {Gain: true, What: at + "never in any channel", Monitor: true}},
		policy.Diff(load(t, dry), load(t, strings.Replace(dry, ", monitor: true", "", 1)), known))
	assert.Empty(t, policy.Diff(load(t, dry), load(t, strings.Replace(dry, "name: new", "name: newer", 1)), known))
}
