package slack

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// Only a yes makes a case approved. A case whose asker acts alone, or which needs nobody's
// yes, is called approved nowhere on its card and in no notification, in whatever state.
func TestNothingIsApprovedWithoutAYes(t *testing.T) {
	t.Parallel()
	s := chat(t)
	s.Now = start.UTC
	walked := 0
	for _, state := range []approval.State{ // all but planning, which has no card
		approval.Pending, approval.Approved, approval.Running, approval.Verifying,
		approval.Done, approval.Refused, approval.Denied, approval.Expired, approval.Withdrawn, approval.Lapsed,
	} {
		for alone := range 3 { // nobody, told, not told yet
			for _, why := range reasons() {
				for made := range 3 { // calls of two
					c := unasked(t, state, alone, made)
					c.Why = why
					body, err := json.Marshal(s.cardBlocks(c))
					require.NoError(t, err)
					name := fmt.Sprintf("%s, alone %d, %q, %d calls", state, alone, why.ID, made)
					assert.NotContains(t, strings.ToLower(string(body)), "approved", name)
					assert.NotContains(t, strings.ToLower(s.say(approval.Title(c))), "approved", name)
					assert.NotContains(t, string(body), "[card.", name)
					assert.NotContains(t, s.say(c.Word()), "approved", name)
					walked++
				}
			}
		}
	}
	require.Equal(t, 10*3*3*len(reasons()), walked)
}

// reasons are why a case that nobody said yes to may wait or have ended, and no reason.
func reasons() []words.Message {
	thing := words.V{"thing": words.Code("10.63.238.158:2048"), "why": words.Text("it links two nodes")}
	by := words.V{"case": words.Code("Q-2"), "target": words.Code("cache-prod"), "channel": words.Channel("C0SEC"), "why": words.Text("busy"), "by": words.User("U0ANNA")}
	all := []words.Message{{}, frozen(), words.New("case.barred", thing), words.New("case.changed", thing), words.New("case.other-system", thing)}
	for _, id := range []string{
		"case.changed-by", "case.already-gone", "case.no-target", "why.not-told", "why.policy-new", "why.stop-waits", "why.lookup", "why.look-old",
		"why.list-short", "why.too-slow", "refused.now", "refused.teams", "vendor.busy", "case.withdrawn",
	} {
		all = append(all, words.New(id, by))
	}
	return all
}

func frozen() words.Message {
	return words.New("guard.frozen", words.V{
		"target": words.Code("cache-prod"), "by": words.User("U0ANNA"), "at": words.At(start), "reason": words.Text("outage"), "command": words.Code("/quell unfreeze cache-prod"),
	})
}

// unasked is a case of two things, in a state, that nobody said yes to.
func unasked(t *testing.T, state approval.State, alone, made int) approval.Case {
	t.Helper()
	c := tell(t, "leaks", session("10.63.238.158:2048"), session("10.63.238.159:3058")).c
	c.State, c.Consulted, c.Agreed = state, start, start
	c.Decision.Verdict, c.Decision.Need = policy.Run, 0
	if alone > 0 {
		c.Decision.Verdict, c.Decision.Need = policy.Consult, 1
		c.Decision.BreakGlass = &policy.BreakGlass{Notice: "C0SEC", Review: policy.Review{Need: 1, From: []string{"security"}}}
		c.BreakGlass = &approval.BreakGlass{By: c.Request.By, At: start, Why: "nobody answers", Until: start}
	}
	if alone == 1 {
		c.BreakGlass.Notified = start
	}
	for i := range made {
		c.Ran = start
		c.Items[i].Claimed = true
		c.Items[i].Outcome = commands.Outcome{Done: commands.Answered, Seen: commands.Gone, Sent: start}
	}
	return c
}
