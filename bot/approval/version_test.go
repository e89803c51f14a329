package approval_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

// bare is a case as version 0 stored it: the walk reads each that there can be.
func bare(t *testing.T, c approval.Case) []byte {
	t.Helper()
	var fields map[string]any
	require.NoError(t, json.Unmarshal([]byte(text(t, c)), &fields))
	delete(fields, "version")
	delete(fields, "already_gone")
	if d, ok := fields["decision"].(map[string]any); ok {
		delete(d, "cause")
	}
	items, _ := fields["items"].([]any)
	for _, it := range items {
		delete(it.(map[string]any), "in_flight")
	}
	body, err := json.Marshal(fields)
	require.NoError(t, err)
	return body
}

// What only a sentence told becomes a flag, and nothing else does.
func TestWhatTheSentencesOfVersionZeroTell(t *testing.T) {
	read := func(body string) approval.Case {
		t.Helper()
		c, err := approval.Read([]byte(body))
		require.NoError(t, err)
		require.Equal(t, 1, c.Version)
		return c
	}
	c := read(`{"id":"Q-1","state":"running","items":[{"claimed":true,"why":{"id":"why.lost"}},{"claimed":true,"why":{"id":"why.no-answer-yet"}},{"why":{"id":"why.no-answer-yet"}}]}`)
	require.Equal(t, 1, c.Items.InFlight())
	require.False(t, c.Items[0].InFlight || c.Items[2].InFlight)
	require.True(t, read(`{"state":"done","why":{"id":"case.already-gone"}}`).AlreadyGone)
	require.False(t, read(`{"state":"done","why":{"id":"case.changed"}}`).AlreadyGone)
	require.False(t, read(`{"state":"refused","why":{"id":"case.already-gone"}}`).AlreadyGone)
	for id, cause := range map[string]policy.Cause{
		"refused.standing.guest": policy.CausePerson, "refused.place.direct": policy.CausePlace, "refused.no-rule": policy.CauseNoRule,
		"refused.denied": policy.CauseDenied, "refused.miss.channel": policy.CauseChannel, "refused.miss.role": policy.CauseRole,
		"refused.miss.when": policy.CauseTime, "refused.miss.scope": policy.CauseScope, "refused.reason": policy.CauseReason,
		"refused.ticket": policy.CauseReason, "refused.too-many": policy.CauseNumber, "refused.protected": policy.CauseShield, "something else": "",
	} {
		require.Equal(t, cause, read(`{"state":"refused","decision":{"why":{"id":"`+id+`"}}}`).Decision.Cause, id)
	}
	require.Empty(t, read(`{"decision":{"verdict":"consult","why":{"id":"refused.denied"}}}`).Decision.Cause, "it does not refuse")
}

// From this version on no sentence tells anything.
func TestNoSentenceTellsAnythingOfACaseThatHasAVersion(t *testing.T) {
	c, err := approval.Read([]byte(`{"version":1,"state":"done","why":{"id":"case.already-gone"},
		"items":[{"claimed":true,"why":{"id":"why.no-answer-yet"}}],"decision":{"why":{"id":"refused.denied"}}}`))
	require.NoError(t, err)
	require.False(t, c.AlreadyGone)
	require.Equal(t, -1, c.Items.InFlight())
	require.Empty(t, c.Decision.Cause)
}

// Of a newer case nothing is read and nothing is moved, whatever its form.
func TestACaseOfANewerVersion(t *testing.T) {
	for _, body := range []string{
		`{"id":"Q-1","version":4,"state":"pending","request":{"target":"cache-prod"}}`,
		`{"id":"Q-1","version":4,"state":{"name":"pending"},"items":"none"}`,
	} {
		c, err := approval.Read([]byte(body))
		require.NoError(t, err)
		require.Equal(t, approval.Case{ID: "Q-1", Version: 4}, c)
		require.True(t, c.Newer())
		require.Equal(t, words.New("state.newer"), c.Word())
	}
	for _, s := range []approval.State{approval.Planning, approval.Pending, approval.Approved, approval.Running, approval.Verifying, approval.Done, approval.Denied} {
		c := in(t, s, 1)
		require.False(t, c.Newer())
		c.Version = approval.Version + 1
		for name, e := range events() {
			next, err := approval.Step(c, e, start.Add(time.Second))
			require.ErrorContains(t, err, "version 4", name)
			require.Equal(t, c, next)
		}
	}
}

