package slack_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/slack"
	"quell/bot/slacksim"
)

// crowded is a form with so many targets, each with a name of 60 letters.
func crowded(n int) bot.Form {
	f := ready()
	f.Targets = nil
	for i := range n {
		f.Targets = append(f.Targets, fmt.Sprintf("%060d", i))
	}
	f.Target = f.Targets[n-1]
	return f
}

// A menu of Slack takes 100 options. The target of the form is in it, wherever it stands, and
// a form that is not touched can be sent.
func TestAFormOfManyTargetsHoldsItsOwn(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 100, 101, 500} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			f := crowded(n)
			f.Picked = f.List.Things[:1]
			c := listen(t, bot.Offer{Targets: f.Targets[:1], All: n, At: time.Now()})
			opened := c.open(f)
			c.must(c.As("U0ANNA").Submit(opened.View, nil))
			require.Equal(t, f.Target, c.next(slack.Answer{}).FormSubmission.Target)
		})
	}
}

// What is searched for in the menu of targets can be chosen, and nothing else.
func TestAMenuOfManyTargetsIsASearch(t *testing.T) {
	t.Parallel()
	f := crowded(500)
	f.Target = ""
	c := listen(t, bot.Offer{Targets: f.Targets[3:210], All: 500, At: time.Now()})
	opened := c.open(f)
	require.ErrorContains(t, c.As("U0ANNA").Do(pick(opened.View, f.Targets[4])), "does not offer", "the menu has nothing before it is asked")
	menu, err := c.As("U0ANNA").Menu(c.within(patience), slacksim.Act{View: opened.View, ActionID: "target", Value: "0"})
	c.must(err)
	require.Equal(t, bot.Query{Person: anna, Form: "F-1", Field: bot.TheTarget, Text: "0"}, <-c.queries)
	group := menu["option_groups"].([]any)[0].(map[string]any)
	label := group["label"].(map[string]any)["text"].(string)
	shown := len(group["options"].([]any))
	assert.Equal(t, fmt.Sprintf("The first %d of 207 systems: type to find the others", shown), label)
	assert.Greater(t, shown, 50)
	assert.LessOrEqual(t, shown, 100)
	c.do(pick(opened.View, f.Targets[4]))
	require.Equal(t, f.Targets[4], c.next(slack.Answer{}).FormAction.Target)
}

// A menu whose targets are forgotten says what to do, and its advice is no target.
func TestAMenuOfTargetsThatIsTooOld(t *testing.T) {
	t.Parallel()
	f := crowded(500)
	c := listen(t, bot.Offer{})
	opened := c.open(f)
	menu, err := c.As("U0ANNA").Menu(c.within(patience), slacksim.Act{View: opened.View, ActionID: "target"})
	c.must(err)
	group := menu["option_groups"].([]any)[0].(map[string]any)
	require.True(t, strings.HasPrefix(group["label"].(map[string]any)["text"].(string), "This form is over an hour old"))
	advice := group["options"].([]any)[0].(map[string]any)["value"].(string)
	c.do(pick(opened.View, advice))
	require.Equal(t, f.Target, c.next(slack.Answer{}).FormAction.Target)
	f.Picked = f.List.Things[:1]
	c.redraw(f)
	values := slacksim.Values{"target": {"target": {"selected_option": map[string]any{"value": advice}}}}
	c.must(c.As("U0ANNA").Submit(opened.View, values))
	require.Equal(t, f.Target, c.next(slack.Answer{}).FormSubmission.Target)
}
