package policy_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"quell/commands"
	"quell/policy"
)

func TestTheCatalogueOfScopes(t *testing.T) {
	seen, names, writes := map[string]bool{}, map[string]bool{}, map[string]int{}
	for _, s := range policy.Scopes() {
		assert.NotEmpty(t, s.Name)
		assert.NotEmpty(t, s.Gloss, s.Name)
		assert.NotEmpty(t, s.Kind)
		assert.NotEmpty(t, s.Call, "%s: a permission is for a call", s.Name)
		assert.NotEmpty(t, s.Source, "%s: a permission is the vendor's own", s.Name)
		assert.Contains(t, commands.Names(), s.Command)
		assert.Contains(t, policy.Needs(s.Kind, s.Command), s.Name)
		key := strings.Join([]string{s.Name, s.Kind, s.Command}, " ")
		assert.False(t, seen[key], "%s is there twice", key)
		seen[key], names[s.Name] = true, true
		if s.Write {
			writes[s.Kind+" "+s.Command]++
		}
	}
	assert.LessOrEqual(t, len(names), 64, "a set of them is one word")
	for key, n := range writes {
		assert.Equal(t, 1, n, "%s does one thing", key)
	}
}

// An alias is another name for one scope, never a name for two.
func TestAliasesAreOneScopes(t *testing.T) {
	of := map[string]string{}
	for _, s := range policy.Scopes() {
		for _, a := range append([]string{s.Name}, s.Aliases...) {
			if before, ok := of[a]; ok {
				assert.Equal(t, s.Name, before, a)
			}
			of[a] = s.Name
		}
	}
}

func TestWhatACommandNeeds(t *testing.T) {
	assert.Equal(t, []string{"dcs:clients:list", "dcs:clients:kill"}, policy.Needs("dcs", "kill-session"))
	assert.Equal(t, []string{"接続 Agent / 取得", "中継履歴 / 取得", "接続 Agent / 切断"}, policy.Needs("hulft", "disconnect-agent"))
	assert.Empty(t, policy.Needs("dcs", "restart-proxy"))
	assert.Empty(t, policy.Needs("gaussdb", "kill-session"))
	assert.Empty(t, policy.Needs("", ""))
}

// JP1/AO lets whoever may look at a task stop it: its four roles all hold the same.
func TestVendorRoles(t *testing.T) {
	var names []string
	for _, r := range policy.VendorRoles() {
		names = append(names, r.Name)
		assert.NotEmpty(t, r.Gloss)
		assert.NotEmpty(t, r.Source)
		assert.Equal(t, []string{"Submit"}, r.Scopes)
	}
	assert.Equal(t, []string{"jp1ao/Admin", "jp1ao/Develop", "jp1ao/Modify", "jp1ao/Submit"}, names)
}
