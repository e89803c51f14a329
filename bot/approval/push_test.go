package approval_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
)

// A push shows nothing of a card but its line: what is asked, of which things, by whom, where, who
// may decide until when, and why.
func TestAPushSaysItAll(t *testing.T) {
	english, c := speaker(t), in(t, approval.Pending, 2)
	c.Plan.Items[0].Thing.Called, c.Decision.From = "checkout-worker", []string{"incident-commander"}
	require.Equal(t, "End 2 sessions on cache-prod? checkout-worker session 0, session 1. Why: “leaks”. @U1 asks in #C1. "+
		"One person with the role incident-commander has to agree by 2026-03-01 09:45:00 UTC.", english.Say(approval.Push(c)))

	c.Request.Reason = ""
	require.NotContains(t, english.Say(approval.Push(c)), "Why")
}

// A long reason is cut between two letters, of which one may be several characters.
func TestAPushCutsNoLetter(t *testing.T) {
	english, c := speaker(t), in(t, approval.Pending, 1)
	c.Request.Reason = strings.Repeat("x", 138) + "🇩🇪 is down"
	require.Contains(t, english.Say(approval.Push(c)), "x🇩🇪…”")
}

// Of many things it names the first, and says how many more there are.
func TestAPushNamesTheFirstThings(t *testing.T) {
	english := speaker(t)
	require.Contains(t, english.Say(approval.Push(in(t, approval.Pending, 3))), "? session 0, session 1, session 2. ")
	require.Contains(t, english.Say(approval.Push(in(t, approval.Pending, 9))), "? session 0, session 1, session 2 and 6 more. ")
}

// After the end it says what came of it, and before there is a plan, what is looked up.
func TestAPushSaysWhatCameOfIt(t *testing.T) {
	english := speaker(t)
	require.Equal(t, "Being looked up: 1 session on cache-prod. I am looking up what was asked for. @U1 asked in #C1: “leaks”.", english.Say(approval.Push(open())))
	require.Equal(t, "Denied: 1 session on cache-prod. session 0. @U2 said no. Nothing was done. @U1 asked in #C1: “leaks”.",
		english.Say(approval.Push(in(t, approval.Denied, 1))))
	done := step(t, in(t, approval.Verifying, 1), looked(start, commands.CameBack), start)
	require.Contains(t, english.Say(approval.Push(done)), "session 0. It was done, and it is back.")
}

// What a rule keeps out of the channel is not in its push.
func TestAPushKeepsDetailsOut(t *testing.T) {
	said := speaker(t).Say(approval.Push(approval.ForChannel(private(t))))
	require.NotRegexp(t, `10\.0\.0|checkout|marieke`, said)
	require.Contains(t, said, "? “Details” says which. ")
}
