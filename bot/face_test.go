package bot_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/store"
	"quell/bot/words"
	"quell/commands"
	"quell/policy"
)

// wall is another face than Slack's: a screen on a wall that shows the newest line of each
// case, and people who call out to it.
type wall struct {
	*bot.Bot
	mu    sync.Mutex
	lines map[string]string
	calls int
}

func (f *wall) Show(_ context.Context, c approval.Case, at store.Card) (store.Card, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lines[c.ID] = string(c.State)
	if c.State.Over() {
		f.lines[c.ID] = c.Outcome().ID
	}
	return "the wall, line " + store.Card(c.ID), nil
}

func (f *wall) Explain(_ context.Context, _ approval.Case, _ []approval.Call, at store.Card) (store.Card, error) {
	return at, nil
}

func (f *wall) shows(id string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.lines[id]
}

// says is one person's words, each under an id of its own.
func (f *wall) says(user string) bot.Speaker {
	f.calls++
	return bot.Speaker{ID: string(rune('a' + f.calls)), Person: commands.Person{Team: "T0", User: user}, Channel: channel}
}

// Whoever knows the verbs can be a face: this one asks, approves and reads the outcome.
func TestAnotherFace(t *testing.T) {
	w := newWorld(t)
	p := w.load(rules)
	f := &wall{lines: map[string]string{}}
	r := w.rooms("R-2", func() *policy.Policy { return p }, f)
	f.Bot = r.Bot
	defer r.display.Wait()
	defer r.engine.Wait()

	asks := f.says("U0ANNA")
	r1 := commands.Request{Command: "kill-session", Target: "cache", Things: []string{peer}}
	require.Zero(t, f.Ask(t.Context(), asks, r1))
	require.Zero(t, f.Ask(t.Context(), asks, r1), "the same words count once")
	open, err := w.db.Open(t.Context(), 9)
	require.NoError(t, err)
	require.Len(t, open, 1)
	c := open[0]
	require.Eventually(t, func() bool { return f.shows(c.ID) == "pending" }, 10*time.Second, time.Millisecond)

	on := bot.On{Case: c.ID, Fingerprint: c.Plan.Fingerprint}
	require.Equal(t, "vote.own", f.Vote(t.Context(), f.says("U0ANNA"), on, approval.Yes).Say.ID)
	require.Equal(t, words.Message{}, f.Vote(t.Context(), f.says("U0BEN"), on, approval.Yes).Say)
	w.reaches(r, c.ID, approval.Done)
	require.Eventually(t, func() bool { return f.shows(c.ID) == "ending.kill-session.gone" }, 10*time.Second, time.Millisecond)
	require.Equal(t, 1, w.system.calls())
	require.Equal(t, "why", f.Why(t.Context(), f.says("U0BEN"), c.ID).Say.ID)
}
