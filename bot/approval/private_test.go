package approval_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

// secret is a plan with a detail wherever a plan can have one.
func secret() commands.Plan {
	p := plan(2)
	p.Items[0] = commands.Item{
		Thing: integrations.Thing{
			ID: "node/10.0.0.1:2048", Name: "10.0.0.1:2048", Aliases: []string{"10.0.0.1"}, Called: "checkout-worker", Lineage: "checkout 10.0.0.1",
			Identity: []integrations.Field{{Name: "peer", Value: "10.0.0.1"}}, Facts: []integrations.Field{{Name: "user", Value: "marieke"}},
			With: []integrations.Companion{{ID: "node/10.0.0.1:2049", Name: "10.0.0.1:2049"}},
		},
		Call: "POST /kill 10.0.0.1:2048", Found: commands.Finding{Typed: "checkout-w", By: commands.ByName},
	}
	p.Hurts = []words.Message{
		words.New("hurts.kill-session", words.V{"count": words.Count(2)}),
		words.New("warn.dcs-one-address", words.V{"address": words.Code("10.0.0.1"), "others": words.Code("10.0.0.9:1, 10.0.0.9:2")}),
	}
	return p
}

// private is a case whose details stay out of the channel, put to people.
func private(t *testing.T) approval.Case {
	t.Helper()
	d := consult(1)
	d.Private = true
	c := step(t, open(), approval.Planned{Plan: secret(), Decision: d}, start)
	return step(t, c, approval.Confirmed{By: alice, Fingerprint: fingerprint}, start)
}

// No detail of a thing is in what a channel may see, wherever the case has it; what was counted is.
func TestDetailsStayOutOfTheChannel(t *testing.T) {
	c := private(t)
	c.Items[0].Outcome = commands.Outcome{
		Done: commands.Answered, Seen: commands.CameBack, Successor: "10.0.0.7:1", Note: words.New("outcome.with-gone", words.V{"others": words.Code("10.0.0.1:2049")}),
		Why: words.New("case.changed", words.V{"thing": words.Code("10.0.0.1:2048")}), Receipt: integrations.Receipt{Warning: "of 10.0.0.1"},
	}
	c.Items[0].LineageBefore = []string{"node/10.0.0.8:1"}
	c.Evidence = []approval.Evidence{{By: bob, At: start, Seen: []commands.Sight{{Seen: commands.CameBack, Successor: "10.0.0.7:1"}, {}}}}
	c.Why = words.New("case.unshown", words.V{"why": words.Say(words.New("case.more-end", words.V{
		"thing": words.Code("10.0.0.1:2048"), "others": words.Code("10.0.0.200:1"),
	}))})
	before, err := json.Marshal(c)
	require.NoError(t, err)

	seen, err := json.Marshal(approval.ForChannel(c))
	require.NoError(t, err)
	assert.NotRegexp(t, `10\.0\.0|checkout|marieke|POST`, string(seen))
	assert.Equal(t, "#1", approval.Thing(approval.ForChannel(c), 0).Values["thing"].Value)
	assert.Contains(t, approval.Warnings(approval.ForChannel(c)), words.New("hurts.kill-session", words.V{"count": words.Count(2)}))
	assert.Equal(t, approval.Title(c), approval.Title(approval.ForChannel(c)))

	after, err := json.Marshal(c)
	require.NoError(t, err)
	assert.JSONEq(t, string(before), string(after), "the case itself keeps everything")
}

// A case whose details are not private is drawn as it is, whatever policy is in force by then.
func TestACaseIsAsPrivateAsItWasAsked(t *testing.T) {
	c := in(t, approval.Pending, 2)
	assert.Equal(t, c, approval.ForChannel(c))
	assert.NotContains(t, approval.Terms(c), approval.Withheld(c))

	c = private(t)
	assert.Contains(t, approval.Terms(c), approval.Withheld(c))
	assert.Contains(t, approval.Offers(c), approval.Offer{Action: approval.ToSeeCalls, Label: words.New("button.details")})
	c = step(t, c, no(bob), start)
	assert.Contains(t, approval.Offers(c), approval.Offer{Action: approval.ToSeeCalls, Label: words.New("button.details")}, "its thread tells nothing")
}

// What a person typed is theirs: a reason stands as it is.
func TestAReasonIsWhatItsAuthorTyped(t *testing.T) {
	c := private(t)
	c.Request.Reason = "10.0.0.1 leaks"
	c.Why = words.New("freeze.reason", words.V{"reason": words.Text("10.0.0.1 is being failed over")})
	assert.Equal(t, approval.Reasons(c), approval.Reasons(approval.ForChannel(c)))
	assert.Equal(t, c.Why, approval.ForChannel(c).Why)
	assert.Equal(t, policy.Consult, approval.ForChannel(c).Decision.Verdict)
}

// A list of details is veiled like each of them.
func TestAListOfDetailsIsVeiled(t *testing.T) {
	c := private(t)
	others := words.All(words.Codes([]string{"10.0.0.200:1", "10.0.0.201:1"})...)
	c.Why = words.New("case.more-end", words.V{"thing": words.Code("10.0.0.1:2048"), "others": others})
	c.Plan.Hurts = append(c.Plan.Hurts, words.New("warn.dcs-one-address", words.V{"others": others}))
	seen, err := json.Marshal(approval.ForChannel(c))
	require.NoError(t, err)
	assert.NotRegexp(t, `10\.0\.0`, string(seen))
}

// A release that does not know that details are private would draw them: it has to leave the case alone.
func TestAPrivateCaseIsOfAVersionOfItsOwn(t *testing.T) {
	require.Equal(t, 3, private(t).Version)
}
