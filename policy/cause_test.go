package policy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"quell/commands"
	"quell/integrations"
	"quell/policy"
)

// picky wants everything of a request.
const picky = `
roles:
  on-call: {scopes: [dcs:clients:list, dcs:clients:kill]}
  viewer: {scopes: [dcs:clients:list]}
bindings:
  - {role: on-call, users: [U0ANNA]}
  - {role: viewer, users: [U0VERA]}
rules:
  - {name: never, effect: deny, commands: [kill-session], targets: [cache-test]}
  - name: kill
    commands: [kill-session]
    targets: [cache-prod]
    roles: [on-call, viewer]
    channels: [C0INC]
    when: {days: [mon-fri], hours: 08:00-20:00, zone: UTC}
    reason: required
    ticket: 'INC-[0-9]+'
    max_items: 2
protected:
  - {name: backups, users: [backup]}
`

// A refusal says for the program what it is about, and every other verdict says nothing of
// the kind: nobody has to read its sentence.
func TestWhatARefusalIsAbout(t *testing.T) {
	p := load(t, picky)
	backup := integrations.Thing{ID: "n/1", Name: "1", Traits: integrations.Traits{Read: true, Users: integrations.Trait{Values: []string{"backup"}}}}
	things := func(all ...integrations.Thing) (plan commands.Plan) {
		for _, one := range all {
			plan.Items = append(plan.Items, commands.Item{Thing: one})
		}
		return plan
	}
	free := integrations.Thing{ID: "n/2", Name: "2", Traits: integrations.Traits{Read: true}}
	for _, c := range []struct {
		cause  policy.Cause
		why    string
		plan   commands.Plan
		change func(*policy.Ask)
	}{
		{"", "allowed.run", things(free), func(*policy.Ask) {}},
		{policy.CausePerson, "refused.standing.guest", things(free), func(a *policy.Ask) { a.By.Standing, a.Where.Place = policy.Guest, policy.Direct }},
		{policy.CausePlace, "refused.place.direct", things(free), func(a *policy.Ask) { a.Where.Place = policy.Direct }},
		{policy.CauseNoRule, "refused.no-rule", things(free), func(a *policy.Ask) { a.Request.Command = "stop-task" }},
		{policy.CauseDenied, "refused.denied", things(free), func(a *policy.Ask) { a.Target.Name = "cache-test" }},
		{policy.CauseChannel, "refused.miss.channel", things(free), func(a *policy.Ask) { a.Where.ID = "C0OTHER" }},
		{policy.CauseRole, "refused.role", things(free), func(a *policy.Ask) { a.By.Person.User = "U0EVE" }},
		{policy.CauseTime, "refused.miss.when", things(free), func(a *policy.Ask) { a.At = a.At.Add(12 * time.Hour) }},
		{policy.CauseScope, "refused.miss.scope", things(free), func(a *policy.Ask) { a.By.Person.User = "U0VERA" }},
		{policy.CauseReason, "refused.reason", things(free), func(a *policy.Ask) { a.Request.Reason = "" }},
		{policy.CauseReason, "refused.ticket", things(free), func(a *policy.Ask) { a.Request.Reason = "leaks" }},
		{policy.CauseNumber, "refused.too-many", things(free, free, free), func(*policy.Ask) {}},
		{policy.CauseShield, "refused.protected", things(free, backup), func(*policy.Ask) {}},
	} {
		t.Run(c.why, func(t *testing.T) {
			a := fits()
			a.At, a.Request.Reason = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), "leaks, INC-7"
			c.change(&a)
			d := p.Decide(a, c.plan)
			assert.Equal(t, c.why, d.Why.ID)
			assert.Equal(t, c.cause, d.Cause)
			assert.Equal(t, c.cause != "", d.Verdict == policy.Refuse)
		})
	}
}
