package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/slack"
	"quell/commands/words"
	"quell/policy"
)

// judgedBy is a world that is judged by the policy of a file, until force puts another in its place.
func judgedBy(t *testing.T, file string) (w *world, force func(file string)) {
	w = newWorld(t)
	inForce := w.load(file)
	w.bot = w.judged("R-2", func() *policy.Policy { return inForce })
	return w, func(file string) { inForce = w.load(file) }
}

// agrees has somebody agree, and is what they alone are told.
func (w *world) agrees(b *replica, user string, c approval.Case) words.Message {
	w.t.Helper()
	return w.answer(b, slack.Delivery{From: listener(user), Click: &slack.Click{Case: c.ID, Fingerprint: c.Plan.Fingerprint, Button: slack.Approve}}).Say
}

// Whoever agrees is told what is otherwise than when they were asked: the case is judged by what
// holds now, and its card tells what held then.
func TestWhoeverAgreesIsToldWhatHasChanged(t *testing.T) {
	two := strings.Replace(rules, "need: 1", "need: 2", 1)
	w, force := judgedBy(t, two)
	c := w.ask()
	require.Zero(t, w.agrees(w.bot, "U0BEN", c), "nothing has changed")
	force(two + "# nothing else\n")
	w.clock.advance(time.Minute)
	require.Equal(t, "freeze.done", w.bot.Freeze(t.Context(), w.speaks("U0ANNA", channel), "cache", "outage").Say.ID)
	require.Equal(t, "Your yes to "+c.ID+" counts. Since it was asked:\n"+
		"• @U0BEN agreed.\n"+
		"• The policy file has changed. It still allows this request.\n"+
		"• cache has been frozen since 2026-11-23 03:13:00 UTC by @U0ANNA: outage. It takes two people to lift that: /quell unfreeze cache. No call is made before that.",
		english(t, w.agrees(w.bot, "U0CAT", c)))
	require.Zero(t, w.system.calls())
}

// Where people are asked once more after a freeze, who agreed before it is no news.
func TestWhoAgreedBeforeAFreezeIsNoNews(t *testing.T) {
	w := newWorld(t)
	c := w.throttled(twoOnCall(""))
	w.frozenFor(2 * time.Minute)
	c = w.reaches(w.bot, c.ID, approval.Pending)
	require.True(t, c.Renewing())
	require.Zero(t, w.agrees(w.bot, "U0CAT", c))
}

// A no says nothing of it, nor does a yes that does not count.
func TestWhatHasChangedIsSaidOfAYesThatCounts(t *testing.T) {
	w, force := judgedBy(t, rules)
	c := w.ask()
	force(rules + "# nothing else\n")
	require.Equal(t, "vote.own", w.agrees(w.bot, "U0ANNA", c).ID)
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Deny, c))
}

// Where the policy asks for more than it did, whoever agrees is told what is missing now.
func TestWhoeverAgreesIsToldThatItNeedsMore(t *testing.T) {
	w, force := judgedBy(t, rules)
	c := w.ask()
	force(strings.Replace(rules, "need: 1", "need: 2", 1))
	require.Contains(t, english(t, w.agrees(w.bot, "U0BEN", c)), "• The policy file has changed. It still allows this request.\n• It needs 2 yeses now; before it needed 1.")
}

// So is one who agrees where one of them has to be of another team by now, and no one where it was so before.
func TestWhoeverAgreesIsToldThatItNeedsAnotherTeam(t *testing.T) {
	teams := strings.Replace(rules, "need: 1", "need: 1, teams: another", 1) + "teams:\n  web: {users: [U0ANNA]}\n  ops: {users: [U0BEN, U0CAT]}\n"
	const said = "• One of those who agree has to be of another team than the asker now."
	w, force := judgedBy(t, rules)
	c := w.ask()
	force(teams)
	require.Contains(t, english(t, w.agrees(w.bot, "U0BEN", c)), said)

	w, force = judgedBy(t, teams)
	c = w.ask()
	force(teams + "# nothing else\n")
	require.NotContains(t, english(t, w.agrees(w.bot, "U0BEN", c)), said)
}

// Whose yes does not count any more is not told of as one who agreed.
func TestWhoeverAgreesIsToldWhoDoesNotCount(t *testing.T) {
	two := strings.Replace(rules, "need: 1", "need: 2", 1)
	w, force := judgedBy(t, two)
	c := w.ask()
	require.Zero(t, w.agrees(w.bot, "U0BEN", c))
	force(strings.Replace(two, "U0BEN, U0CAT", "U0CAT, U0DAN", 1))
	said := english(t, w.agrees(w.bot, "U0CAT", c))
	require.Contains(t, said, "• @U0BEN agreed, and that does not count any more")
	require.NotContains(t, said, "• @U0BEN agreed.")
}
