package bot_test

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/slack"
	"quell/bot/slacksim"
	"quell/bot/store"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

const incident = "C0INCCHECKOUT"

// chat is a world whose face is a workspace that is played.
type chat struct {
	*world
	*slacksim.Workspace
	held     *held
	answered atomic.Int32 // deliveries that were judged
}

// held keeps the answer to one post of the app until it is let go.
type held struct {
	mu    sync.Mutex
	next  bool          // the next post is the one
	letGo chan struct{} // closed to give the answer
	done  chan struct{} // closed once the post is done
}

// over holds the answer in the workspace's place.
func (h *held) over(slack http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		mine := h.next && r.URL.Path == "/api/chat.postMessage"
		h.next = h.next && !mine
		h.mu.Unlock()
		if !mine {
			slack.ServeHTTP(w, r)
			return
		}
		answer := httptest.NewRecorder()
		slack.ServeHTTP(answer, r)
		close(h.done)
		select {
		case <-h.letGo:
		case <-r.Context().Done():
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	})
}

func (h *held) holdNext() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.next = true
}

func newChat(t *testing.T, things int) *chat {
	t.Helper()
	w := newWorld(t)
	for i := range things {
		w.system.sessions = append(w.system.sessions, fmt.Sprintf("10.0.%d.%d:2048", i/256, i%256))
	}
	acme := slacksim.Acme()
	acme.Now, acme.Unlimited = w.clock.Now, true
	acme.AckWithin = time.Minute // also on a busy machine
	sim := slacksim.New(acme)
	h := &held{letGo: make(chan struct{}), done: make(chan struct{})}
	server := httptest.NewServer(h.over(sim.Handler()))
	t.Cleanup(func() {
		sim.Close()
		server.Close()
		require.Empty(t, sim.Complaints(), "Slack lets this pass in silence")
	})
	catalogue, err := words.Load()
	require.NoError(t, err)
	face, err := slack.Connect(t.Context(), slack.Config{
		AppToken: integrations.Secret(acme.AppToken), BotToken: integrations.Secret(acme.BotToken), APIURL: server.URL + "/api/",
		Words: catalogue, Log: slog.New(slog.DiscardHandler), RateFactor: 1000,
		Now: time.Now, // its sockets live in real time
	})
	require.NoError(t, err)
	p := w.load(strings.ReplaceAll(rules, channel, incident))
	w.bot = w.rooms("R-1", func() *policy.Policy { return p }, face)
	w.bot.inbox = slack.NewInbox(w.db, w.bot.Bot, face, face, w.clock.Now, slog.New(slog.DiscardHandler))
	w.bot.inbox.StoreWithin, w.bot.inbox.AckWithin = 20*time.Second, 20*time.Second
	w.bot.inbox.Limit(1_000_000, 1)
	ctx, stop := context.WithCancel(t.Context())
	heard := make(chan error, 1)
	k := &chat{world: w, Workspace: sim, held: h}
	go func() { heard <- face.Hear(ctx, k) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-heard)
		w.bot.end()
	})
	k.until("a socket", func() bool { return sim.As("U0ANNA").State().App.Connected })
	return k
}

// until sweeps until something is so; the clock stands still.
func (k *chat) until(what string, so func() bool) {
	k.t.Helper()
	require.Eventually(k.t, func() bool {
		k.bot.Sweep(k.t.Context())
		return so()
	}, time.Minute, 2*time.Millisecond, what)
}

// goesOn sweeps until something is so, moving the clock on: fast while nothing is due.
func (k *chat) goesOn(what string, so func() bool) {
	k.t.Helper()
	k.until(what, func() bool {
		if so() {
			return true
		}
		step := 10 * time.Millisecond
		if due, err := k.db.Due(k.t.Context(), k.clock.Now(), 1); err == nil && len(due) == 0 {
			step = 100 * time.Millisecond
		}
		k.clock.advance(step)
		return false
	})
}

// asks has somebody ask for a thing.
func (k *chat) asks(thing string) {
	k.t.Helper()
	require.NoError(k.t, k.As("U0ANNA").Say(incident, "/kill-session cache "+thing))
}

// live are the messages with buttons of a case, oldest first; "" is any case.
func (k *chat) live(id string) (all []slacksim.Message) {
	for _, m := range k.As("U0BEN").State().In(incident) {
		if len(m.Buttons()) > 0 && (id == "" || strings.Contains(m.Buttons()[0].Value, id)) {
			all = append(all, m)
		}
	}
	return all
}

