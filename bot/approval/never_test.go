package approval_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands/words"
)

// rehearsal is a case in a state whose target was set to act: never when it was planned.
func rehearsal(t *testing.T, s approval.State) approval.Case {
	c := in(t, s, 2)
	c.Never = true
	return c
}

// The table itself lets no rehearsal run, whatever the rest of the program believes.
func TestARehearsalIsNeverClaimed(t *testing.T) {
	c := rehearsal(t, approval.Approved)
	require.Equal(t, "never.was", refuse(t, c, claim(), start))
	ended := step(t, c, approval.EndedBeforeCall{State: approval.Done, Why: words.New("never.not-sent", words.V{"target": words.Code("cache-prod")})}, start)
	require.Equal(t, approval.Done, ended.State)
	require.False(t, ended.Items.Acted())
	require.True(t, ended.Never)
	require.False(t, ended.Uncertain())
}

// It is planned, voted on, denied and withdrawn like any other.
func TestARehearsalGoesItsWay(t *testing.T) {
	planned := path(approval.Pending, 2)[0].(approval.Planned)
	planned.Never = true
	c := step(t, open(), planned, start)
	require.True(t, c.Never)
	require.Equal(t, approval.Pending, c.State)
	c = step(t, c, yes(bob), start)
	require.Equal(t, approval.Approved, c.State)
	require.Equal(t, approval.Denied, step(t, c, no(carol), start).State)
	require.Equal(t, approval.Lapsed, step(t, c, approval.Timeout{}, c.Deadline).State)
}

// What a rehearsal keeps to itself, it keeps from other rehearsals: a call that somebody wants made
// must not wait for one that never is, though two targets be one system.
func TestARehearsalKeepsNothingFromACall(t *testing.T) {
	c := rehearsal(t, approval.Pending)
	require.Equal(t, []string{"rehearsal/dcs/node/0", "rehearsal/dcs/node/1"}, c.Keys())
}

// What is said of a rehearsal never promises a call.
func TestWhatIsSaidOfARehearsal(t *testing.T) {
	s := speaker(t)
	said := func(c approval.Case) string {
		all := []words.Message{approval.Title(c), approval.Status(c)}
		all = append(all, approval.Terms(c)...)
		all = append(all, approval.Confirmation(c, 1, 1)...)
		all = append(all, approval.Calls(c))
		lines := make([]string, len(all))
		for i, m := range all {
			lines[i] = s.Say(m)
		}
		return strings.Join(lines, "\n")
	}
	for _, state := range []approval.State{approval.Pending, approval.Approved} {
		c := rehearsal(t, state)
		told := said(c)
		assert.Contains(t, told, "Rehearsal: ")
		assert.Contains(t, told, "cache-prod is set to `act: never`. This is a rehearsal: whatever is decided here, no call is made and nothing is changed.")
		assert.Contains(t, told, "cache-prod is set to `act: never`. Nothing is done.")
		assert.Contains(t, told, "so these calls are not made")
		for _, promise := range []string{"then make the call", "cannot be undone", "goes ahead"} {
			assert.NotContains(t, told, promise, state)
		}
		c.Never = false
		assert.NotContains(t, said(c), "ehearsal")
	}
	c := rehearsal(t, approval.Approved)
	c.Votes, c.BreakGlass = nil, &approval.BreakGlass{By: alice, At: start, Until: start.Add(time.Minute)}
	assert.Contains(t, s.Say(approval.Status(c)), "and then make no call.")
	assert.Contains(t, said(rehearsal(t, approval.Denied)), "Rehearsal: Denied")
	assert.NotContains(t, said(rehearsal(t, approval.Denied)), "This is a rehearsal", "what is over needs no warning")
}
