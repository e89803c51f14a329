package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/policy"
)

// BenchmarkDecide asks a large policy: 50 roles, 2,000 bindings, and 200 targets
// with a rule each, of which the last one fits.
func BenchmarkDecide(b *testing.B) {
	const roles, bindings, targets = 50, 2000, 200
	var file strings.Builder
	k := policy.Known{Commands: []string{"kill-session"}}
	file.WriteString("roles:\n")
	for i := range roles {
		fmt.Fprintf(&file, "  role-%d: {scopes: [dcs:clients:list, dcs:clients:kill]}\n", i)
	}
	file.WriteString("bindings:\n")
	for i := range bindings {
		fmt.Fprintf(&file, "  - {role: role-%d, users: [U%d], groups: [S%d]}\n", i%roles, 10000+i, 10000+i)
	}
	file.WriteString("rules:\n")
	for i := range targets {
		k.Targets = append(k.Targets, fmt.Sprintf("cache-%d", i))
		fmt.Fprintf(&file, "  - {name: rule-%d, commands: [kill-session], targets: [cache-%d], roles: [role-%d, role-%d], approvals: {need: 1, from: [role-0]}}\n",
			i, i, i%roles, (i+1)%roles)
	}
	p, err := policy.Load("policy.yaml", []byte(file.String()), k)
	require.NoError(b, err)
	a := fits()
	a.Request.Target, a.By.Person.User = k.Targets[targets-1], "U0NOBODY"
	a.By.Groups = []string{"S1", "S2", "S3", fmt.Sprintf("S%d", 10000+roles-1)}
	plan := commands.Plan{Items: make([]commands.Item, 3)}
	require.Equal(b, policy.Consult, p.Decide(a, plan).Verdict)
	b.ReportAllocs()
	for b.Loop() {
		p.Decide(a, plan)
	}
}
