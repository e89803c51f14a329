package slack

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

func homeDrawer(t *testing.T) drawing {
	t.Helper()
	catalogue, err := words.Load()
	require.NoError(t, err)
	return Config{Words: catalogue, Now: time.Now}.drawing(time.Now())
}

// waitingCase is a case that others are asked about.
func waitingCase(id string) approval.Case {
	now := time.Date(2026, 11, 27, 3, 12, 0, 0, time.UTC)
	r := commands.Request{Command: "kill-session", Target: "cache-prod", Channel: "C0INC", Reason: strings.Repeat("&", commands.MaxReason), At: now}
	r.By = commands.Person{Team: "T0QUELL", User: "U0ANNA"}
	c := approval.Open(id, r, "dcs", approval.DefaultLimits(), now)
	c.State, c.Decision = approval.Pending, policy.Decision{Verdict: policy.Consult, Need: 1, From: []string{"incident-commander"}}
	c.Plan.Items = make([]commands.Item, 1)
	c.Plan.Items[0].Thing.Name, c.Plan.Items[0].Thing.Called = "10.0.0.1:2048", "checkout"
	c.Plan.Hurts = []words.Message{words.New("hurts.kill-session", words.V{"count": words.Count(1)})}
	c.Items = make(approval.Items, 1)
	return c
}

// However much waits, and is somebody's, a Home fits (docs.slack.dev, "View objects": 100 blocks;
// views.publish: 250 kB), each block has an id of its own, and what is left out is counted.
func TestAFullHomeFits(t *testing.T) {
	t.Parallel()
	d := homeDrawer(t)
	h := bot.Home{Hidden: 2}
	for i := range 45 {
		h.Waits = append(h.Waits, waitingCase(fmt.Sprintf("Q-W%d", i)))
	}
	for i := range 10 {
		h.Mine = append(h.Mine, waitingCase(fmt.Sprintf("Q-M%d", i)))
		h.Voted = append(h.Voted, h.Mine[i])
		h.Frozen = append(h.Frozen, words.New("guard.others", words.V{"count": words.Count(i)}))
	}
	for range 30 {
		h.May = append(h.May, bot.May{Command: "kill-session", Targets: slices.Repeat([]string{"cache-prod"}, 200), Channels: []string{"C0INC", "C0SEC"}})
	}
	blocks := d.home(h, words.New("vote.own"), ben)
	assert.LessOrEqual(t, len(blocks), maxViewBlocks)
	assert.Less(t, size(blocks), maxView)
	said := string(sumText(blocks))
	assert.Contains(t, said, "15 more wait for you")
	assert.Contains(t, said, "2 more requests may wait for you")
	ids := map[string]bool{}
	for _, b := range blocks {
		if id := b.ID(); id != "" {
			assert.False(t, ids[id], id)
			ids[id] = true
		}
	}
}

func sumText(blocks []slack.Block) []byte {
	var all []byte
	for _, b := range blocks {
		all = fmt.Appendf(all, "%s\n", asText(b))
	}
	return all
}

func asText(b slack.Block) string {
	switch b := b.(type) {
	case *slack.SectionBlock:
		return b.Text.Text
	case *slack.ContextBlock:
		return b.ContextElements.Elements[0].(*slack.TextBlockObject).Text
	case *slack.HeaderBlock:
		return b.Text.Text
	}
	return ""
}

// Each case that waits says what its reader is asked for, and has the buttons for that alone.
func TestWhatACaseAtHomeAsksFor(t *testing.T) {
	t.Parallel()
	d, c := homeDrawer(t), waitingCase("Q-1")
	c.Request.Reason = "leaks"
	own := c
	own.Confirming = &approval.Confirming{Asked: c.Opened}
	alone := c
	alone.State, alone.Items = approval.Done, approval.Items{{Claimed: true}}
	alone.BreakGlass = &approval.BreakGlass{By: c.Request.By, At: c.Opened}
	alone.Decision.BreakGlass = &policy.BreakGlass{Review: policy.Review{Need: 1}}
	require.True(t, alone.Unsigned())
	assert.Contains(t, asText(d.waits(bot.Home{Waits: []approval.Case{alone}}, ben)[0]), "It changes nothing that was done.", "it lets them act alone again")
	for _, tt := range []struct {
		name    string
		of      approval.Case
		who     commands.Person
		said    string
		buttons []string
	}{
		{"a vote", c, ben, "*End 1 session on `cache-prod`*\n`checkout 10.0.0.1:2048`\n<@U0ANNA> asks in <#C0INC> · `Q-1`\nOne person with the role `incident-commander` has to agree by", []string{"approve", "deny", "calls"}},
		{"their own word", own, own.Request.By, "You asked in <#C0INC>, and your word is needed once more until", []string{"approve", "withdraw", "calls"}},
		{"a signature", alone, ben, "<@U0ANNA> acted alone in <#C0INC> at", []string{"sign"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			blocks := d.waits(bot.Home{Waits: []approval.Case{tt.of}}, tt.who)
			require.Len(t, blocks, 2)
			assert.Contains(t, asText(blocks[0]), tt.said)
			var got []string
			for _, e := range blocks[1].(*slack.ActionBlock).Elements.ElementSet {
				got = append(got, e.(*slack.ButtonBlockElement).ActionID)
			}
			assert.Equal(t, tt.buttons, got)
		})
	}
}

// Before a card is posted the list is all that there is to decide by: it says what it costs, and names
// what a rule keeps out of the channel to nobody.
func TestWhatACaseAtHomeCosts(t *testing.T) {
	t.Parallel()
	d, c := homeDrawer(t), waitingCase("Q-1")
	c.Request.Reason = "leaks"
	require.Contains(t, asText(d.waits(bot.Home{Waits: []approval.Case{c}}, ben)[0]), "Why: leaks\n:warning: Its connection is cut")
	c.Decision.Private = true
	said := asText(d.waits(bot.Home{Waits: []approval.Case{c}}, ben)[0])
	require.Contains(t, said, "“Details” says which")
	require.NotRegexp(t, "10.0.0.1|checkout", said)
}

func TestWhatSomebodyMayAskForAndWhere(t *testing.T) {
	t.Parallel()
	d := homeDrawer(t)
	for want, m := range map[string]bot.May{
		"`/kill-session` on a, b, in any channel where I am":     {Command: "kill-session", Targets: []string{"a", "b"}},
		"`/kill-session` on a, in <#C0INC>":                      {Command: "kill-session", Targets: []string{"a"}, Channels: []string{"C0INC"}},
		"`/kill-session` on a, in <#C0INC> and one more channel": {Command: "kill-session", Targets: []string{"a"}, Channels: []string{"C0INC", "C0SEC"}},
		"`/kill-session` on a, in <#C0INC> and 2 more channels":  {Command: "kill-session", Targets: []string{"a"}, Channels: []string{"C0INC", "C0SEC", "C0OPS"}},
	} {
		assert.Equal(t, want, d.rich.Say(permissions([]bot.May{m})[0]))
	}
}

// What could not be looked up is not said to be nothing.
func TestAHomeThatIsUnreadSaysSo(t *testing.T) {
	t.Parallel()
	d, why := homeDrawer(t), words.New("status.unread")
	unread, none := d.home(bot.Home{Unread: true}, why, ben), d.home(bot.Home{}, words.Message{}, ben)
	assert.Equal(t, d.rich.Say(why), asText(unread[0]))
	assert.NotContains(t, string(sumText(unread)), "aits for you")
	assert.Contains(t, string(sumText(none)), "Nothing waits for you")
}
