package bot_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// wall is another face than Slack's: a screen on a wall that shows the title and the status
// of each case, and people who call out to it.
type wall struct {
	*bot.Bot
	mu    sync.Mutex
	lines map[string]string
	calls int
	// speaker says what every face says of a case.
	speaker words.Speaker
}

func (f *wall) Show(_ context.Context, c approval.Case, at store.Card) (store.Card, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lines[c.ID] = f.speaker.Say(approval.Title(c)) + " " + f.speaker.Say(approval.Status(c))
	return "the wall, line " + store.Card(c.ID), nil
}

func (f *wall) Turn(ctx context.Context, _ approval.Case, _ store.Card, _ time.Time) (context.Context, error) {
	return ctx, nil
}

func (f *wall) Explain(_ context.Context, _ approval.Case, _ []approval.Exchange, at store.Card) (store.Card, error) {
	return at, nil
}

func (f *wall) Retire(context.Context, string, store.Card, store.Stray) error { return nil }

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
	all, err := words.Load()
	require.NoError(t, err)
	f := &wall{lines: map[string]string{}, speaker: all.In("en", words.Plain{})}
	r := w.rooms("R-2", func() *policy.Policy { return p }, f)
	f.Bot = r.Bot
	defer r.display.Wait()
	defer r.engine.Wait()

	asks := f.says("U0ANNA")
	r1 := commands.Request{Command: "kill-session", Target: "cache", Things: []string{peer}}
	v := f.Ask(t.Context(), asks, r1)
	require.Equal(t, bot.Verdict{Case: v.Case}, v)
	require.Equal(t, v, f.Ask(t.Context(), asks, r1), "the same words count once")
	rec, err := f.Shown(t.Context(), v.Case)
	require.NoError(t, err)
	c := rec.Case
	require.Eventually(t, func() bool {
		return strings.HasPrefix(f.shows(c.ID), "End 1 session on cache? One person with the role")
	}, 10*time.Second, time.Millisecond)

	on := bot.On{Case: c.ID, Fingerprint: c.Plan.Fingerprint}
	require.Equal(t, "vote.own", f.Vote(t.Context(), f.says("U0ANNA"), on, approval.Yes).Say.ID)
	require.Equal(t, words.Message{}, f.Vote(t.Context(), f.says("U0BEN"), on, approval.Yes).Say)
	w.reaches(r, c.ID, approval.Done)
	require.Eventually(t, func() bool { // what was not drawn at once is drawn by a sweep
		w.clock.advance(time.Second)
		r.Sweep(t.Context())
		return strings.HasPrefix(f.shows(c.ID), "Gone: 1 session on cache No longer there when I last looked. If it is back by")
	}, 10*time.Second, 5*time.Millisecond)
	require.Equal(t, 1, w.system.calls())
	require.Equal(t, "why", f.Why(t.Context(), f.says("U0BEN"), c.ID).Say.ID)
}

// The verbs trust no face: what a careless one may hand on is refused, or is nothing.
func TestAVerbTrustsNoFace(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	anna := bot.Speaker{ID: "1", Person: commands.Person{Team: "T0", User: "U0ANNA"}, Channel: channel}
	ben := bot.Speaker{ID: "2", Person: commands.Person{Team: "T0", User: "U0BEN"}, Channel: channel}
	nobody := bot.Speaker{Person: anna.Person, Channel: channel}
	on := bot.On{Case: c.ID, Fingerprint: c.Plan.Fingerprint}
	kill := func(reason string, things ...string) commands.Request {
		return commands.Request{Command: "kill-session", Target: "cache", Things: things, Reason: reason}
	}
	for name, v := range map[string]struct {
		got bot.Verdict
		say string
		at  bot.Field
	}{
		"nothing to act on":    {w.bot.Ask(t.Context(), anna, kill("")), "form.nothing", bot.TheThings},
		"too many":             {w.bot.Ask(t.Context(), anna, kill("", make([]string, 21)...)), "mistake.too-many", bot.TheThings},
		"too long a reason":    {w.bot.Ask(t.Context(), anna, kill(strings.Repeat("x", 501), peer)), "reason.long", bot.TheReason},
		"no such command":      {w.bot.Ask(t.Context(), anna, commands.Request{Command: "nuke", Target: "cache", Things: []string{"1"}}), "mistake.target-cannot", bot.TheTarget},
		"words without an id":  {w.bot.Ask(t.Context(), nobody, kill("", peer)), "heard.unknown", ""},
		"a vote without an id": {w.bot.Vote(t.Context(), nobody, on, approval.Yes), "heard.unknown", ""},
		"neither yes nor no":   {w.bot.Vote(t.Context(), ben, on, "maybe"), "heard.unknown", ""},
		"an unreadable freeze": {w.bot.Freeze(t.Context(), anna, "", "a\x00b"), "freeze.reason-unfit", ""},
	} {
		assert.Equal(t, v.say, v.got.Say.ID, name)
		assert.Equal(t, v.at, v.got.Field, name)
		assert.False(t, v.got.Counts, name)
	}
	rec, err := w.db.Load(t.Context(), c.ID)
	require.NoError(t, err)
	require.Equal(t, approval.Pending, rec.Case.State)

	// A form that was not proposed to the speaker is not filled, and another's is not taken.
	_, shown := w.bot.Fill(t.Context(), ben, bot.Form{ID: "x", Command: "kill-session", Target: "cache"})
	require.False(t, shown)
	f, v := w.bot.Pick(t.Context(), anna, kill(""))
	require.Zero(t, v)
	_, shown = w.bot.Fill(t.Context(), ben, f)
	require.False(t, shown)
	f, shown = w.bot.Fill(t.Context(), anna, f)
	require.True(t, shown)
	require.Len(t, f.List.Things, 2)
	_, v = w.bot.Choose(t.Context(), ben, f)
	require.Equal(t, "heard.unknown", v.Say.ID)
}

// A freeze and each word to lift it count once under their ids, however often a crash has
// them judged again.
func TestAFreezeCountsOnce(t *testing.T) {
	w := newWorld(t)
	w.bot = w.replica("R-2", strings.Replace(rules, "[U0ANNA]", "[U0ANNA, U0DAN]", 1))
	say := func(id, user string) bot.Speaker {
		return bot.Speaker{ID: id, Person: commands.Person{Team: "T0", User: user}, Channel: channel}
	}
	for range 2 {
		require.Equal(t, "freeze.done", w.bot.Freeze(t.Context(), say("1", "U0ANNA"), "cache", "leaks").Say.ID)
	}
	for range 2 {
		require.Equal(t, "unfreeze.second", w.bot.Unfreeze(t.Context(), say("2", "U0ANNA"), "cache", "").Say.ID)
	}
	for range 2 {
		require.Equal(t, "unfreeze.lifted", w.bot.Unfreeze(t.Context(), say("3", "U0DAN"), "cache", "").Say.ID)
	}
	require.Equal(t, "unfreeze.none", w.bot.Freeze(t.Context(), say("1", "U0ANNA"), "cache", "leaks").Say.ID)
	w.bot.outbox.Wait()
	w.screen.upset(func(s *screen) { assert.Len(t, s.heads, 6, "each in two channels: %v", s.heads) })
	frozen, err := w.db.Freezes(t.Context())
	require.NoError(t, err)
	require.Empty(t, frozen)
	require.Len(t, w.record(), 3)
}
