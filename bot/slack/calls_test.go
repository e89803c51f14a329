package slack_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/slack"
	"quell/bot/slacksim"
)

// clicks presses the button for the calls on the newest card, and opens them.
func (c talk) clicks(of approval.Case) error {
	c.Helper()
	all := c.inIncident()
	c.must(c.As("U0ANNA").Click(incident, all[len(all)-1].TS, "calls"))
	h := c.next(slack.Answer{})
	require.Equal(c.T, slack.ShowCalls, h.Click.Button)
	return c.ShowCalls(c.within(patience), h.Click.Trigger, of)
}

// The exact calls open from a button on the card, again and again, and change nothing there.
func TestTheExactCallsOpenFromTheCard(t *testing.T) {
	t.Parallel()
	c := listen(t, bot.Offer{})
	k := withThings("10.0.0.1:2048", "10.0.0.2:2048")
	for i := range k.Plan.Items {
		k.Plan.Items[i].Call = fmt.Sprintf("POST /clients/kill\n{\n  \"peer\": \"10.0.0.%d:2048\", \"name\": \"<!channel> ```\"\n}", i+1)
	}
	_, err := c.Show(c.within(patience), k, "")
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, c.clicks(k))
		m := c.modal()
		require.Contains(t, fmt.Sprint(m.Title), "The exact calls")
		assert.Nil(t, m.Submit)
		said := m.Words()
		assert.Contains(t, said, "If `"+k.ID+"` goes ahead (2 sessions on `cache-prod`), exactly these calls are made, one by one, and no others:")
		assert.Contains(t, said, "```\nPOST /clients/kill\n{\n  \"peer\": \"10.0.0.1:2048\"")
		assert.Contains(t, said, "10.0.0.2:2048")
		assert.NotContains(t, said, "<!channel>")
		assert.Equal(t, 4, strings.Count(said, "```"), "nothing ends a block of code early")
	}
	k.Ran = k.Opened
	require.NoError(t, c.clicks(k))
	assert.Contains(t, c.modal().Words(), "Exactly these calls were planned, one by one, and no others:")
	assert.Equal(t, 1, c.Calls("chat.postMessage"))
	assert.Zero(t, c.Calls("chat.update"))
}

// A call is shown whole, however long; what there is no room for is said.
func TestAsManyCallsAsThereIsRoomFor(t *testing.T) {
	t.Parallel()
	now := time.Now() // it stands, for a trigger is soon too old on a busy machine
	c := listenAt(startAs(t, func(c *slacksim.Config) { c.Now = func() time.Time { return now } }), bot.Offer{})
	for name, tt := range map[string]struct {
		calls int
		call  string
		left  string
	}{
		"all of them":        {20, strings.Repeat("a long line of it\n", 300) + "the end", ""},
		"some of them":       {20, strings.Repeat("a line of it that is quite long\n", 800) + "the end", " calls are missing or cut off here"},
		"a part of it":       {1, strings.Repeat("a line of it that is quite long\n", 10_000) + "the end", "One call is missing or cut off here"},
		"of wide characters": {20, strings.Repeat(strings.Repeat("回線を切断する <&> ", 10)+"\n", 30), "calls are missing or cut off here"},
	} {
		k := withThings(make([]string, tt.calls)...)
		for i := range k.Plan.Items {
			k.Plan.Items[i].Call = tt.call
		}
		_, err := c.Show(c.within(patience), k, "")
		require.NoError(t, err, name)
		require.NoError(t, c.clicks(k), name)
		m := c.modal()
		said := m.Words()
		assert.LessOrEqual(t, len(m.Blocks), 100, name)
		assert.True(t, strings.Contains(said, tt.left), name)
		assert.Equal(t, tt.left != "", strings.Contains(said, "cut off here: there is no more room. `quell show --json Q-"), name)
		if tt.left == "" {
			assert.Equal(t, tt.calls, strings.Count(said, "the end"), name)
		}
		assert.Zero(t, strings.Count(said, "```")%2, name)
	}
}

// Slack opens nothing with a trigger that was used, or is too old.
func TestCallsWithATriggerThatIsOver(t *testing.T) {
	t.Parallel()
	c := listen(t, bot.Offer{})
	_, err := c.Show(c.within(patience), withThings("10.0.0.1:2048"), "")
	require.NoError(t, err)
	c.fail("views.open", 1, slacksim.Fault{Name: slacksim.Says("expired_trigger_id")})
	require.ErrorContains(t, c.clicks(withThings("10.0.0.1:2048")), "expired_trigger_id")
	require.Nil(t, c.modal())
}
