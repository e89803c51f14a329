package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/cmd/wiring"
)

// floors lists which packages of this module each package may import. It is
// the tower of floors: an edge that is not here is not allowed. Tests may reach
// further, but no production file may import a simulator.
var floors = map[string][]string{
	"integrations":             {},
	"integrations/huaweicloud": {"integrations"},
	"integrations/dcs":         {"integrations", "integrations/huaweicloud"},
	"integrations/fabric":      {"integrations", "integrations/huaweicloud"},
	"integrations/hulft":       {"integrations"},
	"integrations/jp1ao":       {"integrations"},
	"integrations/redis":       {"integrations"},
	"integrations/taurusdb":    {"integrations", "integrations/huaweicloud"},
	"integrations/sim":         {},
	"integrations/vendortest":  {"integrations"},
	"integrations/redistest":   {},
	"commands/words":           {},
	"bot/audit":                {},
	"bot/slacksim":             {},
	"policy/strictyaml":        {"commands/words"},
	"commands":                 {"integrations", "commands/words"},
	"policy":                   {"commands", "integrations", "commands/words", "policy/strictyaml"},
	"policy/policytest":        {"policy", "commands", "integrations", "commands/words"},
	"bot/approval":             {"policy", "commands", "integrations", "commands/words"},
	"bot/store":                {"bot/approval", "bot/audit", "commands/words", "policy", "commands", "integrations"},
	"bot/storetest":            {"bot/store", "bot/approval", "bot/audit", "policy", "commands", "integrations", "commands/words"},
	"bot/keylock":              {},
	"bot/inflight":             {},
	"bot/bucket":               {},
	"bot/people":               {"bot/store", "bot/approval", "bot/audit", "commands/words", "policy", "commands"},
	"bot/display":              {"bot/store", "bot/approval", "bot/inflight", "bot/keylock", "commands/words", "policy"},
	"bot/engine":               {"bot/store", "bot/approval", "bot/audit", "bot/inflight", "bot/keylock", "bot/people", "commands/words", "policy", "commands", "integrations"},
	"bot":                      {"bot/bucket", "bot/engine", "bot/people", "bot/store", "bot/approval", "bot/audit", "commands/words", "policy", "commands", "integrations"},
	"bot/slack":                {"bot", "bot/bucket", "bot/display", "bot/inflight", "bot/keylock", "bot/people", "bot/store", "bot/approval", "commands/words", "policy", "commands", "integrations"},
	"cmd/wiring": {
		"bot", "bot/slack", "bot/engine", "bot/display", "bot/people", "bot/store", "bot/approval", "commands/words", "policy", "policy/strictyaml",
		"commands", "integrations", "integrations/huaweicloud",
		"integrations/dcs", "integrations/fabric", "integrations/hulft", "integrations/jp1ao", "integrations/redis", "integrations/taurusdb",
	},
	"cmd/quell":            {"cmd/wiring", "bot", "bot/engine", "policy", "policy/policytest", "commands", "integrations", "bot/approval", "bot/store", "bot/audit", "commands/words"},
	"cmd/playground":       nil,
	"cmd/playground/stage": {"cmd/wiring", "integrations", "integrations/sim", "bot/slacksim"},
}

// TestFloors parses the files itself: a test that asks the go command is served
// from the test cache after the imports have changed.
func TestFloors(t *testing.T) {
	seen := map[string]bool{}
	for file, imports := range production(t) {
		pkg := path.Dir(file)
		allowed, known := floors[pkg]
		require.True(t, known, "%s is on no floor: add it to the table", pkg)
		seen[pkg] = true
		for _, i := range imports {
			if own, ours := strings.CutPrefix(i, "quell/"); ours {
				require.Contains(t, allowed, own, "%s imports %s", file, own)
			}
			if strings.HasPrefix(i, "github.com/slack-go/") {
				require.Equal(t, "bot/slack", pkg, "%s imports %s", file, i)
			}
		}
	}
	for pkg := range floors {
		require.True(t, seen[pkg], "%s is in the table and not in the tree", pkg)
	}
}

// TestNobodyElseSpeaksOfAVendor looks at what the rooms that know no vendor say: the name of a
// kind of system comes to them with its profile.
func TestNobodyElseSpeaksOfAVendor(t *testing.T) {
	var kinds []string
	for _, p := range wiring.Profiles() {
		kinds = append(kinds, p.Kind)
	}
	named := regexp.MustCompile(`(?i)\b(` + strings.Join(kinds, "|") + `)\b`)
	knowing := []string{"integrations", "cmd/wiring", "cmd/playground", "bot/storetest"} // the last one is for tests alone
	for file := range production(t) {
		if slices.ContainsFunc(knowing, func(room string) bool { return strings.HasPrefix(file, room+"/") }) {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", file), nil, 0)
		require.NoError(t, err)
		ast.Inspect(parsed, func(n ast.Node) bool {
			if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING {
				require.NotRegexp(t, named, text.Value, file)
			}
			return true
		})
	}
}

// TestTopLevel holds the top level that the owner fixed.
func TestTopLevel(t *testing.T) {
	fixed := []string{"bot", "commands", "integrations", "policy", "cmd", "go.mod", "go.sum", "Dockerfile", "README.md"}
	found, err := filepath.Glob("../../*")
	require.NoError(t, err)
	for _, f := range found {
		if name := filepath.Base(f); !strings.HasPrefix(name, ".") && name != "artifacts" && name != "data" {
			require.Contains(t, fixed, name)
		}
	}
}

// production maps each Go file that is no test to what it imports.
func production(t *testing.T) map[string][]string {
	t.Helper()
	root := filepath.Join("..", "..")
	files := map[string][]string{}
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{"testdata", ".git", "artifacts", "data"}, d.Name()):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go"):
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, p)
		files[filepath.ToSlash(rel)] = nil
		for _, i := range parsed.Imports {
			name, _ := strconv.Unquote(i.Path.Value)
			files[filepath.ToSlash(rel)] = append(files[filepath.ToSlash(rel)], name)
		}
		return err
	})
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}
