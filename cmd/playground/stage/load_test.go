package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
	"quell/cmd/wiring"
	"quell/integrations/sim"
)

// BenchmarkOutcomes measures how soon people see what became of a click while Slack's limits
// are kept, as slacksim reads them: from the approval to "Gone" on the card. All of a burst's
// requests are agreed to at once.
//
//	go test -run '^$' -bench Outcomes -benchtime 1x ./cmd/playground
func BenchmarkOutcomes(b *testing.B) {
	for _, n := range []int{1, 5, 20} {
		b.Run(fmt.Sprintf("at_once=%d", n), func(b *testing.B) {
			for b.Loop() {
				l := newLoad(b, n, n)
				l.begin(n)
				l.until(func() bool { return l.count(pending) == n })
				l.rest() // until Slack's buckets are full again
				l.approve()
				l.until(func() bool { return l.count(gone) == n })
				l.rest() // until nothing is watched any more, and all threads are told
				l.report(b)
			}
		})
	}
}

// BenchmarkSustained measures how many cases end in a minute where a number of them is always
// in flight, each agreed to as soon as it is seen: for QUELL_LOAD, a duration such as 10m, or it is
// skipped. All of Slack's buckets are empty when it begins.
func BenchmarkSustained(b *testing.B) {
	lasts, err := time.ParseDuration(os.Getenv("QUELL_LOAD"))
	if err != nil {
		b.Skip("QUELL_LOAD says how long, such as 10m")
	}
	for _, n := range []struct{ inFlight, channels int }{{8, 8}, {8, 1}, {1, 1}} {
		b.Run(fmt.Sprintf("in_flight=%d/channels=%d", n.inFlight, n.channels), func(b *testing.B) {
			for b.Loop() {
				l := newLoad(b, n.channels, 100*int(1+lasts.Minutes()))
				l.atOnce = true
				l.drain()
				l.sustain(n.inFlight, lasts)
				b.ReportMetric(float64(l.count(gone))/lasts.Minutes(), "cases/min")
				l.report(b)
			}
		})
	}
}

// stageOfCase is how far a case is, as one who looks at the channel sees it.
type stageOfCase int

const (
	asked stageOfCase = iota
	pending
	clicked
	gone
)

// seenCase is one request of a load, by the session that it is about.
type seenCase struct {
	peer, channel, card string
	stage               stageOfCase
	click, end          time.Time
}

// load drives the whole program, with Slack's rate limits as they are.
type load struct {
	b        testing.TB
	api      string
	slack    *slacksim.Workspace
	channels []string
	peers    []string // that nobody asked for yet
	cases    []*seenCase
	askers   []string       // in turn
	atOnce   bool           // whether each is agreed to as soon as its card is seen
	before   map[string]int // calls of each method before the first request
}

// newLoad starts a program for as many channels and sessions.
func newLoad(b testing.TB, channels, sessions int) *load {
	config, err := acme()
	require.NoError(b, err)
	return newLoadIn(b, config, channels, sessions)
}

// newLoadIn is newLoad in a workspace.
func newLoadIn(b testing.TB, config slacksim.Config, channels, sessions int) *load {
	l := &load{b: b, askers: []string{"U0ANNA"}}
	cache := sim.CacheProd()
	cache.ScanTime, cache.Sessions = 0, nil
	for i := range channels {
		id := fmt.Sprintf("C0LOAD%03d", i)
		l.channels = append(l.channels, id)
		members := []string{"U0BEN"}
		for _, p := range config.People {
			members = append(members, p.ID)
		}
		config.Channels = append(config.Channels, slacksim.Channel{ID: id, Name: strings.ToLower(id), Creator: "U0BEN", Members: members})
	}
	for i := range sessions {
		peer := fmt.Sprintf("10.9.%d.%d:%d", i/250, i%250+1, 4000+i)
		l.peers = append(l.peers, peer)
		cache.Sessions = append(cache.Sessions, sim.Session{Peer: peer, Name: "worker", Cmd: "brpop", Age: time.Hour})
	}
	l.slack = slacksim.New(config)
	l.start(cache)
	l.before = l.calls()
	return l
}

func (l *load) start(cache sim.DCSConfig) {
	page, stopPage, err := serve(l.b.Context(), "127.0.0.1:0", l.slack.Handler())
	require.NoError(l.b, err)
	vendor, stopVendor, err := serve(l.b.Context(), "127.0.0.1:0", sim.NewDCS(cache))
	require.NoError(l.b, err)
	l.api = "http://" + page + "/api/"
	dir := l.b.TempDir()
	vendors := map[string]string{}
	for _, name := range []string{"cache-prod", "transfers", "nightly", "lakehouse", "orders"} {
		vendors[name] = "http://" + vendor
	}
	env, err := settings(dir, page, vendors)
	require.NoError(l.b, err)
	policy := strings.ReplaceAll(rules, "channels: [C0INCCHECKOUT]", "channels: ["+strings.Join(l.channels, ", ")+"]")
	require.NoError(l.b, os.WriteFile(env.Policy, []byte(policy), 0o600))
	ctx, stop := context.WithCancel(context.Background())
	program, err := wiring.Start(ctx, env, slog.New(slog.DiscardHandler), wiring.Seams{})
	require.NoError(l.b, err)
	ended := make(chan error, 1)
	go func() { ended <- program.Run(ctx) }()
	l.until(func() bool { return l.slack.As("U0ANNA").State().App.Connected })
	l.b.Cleanup(func() {
		stop()
		require.NoError(l.b, <-ended)
		stopPage()
		stopVendor()
		l.slack.Close()
	})
}

