package slack_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/slack"
	"quell/bot/slacksim"
	"quell/integrations"
)

// wire is what went over the wire for a case.
func wire(at time.Time) []approval.Exchange {
	kill := integrations.Exchange{At: at, Operation: "POST /clients/kill", Sent: `{"peer":"10.0.0.1:2048"}`, Answer: "204", Change: true}
	return []approval.Exchange{{Exchange: kill, OfCall: true}, {Exchange: integrations.Exchange{At: at, Operation: "GET /clients", Answer: "200"}}}
}

// The thread of a card gets one post, at the end: the exact calls, and what went over the wire.
func TestTheThreadGetsOnePostAtTheEnd(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	c := consulting("10.0.0.1:2048")
	c.Plan.Items[0].Call = "POST /clients/kill\n{\"peer\": \"10.0.0.1:2048\"}"
	at, err := chat.Show(s.within(patience), c, "")
	require.NoError(t, err)
	for _, state := range []approval.State{approval.Pending, approval.Approved, approval.Running, approval.Verifying} {
		c.State = state
		same, err := chat.Explain(s.within(patience), c, nil, at)
		require.NoError(t, err)
		require.Equal(t, at, same)
	}
	require.Equal(t, 1, s.Calls("chat.postMessage"))
	c.State = approval.Done
	made := wire(c.Opened)
	for range 2 { // drawn once more, for a signature or the reason of a no
		at, err = chat.Explain(s.within(patience), c, made, at)
		require.NoError(t, err)
	}
	all := s.inIncident()
	require.Len(t, all, 2)
	require.Equal(t, all[0].TS, all[1].ThreadTS)
	for _, told := range []string{"Exactly this call was planned, and no other:\n```\nPOST /clients/kill\n{", "This went over the wire", "→ 204", "GET /clients"} {
		assert.Contains(t, all[1].Words(), told)
	}
	assert.Zero(t, s.Calls("chat.update"), "it is told already")
	_, err = chat.Explain(s.within(patience), c, append(made, made[1]), at) // somebody looked again
	require.NoError(t, err)
	assert.Equal(t, 1, s.Calls("chat.update"))
	assert.Len(t, s.inIncident(), 2)
}

// Where an older release told the calls beforehand, that message becomes the one of the end.
func TestTheThreadOfAnOlderReleaseIsEdited(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	c := consulting("10.0.0.1:2048")
	c.State = approval.Expired
	at, err := chat.Show(s.within(patience), c, "")
	require.NoError(t, err)
	at, err = chat.Explain(s.within(patience), c, nil, at)
	require.NoError(t, err)
	old := slack.MessageOf(at)
	old.Told = ""
	c.State = approval.Approved
	same, err := chat.Explain(s.within(patience), c, nil, old.Card())
	require.NoError(t, err)
	require.Equal(t, old.Card(), same)
	c.State = approval.Done
	_, err = chat.Explain(s.within(patience), c, wire(c.Opened), old.Card())
	require.NoError(t, err)
	assert.Equal(t, 1, s.Calls("chat.update"))
	all := s.inIncident()
	require.Len(t, all, 2)
	assert.Contains(t, all[1].Words(), "→ 204")
}

// A post in the thread whose answer is lost may be there: it is not posted once more, not by
// another process either, and whatever there is to tell later.
func TestTheThreadIsToldAtMostOnce(t *testing.T) {
	t.Parallel()
	for fault, posts := range map[slacksim.Fault]int{
		{Name: slacksim.BreaksOff, After: true}:    2,
		{Name: slacksim.Fails, After: true}:        2,
		{Name: slacksim.BreaksOff}:                 1,
		{Name: slacksim.Says("ratelimited")}:       2,
		{Name: slacksim.Says("internal_error")}:    1,
		{Name: slacksim.Says("channel_not_found")}: 2,
	} {
		s := start(t)
		chat := s.connect()
		c := consulting("10.0.0.1:2048")
		at, err := chat.Show(s.within(patience), c, "")
		require.NoError(t, err)
		c.State = approval.Expired
		s.fail("chat.postMessage", 1, fault)
		if at, err = chat.Explain(s.within(patience), c, nil, at); fault.Name == slacksim.Says("ratelimited") {
			require.Error(t, err, "it surely is not there")
		} else {
			require.NoError(t, err, fault)
		}
		chat = s.connect()
		for _, made := range [][]approval.Exchange{nil, wire(c.Opened)} {
			at, err = chat.Explain(s.within(patience), c, made, at)
			require.NoError(t, err, fault)
		}
		assert.Len(t, s.inIncident(), posts, fault)
	}
}
