package slacksim_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
)

// A group that was disabled is not listed, unless it is asked for (docs.slack.dev,
// "usergroups.list").
func TestADisabledGroupIsListedOnlyIfAsked(t *testing.T) {
	t.Parallel()
	s := start(t, func(cfg *slacksim.Config) {
		cfg.Groups = append(cfg.Groups, slacksim.Group{ID: "S0OLD", Handle: "old", Disabled: 1_772_000_000, Users: []string{ben}})
	})
	require.Len(t, s.ok("usergroups.list", object{"include_users": true})["usergroups"], 2)
	all := s.ok("usergroups.list", object{"include_disabled": true})["usergroups"].([]any)
	require.Len(t, all, 3)
	assert.EqualValues(t, 1_772_000_000, all[2].(object)["date_delete"])
	assert.EqualValues(t, 0, all[0].(object)["date_delete"])
}
