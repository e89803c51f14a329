package slack_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/people"
	"quell/bot/slacksim"
	"quell/bot/store"
	"quell/policy"
)

func TestPeopleWithTheirStanding(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	for user, want := range map[string]policy.Standing{
		"U0BEN": policy.Member, "U0CHO": policy.Member, "U0GUS": policy.Guest, "U0DAN": policy.Deactivated, "U0EXT": policy.Stranger,
		"U0NOBODY": policy.Nobody,
	} {
		got, err := chat.Standing(s.within(patience), person(user), time.Now())
		require.NoError(t, err)
		assert.Equal(t, want, got, user)
	}
}

func TestALotOfVotesAtOnceCostsFewLookUps(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat, now := s.connect(), time.Now()
	var asking sync.WaitGroup
	for range 50 {
		asking.Go(func() {
			who, err := chat.Standing(s.within(patience), person("U0BEN"), now)
			assert.NoError(t, err)
			assert.Equal(t, policy.Member, who)
		})
		asking.Go(func() {
			groups, err := chat.Rosters(s.within(patience), now)
			assert.NoError(t, err)
			assert.Len(t, groups, 2)
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
	t.Parallel()
	s := start(t)
	chat, now := s.connect(), time.Now()
	s.fail("usergroups.list", 1, slacksim.Fault{Name: slacksim.Says("internal_error")})
	_, err := chat.Rosters(s.within(patience), now)
	require.EqualError(t, err, "usergroups.list: internal_error")
	_, err = chat.Rosters(s.within(patience), now)
	require.NoError(t, err)
}

func TestALookUpThatMayNotBeMadeNamesTheScope(t *testing.T) {
	t.Parallel()
	s := start(t, saying("users.info", `{"ok":false,"error":"missing_scope","needed":"users:read","provided":"chat:write"}`))
	_, err := s.connect().Standing(s.within(patience), person("U0BEN"), time.Now())
	require.EqualError(t, err, "users.info: missing_scope: the token lacks the scope users:read")
}

// That a plan has no user groups is final, and not the answer that nobody is in any.
func TestAWorkspaceWhosePlanHasNoGroups(t *testing.T) {
	t.Parallel()
	s := startAs(t, func(acme *slacksim.Config) { acme.WithoutGroups = true })
	groups, err := s.connect().Rosters(s.within(patience), time.Now())
	require.ErrorIs(t, err, people.ErrNoGroups)
	require.ErrorContains(t, err, "usergroups.list: plan_upgrade_required")
	assert.Empty(t, groups)
	assert.Equal(t, 1, s.Calls("usergroups.list"))
}

// An answer about somebody else says nothing of the person who was asked for, and least of
// all that they are a member. That Slack knows no such person, or may not show them, is an
// answer.
func TestAnAnswerAboutSomebodyElseIsNone(t *testing.T) {
	t.Parallel()
	const about = `{"ok":true,"user":{"id":"U0BEN","team_id":"T0QUELL","is_bot":false,"is_restricted":false,"is_ultra_restricted":false}}`
	for name, c := range map[string]struct {
		answer string
		want   policy.Standing
		err    string
	}{
		"a member":                   {about, policy.Member, ""},
		"nobody in it":               {`{"ok":true,"user":{}}`, "", "not about the person"},
		"no user":                    {`{"ok":true}`, "", "not about the person"},
		"somebody else":              {strings.ReplaceAll(about, "U0BEN", "U0ANNA"), "", "not about the person"},
		"no workspace":               {strings.ReplaceAll(about, "T0QUELL", ""), "", "not about the person"},
		"another workspace":          {strings.ReplaceAll(about, "T0QUELL", "T0OTHER"), policy.Stranger, ""},
		"no kind of account":         {`{"ok":true,"user":{"id":"U0BEN","team_id":"T0QUELL"}}`, "", "what kind of account"},
		"half of a kind":             {strings.ReplaceAll(about, `"is_restricted":false`, `"is_restricted":null`), "", "what kind of account"},
		"no such user":               {`{"ok":false,"error":"user_not_found"}`, policy.Nobody, ""},
		"one that must not be seen":  {`{"ok":false,"error":"user_not_visible"}`, policy.Nobody, ""},
		"neither yes nor no":         {`{}`, "", "neither yes nor no"},
		"no JSON":                    {`<html>`, "", "cannot be read"},
		"a refusal that may pass":    {`{"ok":false,"error":"internal_error"}`, "", "internal_error"},
		"an answer beyond all sense": {`{"ok":true,"user":{"id":"` + strings.Repeat("x", 17<<20) + `"}}`, "", "too large"},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, saying("users.info", c.answer))
			got, err := s.connect().Standing(s.within(patience), person("U0BEN"), time.Now())
			assert.Equal(t, c.want, got)
			if c.err == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.err)
		})
	}
	s := start(t, saying("conversations.info", `{"ok":true,"channel":{"is_member":true}}`))
	_, err := s.connect().Channel(s.within(patience), incident, time.Now())
	require.ErrorContains(t, err, "not about the channel")
	s = start(t, saying("conversations.info", `{"ok":true,"channel":{"id":"C0INCCHECKOUT","is_channel":true,"is_member":true}}`))
	_, err = s.connect().Channel(s.within(patience), incident, time.Now())
	require.ErrorContains(t, err, "whether the channel is shared")
}

