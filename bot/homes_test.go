package bot_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/slack"
	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// shownHome is a Home, or a list, as it was shown once.
type shownHome struct {
	to  slack.ReplyTo
	all bot.Home
	say string
}

func (s *screen) ShowHome(_ context.Context, to slack.ReplyTo, h bot.Home, say words.Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d := s.drawing; d != nil {
		s.mu.Unlock()
		d <- struct{}{}
		<-d
		s.mu.Lock()
	}
	if s.noHome != nil {
		return s.noHome
	}
	s.homes = append(s.homes, shownHome{to, h, say.ID})
	return nil
}

func (s *screen) OpenWaiting(_ context.Context, _ string, to slack.ReplyTo, h bot.Home) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.noHome != nil {
		return "", s.noHome
	}
	s.homes = append(s.homes, shownHome{to, h, "opened"})
	return "V1", nil
}

func homeOf(user string) slack.ReplyTo {
	return slack.ReplyTo{Person: commands.Person{Team: "T0", User: user}, Home: true}
}

func (w *world) opensHome(user string) {
	w.t.Helper()
	w.answer(w.bot, slack.Delivery{HomeOpened: true, From: homeOf(user)})
}

// shown waits until so many Homes and lists were shown, and returns the last.
func (w *world) shownHomes(n int) (last shownHome) {
	w.t.Helper()
	require.Eventually(w.t, func() (ok bool) {
		w.screen.upset(func(s *screen) {
			if ok = len(s.homes) == n; ok && n > 0 {
				last = s.homes[n-1]
			}
		})
		return ok
	}, 20*time.Second, time.Millisecond)
	return last
}

// movedAndSwept has the open Homes drawn, as a process does when a case moved.
func (w *world) movedAndSwept() {
	w.clock.advance(time.Second)
	w.bot.inbox.CaseMoved()
	w.draws(1)
}

func TestAHomeIsDrawnWhenItIsOpened(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	w.opensHome("U0BEN")
	assert.Equal(t, []string{c.ID}, ids(w.shownHomes(1).all.Waits))
	w.opensHome("U0BEN")
	w.opensHome("U0ANNA")
	assert.Equal(t, []string{c.ID}, ids(w.shownHomes(2).all.Mine), "what shows the same already is not drawn again")
	w.people.stand("U0GUS", policy.Guest)
	w.opensHome("U0GUS")
	assert.Equal(t, "refused.standing.guest", w.shownHomes(3).say)
}

// A click on a Home counts like one on the card, and the Home says so.
func TestAClickOnAHome(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	w.opensHome("U0BEN")
	w.shownHomes(1)
	answer := w.answer(w.bot, slack.Delivery{From: homeOf("U0BEN"), Click: &slack.Click{Case: c.ID, Fingerprint: c.Plan.Fingerprint, Button: slack.Approve}})
	assert.Zero(t, answer.Say, "where they see it: at home")
	after := w.shownHomes(2)
	assert.Empty(t, after.all.Waits)
	assert.Equal(t, "pending.approved", after.say)
	w.answer(w.bot, slack.Delivery{From: homeOf("U0ANNA"), Click: &slack.Click{Case: c.ID, Fingerprint: c.Plan.Fingerprint, Button: slack.Approve}})
	assert.Equal(t, "vote.over", w.shownHomes(3).say)
	w.reaches(w.bot, c.ID, approval.Done)
}

// What cannot be shown where it belongs is told otherwise.
func TestAnAnswerThatNoHomeShowsIsTold(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	w.screen.upset(func(s *screen) { s.noHome = errors.New("slack is down") })
	w.answer(w.bot, slack.Delivery{From: homeOf("U0ANNA"), Click: &slack.Click{Case: c.ID, Fingerprint: c.Plan.Fingerprint, Button: slack.Approve}})
	require.Eventually(t, func() (ok bool) {
		w.screen.upset(func(s *screen) { ok = len(s.told) == 1 && s.told[0] == "U0ANNA vote.own" })
		return ok
	}, 20*time.Second, time.Millisecond)
}

// While a Home may be open it follows the cases, and no longer.
func TestAnOpenHomeFollowsTheCases(t *testing.T) {
	w := newWorld(t)
	w.opensHome("U0BEN")
	w.shownHomes(1)
	w.movedAndSwept()
	c := w.ask()
	w.movedAndSwept()
	assert.Equal(t, []string{c.ID}, ids(w.shownHomes(2).all.Waits), "the sweep before it had nothing new to show")
	w.clock.advance(11 * time.Minute)
	require.True(t, w.bot.Withdraw(t.Context(), atHome("U0ANNA"), bot.On{Case: c.ID}).Counts)
	w.movedAndSwept()
	w.opensHome("U0BEN")
	assert.Empty(t, w.shownHomes(3).all.Waits)
}

