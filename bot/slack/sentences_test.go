package slack

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
	"quell/integrations"
	"quell/policy"
)

// A card has the title and the status that every face says of a case, in each state
// that has a card.
func TestACardSaysTheSentencesOfTheCase(t *testing.T) {
	t.Parallel()
	s := chat(t)
	s.Now = start.UTC
	for _, state := range []approval.State{
		approval.Pending, approval.Approved, approval.Running, approval.Verifying, approval.Done,
		approval.Refused, approval.Denied, approval.Expired, approval.Withdrawn, approval.Lapsed,
	} {
		c := unasked(t, state, 0, 1)
		blocks := s.cardBlocks(c)
		header, ok := blocks[0].(*slack.HeaderBlock)
		require.True(t, ok, state)
		assert.Equal(t, s.speaker(plain{}).Say(approval.Title(c)), header.Text.Text, state)
		said := s.say(approval.Status(c))
		assert.Contains(t, spoken(blocks), said, state)
		if state != approval.Pending {
			assert.Equal(t, said, spoken(blocks)[1], "how it stands comes first once nobody is asked any more")
		}
	}
}

// spoken is the text of each block of a card; that of buttons is their labels.
func spoken(blocks []slack.Block) (all []string) {
	for _, b := range blocks {
		switch b := b.(type) {
		case *slack.HeaderBlock:
			all = append(all, b.Text.Text)
		case *slack.SectionBlock:
			all = append(all, b.Text.Text)
		case *slack.ContextBlock:
			all = append(all, b.ContextElements.Elements[0].(*slack.TextBlockObject).Text)
		case *slack.ActionBlock:
			var labels []string
			for _, e := range b.Elements.ElementSet {
				labels = append(labels, e.(*slack.ButtonBlockElement).Text.Text)
			}
			all = append(all, strings.Join(labels, ", "))
		}
	}
	return all
}

// The card of a case that asks people is in the order of fear, and what an auditor reads stands
// small at the end.
func TestACardThatAsksIsInTheOrderOfFear(t *testing.T) {
	t.Parallel()
	c := tell(t, "leaks", session("10.63.238.158:2048")).c
	c.Decision.BreakGlass = &policy.BreakGlass{NotBefore: time.Minute}
	got := spoken(chat(t).cardBlocks(c))
	for i, begins := range []string{
		"End 1 session on cache-prod?", "<@U0ANNA> asks.", "Why: leaks", ":warning: ", "*Session* checkout-worker · `10.63.238.158:2048`",
		"One person with the role", "If nobody has decided by", "Approve, Deny", "Withdraw, Show the call", "Act alone", "asked by", "`Q-7F3K2M` · fingerprint",
	} {
		require.Greater(t, len(got), i)
		assert.True(t, strings.HasPrefix(got[i], begins), "%d: %s", i, got[i])
	}
}

// What all things have in common is said once; what each was like when asked is marked as that
// once its call may have been made.
func TestTwentyThingsAreAList(t *testing.T) {
	t.Parallel()
	things := make([]integrations.Thing, 20)
	for i := range things {
		things[i] = session(fmt.Sprintf("10.63.238.%d:2048", i))
		things[i].Facts = append([]integrations.Field{{Name: "client", Value: strconv.Itoa(11000 + i)}}, things[i].Facts...)
	}
	said := func(s *story) string { return strings.Join(spoken(chat(t).cardBlocks(s.c)), "\n") }
	asked := said(tell(t, "", things...))
	assert.Equal(t, 1, strings.Count(asked, "last command"))
	assert.Contains(t, asked, "All 20: checkout-worker · last command `brpop` · connected for 1 day 2 h · idle for 3 h\n• `10.63.238.0:2048` · id `11000`\n• `10")
	for _, thing := range things {
		assert.Contains(t, asked, "`"+thing.Name+"`")
	}
	assert.Contains(t, said(tell(t, "", things...).approved().then(approval.Claim{Owner: "R-1"})), "When asked. All 20: checkout-worker · last command")
	s := tell(t, "", things...).approved()
	for i := range things {
		s.then(approval.Claim{Owner: "R-1"}).then(approval.CallEnded{Owner: "R-1", Index: i, Outcome: answered()})
	}
	over := said(s.then(looks(slices.Repeat([]commands.Seen{commands.Gone}, len(things))...)))
	assert.Contains(t, over, "The call was accepted. It is the same for all 20.\nWhen asked. All 20: checkout-worker")
	assert.Equal(t, 1, strings.Count(over, "a fresh look"))
	assert.Contains(t, said(tell(t, "", things[0]).approved().then(approval.Claim{Owner: "R-1"})), "When asked: id `11000` · last command")
}

// Each action that a case offers has a button of its own, whose click is understood.
func TestEachActionHasItsButton(t *testing.T) {
	t.Parallel()
	choices := map[Button]bool{}
	for a := approval.ToApprove; a <= approval.ToAskAgain; a++ {
		choice, _ := buttonOf(a)
		assert.False(t, choices[choice], "%s is the button of two actions", choice)
		choices[choice] = true
		assert.Contains(t, buttons(), choice)
	}
	assert.Len(t, choices, len(buttons()))
}

// After the end the facts of before are marked as such, also where each of a few things has its own.
func TestFactsOfBeforeAreMarked(t *testing.T) {
	t.Parallel()
	a, b := session("10.63.238.158:1"), session("10.63.238.158:2")
	b.Facts = append([]integrations.Field{{Name: "client", Value: "7"}}, b.Facts...)
	said := strings.Join(spoken(chat(t).cardBlocks(tell(t, "leaks", a, b).denied("").c)), "\n")
	assert.Contains(t, said, "When asked. All 2: ")
	assert.Contains(t, said, "When asked: id `7`")

	var all []integrations.Thing
	for i := range apart + 1 {
		n := strconv.Itoa(i)
		all = append(all, called("node-1/"+n, integrations.Field{Name: "client", Value: n}))
		all[i].Name = "10.63.238.158:" + n
	}
	said = strings.Join(spoken(chat(t).cardBlocks(tell(t, "leaks", all...).denied("").c)), "\n")
	assert.Equal(t, len(all), strings.Count(said, "When asked: id `"), "on a list, where they share nothing")
}

// However long the things are called, a push says who asks, why and until when.
func TestALongNameLeavesRoomInAPush(t *testing.T) {
	t.Parallel()
	s := chat(t)
	for _, called := range []string{strings.Repeat("&", 40), strings.Repeat("&", 200), strings.Repeat("payments-worker", 6)} {
		for _, id := range []string{"10.63.238.158:2048", strings.Repeat("n", 79)} {
			var things []integrations.Thing
			for i := range 3 {
				thing := session(fmt.Sprint(i, id))
				thing.Called = called
				things = append(things, thing)
			}
			said := s.oneLine(start, approval.Push(tell(t, "leaks connections", things...).c))
			assert.Contains(t, said, "asks in", called+id)
			assert.Contains(t, said, "has to agree by", called+id)
			assert.Contains(t, said, "leaks connections", called+id)
		}
	}
}