// An empty group takes rights away, and denials with them: a missing list is not an empty
// one.
func TestAListOfGroupsThatSaysNothingIsNone(t *testing.T) {
	t.Parallel()
	for answer, says := range map[string]string{
		`{"ok":true}`:                   "no list",
		`{"ok":true,"usergroups":null}`: "no list",
	} {
		s := start(t, saying("usergroups.list", answer))
		_, err := s.connect().Rosters(s.within(patience), time.Now())
		require.ErrorContains(t, err, says, answer)
	}
	for answer, want := range map[string][]store.Roster{
		`{"ok":true,"usergroups":[{"id":"S0ONCALL"}]}`:                                             {{Group: "S0ONCALL", Unlisted: true}},
		`{"ok":true,"usergroups":[{"id":"S0ONCALL","users":null,"user_count":2}]}`:                 {{Group: "S0ONCALL", Unlisted: true}},
		`{"ok":true,"usergroups":[{"id":"S0ONCALL","user_count":"0"}]}`:                            {{Group: "S0ONCALL"}},
		`{"ok":true,"usergroups":[]}`:                                                              nil,
		`{"ok":true,"usergroups":[{"id":"S0ONCALL","users":[],"date_update":""}]}`:                 {{Group: "S0ONCALL", Users: []string{}}},
		`{"ok":true,"usergroups":[{"id":"S0ONCALL","users":["U0BEN"],"date_delete":1772000000}]}`:  nil,
		`{"ok":true,"usergroups":[{"id":"S0ONCALL","users":["U0BEN"],"date_delete":0}]}`:           {{Group: "S0ONCALL", Users: []string{"U0BEN"}}},
		`{"ok":true,"usergroups":[{"id":"S0ONCALL","date_delete":"1772000000","user_count":"0"}]}`: nil,
	} {
		s := start(t, saying("usergroups.list", answer))
		got, err := s.connect().Rosters(s.within(patience), time.Now())
		require.NoError(t, err)
		require.Equal(t, want, got, answer)
	}
}

// The documents of usergroups.list show "user_count": "2", real answers have a number.
func TestAGroupCountsItsUsersInAnyWay(t *testing.T) {
	t.Parallel()
	s := start(t, saying("usergroups.list", `{"ok":true,"usergroups":[{"id":"S0COMMANDERS","is_usergroup":true,"user_count":"2","date_update":"1772000000","users":["U0BEN","U0ANNA"]}]}`))
	groups, err := s.connect().Rosters(s.within(patience), time.Now())
	require.NoError(t, err)
	assert.Equal(t, []store.Roster{{Group: "S0COMMANDERS", Users: []string{"U0BEN", "U0ANNA"}, Changed: time.Unix(1_772_000_000, 0)}}, groups)
}

// A transient error is retried once. A time-out is not: people are waiting.
func TestALookUpIsTriedOnceMore(t *testing.T) {
	t.Parallel()
	for fault, calls := range map[string]int{slacksim.Fails: 2, slacksim.BreaksOff: 2, "does it and " + slacksim.BreaksOff: 2, slacksim.Hangs: 1, slacksim.Says("internal_error"): 1} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			chat := s.connect()
			s.fail("users.info", 1, slacksim.Named(fault))
			got, err := chat.Standing(s.within(patience), person("U0BEN"), time.Now())
			assert.Equal(t, calls, s.Calls("users.info"))
			if calls == 1 {
				require.Error(t, err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, policy.Member, got)
		})
	}
	s := start(t)
	chat := s.connect()
	s.fail("conversations.info", 3, slacksim.Fault{Name: slacksim.Fails})
	_, err := chat.Channel(s.within(patience), incident, time.Now())
	require.ErrorContains(t, err, "conversations.info")
	assert.Equal(t, 2, s.Calls("conversations.info"), "twice is the most")
}

// Each way in which a channel is shared has words of its own. One that is shared in no way that
// is known is none that we know.
func TestWithWhomAChannelIsShared(t *testing.T) {
	t.Parallel()
	for flags, want := range map[string]policy.Place{
		`"is_ext_shared":false`:                                                         policy.Workspace,
		`"is_ext_shared":true,"is_shared":true`:                                         policy.Shared,
		`"is_ext_shared":true,"is_shared":true,"is_org_shared":true`:                    policy.Shared,
		`"is_ext_shared":false,"is_pending_ext_shared":true`:                            policy.Shared,
		`"is_ext_shared":false,"is_pending_ext_shared":true,"is_org_shared":true`:       policy.Shared,
		`"is_ext_shared":false,"is_shared":true,"is_org_shared":true`:                   policy.Organisation,
		`"is_ext_shared":false,"is_shared":true,"is_org_shared":true,"is_member":false`: policy.Organisation,
		`"is_ext_shared":false,"is_shared":true,"is_global_shared":true`:                policy.Organisation,
		`"is_ext_shared":false,"is_shared":true`:                                        "",
		`"is_ext_shared":false,"is_member":false`:                                       policy.Absent,
		`"is_mpim":true,"is_ext_shared":false,"is_org_shared":true`:                     policy.Direct,
	} {
		s := start(t, saying("conversations.info", `{"ok":true,"channel":{"id":"C0INCCHECKOUT","is_channel":true,"is_member":true,`+flags+`}}`))
		got, err := s.connect().Channel(s.within(patience), incident, time.Now())
		require.NoError(t, err)
		assert.Equal(t, want, got.Place, flags)
	}
}

// The creator of a channel tells an incident channel; the last change of a group tells how
// long its members have been in it.
func TestWhoMadeAChannelAndWhenAGroupWasChanged(t *testing.T) {
	t.Parallel()
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
