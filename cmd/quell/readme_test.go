package main

import (
	"os"
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
	"quell/policy"
)

// TestREADME holds what the README shows to what the program reads.
func TestREADME(t *testing.T) {
	data, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	readme := string(data)

	t.Run("its example files load", func(t *testing.T) {
		t.Setenv("HUAWEI_ACCESS_KEY", "FAKEAKREADME")
		t.Setenv("HUAWEI_SECRET_KEY", "fake-secret-readme")
		targets, names, err := wiring.LoadTargets("quell.yaml", example(t, readme, "quell.yaml"), wiring.Makings{Now: time.Now})
		require.NoError(t, err)
		require.Contains(t, targets, "cache-prod")
		_, err = policy.Load("policy.yaml", example(t, readme, "policy.yaml"), policy.Known{Commands: grammar.Names(), Targets: names})
		require.NoError(t, err)
	})
	t.Run("its usage line is the grammar's", func(t *testing.T) {
		_, form, _ := strings.Cut(grammar.KillSessionGrammar().Usage(), " ")
		assert.True(t, strings.Contains(readme, form), "the README lacks %s", form)
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
