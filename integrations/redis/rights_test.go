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
		"+acl|getuser (+@all ~*)":            {"+@all"}, // selectors, of Redis 7
		"+acl|getuser (+info) (%R~a* -@all +get +set) (+get)": {"+get", "+set"},
		"+acl|getuser +get (+get)":                            {"+get"},
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

// Of rights that cannot be read whole nothing is said.
func TestRightsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	const user = "$8\r\ncommands\r\n$26\r\n-@all +client|list +config\r\n$9\r\nselectors\r\n"
	for name, answer := range map[string]string{
		"no commands":                "*2\r\n$4\r\nkeys\r\n$2\r\n~*\r\n",
		"selectors of another kind":  "*4\r\n" + user + "$7\r\n(+@all)\r\n",
		"no selectors":               "*4\r\n" + user + "$-1\r\n",
		"a selector of another kind": "*4\r\n" + user + "*1\r\n$6\r\n+@all \r\n",
		"a selector without a rule":  "*4\r\n" + user + "*1\r\n*2\r\n$4\r\nkeys\r\n$2\r\n~*\r\n",
	} {
		f := fakeServer(t, map[string]string{"ACL GETUSER": answer})
		rules, err := bot(t, "redis://"+f.addr).Excess(t.Context())
		require.Empty(t, rules, name)
		assert.Equal(t, integrations.Garbled, failed(t, err).Kind, name)
	}
	f := fakeServer(t, map[string]string{"ACL GETUSER": "*4\r\n" + user + "*0\r\n"})
	rules, err := bot(t, "redis://"+f.addr).Excess(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"+config"}, rules)
}