// A case is of the oldest version that tells all of it, so that an older release goes on with
// those that it knows.
func TestEveryMoveStoresTheVersionOfTheCase(t *testing.T) {
	require.Equal(t, 1, open().Version)
	c, err := approval.Read(bare(t, in(t, approval.Pending, 1)))
	require.NoError(t, err)
	c.Version = 0
	require.Equal(t, 1, step(t, c, yes(bob), start).Version)
}

// A release that knows version 1 alone would claim a rehearsal, and would run what its asker has
// not confirmed: it meets a version that it leaves alone, to their ends.
func TestWhatAnOlderReleaseMustNotMove(t *testing.T) {
	asked := approval.Planned{Plan: plan(1), Decision: consult(1), Never: true}
	c := step(t, open(), asked, start)
	for _, e := range []approval.Event{yes(bob), approval.EndedBeforeCall{State: approval.Done, Why: words.New("never.not-sent")}} {
		require.Equal(t, 2, c.Version, c.State)
		require.Equal(t, 2, reread(t, c).Version)
		c = step(t, c, e, start)
	}
	require.Equal(t, 2, c.Version)
	c = step(t, open(), approval.Planned{Plan: guessed(1), Decision: run()}, start)
	require.Equal(t, 2, c.Version)
	require.Equal(t, 2, step(t, c, confirmed(alice), start).Version)
}

// What a case of version 0 has of the wire stays in it.
func TestACaseOfVersionZeroKeepsItsCalls(t *testing.T) {
	c := in(t, approval.Pending, 1)
	c.Exchanges = approval.Exchanges([]integrations.Exchange{{Operation: "GET /a", Answer: "200"}, {Operation: "POST /b", Answer: "204", Change: true}}, true)
	back, err := approval.Read(bare(t, c))
	require.NoError(t, err)
	require.Equal(t, c.Exchanges, back.Exchanges)
	require.Equal(t, c.Exchanges, step(t, back, yes(bob), start).Exchanges)
	require.Nil(t, approval.Exchanges(nil, false))
}

func TestWhatIsNotACaseIsNotRead(t *testing.T) {
	for _, body := range []string{"", "Q-1", `{"id":"Q-1"`, `{"id":"Q-1","items":"none"}`} {
		_, err := approval.Read([]byte(body))
		require.Error(t, err, body)
	}
}

// That the items came to different ends is told by what was done and seen.
func TestPartly(t *testing.T) {
	item := func(d commands.Done, s commands.Seen) approval.Item {
		return approval.Item{Outcome: commands.Outcome{Done: d, Seen: s}}
	}
	gone, left := item(commands.Answered, commands.Gone), item(commands.Answered, commands.StillThere)
	for _, c := range []struct {
		items  []approval.Item
		partly bool
	}{
		{nil, false}, {[]approval.Item{gone}, false}, {[]approval.Item{gone, gone}, false}, {[]approval.Item{left, left}, false},
		{[]approval.Item{gone, left}, true}, {[]approval.Item{item(commands.NotSent, commands.Gone), gone}, false},
		{[]approval.Item{item(commands.NotSent, commands.NotLooked), item(commands.Answered, commands.NotLooked)}, true},
	} {
		require.Equal(t, c.partly, approval.Items(c.items).Partly(), "%v", c.items)
	}
}

// The number of a client was not among the facts that older versions stored: it was drawn out
// of the identity. What is stored today says so itself, and what has no such number gets none.
func TestTheNumberOfAClientIsAmongItsFacts(t *testing.T) {
	client, cmd := integrations.Field{Name: "client", Value: "26"}, integrations.Field{Name: "cmd", Value: "get"}
	for name, c := range map[string]struct {
		identity, facts, want []integrations.Field
	}{
		"stored by an older version": {[]integrations.Field{client}, []integrations.Field{cmd}, []integrations.Field{client, cmd}},
		"stored by this one":         {[]integrations.Field{client}, []integrations.Field{cmd, client}, []integrations.Field{cmd, client}},
		"of another kind":            {[]integrations.Field{{Name: "task", Value: "1"}}, []integrations.Field{cmd}, []integrations.Field{cmd}},
		"without one":                {[]integrations.Field{{Name: "client"}}, nil, nil},
	} {
		body, err := json.Marshal(approval.Case{Plan: commands.Plan{Fingerprint: "f", Items: []commands.Item{{Thing: integrations.Thing{Identity: c.identity, Facts: c.facts}}}}})
		require.NoError(t, err)
		read, err := approval.Read(body)
		require.NoError(t, err)
		require.Equal(t, c.want, read.Plan.Items[0].Thing.Facts, name)
		require.Equal(t, c.identity, read.Plan.Items[0].Thing.Identity, name)
	}
}
