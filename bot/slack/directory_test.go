package slack_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
	"quell/bot/store"
	"quell/commands"
	"quell/policy"
)

func person(user string) commands.Person { return commands.Person{Team: "T0QUELL", User: user} }

func TestPeopleWithTheirStandingAndGroups(t *testing.T) {
	s := start(t)
	chat := s.connect()
	for user, want := range map[string]policy.Subject{
		"U0BEN": {Standing: policy.Member, Groups: []policy.Membership{{Group: "S0COMMANDERS"}}},
		"U0CHO": {Standing: policy.Member},
		"U0GUS": {Standing: policy.Guest},
		"U0DAN": {Standing: policy.Deactivated},
		"U0EXT": {Standing: policy.Stranger},
	} {
		want.Person = person(user)
		got, err := chat.Subject(s.within(patience), want.Person, time.Now())
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
}

func TestALotOfVotesAtOnceCostsFewLookUps(t *testing.T) {
	s := start(t)
	chat, now := s.connect(), time.Now()
	var asking sync.WaitGroup
	for range 50 {
		asking.Go(func() {
			who, err := chat.Subject(s.within(patience), person("U0BEN"), now)
			assert.NoError(t, err)
			assert.Equal(t, []policy.Membership{{Group: "S0COMMANDERS"}}, who.Groups)
		})
		asking.Go(func() {
			where, err := chat.Channel(s.within(patience), incident, now)
			assert.NoError(t, err)
			assert.Equal(t, policy.Workspace, where.Place)
		})
	}
	asking.Wait()
	for _, method := range []string{"users.info", "usergroups.list", "conversations.info"} {
		assert.Equal(t, 1, s.Calls(method), method)
	}
}

func TestALookUpThatFailsSaysWhichAndIsTriedAgain(t *testing.T) {
	s := start(t)
	chat, now := s.connect(), time.Now()
	s.fail("usergroups.list", 1, slacksim.Fault{Name: slacksim.Says("internal_error")})
	_, err := chat.Subject(s.within(patience), person("U0BEN"), now)
	require.EqualError(t, err, "usergroups.list: internal_error")
	_, err = chat.Subject(s.within(patience), person("U0BEN"), now)
	require.NoError(t, err)
}

func TestALookUpThatMayNotBeMadeNamesTheScope(t *testing.T) {
	s := start(t, saying("users.info", `{"ok":false,"error":"missing_scope","needed":"users:read","provided":"chat:write"}`))
	_, err := s.connect().Subject(s.within(patience), person("U0BEN"), time.Now())
	require.EqualError(t, err, "users.info: missing_scope: the token lacks the scope users:read")
}

func TestAWorkspaceWhosePlanHasNoGroupsHasNone(t *testing.T) {
	s := start(t)
	chat := s.connect()
	s.fail("usergroups.list", 1, slacksim.Fault{Name: slacksim.Says("plan_upgrade_required")})
	who, err := chat.Subject(s.within(patience), person("U0BEN"), time.Now())
	require.NoError(t, err)
	assert.Empty(t, who.Groups)
}

// Who made a channel tells an incident channel, and when a group was changed last tells
// how long its members have been in it.
func TestWhoMadeAChannelAndWhenAGroupWasChanged(t *testing.T) {
	s := start(t)
	chat, now := s.connect(), time.Now()
	where, err := chat.Channel(s.within(patience), incident, now)
	require.NoError(t, err)
	assert.Equal(t, policy.Channel{ID: incident, Place: policy.Workspace, Creator: "U0BEN"}, where)
	groups, err := chat.Rosters(s.within(patience), now)
	require.NoError(t, err)
	assert.Equal(t, []store.Roster{
		{Group: "S0ONCALL", Users: []string{"U0ANNA"}, Changed: time.Unix(1_772_000_000, 0)},
		{Group: "S0COMMANDERS", Users: []string{"U0BEN"}}, // it does not say
	}, groups)
}
