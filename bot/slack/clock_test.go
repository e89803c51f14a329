package slack

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// A time goes without a day only where everybody reads the right one.
func TestATimeHasADayUnlessItIsNear(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		after       time.Duration
		token, text string
	}{
		{0, "<!date^1795403520^{time_secs}|03:12:00 UTC>", "03:12:00 UTC"},
		{time.Minute, "<!date^1795403580^{time_secs}|03:13:00 UTC>", "03:13:00 UTC"},
		{-3 * time.Hour, "<!date^1795392720^{time_secs}|00:12:00 UTC>", "00:12:00 UTC"},
		{-4 * time.Hour, "<!date^1795389120^{date_short_pretty} {time_secs}|2026-11-22 23:12:00 UTC>", "2026-11-22 23:12:00 UTC"},
		{7 * time.Hour, "<!date^1795428720^{date_short_pretty} {time_secs}|2026-11-23 10:12:00 UTC>", "2026-11-23 10:12:00 UTC"},
		{72 * time.Hour, "<!date^1795662720^{date_short_pretty} {time_secs}|2026-11-26 03:12:00 UTC>", "2026-11-26 03:12:00 UTC"},
	} {
		at := words.At(start.Add(c.after))
		s := chat(t)
		assert.Equal(t, c.token, s.drawing(start).rich.Value(at), c.after)
		assert.Equal(t, c.text, s.drawing(start).plain.Value(at), c.after)
		assert.Equal(t, c.text, s.formDrawing().rich.Value(at), "%s: in a form all are in one zone", c.after)
		assert.Equal(t, c.text, s.formDrawing().plain.Value(at), c.after)
	}
}

// A card is read below the day on which it was posted, also if it is drawn anew on another.
func TestACardOfAnotherDay(t *testing.T) {
	t.Parallel()
	s := tell(t, "", session("10.63.238.158:2048")).approved().called(answered()).seen(commands.StillThere, "")
	s.then(approval.LookedAgain{Evidence: approval.Evidence{By: ben, At: start.Add(50 * time.Hour), Seen: []commands.Sight{{Seen: commands.Gone}}}})
	body, err := json.Marshal(chat(t).cardBlocks(s.c))
	require.NoError(t, err)
	require.Contains(t, string(body), `^{date_short_pretty} {time_secs}|2026-11-25 05:12:00 UTC\u003e for`)
	require.Contains(t, string(body), `approved by \u003c@U0BEN\u003e at \u003c!date^1795403521^{time_secs}|03:12:01 UTC\u003e`)
}

func TestAThreadOfTwoDays(t *testing.T) {
	t.Parallel()
	s := tell(t, "", session("10.63.238.158:2048")).approved().called(answered()).seen(commands.Gone, "")
	text := chat(t).threadText(s.c, []approval.Exchange{
		{Exchange: integrations.Exchange{At: start, Operation: "POST /kill", Answer: "204"}, OfCall: true},
		{Exchange: integrations.Exchange{At: start.Add(50 * time.Hour), Operation: "GET /list", Answer: "200"}},
	})
	require.Contains(t, text, "\n03:12:00.000 POST /kill")
	require.Contains(t, text, "\n2026-11-25 05:12:00.000 GET /list")
}

// All times of a form are in one zone, for its menus can draw no reader's own.
func TestAFormHasOneZone(t *testing.T) {
	t.Parallel()
	f := bot.Form{ID: "F-1", Channel: "C0INC", Command: "kill-session", Target: "cache-prod", Targets: []string{"cache-prod"}}
	f.List = integrations.Sighting{Complete: true, At: start, Things: []integrations.Thing{session("10.63.238.158:2048")}}
	body, err := json.Marshal(chat(t).formView(f))
	require.NoError(t, err)
	require.Contains(t, string(body), "1 session, read at 03:12:00 UTC")
	require.NotContains(t, string(body), "!date^")
}
