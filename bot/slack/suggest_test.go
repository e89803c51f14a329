package slack

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/integrations"
)

// crowd is n sessions with the longest names and facts.
func crowd(n int, letter string) (things []integrations.Thing) {
	for i := range n {
		t := session("[2001:db8:ffff:ffff:ffff:ffff:ffff:ffff]:40112")
		t.ID = fmt.Sprintf("%0*d", maxValue, i)
		for j := range t.Facts {
			t.Facts[j].Value, t.Facts[j].Unit = strings.Repeat(letter, 80), ""
		}
		things = append(things, t)
	}
	return things
}

func TestAMenuSaysHowMuchItShows(t *testing.T) {
	t.Parallel()
	small := make([]integrations.Thing, 150)
	for i := range small {
		small[i] = integrations.Thing{ID: fmt.Sprint("node-1/", i), Name: "10.0.0.1:6379"}
	}
	tooLong := integrations.Thing{ID: strings.Repeat("i", maxValue+1), Name: "10.0.0.1:6379"}
	for name, c := range map[string]struct {
		offer bot.Offer
		label string
		shown int
	}{
		"all there is":         {bot.Offer{Things: small[:8], All: 8, At: start}, "8 sessions, read at 03:12:00 UTC", 8},
		"one":                  {bot.Offer{Things: small[:1], All: 1, At: start}, "1 session, read at 03:12:00 UTC", 1},
		"what fits the search": {bot.Offer{Things: small[:3], All: 8, At: start}, "3 of 8, read at 03:12:00 UTC", 3},
		"more than fit a menu": {bot.Offer{Things: small, All: 150, At: start}, "The 100 likeliest of 150: type more to narrow it", 100},
		"an id that is too long": {
			bot.Offer{Things: []integrations.Thing{tooLong, small[0]}, All: 2, At: start}, "1 of 2, read at 03:12:00 UTC", 1,
		},
		"what is protected":      {bot.Offer{Barred: []integrations.Thing{barred(small[0], "bar.dcs-replication")}, All: 8, At: start}, "1 of 8 fits, and it cannot be ended from here", 1},
		"beside what is not":     {bot.Offer{Things: small[:1], Barred: []integrations.Thing{barred(small[1], "bar.dcs-replication")}, All: 8, At: start}, "1 of 8, read at 03:12:00 UTC", 1},
		"a list that is too old": {bot.Offer{}, "This list is over a minute old", 1},
	} {
		t.Run(name, func(t *testing.T) {
			groups := chat(t).menu("kill-session", c.offer).(slack.OptionGroupsResponse).OptionGroups
			require.Len(t, groups, max(1, min(len(c.offer.Things), 1)+min(len(c.offer.Barred), 1)))
			assert.Equal(t, c.label, groups[0].Label.Text)
			assert.Len(t, groups[0].Options, c.shown)
		})
	}
	t.Run("nothing", func(t *testing.T) {
		body, err := json.Marshal(chat(t).menu("kill-session", bot.Offer{All: 8, At: start}))
		require.NoError(t, err)
		assert.JSONEq(t, `{"options":[]}`, string(body))
	})
}

// The likeliest come first and are what is shown, in whatever script they are.
func TestAMenuFitsAnAcknowledgement(t *testing.T) {
	t.Parallel()
	for name, letter := range map[string]string{"plain": "x", "of three bytes": "界", "escaped": "<"} {
		t.Run(name, func(t *testing.T) {
			things := crowd(1000, letter)
			barredToo := things[:5:5]
			for i := range barredToo {
				barredToo[i].Bar.Hint = "bar.dcs-replication"
			}
			menu := chat(t).menu("kill-session", bot.Offer{Things: things, Barred: barredToo, All: len(things), At: start})
			body, err := json.Marshal(menu)
			require.NoError(t, err)
			assert.Less(t, len(body), 18_000)
			options := menu.(slack.OptionGroupsResponse).OptionGroups[0].Options
			assert.Greater(t, len(options), 10)
			shown := slices.IndexFunc(things, func(t integrations.Thing) bool { return t.ID == options[len(options)-1].Value })
			assert.Equal(t, len(options)-1, shown, "nothing is passed over")
		})
	}
}

// A protected thing is offered to be read, and whoever takes it all the same has picked nothing.
func TestWhatIsProtectedIsNotPicked(t *testing.T) {
	t.Parallel()
	no := barred(session("10.63.238.158:2048"), "bar.dcs-replication")
	groups := chat(t).menu("kill-session", bot.Offer{Barred: []integrations.Thing{no, no}, All: 8, At: start}).(slack.OptionGroupsResponse).OptionGroups
	require.Len(t, groups[0].Options, 2)
	var all []slack.OptionBlockObject
	for _, o := range groups[0].Options {
		assert.Equal(t, "I do not end it: it links two nodes; ending it interrupts replication", o.Description.Text)
		all = append(all, *o)
	}
	all = append(all, *slack.NewOptionBlockObject("node-1/17", nil, nil))
	v := slack.View{State: &slack.ViewState{Values: map[string]map[string]slack.BlockAction{"things cache-prod": {"things": {SelectedOptions: all}}}}}
	assert.Equal(t, []string{"node-1/17"}, picked(v, "cache-prod"))
}
