package policy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"quell/commands"
	"quell/policy"
)

func TestTheCatalogueOfScopes(t *testing.T) {
	seen := map[policy.Scope]bool{}
	for _, s := range policy.Scopes() {
		assert.NotEmpty(t, s.Name)
		assert.NotEmpty(t, s.Kind)
		assert.NotEmpty(t, s.Source, "%s: a permission is the vendor's own", s.Name)
		assert.Contains(t, commands.Names(), s.Command)
		assert.Contains(t, policy.Needs(s.Kind, s.Command), s.Name)
		s.Source = ""
		assert.False(t, seen[s], "%s is there twice", s.Name)
		seen[s] = true
	}
}

func TestWhatACommandNeeds(t *testing.T) {
	assert.Equal(t, []string{"dcs:clients:list", "dcs:clients:kill"}, policy.Needs("dcs", "kill-session"))
	assert.Empty(t, policy.Needs("dcs", "restart-proxy"))
	assert.Empty(t, policy.Needs("gaussdb", "kill-session"))
	assert.Empty(t, policy.Needs("", ""))
}
