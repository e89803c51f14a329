package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
)

// lookAgain is a look that somebody asks for after the end.
func lookAgain(at time.Time, seen ...commands.Seen) approval.LookedAgain {
	e := approval.LookedAgain{Evidence: approval.Evidence{By: bob, At: at}, From: "look " + at.String()}
	for _, s := range seen {
		e.Seen = append(e.Seen, commands.Sight{Seen: s})
	}
	return e
}

// over is a case whose things were seen so when the looking stopped.
func over(t *testing.T, seen ...commands.Seen) (approval.Case, time.Time) {
	t.Helper()
	c, now := in(t, approval.Verifying, len(seen)), start.Add(time.Minute)
	now = now.Add(3 * time.Minute)
	c = step(t, c, looked(now, seen...), now)
	if !c.State.Terminal() {
		c = step(t, c, approval.Timeout{}, now)
	}
	require.Equal(t, approval.Done, c.State)
	return c, now
}

// A look after the end changes the headline where it saw all of it and something else than before;
// the card goes on saying what was seen then.
func TestALookAfterTheEndChangesTheHeadline(t *testing.T) {
	at := time.Date(2026, 3, 1, 4, 12, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		before []commands.Seen
		looks  []approval.LookedAgain
		want   string
	}{
		"gone at last":      {[]commands.Seen{commands.StillThere}, []approval.LookedAgain{lookAgain(at, commands.Gone)}, "Gone at 2026-03-01 04:12:00 UTC: 1 session on cache-prod (when I stopped looking: Still there)"},
		"as before":         {[]commands.Seen{commands.StillThere}, []approval.LookedAgain{lookAgain(at, commands.StillThere)}, "Still there: 1 session on cache-prod"},
		"not seen":          {[]commands.Seen{commands.StillThere}, []approval.LookedAgain{lookAgain(at, commands.NotLooked)}, "Still there: 1 session on cache-prod"},
		"the newest counts": {[]commands.Seen{commands.StillThere}, []approval.LookedAgain{lookAgain(at, commands.Gone), lookAgain(at.Add(time.Hour), commands.CameBack)}, "Came back at 2026-03-01 05:12:00 UTC: 1 session on cache-prod (when I stopped looking: Still there)"},
		"some of them":      {[]commands.Seen{commands.StillThere, commands.StillThere}, []approval.LookedAgain{lookAgain(at, commands.Gone, commands.StillThere)}, "1 of 2 done at 2026-03-01 04:12:00 UTC: 2 sessions on cache-prod (when I stopped looking: Still there)"},
		"one is not seen":   {[]commands.Seen{commands.StillThere, commands.StillThere}, []approval.LookedAgain{lookAgain(at, commands.Gone, commands.NotLooked)}, "Still there: 2 sessions on cache-prod"},
	} {
		t.Run(name, func(t *testing.T) {
			k, now := over(t, c.before...)
			for _, e := range c.looks {
				k = step(t, k, e, now)
			}
			assert.Equal(t, c.want, speaker(t).Say(approval.Title(k)))
		})
	}
}

// What was never called is not gone, whatever is said of the others.
func TestALookAfterTheEndCountsWhatWasNotCalled(t *testing.T) {
	c, now := over(t, commands.StillThere, commands.StillThere)
	c.Items[1].Done, c.Items[1].Claimed, c.Items[1].Seen = commands.NotSent, false, commands.NotLooked
	c = step(t, c, lookAgain(now, commands.Gone, commands.Gone), now)
	require.Contains(t, speaker(t).Say(approval.Title(c)), "1 of 2 done at ")
}

// What keeps an approved case from its call heads it, and so does that one person acts alone.
func TestAHeldCaseIsHeadedSo(t *testing.T) {
	held := approval.Postponed{Why: words.New("why.lookup"), Until: start.Add(time.Minute)}
	agreed := in(t, approval.Approved, 1)
	assert.Equal(t, "Approved: End 1 session on cache-prod", speaker(t).Say(approval.Title(agreed)))
	agreed = step(t, agreed, held, start)
	assert.Equal(t, "Held: End 1 session on cache-prod", speaker(t).Say(approval.Title(agreed)))
	assert.Equal(t, "approved, and held", speaker(t).Say(agreed.Standing()))

	unasked := step(t, step(t, open(), approval.Planned{Plan: plan(1), Decision: run()}, start), held, start)
	assert.Equal(t, "held", speaker(t).Say(unasked.Standing()))

	alone := step(t, in(t, approval.Pending, 1), breakGlass(alice), start.Add(5*time.Minute))
	assert.Equal(t, "Acting alone: End 1 session on cache-prod", speaker(t).Say(approval.Title(alone)))
	said := ""
	for _, m := range approval.Terms(alone) {
		said += speaker(t).Say(m) + "\n"
	}
	assert.Contains(t, said, "Passed over: ")
	assert.Contains(t, said, "Once it has run, one person with the role ")
	alone = step(t, alone, held, start.Add(5*time.Minute))
	assert.Equal(t, "Acting alone, held: End 1 session on cache-prod", speaker(t).Say(approval.Title(alone)))
	assert.Equal(t, "held, by the word of one person alone", speaker(t).Say(alone.Standing()))

	for state, stands := range map[approval.State]string{
		approval.Running: "running, by one person alone", approval.Verifying: "being verified, by one person alone", approval.Lapsed: "lapsed, by one person alone",
	} {
		alone.State = state
		assert.Equal(t, stands, speaker(t).Say(alone.Standing()))
	}
}
