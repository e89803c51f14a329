package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	grammar "quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

// The shell says of a case what its card says: the same messages, in each state. That a card
// begins with them is held by the tests of package slack.
func TestTheShellSaysWhatTheCardSays(t *testing.T) {
	catalogue, err := words.Load()
	require.NoError(t, err)
	speaker := catalogue.In("en", words.Plain{})
	for _, state := range []approval.State{
		approval.Planning, approval.Pending, approval.Approved, approval.Running, approval.Verifying, approval.Done,
		approval.Refused, approval.Denied, approval.Expired, approval.Withdrawn, approval.Lapsed,
	} {
		c := stateful(state)
		var out bytes.Buffer
		tellCase(&out, speaker, c)
		said := strings.Split(out.String(), "\n")
		assert.Equal(t, "Q-7F3K2M: "+speaker.Say(approval.Title(c)), said[0], state)
		assert.Equal(t, speaker.Say(approval.Status(c)), said[1], state)
		for _, m := range append(approval.History(c), approval.Reasons(c)...) {
			assert.Contains(t, said, speaker.Say(m), state)
		}
		assert.Contains(t, said, "asked by T0QUELL/U0ANNA: /kill-session cache-prod 10.63.238.158:2048", state)
		assert.NotRegexp(t, `\*|<no value>|\[card\.|:[a-z_]+:`, strings.Join(said, " "), "no markup, no icon, nothing missing: %s", state)
	}
}

// stateful is a case in a state, with what it has there.
func stateful(s approval.State) approval.Case {
	start := time.Date(2026, 11, 23, 3, 12, 0, 0, time.UTC)
	r := grammar.Request{
		Command: "kill-session", Target: "cache-prod", Things: []string{"10.63.238.158:2048"}, Reason: "leaks",
		By: grammar.Person{Team: "T0QUELL", User: "U0ANNA"}, At: start,
	}
	c := approval.Open("Q-7F3K2M", r, "dcs", approval.DefaultLimits(), start)
	c.State = s
	if s == approval.Planning {
		return c
	}
	c.Plan = grammar.Plan{Looked: start, Seen: 8, Fingerprint: "ptchgi2hvo", Items: []grammar.Item{{Thing: integrations.Thing{ID: "1", Name: "10.63.238.158:2048"}}}}
	c.Plan.Hurts = []words.Message{words.New("hurts.kill-session", words.V{"count": words.Count(1)})}
	c.Decision = policy.Decision{Verdict: policy.Consult, Rule: "kill-cache-sessions", Need: 1, From: []string{"incident-commander"}}
	c.Votes = []approval.Vote{{By: grammar.Person{Team: "T0QUELL", User: "U0BEN"}, Choice: approval.No, Why: "not during the sale", At: start}}
	c.Items = make([]approval.Item, 1)
	c.Items[0].Claimed = s == approval.Running || s == approval.Verifying || s == approval.Done
	c.Items[0].Done, c.Items[0].Seen = grammar.NotSent, grammar.NotLooked
	if c.Items[0].Claimed {
		c.Items[0].Done, c.Items[0].Seen, c.Items[0].Sent = grammar.Answered, grammar.Gone, start
	}
	return c
}
