package slacksim_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
)

func TestWhatSlackTellsOfAPerson(t *testing.T) {
	t.Parallel()
	s := start(t, func(cfg *slacksim.Config) {
		cfg.People = append(cfg.People,
			slacksim.Person{ID: "U0ONE", Name: "one", Kind: slacksim.Guest, SingleChannel: true},
			slacksim.Person{ID: "U0FAR", Name: "far", Kind: slacksim.External, Team: "T0FAR"})
	})
	for name, c := range map[string]struct {
		id   string
		want object // nil: the field is not there
	}{
		"a member":               {anna, object{"team_id": "T0QUELL", "deleted": false, "is_bot": false, "is_restricted": false, "is_ultra_restricted": false, "is_stranger": nil}},
		"a guest":                {"U0GUS", object{"team_id": "T0QUELL", "is_restricted": true, "is_ultra_restricted": false}},
		"a single-channel guest": {"U0ONE", object{"is_restricted": true, "is_ultra_restricted": true}},
		"somebody who has left":  {"U0DAN", object{"team_id": "T0QUELL", "deleted": true, "is_restricted": nil}},
		"the bot":                {"U0QUELL", object{"team_id": "T0QUELL", "is_bot": true}},
		"an outsider in a channel of ours is no stranger": {"U0EXT", object{"team_id": "T0OTHER", "is_stranger": false, "is_restricted": false}},
		"an outsider in none is":                          {"U0FAR", object{"team_id": "T0FAR", "is_stranger": true}},
	} {
		t.Run(name, func(t *testing.T) {
			user := s.ok("users.info", object{"user": c.id})["user"].(object)
			assert.Equal(t, c.id, user["id"])
			for field, want := range c.want {
				assert.Equal(t, want, user[field], field)
			}
		})
	}
	assert.Equal(t, "user_not_found", s.refused("users.info", object{"user": "U0NOBODY"}))
}

func TestWhatSlackTellsOfAConversation(t *testing.T) {
	t.Parallel()
	s := start(t, func(cfg *slacksim.Config) {
		cfg.Channels = append(cfg.Channels,
			slacksim.Channel{ID: "C0SECRET", Name: "secret", Private: true, PendingExtShared: true},
			slacksim.Channel{ID: "C0ORG", Name: "org", OrgShared: true, WithoutApp: true},
			slacksim.Channel{ID: "C0HIDDEN", Name: "hidden", Private: true, WithoutApp: true})
	})
	for name, c := range map[string]struct {
		id   string
		want object
	}{
		"a channel":         {incident, object{"name": "inc-checkout", "is_channel": true, "is_private": false, "is_member": true, "is_im": false, "is_shared": false, "is_ext_shared": false, "is_pending_ext_shared": false, "is_org_shared": false, "num_members": 4.0}},
		"shared outside":    {partners, object{"is_ext_shared": true, "is_shared": true}},
		"private, inviting": {"C0SECRET", object{"is_private": true, "is_channel": false, "is_group": true, "is_pending_ext_shared": true}},
		"shared inside":     {"C0ORG", object{"is_org_shared": true, "is_shared": true, "is_ext_shared": false, "is_member": false}},
		"direct messages":   {"D0ANNA", object{"is_im": true, "user": anna, "name": nil}},
	} {
		t.Run(name, func(t *testing.T) {
			channel := s.ok("conversations.info", object{"channel": c.id, "include_num_members": true})["channel"].(object)
			for field, want := range c.want {
				assert.Equal(t, want, channel[field], field)
			}
		})
	}
	for _, id := range []string{"C0NOWHERE", "C0HIDDEN", "D0DAN"} {
		assert.Equal(t, "channel_not_found", s.refused("conversations.info", object{"channel": id}))
	}
	assert.Equal(t, "channel_not_found", s.refused("conversations.history", object{"channel": "C0HIDDEN"}))
	assert.Equal(t, "not_in_channel", s.refused("conversations.history", object{"channel": "C0ORG"}))
	assert.Equal(t, "thread_not_found", s.refused("conversations.replies", object{"channel": incident, "ts": "1.000000"}))
}

