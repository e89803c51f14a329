package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/slack"
	"quell/bot/store"
	"quell/policy"
)

// A voter who has no right whatever else is true is told so, and waits for nobody: here the
// asker cannot be looked up.
func TestAVoteThatCannotCountWaitsForNoLookUp(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	w.people.upset(func(p *directory) { p.fails = map[string]bool{"U0ANNA": true} })
	assert.Equal(t, "vote.role", w.press(w.bot, "U0EVE", slack.Deny, c))
	assert.Equal(t, "vote.role", w.press(w.bot, "U0EVE", slack.Approve, c))
	w.people.stand("U0CAT", policy.Guest)
	assert.Equal(t, "refused.standing.guest", w.press(w.bot, "U0CAT", slack.Deny, c))
	assert.Equal(t, "vote.waits", w.press(w.bot, "U0BEN", slack.Approve, c))
}

// While a vote waits for a look-up its card says so, once.
func TestTheCardSaysThatAVoteWaits(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	w.people.set(true)
	require.Equal(t, "vote.waits", w.press(w.bot, "U0BEN", slack.Approve, c))
	w.bot.display.Wait()
	shown := func() (now approval.Case) {
		w.bot.display.Wait()
		w.screen.upset(func(s *screen) { now = s.cards[c.ID] })
		return now
	}
	w.eventually("it is shown", func() bool { return shown().Waiting.Of(listener("U0BEN").Person) })
	seq := shown().Seq
	w.clock.advance(20 * time.Second)
	w.bot.Sweep(t.Context())
	require.Equal(t, seq, shown().Seq, "it is judged again, and shown once")

	w.people.upset(func(p *directory) { p.down, p.not = false, map[string]policy.Standing{"U0BEN": policy.Guest} })
	w.eventually("it is judged", func() bool { w.clock.advance(5 * time.Second); return !shown().Waiting.Of(listener("U0BEN").Person) })
	require.Equal(t, approval.Pending, shown().State)
}

// Of a group that was never seen nobody knows who was not in it: a no waits then.
func TestANoWaitsWhereNothingIsKnownOfTheGroup(t *testing.T) {
	w := newWorld(t)
	w.bot = w.replica("R-2", strings.Replace(rules, "users: [U0BEN, U0CAT]", "groups: [S0CHIEFS]", 1))
	w.people.upset(func(p *directory) { p.groups = []store.Roster{{Group: "S0CHIEFS", Users: []string{"U0BEN"}}} })
	c := w.ask()
	w.people.set(true)
	require.Equal(t, "vote.waits", w.press(w.bot, "U0EVE", slack.Deny, c))
	w.people.set(false)
	w.bot.chores.Do(t.Context())
	w.people.set(true)
	require.Equal(t, "vote.last-known", w.press(w.bot, "U0DEE", slack.Deny, c))
	require.Equal(t, "vote.waits", w.press(w.bot, "U0BEN", slack.Deny, c))
}

// Whose request it is, is told to members alone.
func TestAGuestIsNotToldWhoseRequestItIs(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	for standing, told := range map[policy.Standing]string{
		policy.Member: "vote.withdraw-other", policy.Guest: "refused.standing.guest", policy.Stranger: "refused.standing.stranger",
	} {
		w.people.stand("U0EVE", standing)
		w.insist(slack.Delivery{From: listener("U0ANNA"), Click: &slack.Click{Case: "Q-none", Button: slack.LookAgain}}) // until the one before is judged
		require.Equal(t, told, w.press(w.bot, "U0EVE", slack.Withdraw, c))
	}
}

// Nor is it by what only its asker can do: act alone, or say that it goes on after a freeze.
func TestAGuestIsNotToldWhoCouldGoOn(t *testing.T) {
	alone := func(w *world) (approval.Case, slack.Button) { return w.ask(), slack.ActAlone }
	renews := func(button slack.Button) func(*world) (approval.Case, slack.Button) {
		return func(w *world) (approval.Case, slack.Button) {
			c := w.throttled(strings.Replace(twoOnCall(""), "    approvals: {need: 1, from: [commander], within: 15m}\n", "", 1))
			w.frozenFor(2 * time.Minute)
			return w.reaches(w.bot, c.ID, approval.Pending), button
		}
	}
	for told, arrange := range map[string]func(*world) (approval.Case, slack.Button){
		"glass.other": alone, "vote.renew-other": renews(slack.Approve), "vote.not-asked": renews(slack.Deny),
	} {
		for standing, told := range map[policy.Standing]string{
			policy.Member: told, policy.Guest: "refused.standing.guest", policy.Stranger: "refused.standing.stranger",
		} {
			w := newWorld(t)
			c, button := arrange(w)
			w.people.stand("U0EVE", standing)
			require.Equal(t, told, w.press(w.bot, "U0EVE", button, c))
		}
	}
	w := newWorld(t)
	c := w.ask()
	w.people.stand("U0EVE", policy.Guest)
	on := bot.On{Case: c.ID, Fingerprint: c.Plan.Fingerprint}
	require.Equal(t, "refused.standing.guest", w.bot.BreakGlass(t.Context(), w.speaks("U0EVE", channel), on, "nobody answers").Say.ID)
}