// begin asks for so many sessions, in one channel after the other.
func (l *load) begin(n int) {
	for range n {
		c := &seenCase{peer: l.peers[0], channel: l.channels[len(l.cases)%len(l.channels)]}
		l.peers, l.cases = l.peers[1:], append(l.cases, c)
		l.ask(l.asker(len(l.cases)-1), c)
	}
}

// asker is who asks the case of a number.
func (l *load) asker(n int) string { return l.askers[n%len(l.askers)] }

func (l *load) ask(asker string, c *seenCase) {
	require.NoError(l.b, l.slack.As(asker).Say(c.channel, "/kill-session cache-prod "+c.peer+" --reason load"))
}

// sustain keeps a number of cases in flight for a time.
func (l *load) sustain(inFlight int, lasts time.Duration) {
	for end := time.Now().Add(lasts); time.Now().Before(end); l.look() {
		if open := len(l.cases) - l.count(gone); open < inFlight {
			l.begin(inFlight - open)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// until looks until something is so; what takes ten minutes never is.
func (l *load) until(so func() bool) {
	for end := time.Now().Add(10 * time.Minute); !so(); l.look() {
		require.True(l.b, time.Now().Before(end), "it never comes to that: %v", l.stages())
		time.Sleep(10 * time.Millisecond)
	}
}

// rest waits a minute: after that every bucket of Slack's is full.
func (l *load) rest() { time.Sleep(time.Minute) }

// drain empties Slack's buckets of the methods that a case costs.
func (l *load) drain() {
	acme := slacksim.Acme()
	for method := range l.calls() {
		for _, channel := range l.channels {
			for status := http.StatusOK; status != http.StatusTooManyRequests; {
				resp, err := http.PostForm(l.api+method, url.Values{"token": {acme.BotToken}, "channel": {channel}})
				require.NoError(l.b, err)
				require.NoError(l.b, resp.Body.Close())
				status = resp.StatusCode
			}
		}
	}
	for method, n := range l.calls() {
		l.before[method] += n
	}
}

// look notes how far each case is, from what Ben sees.
func (l *load) look() {
	s, now := l.slack.As("U0BEN").State(), time.Now()
	for _, c := range l.cases {
		at := slices.IndexFunc(s.Messages, func(m slacksim.Message) bool {
			return m.Channel == c.channel && m.ThreadTS == "" && (m.TS == c.card || c.card == "" && drawn(m, c.peer))
		})
		if c.stage == gone || at < 0 {
			continue
		}
		c.card = s.Messages[at].TS
		switch {
		case drawn(s.Messages[at], "Gone: 1 session"):
			c.stage, c.end = gone, now
		case c.stage == asked && drawn(s.Messages[at], `"action_id":"approve"`):
			c.stage = pending
		}
		if l.atOnce {
			l.agree(c)
		}
	}
}

// drawn says that the blocks of a message have some text in them.
func drawn(m slacksim.Message, text string) bool {
	body, _ := json.Marshal(m.Blocks)
	return strings.Contains(string(body), text)
}

func (l *load) approve() {
	for _, c := range l.cases {
		l.agree(c)
	}
}

func (l *load) agree(c *seenCase) {
	if c.stage != pending {
		return
	}
	c.stage, c.click = clicked, time.Now()
	require.NoError(l.b, l.slack.As("U0BEN").Click(c.channel, c.card, "approve"))
}

func (l *load) count(stage stageOfCase) (n int) {
	for _, c := range l.cases {
		if c.stage == stage {
			n++
		}
	}
	return n
}

func (l *load) stages() map[stageOfCase]int {
	all := map[stageOfCase]int{}
	for _, c := range l.cases {
		all[c.stage]++
	}
	return all
}

func (l *load) calls() map[string]int {
	all := map[string]int{}
	for _, m := range []string{"chat.postMessage", "chat.update", "conversations.info", "users.info", "usergroups.list"} {
		all[m] = l.slack.Calls(m) - l.before[m]
	}
	return all
}

// report tells how long people waited for an outcome, and what a case cost.
func (l *load) report(b *testing.B) {
	var waited []time.Duration
	for _, c := range l.cases {
		if c.stage == gone {
			waited = append(waited, c.end.Sub(c.click))
		}
	}
	slices.Sort(waited)
	calls, n := l.calls(), float64(max(len(waited), 1))
	if len(waited) > 0 {
		b.ReportMetric(waited[len(waited)/2].Seconds(), "median-s")
		b.ReportMetric(waited[len(waited)-1].Seconds(), "slowest-s")
	}
	b.ReportMetric(float64(calls["chat.postMessage"])/n, "posts/case")
	b.ReportMetric(float64(calls["chat.update"])/n, "edits/case")
	b.ReportMetric(float64(calls["conversations.info"]+calls["users.info"]+calls["usergroups.list"])/n, "look-ups/case")
}