// docs.slack.dev, conversations.members: a page at a time, until next_cursor is empty.
func TestWhoIsInAConversation(t *testing.T) {
	t.Parallel()
	s := start(t, func(cfg *slacksim.Config) {
		cfg.Channels = append(cfg.Channels,
			slacksim.Channel{ID: "C0SECRET", Name: "secret", Private: true, Members: []string{anna, "U0BEN", "U0CHO"}},
			slacksim.Channel{ID: "C0HIDDEN", Name: "hidden", Private: true, WithoutApp: true, Members: []string{anna}})
	})
	page := s.ok("conversations.members", object{"channel": "C0SECRET", "limit": 2})
	assert.Equal(t, []any{anna, "U0BEN"}, page["members"])
	next := page["response_metadata"].(object)["next_cursor"]
	page = s.ok("conversations.members", object{"channel": "C0SECRET", "limit": 2, "cursor": next})
	assert.Equal(t, []any{"U0CHO"}, page["members"])
	assert.Empty(t, page["response_metadata"].(object)["next_cursor"])
	assert.Equal(t, "channel_not_found", s.refused("conversations.members", object{"channel": "C0HIDDEN"}))
	assert.Equal(t, "invalid_limit", s.refused("conversations.members", object{"channel": "C0SECRET", "limit": 1000}))
	assert.Equal(t, "invalid_cursor", s.refused("conversations.members", object{"channel": "C0SECRET", "cursor": "x"}))
}

func TestDirectMessagesAreOpened(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, args := range map[string]object{
		"with a person": {"users": anna},
		"by their id":   {"channel": "D0ANNA"},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, object{"id": "D0ANNA"}, s.ok("conversations.open", args)["channel"])
			args["return_im"] = true
			assert.Equal(t, anna, s.ok("conversations.open", args)["channel"].(object)["user"])
		})
	}
	for code, args := range map[string]object{
		"users_list_not_supplied":               {},
		"user_not_found":                        {"users": "U0NOBODY"},
		"user_disabled":                         {"users": "U0DAN"},
		"user_not_visible":                      {"users": "U0EXT"},
		"channel_not_found":                     {"channel": "D0NOBODY"},
		"method_not_supported_for_channel_type": {"channel": incident},
	} {
		assert.Equal(t, code, s.refused("conversations.open", args))
	}
}

func TestGroupsAreListedWithTheirMembersIfAsked(t *testing.T) {
	t.Parallel()
	s := start(t)
	groups := s.ok("usergroups.list", object{})["usergroups"].([]any)
	require.Len(t, groups, 2)
	assert.NotContains(t, groups[0], "users")
	assert.Equal(t, "on-call", groups[0].(object)["handle"])

	s.SetGroup("S0ONCALL", ben, "U0CHO")
	groups = s.ok("usergroups.list", object{"include_users": true})["usergroups"].([]any)
	assert.Equal(t, []any{ben, "U0CHO"}, groups[0].(object)["users"])
	s.SetGroup("S0ONCALL")
	assert.Equal(t, []any{}, s.ok("usergroups.users.list", object{"usergroup": "S0ONCALL"})["users"])
	assert.Equal(t, "no_such_subteam", s.refused("usergroups.users.list", object{"usergroup": "S0NONE"}))
}

func TestAPersonCanLeave(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.SetPerson(slacksim.Person{ID: ben, Name: "ben", Kind: slacksim.Deactivated})
	assert.Equal(t, true, s.ok("users.info", object{"user": ben})["user"].(object)["deleted"])
	require.Error(t, s.As(ben).Say(incident, "hello"))
	s.SetPerson(slacksim.Person{ID: ben, Name: "ben", Kind: slacksim.Hidden})
	assert.Equal(t, "user_not_visible", s.refused("users.info", object{"user": ben}))
}

func TestTheAPICanBeTried(t *testing.T) {
	t.Parallel()
	s := start(t)
	assert.Equal(t, object{"foo": "bar"}, s.ok("api.test", object{"foo": "bar"})["args"])
	assert.Equal(t, "my_error", s.refused("api.test", object{"error": "my_error"}))
	me := s.ok("auth.test", object{})
	assert.Equal(t, "https://acme.slack.com/", me["url"])
	assert.Equal(t, false, me["is_enterprise_install"])
}
