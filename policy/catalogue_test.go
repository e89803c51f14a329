package policy_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/policy"
)

func TestWhatACommandNeeds(t *testing.T) {
	p := load(t, open)
	assert.Equal(t, []string{"dcs:clients:list", "dcs:clients:kill"}, p.Needs("dcs", "kill-session"))
	assert.Equal(t, []string{"接続 Agent / 取得", "中継履歴 / 取得", "接続 Agent / 切断"}, p.Needs("hulft", "disconnect-agent"))
	assert.Empty(t, p.Needs("dcs", "restart-proxy"))
	assert.Empty(t, p.Needs("gaussdb", "kill-session"))
	assert.Empty(t, p.Needs("", ""))
}

// A kind that this package never heard of is judged by what it brings.
func TestAKindBringsWhatItNeeds(t *testing.T) {
	stove := integrations.Profile{
		Kind: "stove", Traits: []string{"names"},
		Scopes: []integrations.Scope{{Name: "see", Command: "kill-session"}, {Name: "quench", Aliases: []string{"douse"}, Command: "kill-session", Write: true}},
		Roles:  []integrations.Role{{Name: "Cook", Scopes: []string{"see", "quench"}}},
	}
	k := policy.Known{Commands: known.Commands, Kinds: policy.NewCatalogue(stove), Targets: []policy.Target{{Name: "cache-prod", Kind: "stove"}, {Name: "cache-test", Kind: "stove"}}}
	file := strings.Replace(open, "{scopes: [dcs:clients:list, dcs:clients:kill]}", "{%s}", 1)
	require.NotEqual(t, open, file)
	for grants, mistake := range map[string]string{
		"scopes: [see, douse]":  "",
		"mirrors: stove/Cook":   "",
		"scopes: [see]":         "none of its roles has the scope quench",
		"scopes: [see, quelch]": `unknown scope "quelch" - did you mean "quench"?`,
		"mirrors: stove/Waiter": `unknown vendor's role "stove/Waiter"`,
	} {
		p, err := policy.Load("policy.yaml", fmt.Appendf(nil, file, grants), k)
		if mistake != "" {
			require.ErrorContains(t, err, mistake, grants)
			continue
		}
		require.NoError(t, err, grants)
		a := fits()
		a.Target = k.Targets[0]
		assert.NotEqual(t, policy.Refuse, p.Admit(a).Verdict, grants)
		assert.True(t, p.Gives("stove", "names"))
		assert.False(t, p.Gives("stove", "users"))
		assert.True(t, p.Gives("oven", "users"), "nothing is known of it")
	}
}

// A scope too many would be one that is asked of nobody.
func TestMoreScopesThanASetCanHold(t *testing.T) {
	var many integrations.Profile
	for i := range 65 {
		many.Scopes = append(many.Scopes, integrations.Scope{Name: fmt.Sprint("s", i), Command: "kill-session"})
	}
	_, err := policy.Load("policy.yaml", []byte(open), policy.Known{Commands: known.Commands, Kinds: policy.NewCatalogue(many)})
	require.ErrorContains(t, err, "65 scopes; 64 is the most")
}

// What decides, what is typed and what is shown know no vendor: a kind of target is a value
// to them. Only what plays a part in tests names some.
func TestNoVendorIsNamedAbove(t *testing.T) {
	vendors, err := filepath.Glob("../integrations/*/profile.go")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(vendors), 5)
	for _, root := range []string{".", "../commands", "../bot"} {
		require.NoError(t, filepath.WalkDir(root, func(file string, d os.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && (d.Name() == "slacksim" || d.Name() == "storetest"):
				return filepath.SkipDir
			case !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go"):
				return nil
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(parsed, func(n ast.Node) bool {
				lit, ok := n.(*ast.BasicLit)
				for _, v := range vendors {
					kind := filepath.Base(filepath.Dir(v))
					assert.False(t, ok && lit.Kind == token.STRING && strings.Contains(strings.ToLower(lit.Value), kind), "%s names %s", file, kind)
				}
				return true
			})
			return nil
		}))
	}
}
