package wiring_test

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"quell/cmd/wiring"
	"quell/commands"
	"quell/policy"
)

var update = flag.Bool("update", false, "write the policy's schema anew")

func TestProfiles(t *testing.T) {
	kinds, seen, writes := map[string]bool{}, map[string]bool{}, map[string]int{}
	for _, k := range wiring.Profiles() {
		require.NotEmpty(t, k.Kind)
		require.False(t, kinds[k.Kind], "%s is there twice", k.Kind)
		kinds[k.Kind] = true
		held := map[string]bool{}
		for _, s := range k.Scopes {
			assert.NotEmpty(t, s.Name, k.Kind)
			assert.NotEmpty(t, s.Gloss, s.Name)
			assert.NotEmpty(t, s.Call, "%s: a permission is for a call", s.Name)
			assert.NotEmpty(t, s.Source, "%s: a permission is the vendor's own", s.Name)
			assert.Contains(t, commands.Names(), s.Command)
			key := strings.Join([]string{s.Name, k.Kind, s.Command}, " ")
			assert.False(t, seen[key], "%s is there twice", key)
			seen[key], held[s.Name] = true, true
			if s.Write {
				writes[k.Kind+" "+s.Command]++
			}
		}
		for _, r := range k.Roles {
			assert.NotEmpty(t, r.Name)
			assert.NotEmpty(t, r.Gloss, r.Name)
			assert.NotEmpty(t, r.Source, r.Name)
			assert.NotEmpty(t, r.Scopes, r.Name)
			for _, s := range r.Scopes {
				assert.True(t, held[s], "%s: a role holds scopes of its own kind: %s", r.Name, s)
			}
		}
		assert.Contains(t, k.Traits, "names", "people call everything by some name")
		assert.Subset(t, []string{"names", "users", "addresses", "clients", "own"}, k.Traits)
		for _, o := range k.Options {
			assert.NotEmpty(t, o.Name)
			assert.Contains(t, commands.Names(), o.Command)
		}
	}
	for key, n := range writes {
		assert.Equal(t, 1, n, "%s does one thing", key)
	}
}

// An alias is another name for one scope, never a name for two.
func TestAliasesAreOneScopes(t *testing.T) {
	of := map[string]string{}
	for _, k := range wiring.Profiles() {
		for _, s := range k.Scopes {
			for _, a := range append([]string{s.Name}, s.Aliases...) {
				if before, ok := of[a]; ok {
					assert.Equal(t, s.Name, before, a)
				}
				of[a] = k.Kind + " " + s.Name
			}
		}
	}
}

// The schema stands beside the policy's code, for editors that fetch it. It knows every
// kind, so the policy of the playground fits it.
func TestThePolicysSchema(t *testing.T) {
	const file = "../../policy/policy.schema.json"
	want, err := policy.Schema(policy.NewCatalogue(wiring.Profiles()...))
	require.NoError(t, err)
	if *update {
		require.NoError(t, os.WriteFile(file, want, 0o600))
	}
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "go test ./cmd/wiring -run Schema -update")
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(want))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("policy.schema.json", doc))
	s, err := c.Compile("policy.schema.json")
	require.NoError(t, err)
	play, err := os.ReadFile("../playground/stage/policy.yaml")
	require.NoError(t, err)
	var v any
	require.NoError(t, yaml.Unmarshal(play, &v))
	assert.NoError(t, s.Validate(v))
}
