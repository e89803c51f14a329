package approval_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
)

// In each state of the table a case has whole sentences for everything that a face says of
// it, and none of them brings a face's markup or icons along.
func TestEachStateHasItsSentences(t *testing.T) {
	english := speaker(t)
	for _, state := range []approval.State{
		approval.Planning, approval.Pending, approval.Approved, approval.Running, approval.Verifying, approval.Done,
		approval.Refused, approval.Denied, approval.Expired, approval.Withdrawn, approval.Lapsed,
	} {
		for items := 1; items <= 2; items++ {
			c := in(t, state, items)
			all := append([]words.Message{approval.Title(c), approval.Status(c), approval.Deed(c)}, approval.Terms(c)...)
			all = append(all, approval.Reasons(c)...)
			all = append(all, approval.History(c)...)
			all = append(all, approval.Basis(c)...)
			for i := range c.Items {
				all = append(all, approval.Thing(c, i))
			}
			for _, o := range approval.Offers(c) {
				all = append(all, o.Label)
			}
			for _, m := range all {
				said := english.Say(m)
				require.NotEmpty(t, said, "%s: %s", state, m.ID)
				assert.NotRegexp(t, `\*|_\w+_|<no value>|\[[a-z]+\.|:[a-z_]+:`, said, "%s: %s", state, m.ID)
			}
		}
	}
}

// actions are what is offered for a case.
func actions(c approval.Case) (all []approval.Action) {
	for _, o := range approval.Offers(c) {
		all = append(all, o.Action)
	}
	return all
}

// What can still be done is offered, and nothing else.
func TestOffers(t *testing.T) {
	pending := in(t, approval.Pending, 1)
	assert.Equal(t, []approval.Action{approval.ToApprove, approval.ToDeny, approval.ToWithdraw, approval.ToActAlone, approval.ToSeeCalls}, actions(pending))
	pending.Decision.BreakGlass = nil
	assert.Equal(t, []approval.Action{approval.ToApprove, approval.ToDeny, approval.ToWithdraw, approval.ToSeeCalls}, actions(pending))
	assert.Equal(t, []approval.Action{approval.ToDeny, approval.ToWithdraw, approval.ToSeeCalls}, actions(in(t, approval.Approved, 1)))
	unasked := step(t, open(), approval.Planned{Plan: plan(1), Decision: run()}, start)
	assert.Equal(t, []approval.Action{approval.ToWithdraw, approval.ToSeeCalls}, actions(unasked), "nobody was asked, so nobody can deny")
	rest := step(t, in(t, approval.Approved, 2), claim(), start)
	require.Equal(t, "button.deny-rest", approval.Offers(rest)[0].Label.ID)
	assert.Empty(t, actions(in(t, approval.Planning, 1)))
	assert.Equal(t, []approval.Action{approval.ToSeeCalls}, actions(in(t, approval.Running, 1)))
	looking := in(t, approval.Verifying, 1)
	assert.Equal(t, []approval.Action{approval.ToSeeCalls}, actions(looking))
	assert.Equal(t, []approval.Action{approval.ToSeeCalls}, actions(step(t, looking, looked(start, commands.Gone), start)), "the end of the watch changes nothing")
	assert.Empty(t, actions(in(t, approval.Refused, 1)), "what policy refused, it refuses again")
	assert.Equal(t, []approval.Action{approval.ToAskAgain}, actions(in(t, approval.Denied, 1)))
	assert.Equal(t, []approval.Action{approval.ToAskAgain}, actions(in(t, approval.Withdrawn, 1)))
	assert.Equal(t, []approval.Action{approval.ToAskAgain}, actions(in(t, approval.Expired, 1)))
}

// A confirmation never cuts a name: it names as many as the face has room for.
func TestConfirmationNamesWholeThings(t *testing.T) {
	english, c := speaker(t), in(t, approval.Pending, 3)
	for names, said := range map[int]string{
		9: "End 3 sessions on cache-prod: session 0, session 1 and session 2.",
		3: "End 3 sessions on cache-prod: session 0, session 1 and session 2.",
		2: "End 3 sessions on cache-prod: session 0 and session 1, and 1 more that stands on the card.",
		0: "End 3 sessions on cache-prod: all 3 that stand on the card.",
	} {
		assert.Equal(t, said+"\nIt cannot be undone.", english.Value(words.Lines(approval.Confirmation(c, names, 0))))
	}
}