// The list of /quell pending is drawn anew after a click on it, and no more once it is closed.
func TestTheListOfWhatWaits(t *testing.T) {
	w := newWorld(t)
	first, second := w.ask(), approval.Case{}
	quell := slack.Delivery{From: listener("U0BEN"), SlashCommand: &slack.SlashCommand{Command: "quell", Text: "pending", Trigger: "t"}}
	assert.Zero(t, w.answer(w.bot, quell).Say)
	assert.Equal(t, []string{first.ID}, ids(w.shownHomes(1).all.Waits))

	w.movedAndSwept()
	at := slack.ReplyTo{Person: commands.Person{Team: "T0", User: "U0BEN"}, View: "V1"}
	w.answer(w.bot, slack.Delivery{From: at, Click: &slack.Click{Case: first.ID, Fingerprint: first.Plan.Fingerprint, Button: slack.Deny}})
	shown := w.shownHomes(2)
	assert.Equal(t, "V1", shown.to.View)
	assert.Empty(t, shown.all.Waits)

	w.screen.upset(func(s *screen) { s.noHome = slack.ErrFormClosed })
	second = w.ask()
	w.movedAndSwept()
	require.Eventually(t, func() bool { return w.bot.inbox.OpenHomes() == 0 }, 20*time.Second, time.Millisecond)
	assert.Equal(t, []string{second.ID}, ids(w.home("U0BEN").Waits))
}

func TestTheListThatComesTooLateIsOffered(t *testing.T) {
	w := newWorld(t)
	w.screen.upset(func(s *screen) { s.offering = true })
	assert.Zero(t, w.answer(w.bot, slack.Delivery{From: listener("U0BEN"), SlashCommand: &slack.SlashCommand{Command: "quell", Text: "pending"}}).Say)
	w.screen.upset(func(s *screen) {
		require.Len(t, s.offers, 1)
		assert.Equal(t, "pending.offer", s.offers[0].message.ID)
	})
	w.answer(w.bot, slack.Delivery{From: listener("U0BEN"), Click: &slack.Click{Form: w.screen.offers[0].of, Button: slack.OpenForm, Trigger: "t"}})
	assert.Equal(t, "opened", w.shownHomes(1).say)
}

// Where Slack refuses the list, whoever asked is told why.
func TestTheListThatCannotBeOpened(t *testing.T) {
	w := newWorld(t)
	w.screen.upset(func(s *screen) { s.noHome = errors.New("slack is down") })
	quell := slack.Delivery{From: listener("U0BEN"), SlashCommand: &slack.SlashCommand{Command: "quell", Text: "pending", Trigger: "t"}}
	assert.Equal(t, "form.unclear", w.answer(w.bot, quell).Say.ID)
}

// What cannot be read is not shown as nothing.
func TestCasesThatCannotBeReadAreNotAtHome(t *testing.T) {
	w := newWorld(t)
	w.ask()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, v := w.bot.Home(ctx, atHome("U0BEN"))
	assert.Equal(t, "status.unread", v.Say.ID)
	_, v = w.bot.Waiting(ctx, atHome("U0BEN"))
	assert.Equal(t, "status.unread", v.Say.ID)
}

// A click on a Home that is not judged is answered there, as any other is.
func TestAClickOnAHomeThatIsNotTaken(t *testing.T) {
	for name, c := range map[string]struct {
		upset func(*slack.Inbox)
		say   string
	}{
		"it cannot be stored": {func(i *slack.Inbox) { i.StoreWithin = -1 }, "heard.not-stored"},
		"too many were sent":  {func(i *slack.Inbox) { i.Limit(0, 0) }, "heard.too-fast"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			asked := w.ask()
			w.opensHome("U0BEN")
			w.shownHomes(1)
			c.upset(w.bot.inbox)
			answer := w.answer(w.bot, slack.Delivery{From: homeOf("U0BEN"), Click: &slack.Click{Case: asked.ID, Fingerprint: asked.Plan.Fingerprint, Button: slack.Approve}})
			assert.Zero(t, answer.Say, "where they see it: at home")
			after := w.shownHomes(2)
			assert.Equal(t, c.say, after.say)
			assert.Equal(t, []string{asked.ID}, ids(after.all.Waits), "it waits as before")
		})
	}
}

