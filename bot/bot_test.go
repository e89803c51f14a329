package bot_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/slack"
	"quell/commands"
	"quell/integrations"
	"quell/policy"
)

func TestFromRequestToOutcome(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	require.Equal(t, approval.Pending, c.State)
	assert.Zero(t, w.system.calls(), "nothing is sent before it is approved")

	assert.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	done := w.reaches(w.bot, c.ID, approval.Done)
	assert.Equal(t, commands.Answered, done.Items[0].Done)
	assert.Equal(t, commands.Gone, done.Items[0].Seen)
	assert.Equal(t, 1, w.system.calls())
	w.system.upset(func(s *system) { assert.LessOrEqual(t, s.toSend, 5*time.Second, "a call rests on a fresh look") })

	var events []string
	var v audit.Verifier
	require.NoError(t, w.db.Links(t.Context(), "", func(l audit.Link) error {
		e, err := audit.Parse(l.Body)
		require.NoError(t, err)
		events = append(events, e.Event)
		return v.Check(l)
	}))
	assert.Subset(t, events, []string{"ask", "plan", "approve", "claim", "answer", "look"})
}

func TestEveryClickIsAnswered(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	other := c
	other.Plan.Fingerprint = "another"
	unknown := c
	unknown.ID = "Q-NOSUCH"
	for _, tt := range []struct {
		name, user string
		choice     slack.Button
		on         approval.Case
		answer     string
	}{
		{"own request", "U0ANNA", slack.Approve, c, "vote.own"},
		{"no role", "U0EVE", slack.Approve, c, "vote.role"},
		{"no role, no", "U0EVE", slack.Deny, c, "vote.role"},
		{"another fingerprint", "U0BEN", slack.Approve, other, "vote.stale"},
		{"unknown case", "U0BEN", slack.Approve, unknown, "vote.no-case"},
		{"somebody else's request", "U0BEN", slack.Withdraw, c, "vote.withdraw-other"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.answer, w.press(w.bot, tt.user, tt.choice, tt.on))
		})
	}
	assert.Empty(t, w.press(w.bot, "U0BEN", slack.Deny, c))
	assert.Equal(t, "vote.over", w.press(w.bot, "U0CAT", slack.Approve, c))
	assert.Zero(t, w.system.calls())
}

func TestAGuestMayNotVoteWhateverTheirRole(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	w.people.stand("U0BEN", policy.Guest)
	assert.Equal(t, "refused.standing.guest", w.press(w.bot, "U0BEN", slack.Approve, c))
}

func TestAVoteWaitsForALookUp(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	w.people.set(true)
	assert.Equal(t, "vote.waits", w.press(w.bot, "U0BEN", slack.Approve, c))
	assert.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c), "the vote is kept, and of a second click nothing is said")
	w.people.set(false)
	w.clock.advance(20 * time.Second)
	w.reaches(w.bot, c.ID, approval.Done)
	assert.Equal(t, 1, w.system.calls())
}

func TestAVoteThatWasRefusedMayComeAgain(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	w.people.stand("U0BEN", policy.Deactivated)
	require.Equal(t, "refused.standing.deactivated", w.press(w.bot, "U0BEN", slack.Approve, c))
	w.people.stand("nobody", policy.Guest)
	assert.Eventually(t, func() bool { return w.press(w.bot, "U0BEN", slack.Approve, c) == "" }, 10*time.Second, 10*time.Millisecond)
}

func TestTwoClickAtOnce(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	replicas := []*replica{w.bot, w.replica("R-2", rules)}
	var both sync.WaitGroup
	for i, user := range []string{"U0BEN", "U0CAT"} {
		both.Go(func() { w.press(replicas[i], user, slack.Approve, c) })
	}
	both.Wait()
	w.reaches(w.bot, c.ID, approval.Done)
	assert.Equal(t, 1, w.system.calls())
}

func TestThePolicyOfNowMustAllowItToo(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	stricter := w.replica("R-2", rules+`
  - {name: frozen, effect: deny, commands: [kill-session], targets: [cache]}
`)
	assert.Equal(t, "vote.policy", w.press(stricter, "U0BEN", slack.Approve, c))
}

func TestAnApproverWhoLostTheirRightsDoesNotCount(t *testing.T) {
	w := newWorld(t)
	w.system.upset(func(s *system) { s.fail = &integrations.Error{Kind: integrations.Unavailable} })
	require.Equal(t, "case.unplanned", w.say("U0ANNA", "cache "+peer), "a plan needs a look")
	w.system.upset(func(s *system) { s.fail = nil })
	c := w.ask()
	w.system.upset(func(s *system) { s.fail = &integrations.Error{Kind: integrations.Unavailable} })
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	w.reaches(w.bot, c.ID, approval.Approved)
	w.people.stand("U0BEN", policy.Deactivated)
	w.system.upset(func(s *system) { s.fail = nil })
	w.clock.advance(10 * time.Second)
	w.reaches(w.bot, c.ID, approval.Refused)
	assert.Zero(t, w.system.calls())
}

func TestWhatTheCallLeavesKnown(t *testing.T) {
	for _, tt := range []struct {
		name  string
		err   *integrations.Error
		done  commands.Done
		calls int
	}{
		{"forbidden", &integrations.Error{Kind: integrations.Forbidden}, commands.Declined, 1},
		{"not sent", &integrations.Error{Kind: integrations.NotSent}, commands.NotSent, 1},
		{"no answer", &integrations.Error{Kind: integrations.NoAnswer}, commands.Unknown, 1},
		{"5xx", &integrations.Error{Kind: integrations.Unavailable}, commands.Unknown, 1},
		{"throttled for good", &integrations.Error{Kind: integrations.Throttled, Status: 429}, commands.Declined, 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			c := w.ask()
			w.system.upset(func(s *system) { s.refuse = tt.err })
			require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
			done := w.reaches(w.bot, c.ID, approval.Done)
			assert.Equal(t, tt.done, done.Items[0].Done)
			assert.Equal(t, tt.calls, w.system.calls())
			if tt.done == commands.Unknown {
				assert.Equal(t, commands.StillThere, done.Items[0].Seen)
			}
		})
	}
}