// Handle hands on a delivery, and counts it once it is judged.
func (k *chat) Handle(ctx context.Context, h slack.Delivery, ack func(slack.Answer)) {
	k.bot.inbox.Handle(ctx, h, func(a slack.Answer) {
		k.answered.Add(1)
		ack(a)
	})
}

// Search searches.
func (k *chat) Search(ctx context.Context, q bot.Query) bot.Offer { return k.bot.inbox.Search(ctx, q) }

// clicks clicks yes on a message, if that has the button still, and waits until that is judged.
func (k *chat) clicks(who, ts string) {
	k.t.Helper()
	before := k.answered.Load()
	if k.As(who).Click(incident, ts, "approve") == nil {
		k.until("the click is judged", func() bool { return k.answered.Load() > before })
	}
}

// only is the one case.
func (k *chat) only() store.CaseRow {
	k.t.Helper()
	all, err := k.db.Recent(k.t.Context(), 1)
	require.NoError(k.t, err)
	if len(all) == 0 {
		return store.CaseRow{}
	}
	rec, err := k.db.Load(k.t.Context(), all[0].ID)
	require.NoError(k.t, err)
	return rec
}

// ends has Ben agree on whichever card has the button, and waits for the end: it is shown, and
// no other card has buttons.
func (k *chat) ends() {
	k.t.Helper()
	k.clicks("U0BEN", k.live("")[0].TS)
	k.goesOn("the end", func() bool { return k.isOver(k.only()) })
	require.Equal(k.t, 1, k.system.calls())
}

// isOver reports whether a case has ended, its card shows that, and no other card of it has
// buttons.
func (k *chat) isOver(rec store.CaseRow) bool {
	own := slack.MessageOf(rec.Card).TS
	if !rec.Case.State.Terminal() || rec.ShownSeq < rec.Case.Seq || slices.ContainsFunc(k.live(rec.Case.ID), func(m slacksim.Message) bool { return m.TS != own }) {
		return false
	}
	return slices.ContainsFunc(k.As("U0BEN").State().In(incident), func(m slacksim.Message) bool {
		return m.TS == own && strings.Contains(m.Words(), "Gone: 1 session on cache")
	})
}

// unposted reports whether the first card of a case is not known, and nobody is posting it.
func (k *chat) unposted(id string) bool {
	now := k.clock.Now()
	taken, err := k.db.StartPosting(k.t.Context(), id, "", now, now.Add(time.Second))
	require.NoError(k.t, err)
	if taken {
		require.NoError(k.t, k.db.EndPosting(k.t.Context(), id, now.Add(time.Second)))
	}
	return taken
}

// lost has the next posts done, and answered 500.
func (k *chat) lost(n int) {
	k.t.Helper()
	require.NoError(k.t, k.FailNext("chat.postMessage", n, slacksim.Fault{Name: slacksim.Fails, After: true}))
}

// twoStraysAndALateOwn posts three cards of a case: the answers to two are lost, and that to the
// third is late. Nothing was clicked yet.
func twoStraysAndALateOwn(t *testing.T) (k *chat, ts []string) {
	k = newChat(t, 0)
	k.lost(2)
	k.asks(peer)
	k.goesOn("two strays", func() bool { return len(k.live("")) == 2 })
	k.held.holdNext()
	k.goesOn("the third", func() bool { return len(k.live("")) == 3 })
	<-k.held.done
	for _, m := range k.live("") {
		ts = append(ts, m.TS)
	}
	require.Empty(t, k.only().Card)
	return k, ts
}

// Three messages of a case have buttons, and the answer to the post of the last is late: in
// whatever order people click them, and whenever that answer comes, one card with buttons is
// left, and it shows how the case ended.
func TestOneCardIsLeftOfTwoStraysAndALateOne(t *testing.T) {
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		for _, late := range []int{1, 3} { // after how many clicks its answer comes
			t.Run(fmt.Sprint(order, " answered after ", late), func(t *testing.T) {
				k, ts := twoStraysAndALateOwn(t)
				for n, who := range []string{"U0CHO", "U0GUS", "U0ANNA", ""} {
					if n == late {
						close(k.held.letGo)
						k.until("the card is stored", func() bool { return k.only().Card != "" })
					}
					if who != "" {
						k.clicks(who, ts[order[n]])
					}
				}
				k.goesOn("one card with buttons", func() bool { return len(k.live("")) == 1 })
				require.Equal(t, ts[2], k.live("")[0].TS, "that which was being posted")
				k.ends()
			})
		}
	}
}

