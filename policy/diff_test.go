package policy_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"quell/policy"
)

const diffed = `
roles:
  on-call: {scopes: [dcs:clients:list, dcs:clients:kill]}
  commander: {}
bindings:
  - {role: on-call, groups: [S0ONCALL]}
  - {role: commander, users: [U0BEN]}
rules:
  - {name: kill, commands: [kill-session], targets: [cache-prod], roles: [on-call], channels: [C0INC], approvals: {need: 1, from: [commander]}}
  - {name: rest, commands: [kill-session], targets: ["cache-*"], roles: [on-call], reason: required}
`

// each change of a file, and what somebody gains or loses by it.
func TestDiff(t *testing.T) {
	const agreed = "in C0INC: after 1 of commander (U0BEN) agree within 15m"
	const rest = "in any channel: at once, with a reason"
	const prod, test, frozen = "S0ONCALL: /kill-session cache-prod: ", "S0ONCALL: /kill-session cache-test: ", "S0ONCALL: /kill-session cache-frozen: "
	for name, c := range map[string]struct {
		was, is string
		want    []string
	}{
		"nothing":                {"", "", nil},
		"another name":           {"name: kill", "name: end", nil},
		"a comment":              {"roles:", "# reviewed\nroles:", nil},
		"another channel":        {"C0INC", "C0WAR", []string{"- " + prod + agreed + "; else " + rest, "+ " + prod + strings.ReplaceAll(agreed, "C0INC", "C0WAR") + "; else " + rest}},
		"more who may agree":     {"users: [U0BEN]", "users: [U0BEN, U0MAX]", []string{"- " + prod + agreed + "; else " + rest, "+ " + prod + strings.ReplaceAll(agreed, "U0BEN", "U0BEN, U0MAX") + "; else " + rest}},
		"who comes in":           {"groups: [S0ONCALL]", "groups: [S0ONCALL], users: [U0CHO]", []string{"+ U0CHO: /kill-session cache-frozen: " + rest, "+ U0CHO: /kill-session cache-prod: " + agreed + "; else " + rest, "+ U0CHO: /kill-session cache-test: " + rest}},
		"a scope that goes":      {"reason: required}\n", "reason: required}\nprotected: [{name: x, users: [backup]}]\ncooldown: 10m\n", []string{"- protected: users backup", "- cooldown: 10m"}},
		"private details":        {"reason: required}\n", "reason: required, details: private}\n", []string{"- " + frozen + rest, "+ " + frozen + rest + ", with details out of the channel", "- " + prod + agreed + "; else " + rest, "+ " + prod + agreed + "; else " + rest + ", with details out of the channel", "- " + test + rest, "+ " + test + rest + ", with details out of the channel"}},
		"a reminder":             {"need: 1,", "need: 1, remind: 5m,", []string{"- " + prod + agreed + "; else " + rest, "+ " + prod + agreed + ", reminded after 5m; else " + rest}},
		"a deny":                 {"reason: required}\n", "reason: required}\n  - {name: no, effect: deny, commands: [kill-session], targets: [cache-test]}\n", []string{"- " + test + rest}},
		"a deny somewhere":       {"reason: required}\n", "reason: required}\n  - {name: no, effect: deny, commands: [kill-session], targets: [cache-test], channels: [C0SOCIAL]}\n", []string{"- " + test + rest, "+ " + test + rest + "; else never in C0SOCIAL"}},
		"a rule that needs less": {", reason: required", "", []string{"- " + frozen + rest, "+ " + frozen + "in any channel: at once", "- " + prod + agreed + "; else " + rest, "+ " + prod + agreed + "; else in any channel: at once", "- " + test + rest, "+ " + test + "in any channel: at once"}},
	} {
		var got []string
		for _, ch := range policy.Diff(load(t, diffed), load(t, strings.Replace(diffed, c.was, c.is, 1)), known) {
			got = append(got, map[bool]string{true: "+ ", false: "- "}[ch.Gain]+ch.What)
		}
		assert.Equal(t, c.want, got, name)
	}
}

// Which rule comes first decides, so another order is another policy.
func TestDiffSeesTheOrder(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(diffed), "\n")
	n := len(lines)
	lines[n-2], lines[n-1] = lines[n-1], lines[n-2]
	assert.NotEmpty(t, policy.Diff(load(t, diffed), load(t, strings.Join(lines, "\n")), known))
}
