package wiring_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/engine"
	"quell/cmd/wiring"
	"quell/policy"
)

// A name that people cannot say, or tell from another, is a mistake; its system is served all
// the same, unless its name breaks the menus of Slack.
func TestNamesOfTargets(t *testing.T) {
	t.Setenv("TRANSFERS_KEY", "fake-key")
	long := func(n int) string { return strings.Repeat("x", n) }
	for _, c := range []struct {
		names []string
		want  string // in the error; "" for none
		left  int    // out
	}{
		{[]string{"cache-prod", "db.1_a", "注文-本番", "데이터", "café", "Ａ１", "नि"}, "", 0},
		{[]string{long(60)}, "", 0},
		{[]string{long(61)}, `has 61 characters; 60 is the most`, 0},
		{[]string{long(150)}, `has 150 characters; 60 is the most`, 0},
		{[]string{long(151)}, `has 151 characters; 60 is the most`, 1},
		{[]string{"cache prod"}, `the name "cache prod" has more in it than letters, digits, ".", "_" and "-"`, 0},
		{[]string{"cache/prod"}, `the name "cache/prod" has more in it`, 0},
		{[]string{"cache–prod"}, `the name "cache–prod" has more in it`, 0},
		{[]string{"🔥"}, `the name "🔥" has more in it`, 0},
		{[]string{"all"}, `the name "all" means everything`, 0},
		{[]string{"ＡＬＬ"}, `the name "ＡＬＬ" means everything`, 0},
		{[]string{"cache-prod", "cache–prod"}, `the name "cache–prod" is too much like "cache-prod"`, 0},
		{[]string{"κόσμος", "κόσμοσ"}, `is too much like`, 0},
		{[]string{"cache-1", "cache_1", "cache.1"}, "", 0},
		{[]string{"--reason"}, `the name "--reason" begins with "-"`, 0},
		{[]string{"-x"}, `the name "-x" begins with "-"`, 0},
		{[]string{"..."}, `the name "..." is made of dots alone`, 0},
		{[]string{".", "_x", "x-", ".x"}, `the name "." is made of dots alone`, 0},
	} {
		file := "targets:\n  other: {kind: hulft, contract: acme, api_key: env:TRANSFERS_KEY}\n"
		for _, name := range c.names {
			file += fmt.Sprintf("  %s: {kind: hulft, contract: acme, api_key: env:TRANSFERS_KEY}\n", name)
		}
		targets, all, err := load(file)
		require.Len(t, all, len(c.names)+1, c.names)
		require.Len(t, targets, len(c.names)+1-c.left, c.names)
		if c.want == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, c.want)
	}
}

// What is wrong with a name is told where the name stands, not where its block begins.
func TestAMistakeInANameIsToldAtTheName(t *testing.T) {
	t.Setenv("TRANSFERS_KEY", "fake-key")
	const block = ":\n    kind: hulft\n    contract: acme\n    api_key: env:TRANSFERS_KEY\n"
	for name, says := range map[string]string{
		"cache prod": `quell.yaml:6:3: the name "cache prod" has more in it`,
		"all":        `quell.yaml:6:3: the name "all" means everything`,
		"cache–one":  `quell.yaml:6:3: the name "cache–one" is too much like "cache-one"`,
	} {
		_, _, err := load("targets:\n  cache-one" + block + "  " + name + block)
		require.ErrorContains(t, err, says)
	}
	_, _, err := load("targets:\n  cache-one:\n    contract: acme\n")
	require.ErrorContains(t, err, `quell.yaml:2:3: target "cache-one" needs a kind`)
}

// Of names that differ in capitals or in the width of letters alone, the second is no key at
// all.
func TestNamesThatAreOneKey(t *testing.T) {
	t.Setenv("TRANSFERS_KEY", "fake-key")
	for _, name := range []string{"Cache-Prod", "ＣＡＣＨＥ-prod"} {
		targets, all, err := load(fmt.Sprintf("targets:\n  cache-prod: {kind: hulft, contract: acme, api_key: env:TRANSFERS_KEY}\n  %s: {kind: hulft, contract: acme, api_key: env:TRANSFERS_KEY}\n", name))
		require.ErrorContains(t, err, "is there already as")
		require.Contains(t, targets, "cache-prod")
		require.Len(t, all, 1)
	}
}

func load(file string) (map[string]engine.Target, []policy.Target, error) {
	return wiring.LoadTargets("quell.yaml", []byte(file), wiring.Makings{Now: time.Now, Limiter: free{}})
}
