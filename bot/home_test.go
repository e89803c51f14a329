package bot_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/slack"
	"quell/commands"
	"quell/policy"
)

// Reads says that everybody reads every channel, but those of closed channels that are not in them.
func (p *directory) Reads(_ context.Context, who commands.Person, channel string, _ time.Time) (bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.readings++
	if p.placeless {
		return false, errors.New("slack is down")
	}
	in, closed := p.closed[channel]
	return !closed || strings.Contains(in, who.User), nil
}

// atHome is somebody at their Home, in no channel.
func atHome(user string) bot.Speaker {
	return bot.Speaker{ID: "at home " + user, Person: commands.Person{Team: "T0", User: user}}
}

func ids(all []approval.Case) (ids []string) {
	for _, c := range all {
		ids = append(ids, c.ID)
	}
	return ids
}

func (w *world) home(user string) bot.Home {
	w.t.Helper()
	h, v := w.bot.Home(w.t.Context(), atHome(user))
	require.Zero(w.t, v)
	return h
}

// What waits for somebody is what their word would count on: not what they asked, nor decided,
// nor what is for others, nor what is over.
func TestWhatWaitsForSomebody(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	assert.Equal(t, []string{c.ID}, ids(w.home("U0BEN").Waits))
	assert.Empty(t, w.home("U0ANNA").Waits, "who asked")
	assert.Equal(t, []string{c.ID}, ids(w.home("U0ANNA").Mine))
	assert.Empty(t, w.home("U0DAN").Waits, "who holds no role")

	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	w.reaches(w.bot, c.ID, approval.Done)
	assert.Empty(t, w.home("U0BEN").Waits)
	assert.Empty(t, w.home("U0CAT").Waits)
	assert.Equal(t, []string{c.ID}, ids(w.home("U0BEN").Voted))
	assert.Empty(t, w.home("U0CAT").Voted)
	assert.Equal(t, []string{c.ID}, ids(w.home("U0ANNA").Mine), "what is over is still theirs")
}

// A second vote of the same person does not count, so nothing waits for them any more.
func TestWhoVotedIsNotWaitedFor(t *testing.T) {
	w := newWorld(t)
	w.bot = w.replica("R-2", strings.Replace(rules, "need: 1", "need: 2", 1))
	c := w.ask()
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	assert.Empty(t, w.home("U0BEN").Waits)
	assert.Equal(t, []string{c.ID}, ids(w.home("U0CAT").Waits))
	w.clock.advance(15 * time.Minute)
	assert.Empty(t, w.home("U0CAT").Waits, "a word would come too late, whether or not a sweep has ended it")
}

// The policy in force counts, not that of when it was asked alone.
func TestWhoMayNoMoreIsNotWaitedFor(t *testing.T) {
	w := newWorld(t)
	w.ask()
	w.bot = w.replica("R-2", strings.Replace(rules, "[U0BEN, U0CAT]", "[U0CAT]", 1))
	assert.Empty(t, w.home("U0BEN").Waits)
	assert.Len(t, w.home("U0CAT").Waits, 1)
}

// Who cannot read the channel is told of no case of it, and their click from elsewhere is refused.
func TestACaseOfAClosedChannel(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	on := bot.On{Case: c.ID, Fingerprint: c.Plan.Fingerprint}
	w.people.upset(func(p *directory) { p.closed = map[string]string{channel: "U0ANNA U0CAT"} })
	assert.Empty(t, w.home("U0BEN").Waits)
	assert.Equal(t, "heard.unplaced", w.bot.Vote(t.Context(), atHome("U0BEN"), on, approval.No).Say.ID)
	assert.Equal(t, "heard.unplaced", w.bot.Vote(t.Context(), atHome("U0BEN"), on, approval.Yes).Say.ID)
	assert.Equal(t, 2, len(w.refusals()))

	w.people.upset(func(p *directory) { p.placeless = true })
	h := w.home("U0CAT")
	assert.Empty(t, h.Waits)
	assert.Equal(t, 1, h.Hidden, "neither yes nor no")
	v := w.bot.Vote(t.Context(), atHome("U0CAT"), on, approval.No)
	assert.True(t, v.Open, "a no is not lost")

	w.people.upset(func(p *directory) { p.placeless = false })
	assert.Equal(t, []string{c.ID}, ids(w.home("U0CAT").Waits))
	require.Zero(t, w.bot.Vote(t.Context(), atHome("U0CAT"), on, approval.Yes).Say)
	w.reaches(w.bot, c.ID, approval.Done)
}

