package policy_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/integrations"
	"quell/policy"
)

func given(values ...string) integrations.Trait { return integrations.Trait{Values: values} }

func shielding(t testing.TB, entry string) *policy.Policy {
	return load(t, open+"protected: [{name: it, "+entry+"}]\n")
}

// What fits is protected, and so is what might. What such a thing never has fits nothing;
// an empty value is a value.
func TestWhatProtectionIsMatchedOn(t *testing.T) {
	unknown := integrations.Trait{Unknown: true}
	for entry, traits := range map[string]struct{ held, free []integrations.Traits }{
		`names: ["*-backup"]`: {
			[]integrations.Traits{{Names: given(strings.Repeat("n", 200) + "-backup")}, {Names: given("x", "a/b-backup")}, {Names: unknown}, {Names: integrations.Trait{Values: []string{"x"}, Unknown: true}}},
			[]integrations.Traits{{}, {Names: given("backup")}, {Names: given("")}, {Users: unknown}},
		},
		`users: [default]`: {
			[]integrations.Traits{{Users: given("default")}, {Users: unknown}},
			[]integrations.Traits{{}, {Users: given("")}, {Users: given("Default")}, {Names: given("default")}},
		},
		`users: ["*"]`: {
			[]integrations.Traits{{Users: given("")}, {Users: given("a")}, {Users: unknown}},
			[]integrations.Traits{{}},
		},
		`clients: [monitor, blocked]`: {
			[]integrations.Traits{{Classes: given("transaction", "blocked")}, {Classes: unknown}},
			[]integrations.Traits{{}, {Classes: given("transaction")}},
		},
		`own: protected`: {
			[]integrations.Traits{{MaybeOwn: true}},
			[]integrations.Traits{{}},
		},
		`users: [app], addresses: [10.0.0.0/8]`: {
			[]integrations.Traits{{Users: unknown, Addresses: given("10.0.0.1")}, {Users: given("app"), Addresses: unknown}},
			[]integrations.Traits{{Users: unknown, Addresses: given("192.0.2.1")}, {Users: given("app")}, {Addresses: unknown}, {Users: unknown}},
		},
	} {
		p := shielding(t, entry)
		for want, all := range map[string][]integrations.Traits{"it": traits.held, "": traits.free} {
			for _, is := range all {
				is.Read = true
				assert.Equal(t, want, p.Protects("cache-prod", integrations.Thing{Traits: is}), "%s: %+v", entry, is)
			}
		}
		assert.Equal(t, "it", p.Protects("cache-prod", integrations.Thing{}), "%s: a thing that nobody read", entry)
		d := p.Decide(fits(), commands.Plan{Items: make([]commands.Item, 1)})
		assert.Equal(t, "refused.protected", d.Why.ID, entry)
	}
	assert.Equal(t, "it", shielding(t, "own: protected").Protects("cache-prod", integrations.Thing{Own: true, Traits: integrations.Traits{Read: true}}))
}

// A range is of addresses, in whichever form they and it are written.
func TestAddressesInEveryForm(t *testing.T) {
	for entry, addresses := range map[string]struct{ in, out []string }{
		"::ffff:10.0.0.0/104": {[]string{"10.1.2.3:4", "10.1.2.3", "[::ffff:10.1.2.3]:4", "::ffff:10.1.2.3", "::ffff:a01:203"}, []string{"11.0.0.1:1", "[::a01:203]:1", ""}},
		"::ffff:10.0.0.7":     {[]string{"10.0.0.7:1", "::ffff:10.0.0.7"}, []string{"10.0.0.8"}},
		"::ffff:0:0/96":       {[]string{"10.1.2.3", "::ffff:10.1.2.3"}, []string{"2001:db8::1"}},
		"10.0.0.0/8":          {[]string{"[::ffff:10.1.2.3]:4", "10.1.2.3:4"}, []string{"[::ffff:11.1.2.3]:4"}},
		"fe80::/10":           {[]string{"[fe80::1%eth0]:1", "fe80::1%eth0", "fe80::2"}, []string{"2001:db8::1"}},
		"::/0":                {[]string{"2001:db8::1", "::ffff:10.1.2.3"}, []string{"10.1.2.3"}},
	} {
		p := shielding(t, "addresses: ['"+entry+"']")
		for want, all := range map[string][]string{"it": append(addresses.in, "somewhere", "10.1.2.3, 10.1.2.4"), "": addresses.out} {
			for _, a := range all {
				assert.Equal(t, want, p.Protects("queue-1", integrations.Thing{Traits: integrations.Traits{Read: true, Addresses: given(a)}}), "%s: %q", entry, a)
			}
		}
	}
	assert.Empty(t, policy.Diff(shielding(t, "addresses: ['::ffff:10.0.0.0/104']"), shielding(t, "addresses: [10.0.0.0/8]"), known))
}

// A plan is judged again after it was stored, by a policy that came since.
func TestAStoredPlanIsJudgedOnWhatTheVendorGave(t *testing.T) {
	long := strings.Repeat("n", 100) + "-backup"
	plan := commands.Plan{Items: []commands.Item{{Thing: integrations.Thing{
		Name: "a", Facts: []integrations.Field{{Name: "name", Value: integrations.Clean(long, 80)}}, Traits: integrations.Traits{Read: true, Names: given(long)},
	}}}}
	body, err := json.Marshal(plan)
	require.NoError(t, err)
	var stored commands.Plan
	require.NoError(t, json.Unmarshal(body, &stored))
	assert.True(t, stored.Matchable())
	assert.Equal(t, "refused.protected", shielding(t, `names: ["*-backup"]`).Decide(fits(), stored).Why.ID)
	assert.Equal(t, policy.Run, shielding(t, `names: ["*-backups"]`).Decide(fits(), stored).Verdict)
	assert.False(t, commands.Plan{Items: []commands.Item{{}}}.Matchable())
}

// An entry that can protect nothing is told of: somebody relies on it.
func TestProtectionThatCanFitNothing(t *testing.T) {
	with := known
	with.Targets = append([]policy.Target{{Name: "orders", Kind: "taurusdb"}, {Name: "transfers", Kind: "hulft"}}, known.Targets...)
	for entry, want := range map[string]string{
		`users: [app]`:                                              "",
		`targets: [orders], users: [app]`:                           `"it" protects nothing on orders (taurusdb): it names users, which nothing there has`,
		`targets: ["[ot]r*"], users: [app]`:                         `"it" protects nothing on orders (taurusdb), transfers (hulft): it names users, which nothing there has`,
		`targets: [cache-prod, orders], users: [a]`:                 `"it" protects nothing on orders (taurusdb): it names users, which nothing there has`,
		`targets: ["*"], users: [app]`:                              "",
		`targets: [transfers], names: [x], addresses: [10.0.0.0/8]`: `"it" protects nothing on transfers (hulft): it names addresses, which nothing there has`,
		`targets: [cache-prod], own: protected`:                     `"it" protects nothing on cache-prod (dcs): it names own, which nothing there has`,
		`targets: [proxy-prod], users: [app]`:                       "", // of a kind of which nothing is known
		`targets: [orders], addresses: [10.0.0.0/8]`:                "",
	} {
		p, err := policy.Load("policy.yaml", []byte(open+"protected: [{name: it, "+entry+"}]\n"), with)
		require.NoError(t, err)
		got := fmt.Sprint(p.Warnings())
		if want == "" {
			assert.NotContains(t, got, "protects nothing", entry)
			continue
		}
		assert.Contains(t, got, want, entry)
	}
}
