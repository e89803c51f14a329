package slack_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

// The simulator holds every text to the limit that Slack documents for its place. Whatever
// a system and its things are called, a card appears and a form opens.
func TestSlackTakesTheLongestNames(t *testing.T) {
	t.Parallel()
	for _, target := range []int{1, 79, 88, 150} {
		for _, count := range []int{1, 5, 20} {
			t.Run(fmt.Sprintf("%d of one of %d letters", count, target), func(t *testing.T) {
				c := listen(t, bot.Offer{})
				card := asking(incident)
				card.Request.Target, card.Request.Reason = strings.Repeat("t", target), strings.Repeat("why ", 125)
				card.Decision = policy.Decision{Verdict: policy.Consult, Need: 1, From: []string{strings.Repeat("r", 300)}, Within: time.Hour}
				for i := range count {
					thing := integrations.Thing{ID: fmt.Sprintf("node-1/%d/%s", i, strings.Repeat("i", 100)), Name: fmt.Sprintf("%d-%s", i, strings.Repeat("n", 76))}
					for _, fact := range []string{"name", "user", "cmd", "db"} {
						thing.Facts = append(thing.Facts, integrations.Field{Name: fact, Value: strings.Repeat("f", 80)})
					}
					card.Plan.Items = append(card.Plan.Items, commands.Item{Thing: thing, Call: strings.Repeat("call ", 100)})
					card.Plan.Hurts = append(card.Plan.Hurts, words.New("hurts.kill-session", words.V{"count": words.Count(i + 1)}))
				}
				card.Items = make([]approval.Item, count)
				at, err := c.Show(c.within(patience), card, "")
				require.NoError(t, err)
				card.State = approval.Expired
				_, err = c.Explain(c.within(patience), card, nil, at)
				require.NoError(t, err)

				form := ready()
				form.Target = card.Request.Target
				form.Targets, form.List.Things = []string{form.Target}, nil
				for _, it := range card.Plan.Items {
					form.List.Things = append(form.List.Things, it.Thing)
				}
				form.Picked = form.List.Things
				c.open(form)
			})
		}
	}
}