// A few it names each; of more, those that are called the same by how many they are.
func TestConfirmationCountsWhatIsCalledTheSame(t *testing.T) {
	english := speaker(t)
	said := func(n int) string {
		c := in(t, approval.Pending, n)
		for i := range n - 1 {
			c.Plan.Items[i].Thing.Called = "checkout-worker"
		}
		return english.Say(approval.Confirmation(c, 9, 0)[0])
	}
	require.Equal(t, "End 3 sessions on cache-prod: checkout-worker session 0, checkout-worker session 1 and session 2.", said(3))
	require.Equal(t, "End 9 sessions on cache-prod: checkout-worker × 8 and session 8.", said(9))
}

// A client calls itself what it likes, also by the address of another one, or by a count: nothing that
// ends is hidden behind that.
func TestConfirmationKeepsThingsApart(t *testing.T) {
	english := speaker(t)
	said := func(called ...string) string {
		c := in(t, approval.Pending, len(called))
		for i, name := range called {
			c.Plan.Items[i].Thing.Called = name
		}
		return english.Say(approval.Confirmation(c, 9, 0)[0])
	}
	long := strings.Repeat("payments ", 12)
	for want, called := range map[string][]string{
		"session 0 and session 0 session 1":                               {"", "session 0"},
		"session 0, session 0 × 3 and session 4":                          {"", "session 0", "session 0", "session 0", ""},
		"session 0 and session 0 × 3":                                     {"session 0", "session 0", "session 0", "session 0"},
		"a × 4 and b × 40 session 4":                                      {"a", "a", "a", "a", "b × 40"},
		"session 0, session 1, session 2 and session 3":                   {"", "", "", ""},
		long[:79] + "… session 0, a × 2 and " + long[:79] + "… session 3": {long + "1", "a", "a", long + "2"},
	} {
		require.Equal(t, fmt.Sprintf("End %d sessions on cache-prod: %s.", len(called), want), said(called...))
	}
}

// It tells as many of the costs as there is room for, those of the things first, and counts the rest.
func TestConfirmationTellsTheCost(t *testing.T) {
	english, c := speaker(t), in(t, approval.Pending, 1)
	c.Plan.Hurts = []words.Message{words.New("hurts.restart-proxy", words.V{"count": words.Count(1)}), words.New("warn.hulft-return")}
	said := func(costs int) string { return english.Value(words.Lines(approval.Confirmation(c, 1, costs))) }
	require.Contains(t, said(0), ": session 0.\nSee the card for 2 more warnings.\nIt cannot be undone.")
	require.Contains(t, said(1), ": session 0.\nThe agent may connect again")
	require.Contains(t, said(1), "\nSee the card for 1 more warning.\nIt cannot be undone.")
	require.Contains(t, said(9), ": session 0.\nThe proxy is restarted.\nThe agent may connect again")
	require.NotContains(t, said(9), "more warning")
}

// Once calls were made, it asks for the rest alone: what was called, or is gone, needs no yes.
func TestConfirmationNamesWhatIsLeft(t *testing.T) {
	english, c := speaker(t), between(t)
	c.Plan.Hurts = []words.Message{words.New("hurts.restart-proxy", words.V{"count": words.Count(3)})}
	c.Request.Command = "restart-proxy"
	c = step(t, c, renewal(), start.Add(time.Minute))
	said := func(names int) string { return english.Value(words.Lines(approval.Confirmation(c, names, 1))) }
	require.Equal(t, "Restart 2 proxies of cache-prod", english.Say(approval.DeedLeft(c)))
	require.Equal(t, "Restart 2 proxies of cache-prod: session 1 and session 2.\nThe proxies are restarted.\nIt cannot be undone.", said(9))
	require.Contains(t, said(1), ": session 1, and 1 more that stands on the card.\n")
	require.Contains(t, said(0), ": the 2 on the card that are left.\n")
	c.Items[1].Seen = commands.Gone
	require.Equal(t, "Restart 1 proxy of cache-prod: session 2.\nThe proxy is restarted.\nIt cannot be undone.", said(9))
	require.Contains(t, said(0), ": the one on the card that is left.\n")
}
