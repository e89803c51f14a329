package policy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"quell/commands"
	"quell/policy"
)

const seen = `
roles:
  on-call: {scopes: [dcs:clients:list, dcs:clients:kill]}
  commander: {}
  lead: {}
  security: {}
  idle: {}
bindings:
  - {role: on-call, users: [U0ANNA]}
  - {role: commander, users: [U0BEN]}
  - {role: lead, users: [U0LEA, U0ANNA]}
  - {role: security, users: [U0SEC]}
  - {role: idle, users: [U0IDA]}
incidents: {channels: [C0WAR], creators: [U0INCBOT]}
rules:
  - {name: never, effect: deny, commands: [kill-session], targets: [cache-frozen], channels: [C0DENY], roles: [idle]}
  - name: prod
    commands: [kill-session]
    targets: [cache-prod]
    channels: [C0INC, incidents]
    roles: [on-call]
    approvals: {need: 1, from: [commander], then: [{after: 5m, from: [lead]}]}
    break_glass: {not_before: 5m, cancel: 1m, notice: C0SEC, review: {need: 1, from: [security]}}
`

// A target is named to whoever a rule on it means, whatever for, and to nobody else.
func TestWhoSeesATarget(t *testing.T) {
	p := load(t, seen)
	for user, want := range map[string]struct{ sees, responds bool }{
		"U0ANNA": {true, true}, "U0BEN": {true, false}, "U0LEA": {true, false}, "U0SEC": {true, false},
		"U0IDA": {}, "U0EVE": {},
	} {
		s := policy.Subject{Person: commands.Person{Team: "T0", User: user}, Standing: policy.Member}
		prod, test := policy.Target{Name: "cache-prod", Kind: "dcs"}, policy.Target{Name: "cache-test", Kind: "dcs"}
		at := fits().At
		assert.Equal(t, want.sees, p.Sees(s, prod, at), user)
		assert.Equal(t, want.responds, p.Responder(s, prod, at), user)
		assert.False(t, p.Sees(s, test, at), user)
		assert.Equal(t, want.sees, p.Sees(s, policy.Target{}, at), "%s sees any at all", user)
		s.Standing = policy.Guest
		assert.False(t, p.Sees(s, prod, at), "a guest sees none")
	}
}

// A channel is known by the rule that lets people ask there, as an incident channel, or as
// the one that hears of a break-glass. Without channels a rule is for any of the workspace.
func TestWhichChannelsThePolicyKnows(t *testing.T) {
	p := load(t, seen)
	channel := func(id, creator string) policy.Channel {
		return policy.Channel{ID: id, Place: policy.Workspace, Creator: creator}
	}
	for _, c := range []policy.Channel{channel("C0INC", ""), channel("C0WAR", ""), channel("C0SEC", ""), channel("C0NEW", "U0INCBOT")} {
		assert.True(t, p.Knows(c), c.ID)
	}
	shared := channel("C0INC", "")
	shared.Place = policy.Shared
	for _, c := range []policy.Channel{channel("C0LUNCH", "U0ANNA"), channel("C0DENY", ""), shared, {ID: "D0ANNA", Place: policy.Direct}, {}} {
		assert.False(t, p.Knows(c), c.ID)
	}
	assert.True(t, load(t, open).Knows(channel("C0LUNCH", "")), "its rules name no channels")
}