// refusals are the attempts on record that were refused.
func (w *world) refusals() (all []audit.Entry) {
	for _, e := range w.record() {
		if e.Event == "refused" {
			all = append(all, e)
		}
	}
	return all
}

// A click from elsewhere is judged by the channel of its case: where that is no channel any more in
// which one may decide, nothing is decided.
func TestAClickFromElsewhereIsJudgedInTheChannelOfItsCase(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	w.people.upset(func(p *directory) { p.place = policy.Archived })
	v := w.bot.Vote(t.Context(), atHome("U0BEN"), bot.On{Case: c.ID, Fingerprint: c.Plan.Fingerprint}, approval.Yes)
	assert.Equal(t, "vote.policy", v.Say.ID)
	w.people.upset(func(p *directory) { p.place = "" })
	require.Zero(t, w.bot.Vote(t.Context(), atHome("U0ANNA"), bot.On{Case: c.ID}, approval.Yes).Counts)
	require.True(t, w.bot.Withdraw(t.Context(), atHome("U0ANNA"), bot.On{Case: c.ID}).Counts)
}

func TestWhatSomebodyMayDo(t *testing.T) {
	w := newWorld(t)
	assert.Equal(t, []bot.May{{Command: "kill-session", Targets: []string{"cache"}, Channels: []string{"C0INC"}}}, w.home("U0ANNA").May)
	assert.Empty(t, w.home("U0BEN").May)
	w.bot = w.replica("R-2", strings.Replace(rules, "    channels: [C0INC]\n", "", 1))
	assert.Equal(t, []bot.May{{Command: "kill-session", Targets: []string{"cache"}}}, w.home("U0ANNA").May)
}

func TestWhatIsFrozenIsAtHome(t *testing.T) {
	w := newWorld(t)
	require.Empty(t, w.home("U0ANNA").Frozen)
	require.Equal(t, "freeze.done-not-here", w.bot.Freeze(t.Context(), atHome("U0ANNA"), "cache", "leaks").Say.ID)
	assert.Len(t, w.home("U0ANNA").Frozen, 1)
	assert.Len(t, w.home("U0BEN").Frozen, 1)
	assert.Empty(t, w.home("U0DAN").Frozen)
}

func TestStatusBeginsWithWhatWaits(t *testing.T) {
	w := newWorld(t)
	first := func(user string) string {
		return w.bot.Status(t.Context(), atHome(user)).Say.Values["waits"].List[0].ID
	}
	assert.Equal(t, "status.waits-none", first("U0BEN"))
	w.ask()
	assert.Equal(t, "status.waits", first("U0BEN"))
	assert.Equal(t, "status.waits-none", first("U0ANNA"))
	w.people.upset(func(p *directory) { p.placeless = true })
	assert.Equal(t, "status.waits-hidden", first("U0CAT"))
}

// Guests and others are told nothing of anybody's, and to open a tab is no attempt.
func TestAGuestHasNoHome(t *testing.T) {
	w := newWorld(t)
	w.ask()
	w.people.stand("U0GUS", policy.Guest)
	h, v := w.bot.Home(t.Context(), atHome("U0GUS"))
	assert.Zero(t, h)
	assert.Equal(t, "refused.standing.guest", v.Say.ID)
	assert.Empty(t, w.refusals())
	_, v = w.bot.Waiting(t.Context(), atHome("U0GUS"))
	assert.Equal(t, "refused.standing.guest", v.Say.ID)
	assert.Len(t, w.refusals(), 1)
}

// BenchmarkHome is one look at what concerns somebody, with so many open cases.
func BenchmarkHome(b *testing.B) {
	for _, n := range []int{20, 200} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w := newWorld(b)
			c := w.ask()
			for i := range n - 1 {
				c.ID = fmt.Sprintf("Q-B%d", i)
				_, err := w.db.Create(b.Context(), c, c.ID, audit.Entry{At: c.Opened, Actor: "T0/U0ANNA", Event: "ask", Case: c.ID})
				require.NoError(b, err)
			}
			for b.Loop() {
				h, v := w.bot.Home(b.Context(), atHome("U0BEN"))
				require.Zero(b, v)
				require.Len(b, h.Waits, n)
			}
			b.ReportMetric(float64(w.people.readings)/float64(b.N), "look-ups/op")
		})
	}
}
