package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
)

// Twenty requests of twenty people in one channel, at once, can all be agreed to while Slack posts
// not one of their cards.
func TestAStormIsDecidedAtHome(t *testing.T) {
	t.Parallel()
	l := newStorm(t)
	require.NoError(t, l.slack.FailNext("chat.postMessage", 100, slacksim.Fault{Name: slacksim.Fails}))
	l.begin(20)
	l.decideAtHome(20)
	require.Zero(t, l.count(pending))
	require.LessOrEqual(t, l.again, 10)
}

// BenchmarkStorm measures how soon twenty requests of twenty people in one channel wait at an
// approver's Home, and are decided there one after the other, while Slack's limits are kept; and how
// many of their cards are posted by then.
//
//	go test -run '^$' -bench Storm -benchtime 1x ./cmd/playground/stage
func BenchmarkStorm(b *testing.B) {
	for b.Loop() {
		l := newStorm(b)
		began := time.Now()
		l.begin(20)
		decided := l.decideAtHome(20)
		b.ReportMetric(l.approvable.Sub(began).Seconds(), "approvable-s")
		b.ReportMetric(decided.Sub(began).Seconds(), "decided-s")
		l.look()
		b.ReportMetric(float64(20-l.count(asked)), "cards")
		b.ReportMetric(float64(l.again), "asked-again")
	}
}

// newStorm is a load of twenty people in one channel.
func newStorm(b testing.TB) *storm {
	config, err := acme()
	require.NoError(b, err)
	config.Events = append(config.Events, "app_home_opened")
	askers := []string{"U0ANNA"}
	for i := range 19 {
		p := slacksim.Person{ID: fmt.Sprintf("U0LOAD%03d", i), Name: fmt.Sprintf("load%d", i), Kind: slacksim.Member}
		config.People, askers = append(config.People, p), append(askers, p.ID)
	}
	config.Groups[0].Users = askers
	l := &storm{load: newLoadIn(b, config, 1, 20)}
	l.askers = askers
	return l
}

// storm is a load that is decided at a Home.
type storm struct {
	*load
	approvable time.Time // when the last of all was first seen at the Home
	again      int       // how many times somebody had to ask once more
}

// askAgain has whoever a busy machine turned away ask once more, as people do: it may be too slow for a
// look-up or for its disk. Whoever is told anything else stays turned away.
func (l *storm) askAgain(refused map[string]int) {
	for i, c := range l.cases {
		asker := l.asker(i)
		if n := l.toldTo(asker, "could not check with Slack", "could not store this", "could not get to it in time"); n > refused[asker] {
			refused[asker] = n
			l.again++
			l.ask(asker, c)
		}
	}
}

// pressAgain is after how long somebody presses a button once more that is still there. A click, like
// a request, may have been too much for a busy machine; then the Home says so.
const pressAgain = 10 * time.Second

// decideAtHome has Ben agree to each of so many cases as soon as his Home shows it, and returns when
// he has agreed to all and none of them waits any more.
func (l *storm) decideAtHome(n int) time.Time {
	require.NoError(l.b, l.slack.As("U0BEN").OpenHome())
	pressed, refused, idle := map[string]time.Time{}, map[string]int{}, 0
	l.until(func() bool {
		home := l.slack.As("U0BEN").State().Home
		if home == nil {
			return false
		}
		waits := 0
		for _, button := range (slacksim.Message{Blocks: home.Blocks}).Buttons() {
			if button.ActionID != "approve" {
				continue
			}
			if waits++; time.Since(pressed[button.Value]) < pressAgain {
				continue
			}
			act := slacksim.Act{View: home.ID, BlockID: button.BlockID, ActionID: button.ActionID, Value: button.Value}
			if l.slack.As("U0BEN").Do(act) == nil { // else it is drawn anew
				l.press(pressed, button.Value)
			}
		}
		if waits > 0 || !strings.Contains(home.Words(), "Nothing waits for you") {
			return false
		}
		if idle++; idle%50 == 0 { // to see what each was told costs as much as the rest: not at each look
			l.askAgain(refused)
		}
		return len(pressed) >= n
	})
	return time.Now()
}

// press notes that a case was agreed to, and the first time when.
func (l *storm) press(pressed map[string]time.Time, value string) {
	now := time.Now()
	if pressed[value].IsZero() {
		l.approvable = now
	}
	pressed[value] = now
}
