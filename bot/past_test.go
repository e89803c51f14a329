package bot_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/slack"
	"quell/commands"
	"quell/commands/words"
)

// saidIDs are the messages within a verdict, by their ids and as often as they are said.
func saidIDs(v bot.Verdict) map[string]int {
	all := map[string]int{}
	within(v.Say, func(m words.Message) { all[m.ID]++ })
	return all
}

func within(m words.Message, f func(words.Message)) {
	f(m)
	for _, v := range m.Values {
		if v.Inner != nil {
			within(*v.Inner, f)
		}
		for _, line := range v.List {
			within(line, f)
		}
	}
}

// Somebody is told of cases on systems on which they hold a role, in channels that they can read, and
// of those which they asked for or decided about. What cannot be looked up is not shown, and said.
func TestWhoIsToldOfThePast(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	past := func(user string) map[string]int {
		return saidIDs(w.bot.History(t.Context(), bot.Speaker{ID: "past " + user, Person: atHome(user).Person, Channel: channel}, bot.Past{}))
	}
	assert.Equal(t, 1, past("U0ANNA")["past.case"])
	assert.Equal(t, 1, past("U0BEN")["past.case"])
	assert.Equal(t, 1, past("U0DAN")["past.none"], "who holds no role")

	w.people.upset(func(p *directory) { p.closed = map[string]string{channel: "U0ANNA"} })
	assert.Equal(t, 1, past("U0ANNA")["past.case"])
	assert.Equal(t, map[string]int{"past": 1, "past.none": 1}, past("U0BEN"), "how many there are is not told either")

	w.people.upset(func(p *directory) { p.placeless = true })
	assert.Equal(t, 1, past("U0BEN")["past.unknown"])
	assert.Zero(t, past("U0BEN")["past.case"])
	assert.Equal(t, 1, past("U0ANNA")["past.case"], "what is theirs they may read anywhere")
	require.Equal(t, approval.Pending, c.State)
}

// What a history is asked for is what it tells.
func TestThePastByPersonChannelAndTime(t *testing.T) {
	w := newWorld(t)
	w.ask()
	s := bot.Speaker{ID: "past", Person: atHome("U0ANNA").Person, Channel: channel}
	told := func(p bot.Past) int { return saidIDs(w.bot.History(t.Context(), s, p))["past.case"] }
	assert.Equal(t, 1, told(bot.Past{User: "U0ANNA", Channel: channel, Target: "cache", Within: time.Hour}))
	assert.Zero(t, told(bot.Past{User: "U0BEN"}))
	assert.Zero(t, told(bot.Past{Channel: "C0OTHER"}))
	w.clock.advance(2 * time.Hour)
	assert.Zero(t, told(bot.Past{Within: time.Hour}))
	assert.Equal(t, 1, told(bot.Past{Within: 3 * time.Hour}))
}

// Each moment that a report tells of is one at which the record has an entry of that case.
func TestAReportAgreesWithTheRecord(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	w.reaches(w.bot, c.ID, approval.Done)
	recorded := map[int64]bool{}
	require.NoError(t, w.db.Links(t.Context(), c.ID, func(l audit.Link) error {
		e, err := audit.Parse(l.Body)
		recorded[e.At.Unix()] = true
		return err
	}))
	v := w.bot.Report(t.Context(), bot.Speaker{ID: "report", Person: atHome("U0ANNA").Person, Channel: channel}, bot.Past{})
	all := saidIDs(v)
	for _, id := range []string{"report.case", "history.asked", "history.approve", "history.answered"} {
		assert.Equal(t, 1, all[id], id)
	}
	within(v.Say, func(m words.Message) {
		if at, ok := m.Values["at"]; ok && m.ID[:8] == "history." {
			assert.Contains(t, recorded, moment(t, at), m.ID)
		}
	})
}

// moment is the second of a value that is one.
func moment(t *testing.T, v words.Value) int64 {
	t.Helper()
	var us int64
	require.NoError(t, json.Unmarshal([]byte(v.Value), &us))
	return time.UnixMicro(us).Unix()
}

// One answer holds so many cases, the newest, and says that there are older ones.
func TestThePastIsLong(t *testing.T) {
	w := newWorld(t)
	s := bot.Speaker{ID: "past", Person: atHome("U0ANNA").Person, Channel: channel}
	for i := range 21 {
		at := w.clock.Now().Add(time.Duration(i-21) * time.Second)
		r := commands.Request{Command: "kill-session", Target: "cache", By: s.Person, Channel: channel, At: at}
		c := approval.Open(fmt.Sprintf("Q-%02d", i), r, "dcs", approval.DefaultLimits(), at)
		c.State, c.Ended, c.Due, c.Deadline = approval.Lapsed, at, time.Time{}, time.Time{}
		_, err := w.db.Create(t.Context(), c, c.ID, audit.Entry{At: at, Actor: "T0/U0ANNA", Event: "ask", Case: c.ID})
		require.NoError(t, err)
	}
	all := saidIDs(w.bot.History(t.Context(), s, bot.Past{}))
	assert.Equal(t, 20, all["past.case"])
	assert.Equal(t, 1, all["past.older"])
	all = saidIDs(w.bot.Report(t.Context(), s, bot.Past{}))
	assert.Equal(t, 10, all["report.case"])
	assert.Equal(t, 1, all["report.older"])
}
