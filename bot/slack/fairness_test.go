package slack_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/slack"
	"quell/bot/store"
	"quell/commands"
)

// counting is a store that takes nothing, and counts what it was given.
type counting struct {
	slack.Deliveries
	mu  sync.Mutex
	got []string
}

func (c *counting) Receive(_ context.Context, d store.Delivery) (bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.got = append(c.got, d.ID)
	return false, errors.New("it is full")
}

// asNamed are speakers who are whom the interaction names.
type asNamed struct{}

func (asNamed) Named(from slack.ReplyTo) commands.Person { return from.Person }

func (asNamed) Person(_ context.Context, from slack.ReplyTo) (commands.Person, error) {
	return from.Person, nil
}

// flood is an inbox, and what one person after the other sends to it.
type flood struct {
	*testing.T
	inbox *slack.Inbox
	kept  *counting
	now   time.Time
	sent  int
}

func flooded(t *testing.T, burst, perSecond int) *flood {
	f := &flood{T: t, kept: &counting{}, now: time.Unix(1_800_000_000, 0)}
	f.inbox = slack.NewInbox(f.kept, nil, nil, asNamed{}, func() time.Time { return f.now }, slog.New(slog.DiscardHandler))
	f.inbox.Limit(burst, perSecond)
	return f
}

// send sends so many deliveries, and returns how many were stored and what the last one was
// answered.
func (f *flood) send(n int, user string, h slack.Delivery) (stored int, last slack.Answer) {
	f.Helper()
	before := len(f.kept.got)
	h.From = slack.ReplyTo{Person: commands.Person{Team: "T0", User: user}, Channel: incident}
	for range n {
		f.sent++
		h.ID = fmt.Sprint(f.sent)
		acks := 0
		f.inbox.Handle(f.Context(), h, func(a slack.Answer) { last = a; acks++ })
		require.Equal(f.T, 1, acks)
	}
	return len(f.kept.got) - before, last
}

func typed(command, text string) slack.Delivery {
	return slack.Delivery{SlashCommand: &slack.SlashCommand{Command: command, Text: text}}
}

func pressed(b slack.Button) slack.Delivery {
	return slack.Delivery{Click: &slack.Click{Case: "Q-1", Button: b}}
}

// Nobody takes the share of the others: what is too much is not stored, and its sender is told
// so in the acknowledgement.
func TestOnePersonIsBounded(t *testing.T) {
	f := flooded(t, 100, 20)
	stored, last := f.send(1000, "U0ANNA", typed("kill-session", "cache-prod"))
	assert.Equal(t, 100, stored)
	assert.Equal(t, "heard.too-fast", last.Say.ID)
	stored, _ = f.send(10, "U0BEN", typed("kill-session", "cache-prod"))
	assert.Equal(t, 10, stored, "another person has a share of their own")
	f.now = f.now.Add(time.Second)
	stored, _ = f.send(1000, "U0ANNA", pressed(slack.Approve))
	assert.Equal(t, 20, stored)
}

// A no, a withdrawal and a freeze go first, and are bounded too.
func TestAStopIsNotHeldUpByTheRest(t *testing.T) {
	for name, h := range map[string]slack.Delivery{
		"no": pressed(slack.Deny), "withdraw": pressed(slack.Withdraw), "freeze": typed("quell", " Freeze cache-prod leaks"),
	} {
		t.Run(name, func(t *testing.T) {
			f := flooded(t, 100, 20)
			f.send(1000, "U0ANNA", typed("kill-session", "cache-prod"))
			stored, _ := f.send(500, "U0ANNA", h)
			assert.Equal(t, 500, stored)
			stored, last := f.send(500, "U0ANNA", h)
			assert.Zero(t, stored)
			assert.Contains(t, []string{"", "heard.too-fast-stop"}, last.Say.ID)
			f.now = f.now.Add(time.Second)
			stored, _ = f.send(500, "U0ANNA", h)
			assert.Equal(t, 100, stored)
		})
	}
	f := flooded(t, 1, 1)
	f.send(1, "U0ANNA", typed("quell", "status"))
	for _, h := range []slack.Delivery{typed("quell", "unfreeze cache-prod"), typed("quell", "freezer"), typed("freeze", ""), pressed(slack.Approve), pressed(slack.LookAgain)} {
		stored, _ := f.send(1, "U0ANNA", h)
		assert.Zero(t, stored, "it stops nothing")
	}
}

// A click's acknowledgement carries no answer, so the answer is a call of its own: one in a
// while. A form that is left out stays as it was filled in.
func TestHowSomebodyIsToldThatItIsTooMuch(t *testing.T) {
	f := flooded(t, 1, 1)
	f.send(1, "U0ANNA", pressed(slack.Approve))
	_, first := f.send(1, "U0ANNA", pressed(slack.Approve))
	_, second := f.send(1, "U0ANNA", pressed(slack.Approve))
	assert.Equal(t, "heard.too-fast", first.Say.ID)
	assert.Zero(t, second)
	for _, h := range []slack.Delivery{{FormSubmission: &slack.FormSubmission{}}, {DenyReason: &slack.DenyReason{}}, {BreakGlassReason: &slack.BreakGlassReason{}}} {
		_, a := f.send(1, "U0ANNA", h)
		assert.Equal(t, "heard.too-fast", a.Say.ID)
		assert.Equal(t, bot.TheThings, a.Field)
	}
	f.now = f.now.Add(5 * time.Second)
	f.send(1, "U0ANNA", pressed(slack.Approve))
	_, third := f.send(1, "U0ANNA", pressed(slack.Approve))
	assert.Equal(t, "heard.too-fast", third.Say.ID)
}

// A freeze is a stop in every spelling, and under a prefix.
func TestAFreezeIsAStopHoweverItIsWritten(t *testing.T) {
	for text, prefix := range map[string]string{
		"freeze all leaks": "stg-", "ｆｒｅｅｚｅ all leaks": "", "`freeze` all leaks": "", "*freeze all leaks*": "",
	} {
		f := flooded(t, 1, 1)
		f.inbox.Prefix = prefix
		f.send(1, "U0ANNA", typed(prefix+"kill-session", "cache-prod"))
		stored, last := f.send(1, "U0ANNA", typed(prefix+"quell", text))
		assert.Equal(t, 1, stored, "%s: %s", text, last.Say.ID)
	}
}
