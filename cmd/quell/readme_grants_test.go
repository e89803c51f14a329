package main

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/cmd/wiring"
	"quell/commands/words"
	"quell/integrations"
)

// identityPolicy is what IAM takes ("JSON Element Reference").
type identityPolicy struct {
	Version   string
	Statement []struct {
		Sid, Effect string
		Action      []string
	}
}

// The policy to paste for Huawei Cloud grants what the commands rely on, and nothing else.
func TestREADMEGrantsTheLeast(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```json\n(.*?)```").FindAllSubmatch(readme, -1)
	require.Len(t, blocks, 1)
	var p identityPolicy
	require.NoError(t, json.Unmarshal(blocks[0][1], &p))
	require.Equal(t, "5.0", p.Version)
	var kinds []string
	for _, s := range p.Statement {
		kinds = append(kinds, s.Sid)
		require.Equal(t, "Allow", s.Effect)
		require.ElementsMatch(t, least(t, s.Sid), s.Action, s.Sid)
	}
	require.Equal(t, []string{"dcs", "fabric", "taurusdb"}, kinds)
	for _, action := range []string{"dcs:instance:get", "gaussdbformysql:task:list"} {
		require.Contains(t, string(readme), "`"+action+"`", "its doubt is told")
	}
}

// Whichever call was refused, the sentence names all that there is to grant: what is missing is
// among it.
func TestAMissingGrantIsAmongThoseThatAreNamed(t *testing.T) {
	catalogue, err := words.Load()
	require.NoError(t, err)
	for _, kind := range []string{"dcs", "fabric", "redis", "taurusdb"} {
		said := catalogue.In("en", words.Plain{}).Say(words.New(kind+".no-permission", words.V{"target": words.Code("orders")}))
		for _, grant := range least(t, kind) {
			require.Regexp(t, regexp.QuoteMeta(grant)+"[`., ]", said, kind)
		}
	}
}

// least are the actions of a kind, for all of its commands.
func least(t *testing.T, kind string) (actions []string) {
	t.Helper()
	all := wiring.Profiles()
	i := slices.IndexFunc(all, func(p integrations.Profile) bool { return p.Kind == kind })
	require.GreaterOrEqual(t, i, 0, kind)
	for _, s := range all[i].Scopes {
		actions = append(actions, all[i].Grants(s.Command)...)
	}
	slices.Sort(actions)
	return slices.Compact(actions)
}