// A stray that is clicked while nobody posts becomes the case's own card, and no other is
// posted.
func TestAClickedStrayIsAdopted(t *testing.T) {
	k := newChat(t, 0)
	k.lost(1)
	k.asks(peer)
	k.until("the stray", func() bool { return len(k.live("")) == 1 })
	stray := k.live("")[0].TS
	k.until("it is put off", func() bool { return k.unposted(k.only().Case.ID) })
	require.Empty(t, k.only().Card)
	k.clicks("U0CHO", stray)
	k.until("it is the case's own", func() bool { return slack.MessageOf(k.only().Card).TS == stray })
	k.ends()
	require.Equal(t, 2, k.Calls("chat.postMessage"), "the card, and what its thread tells")
}

// What comes of a lease that runs out: a card that is clicked then is adopted, and the one that
// was being posted is the stray, whenever its answer comes.
func TestAPostThatOutlivesItsLeaseIsAStray(t *testing.T) {
	k, ts := twoStraysAndALateOwn(t)
	k.clicks("U0CHO", ts[0])
	require.Empty(t, k.only().Card, "another may be being posted")
	k.clock.advance(2 * time.Minute)
	k.clicks("U0GUS", ts[1])
	k.until("it is adopted", func() bool { return slack.MessageOf(k.only().Card).TS == ts[1] })
	close(k.held.letGo)
	k.goesOn("one card with buttons", func() bool { return len(k.live("")) == 1 })
	require.Equal(t, ts[1], k.live("")[0].TS)
	k.ends()
}

// caseCount is how many cases the run below has, if it is set; a few otherwise.
const caseCount = "QUELL_STRAY_CASES"

// Every third post is done and answered 500, and Ben agrees on whatever card he sees first, and
// clicks no other: no card that he clicked is left with buttons, but the case's own.
func TestNoClickedCardIsLeftBehind(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv(caseCount))
	n = cmp.Or(n, 24)
	k := newChat(t, n)
	clicked, unknown := map[string]bool{}, 0
	for i := range n {
		if i%3 == 0 {
			k.lost(1)
		}
		thing := fmt.Sprintf("10.0.%d.%d:2048", i/256, i%256)
		k.asks(thing)
		var card slacksim.Message
		k.until("a card", func() bool {
			all := k.live("")
			at := slices.IndexFunc(all, func(m slacksim.Message) bool { return strings.Contains(m.Words(), thing) })
			if at >= 0 {
				card = all[at]
			}
			return at >= 0
		})
		if i%2 == 0 {
			k.until("it is stored, or put off", func() bool {
				all, err := k.db.Recent(t.Context(), n)
				require.NoError(t, err)
				at := slices.IndexFunc(all, func(c approval.Case) bool { return strings.Contains(card.Buttons()[0].Value, c.ID) })
				rec, err := k.db.Load(t.Context(), all[at].ID)
				require.NoError(t, err)
				return rec.Card != "" || k.unposted(rec.Case.ID)
			})
		}
		k.clicks("U0BEN", card.TS)
		clicked[card.TS] = true
	}
	quiet := k.clock.Now().Add(time.Minute)
	k.goesOn("all is over and drawn", func() bool { return k.clock.Now().After(quiet) })
	all, err := k.db.Recent(t.Context(), n)
	require.NoError(t, err)
	dead, over := 0, 0
	for _, c := range all {
		rec, err := k.db.Load(t.Context(), c.ID)
		require.NoError(t, err)
		over += map[bool]int{true: 1}[k.isOver(rec)]
		unknown += map[bool]int{true: 1}[!clicked[slack.MessageOf(rec.Card).TS]]
		dead += len(slices.DeleteFunc(k.live(c.ID), func(m slacksim.Message) bool {
			return !clicked[m.TS] || m.TS == slack.MessageOf(rec.Card).TS
		}))
	}
	t.Logf("%d cases, of which %d have another card than the one that was clicked: %d clicked cards are dead and have buttons", n, unknown, dead)
	assert.Zero(t, dead)
	assert.Equal(t, n, over)
}