func TestOneThingOneLiveCase(t *testing.T) {
	w := newWorld(t)
	w.ask()
	assert.Equal(t, "case.joined", w.say("U0ANNA", "cache "+peer))
	assert.Empty(t, w.say("U0ANNA", "cache 10.63.238.159:3058"), "another session is another matter")
}

func TestSeveralSessionsEachHaveTheirCall(t *testing.T) {
	w := newWorld(t)
	require.Empty(t, w.say("U0ANNA", "cache "+peer+" 10.63.238.159:3058"))
	c := w.latest()
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	done := w.reaches(w.bot, c.ID, approval.Done)
	assert.Equal(t, 2, w.system.calls())
	for _, it := range done.Items {
		assert.Equal(t, commands.Gone, it.Seen)
	}
}

func TestNothingIsSentBeforeAPersonIsKnown(t *testing.T) {
	w := newWorld(t)
	w.people.set(true)
	assert.Equal(t, "refused.lookup", w.say("U0ANNA", "cache "+peer))
	w.people.set(false)
	assert.Equal(t, "refused.role", w.say("U0EVE", "cache "+peer))
	w.system.upset(func(s *system) { assert.Zero(t, s.looks) })
}

func TestACommandThatWaitedTooLongIsNotRun(t *testing.T) {
	w := newWorld(t)
	h := slack.Delivery{ID: "left", From: listener("U0ANNA"), SlashCommand: &slack.SlashCommand{Command: "kill-session", Text: "cache " + peer}}
	w.leave(h)
	w.clock.advance(6 * time.Hour)
	w.bot.Sweep(t.Context())
	assert.Eventually(t, func() bool { return slices.Contains(w.screen.heard(), "U0ANNA heard.too-late") }, 10*time.Second, 5*time.Millisecond)
	w.system.upset(func(s *system) { assert.Zero(t, s.looks) })
}

func TestANoComesBeforeAYesThatWaitedWithIt(t *testing.T) {
	for range 10 {
		w := newWorld(t)
		c := w.ask()
		w.people.set(true)
		require.Equal(t, "vote.waits", w.press(w.bot, "U0BEN", slack.Approve, c))
		require.Equal(t, "vote.waits", w.press(w.bot, "U0BEN", slack.Deny, c))
		w.people.set(false)
		w.clock.advance(20 * time.Second)
		w.reaches(w.bot, c.ID, approval.Denied)
		assert.Zero(t, w.system.calls())
	}
}

func TestAnAnswerOutlivesADatabaseThatFailsForAMoment(t *testing.T) {
	w := newWorld(t)
	w.system.upset(func(s *system) { s.wire = newWire(t, w.clock.Now) })
	c := w.ask()
	w.flaky.fail("answer", 2)
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	require.Eventually(t, func() bool { // within the lease, so the clock stands still
		rec, err := w.db.Load(t.Context(), c.ID)
		return err == nil && rec.Case.State == approval.Verifying
	}, 10*time.Second, 10*time.Millisecond)
	done := w.reaches(w.bot, c.ID, approval.Done)
	assert.Equal(t, commands.Answered, done.Items[0].Done)
	assert.Equal(t, 1, w.system.calls())
	assert.Contains(t, entries(t, w, "answer")[0]["http 001"], "POST /kill", "what went over the wire is recorded all the same")
}

func TestACardThatCouldNotBeStoredIsPostedOnce(t *testing.T) {
	w := newWorld(t)
	w.flaky.fail("shown", 3)
	c := w.ask()
	for range 60 {
		w.clock.advance(time.Second)
		w.bot.Sweep(t.Context())
		time.Sleep(time.Millisecond) // the sweep's work runs beside us
	}
	w.press(w.bot, "U0BEN", slack.Deny, c)
	w.reaches(w.bot, c.ID, approval.Denied)
	assert.Equal(t, 1, w.screen.posted())
}

func TestAClickThatTheDiskRefusedIsKeptAndCounts(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	w.flaky.fail("approve", 1)
	assert.Equal(t, "heard.kept", w.press(w.bot, "U0BEN", slack.Approve, c), "nobody is told that nothing was done")
	w.clock.advance(20 * time.Second)
	w.reaches(w.bot, c.ID, approval.Done)
	assert.Equal(t, 1, w.system.calls())
}

func TestAnApprovedCaseWaitsWhileNobodyCanBeLookedUp(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	w.system.upset(func(s *system) { s.fail = &integrations.Error{Kind: integrations.Unavailable} })
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	w.reaches(w.bot, c.ID, approval.Approved)
	w.people.set(true)
	w.system.upset(func(s *system) { s.fail = nil })
	require.Eventually(t, func() bool {
		w.clock.advance(time.Second)
		w.bot.Sweep(t.Context())
		rec, err := w.db.Load(t.Context(), c.ID)
		return err == nil && rec.Case.Why.ID == "why.lookup"
	}, 10*time.Second, 10*time.Millisecond)
	assert.Zero(t, w.system.calls())
	w.people.set(false)
	w.reaches(w.bot, c.ID, approval.Done)
	assert.Equal(t, 1, w.system.calls())
}
