package main

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/cmd/wiring"
	grammar "quell/commands"
	"quell/integrations"
	"quell/policy"
)

// TestREADME holds what the README shows to what the program reads.
func TestREADME(t *testing.T) {
	data, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	readme := string(data)

	t.Run("its example files load", func(t *testing.T) {
		for _, reference := range regexp.MustCompile(`env:(\w+)`).FindAllStringSubmatch(string(example(t, readme, "quell.yaml")), -1) {
			t.Setenv(reference[1], "FAKEREADME")
		}
		targets, names, err := wiring.LoadTargets("quell.yaml", example(t, readme, "quell.yaml"), wiring.Makings{Now: time.Now, Limiter: free{}})
		require.NoError(t, err)
		require.Len(t, targets, len(wiring.Profiles()), "one of each kind")
		_, err = policy.Load("policy.yaml", example(t, readme, "policy.yaml"), policy.Known{Commands: grammar.Names(), Kinds: policy.NewCatalogue(wiring.Profiles()...), Targets: names})
		require.NoError(t, err)
	})
	t.Run("its manifest is the one that the program prints", func(t *testing.T) {
		assert.Contains(t, readme, "`go run ./cmd/quell manifest`")
		assert.NotRegexp(t, `slash_commands|oauth_config|bot_user`, readme, "a copy would grow old")
	})
	t.Run("it names every key of a target and every scope", func(t *testing.T) {
		files, err := filepath.Glob("../wiring/*.go")
		require.NoError(t, err)
		for _, f := range files {
			source, err := os.ReadFile(f)
			require.NoError(t, err)
			for _, key := range regexp.MustCompile(`yaml:"(\w+)"`).FindAllSubmatch(source, -1) {
				assert.Regexp(t, "`?"+string(key[1])+"[`:]", readme)
			}
		}
		for _, k := range wiring.Profiles() {
			for _, s := range k.Scopes {
				assert.Contains(t, readme, "`"+s.Name+"`")
			}
		}
	})
	t.Run("it has the least that HULFT and JP1/AO have to grant", func(t *testing.T) {
		for _, k := range wiring.Profiles() {
			for _, s := range k.Scopes {
				if k.Kind == "hulft" {
					box := strings.NewReplacer(" / ", "` → `").Replace("| `" + s.Name + "`")
					assert.Contains(t, readme, box+" | "+strings.Replace(s.Gloss, " / ", " → ", 1)+" |")
				}
			}
			for _, r := range k.Roles {
				assert.Contains(t, readme, "`"+r.Name+"`", "a role that permits it is named")
			}
		}
	})
	t.Run("its table names every setting", func(t *testing.T) {
		named := regexp.MustCompile("(?m)^\\| `([A-Z_]+)` \\|").FindAllStringSubmatch(readme, -1)
		var rows []string
		for _, m := range named {
			rows = append(rows, m[1])
		}
		var settings []string
		for f := range reflect.TypeFor[wiring.Settings]().Fields() {
			if name := f.Tag.Get("env"); !strings.HasSuffix(name, "_FILE") {
				settings = append(settings, name)
			}
		}
		slices.Sort(rows)
		slices.Sort(settings)
		assert.Equal(t, settings, rows)
	})
}

// free is a limiter without a limit.
type free struct{}

func (free) Take(context.Context, time.Time, integrations.Limit, integrations.Use) (integrations.NoRoom, error) {
	return integrations.NoRoom{}, nil
}
func (free) Ban(context.Context, string, time.Time) error { return nil }

// example is the code block whose first line names the file.
func example(t *testing.T, readme, file string) []byte {
	t.Helper()
	for _, block := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(readme, -1) {
		if strings.HasPrefix(strings.TrimSpace(block[1]), "# "+file) {
			return []byte(block[1])
		}
	}
	require.Fail(t, "the README shows no "+file)
	return nil
}