// An answer that the next one takes the place of before it was drawn is told, unless it only says
// that a word counts: the Home shows that.
func TestAnAnswerThatIsOvertakenIsTold(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	drawing := make(chan struct{})
	goOn := sync.OnceFunc(func() { close(drawing) })
	t.Cleanup(goOn)
	w.screen.upset(func(s *screen) { s.drawing = drawing })
	w.opensHome("U0ANNA")
	<-drawing
	w.screen.upset(func(s *screen) { s.drawing = nil })
	click := func(b slack.Button) slack.Delivery {
		return slack.Delivery{From: homeOf("U0ANNA"), Click: &slack.Click{Case: c.ID, Fingerprint: c.Plan.Fingerprint, Button: b}}
	}
	w.answer(w.bot, click(slack.Approve))
	w.insist(click(slack.Withdraw))
	w.eventually("the first is told", func() (ok bool) {
		w.screen.upset(func(s *screen) { ok = len(s.told) == 1 && s.told[0] == "U0ANNA vote.own" })
		return ok
	})
	w.insist(click(slack.Approve)) // overtakes what only says that a word counts
	goOn()
	w.draws(2) // the first sweep may meet it still being drawn
	assert.Equal(t, "vote.over", w.shownHomes(2).say)
	w.screen.upset(func(s *screen) { assert.Len(t, s.told, 1) })
	w.opensHome("U0ANNA")
	assert.Empty(t, w.shownHomes(3).say)
	w.screen.upset(func(s *screen) { assert.Len(t, s.told, 1, "what was shown is not told as well") })
}

// What came of a click is said for a minute: later it may be otherwise.
func TestWhatCameOfAClickIsSaidForAMinute(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	w.opensHome("U0BEN")
	w.shownHomes(1)
	w.answer(w.bot, slack.Delivery{From: homeOf("U0BEN"), Click: &slack.Click{Case: c.ID, Fingerprint: c.Plan.Fingerprint, Button: slack.Deny}})
	assert.Equal(t, "pending.denied", w.shownHomes(2).say)
	w.clock.advance(time.Minute)
	w.movedAndSwept()
	assert.Empty(t, w.shownHomes(3).say)
}

// What a Home could not show whole, or not at all, it shows when it can, though no case moves.
func TestAHomeThatCouldNotBeShownIsDrawnAgain(t *testing.T) {
	for name, c := range map[string]struct {
		upset func(*world, bool)
		first int // how many are shown while it is so
	}{
		"nobody can be looked up":  {func(w *world, so bool) { w.people.set(so) }, 1},
		"who reads is not known":   {func(w *world, so bool) { w.people.upset(func(d *directory) { d.placeless = so }) }, 1},
		"it cannot be drawn":       {func(w *world, so bool) { w.screen.upset(func(s *screen) { s.noHome = ifSo(so) }) }, 0},
		"it is so for a long time": {func(w *world, so bool) { w.people.set(so); w.draws(2) }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			asked := w.ask()
			c.upset(w, true)
			w.opensHome("U0BEN")
			w.bot.settle() // it is drawn
			assert.Empty(t, w.shownHomes(c.first).all.Waits)
			w.bot.inbox.Sweep(t.Context())
			w.shownHomes(c.first)
			c.upset(w, false)
			w.draws(1)
			last := w.shownHomes(c.first + 1)
			assert.Equal(t, []string{asked.ID}, ids(last.all.Waits))
			assert.Empty(t, last.say)
			w.draws(1)
			w.shownHomes(c.first + 1)
		})
	}
}

func ifSo(so bool) error {
	if so {
		return errors.New("slack is down")
	}
	return nil
}

// draws has the open Homes drawn so often, if they are to be, and waits until they are.
func (w *world) draws(times int) {
	for range times {
		w.clock.advance(5 * time.Second)
		w.bot.inbox.Sweep(w.t.Context())
		w.bot.settle()
	}
}

// noFreezes is a database in which freezes cannot be read.
type noFreezes struct{ *store.Store }

func (noFreezes) Freezes(context.Context) ([]store.Freeze, error) {
	return nil, errors.New("the disk is gone")
}

// What is frozen and cannot be read is not said to be nothing.
func TestFreezesThatCannotBeReadAreSaid(t *testing.T) {
	w := newWorld(t)
	w.freezes = noFreezes{w.db}
	p := w.load(rules)
	b := w.rooms("R-2", func() *policy.Policy { return p }, w.screen)
	h, v := b.Home(t.Context(), atHome("U0BEN"))
	require.Zero(t, v.Say)
	require.Len(t, h.Frozen, 1)
	assert.Equal(t, "status.frozen-unread", h.Frozen[0].ID)
	assert.Contains(t, english(t, b.Status(t.Context(), atHome("U0BEN")).Say), "Take everything for frozen")
}
