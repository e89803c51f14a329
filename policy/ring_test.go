package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/policy"
)

// commanders is a policy whose approvers are so many people, each bound by their own id.
func commanders(t *testing.T, people int, ring string) *policy.Policy {
	t.Helper()
	var ids []string
	for i := range people {
		ids = append(ids, fmt.Sprintf("U0%03d", i))
	}
	return load(t, `roles:
  on-call: {scopes: [dcs:clients:list, dcs:clients:kill]}
  commander: {}
bindings:
  - {role: on-call, groups: [S0ONCALL]}
  - {role: commander, groups: [S0COMMANDERS], users: [`+strings.Join(ids, ", ")+`]}
rules:
  - {name: kill, commands: [kill-session], targets: [cache-prod], roles: [on-call], approvals: {need: 1, from: [commander]}`+ring+`}
`)
}

// Whoever writes a rule hears how many people each request would ring directly.
func TestARuleThatRingsMany(t *testing.T) {
	assert.ErrorContains(t, commanders(t, 70, "").Warnings(), `rule "kill" rings 70 people with a direct message each`)
	assert.NoError(t, commanders(t, 70, ", ring: channel").Warnings())
	assert.NoError(t, commanders(t, 10, "").Warnings())
}

// Whoever is bound to a role is a group or a person, each once.
func TestWhoIsBound(t *testing.T) {
	groups, users := commanders(t, 2, "").Bound([]string{"commander", "on-call", "commander", "nobody"})
	require.Equal(t, []string{"S0COMMANDERS", "S0ONCALL"}, groups)
	require.Equal(t, []string{"U0000", "U0001"}, users)
}
