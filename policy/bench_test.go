package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/policy"
)

// large is a policy with 50 roles, 2,000 bindings, and 200 targets with a rule each.
func large() (string, policy.Known) {
	const roles, bindings, targets = 50, 2000, 200
	var file strings.Builder
	k := policy.Known{Commands: []string{"kill-session"}, Kinds: kinds}
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
		k.Targets = append(k.Targets, policy.Target{Name: fmt.Sprintf("cache-%d", i), Kind: "dcs"})
		fmt.Fprintf(&file, "  - {name: rule-%d, commands: [kill-session], targets: [cache-%d], roles: [role-%d, role-%d], approvals: {need: 1, from: [role-0]}}\n",
			i, i, i%roles, (i+1)%roles)
	}
	return file.String(), k
}

// BenchmarkDecide asks the large policy about its last target.
func BenchmarkDecide(b *testing.B) {
	file, k := large()
	p, err := policy.Load("policy.yaml", []byte(file), k)
	require.NoError(b, err)
	a := fits()
	a.Target = k.Targets[len(k.Targets)-1]
	a.Request.Target, a.By.Person.User = a.Target.Name, "U0NOBODY"
	for _, g := range []string{"S1", "S2", "S3", "S10049"} {
		a.By.Groups = append(a.By.Groups, policy.Membership{Group: g})
	}
	plan := commands.Plan{Items: make([]commands.Item, 3)}
	require.Equal(b, policy.Consult, p.Decide(a, plan).Verdict)
	b.ReportAllocs()
	for b.Loop() {
		p.Decide(a, plan)
	}
}

// BenchmarkDecideTraced asks a policy of 200 rules for one target, of which the last
// fits: nothing is passed over untold.
func BenchmarkDecideTraced(b *testing.B) {
	var file strings.Builder
	file.WriteString(open[:strings.Index(open, "rules:")] + "rules:\n")
	for i := range 199 {
		fmt.Fprintf(&file, "  - {name: rule-%d, commands: [kill-session], targets: [\"*\"], channels: [C%d], roles: [on-call]}\n", i, 10000+i)
	}
	file.WriteString("  - {name: last, commands: [kill-session], targets: [cache-prod], roles: [on-call]}\n")
	p, a := load(b, file.String()), fits()
	require.Len(b, p.Decide(a, commands.Plan{}).Trace, 199)
	b.ReportAllocs()
	for b.Loop() {
		p.Decide(a, commands.Plan{})
	}
}

// BenchmarkLoad reads the large policy.
func BenchmarkLoad(b *testing.B) {
	file, k := large()
	for b.Loop() {
		_, err := policy.Load("policy.yaml", []byte(file), k)
		require.NoError(b, err)
	}
}
