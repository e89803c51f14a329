package redis_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
)

// TestWhatAUserMayDoBeyondNeed asks the server itself, which may not answer.
func TestWhatAUserMayDoBeyondNeed(t *testing.T) {
	t.Parallel()
	s := start(t)
	for rules, want := range map[string][]string{
		"+acl|getuser":                       nil,
		"+info +acl|getuser":                 nil,
		"+acl|getuser +get +client|no-evict": {"+get", "+client|no-evict"},
		"+@all":                              {"+@all"},
	} {
		got, err := s.bot(s.least(rules)).Excess(t.Context())
		require.NoError(t, err, rules)
		assert.ElementsMatch(t, want, got, rules)
	}
	_, err := s.bot(s.least("-acl")).Excess(t.Context())
	assert.Equal(t, integrations.Forbidden, failed(t, err).Kind)
	got, err := s.bot().Excess(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"+@all"}, got, "of whoever gave no user")
}
