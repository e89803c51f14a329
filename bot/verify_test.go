package bot_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/slack"
	"quell/integrations"
)

// What is gone is watched for 30 seconds, and the last look is made at their end.
func TestTheWatchEndsWhenItIsOver(t *testing.T) {
	for name, c := range map[string]struct{ pace, late, end time.Duration }{
		"looks in time":                 {time.Second, 0, 30 * time.Second},
		"looks that come late":          {time.Second, time.Second, 31 * time.Second},
		"a system that wants its pause": {8 * time.Second, 4 * time.Second, 36 * time.Second}, // after looks at 12 and 24
	} {
		t.Run(name, func(t *testing.T) { watched(t, c.pace, c.late, c.end) })
	}
}

// looked waits until a case was looked at after its call, which is done at once.
func (w *world) looked(id string) (c approval.Case) {
	w.t.Helper()
	w.reaches(w.bot, id, approval.Verifying)
	require.Eventually(w.t, func() bool {
		rec, err := w.db.Load(w.t.Context(), id)
		c = rec.Case
		return err == nil && c.Due.After(w.clock.Now())
	}, 20*time.Second, time.Millisecond)
	return c
}

// watched lets a case be watched whose looks are each so late.
func watched(t *testing.T, pace, late, end time.Duration) {
	w := newWorld(t)
	target := w.targets["cache"]
	target.Limits.Pace = pace
	w.targets["cache"] = target
	c := w.ask()
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	c = w.looked(c.ID)
	var looks []time.Duration
	for c.State == approval.Verifying {
		w.clock.advance(c.Due.Add(late).Sub(w.clock.Now()))
		seq := c.Seq
		w.bot.Sweep(t.Context())
		require.Eventually(t, func() bool {
			rec, err := w.db.Load(t.Context(), c.ID)
			c = rec.Case
			return err == nil && c.Seq > seq
		}, 20*time.Second, time.Millisecond)
		looks = append(looks, w.clock.Now().Sub(c.CallsEnded))
	}
	assert.Equal(t, end, looks[len(looks)-1], "looks at %v", looks)
	for i := range looks[1:] {
		assert.GreaterOrEqual(t, looks[i+1]-looks[i], pace, "looks at %v", looks)
	}
	assert.True(t, c.Verified())
}

// swept waits until the case has moved once more, when it is due.
func (w *world) swept(c approval.Case) (next approval.Case) {
	w.t.Helper()
	w.clock.advance(c.Due.Sub(w.clock.Now()))
	return w.movedOn(c)
}

// movedOn waits until the case has moved.
func (w *world) movedOn(c approval.Case) (next approval.Case) {
	w.t.Helper()
	w.eventually("the case moved", func() bool {
		rec, err := w.db.Load(w.t.Context(), c.ID)
		next = rec.Case
		return err == nil && next.Seq > c.Seq
	})
	return next
}

// A pause that the vendor names in its answer begins with the answer, and not with the look, which
// may take long.
func TestAPauseBeginsWithTheAnswer(t *testing.T) {
	w := newWorld(t)
	w.system.upset(func(s *system) { s.sessions = []string{one} })
	require.Empty(t, w.say("U0ANNA", "cache "+one))
	c := w.latest()
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	c = w.looked(c.ID)
	answer := make(chan struct{})
	w.system.upset(func(s *system) {
		s.wait = answer
		s.fail = &integrations.Error{Kind: integrations.Throttled, Status: 429, RetryAfter: 15 * time.Second}
	})
	w.clock.advance(c.Due.Sub(w.clock.Now()))
	w.eventually("it looks", func() (looks bool) {
		w.system.upset(func(s *system) { looks = s.waiting > 0 })
		return looks
	})
	w.clock.advance(14 * time.Second)
	w.system.upset(func(s *system) { s.wait = nil })
	close(answer)
	c = w.movedOn(c)
	assert.GreaterOrEqual(t, c.Due.Sub(w.clock.Now()), 15*time.Second)
}

// Of several, what blinds a case is only what it lacks of a call that may have done something: the
// one whose call was declined may be anywhere.
func TestNothingIsMissedOfWhatWasDeclined(t *testing.T) {
	w := newWorld(t)
	w.system.upset(func(s *system) {
		s.sessions = []string{one, two}
		s.refuseOf = map[string]error{one: &integrations.Error{Kind: integrations.Forbidden}}
		s.deafTo = two
	})
	require.Empty(t, w.say("U0ANNA", "cache "+one+" "+two))
	c := w.latest()
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	c = w.looked(c.ID)
	w.system.upset(func(s *system) { s.sessions, s.partial = []string{two}, true })
	c = w.swept(c)
	require.Equal(t, []string{"declined, not looked", "answered, still there"}, became(c))
	assert.Nil(t, c.Blind)
	assert.Equal(t, "card.status.verifying", approval.Status(c).ID)
	w.system.upset(func(s *system) { s.sessions = nil })
	c = w.swept(c)
	assert.NotNil(t, c.Blind, "the other may be there all the same")
}
