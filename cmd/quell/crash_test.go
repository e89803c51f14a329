package main

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/audit"
	"quell/bot/slacksim"
	"quell/integrations/sim"
)

// end is how a story ends: what the case says, and how many kill calls reached
// the vendor. "" is a story without a case.
type end struct {
	says  string
	calls int
}

// The ends that a crash makes of a call. Nobody knows whether it left, so it is
// looked at and never sent again.
var (
	unsent = end{"done unknown/still there", 0}
	lost   = end{"done unknown/gone", 1}
	gone   = end{"done answered/gone", 1}
	none   = end{"", 0}
)

const (
	one   = "10.63.238.158:2048"
	other = "10.63.238.159:3058"
)

// stories are what people and the vendor do, and how it ends if nothing crashes.
func stories() map[string]story {
	asks := asks("U0ANNA", "cache-prod "+one)
	waiting := func(l *life) {
		l.vendor.SetMood(sim.Down)
		press("U0BEN", "approve")(l)
		l.until("it waits", func() bool { return l.stands() == "approved, waiting" })
	}
	return map[string]story{
		"gone":            {gone, steps{asks, press("U0BEN", "approve")}},
		"two sessions":    {end{"done answered/gone answered/gone", 2}, steps{askTwo, press("U0BEN", "approve")}},
		"two agree":       {gone, steps{commanders("U0BEN", "U0CHO"), askVault, press("U0BEN", "approve"), press("U0CHO", "approve")}},
		"at once":         {gone, steps{askTest}},
		"slow call":       {gone, steps{meets(sim.HangUpClients, sim.Slow), asks, press("U0BEN", "approve")}},
		"denied":          {end{"denied case.denied", 0}, steps{asks, press("U0BEN", "deny")}},
		"withdrawn":       {end{"withdrawn case.withdrawn", 0}, steps{asks, press("U0ANNA", "withdraw")}},
		"expires":         {end{"expired", 0}, steps{asks, drawn, later(16 * time.Minute)}},
		"waits":           {gone, steps{asks, waiting, mood(sim.Healthy)}},
		"withdrawn late":  {end{"withdrawn case.withdrawn", 0}, steps{asks, waiting, press("U0ANNA", "withdraw")}},
		"lapses":          {end{"lapsed meanwhile.with", 0}, steps{asks, waiting, later(11 * time.Minute)}},
		"revoked":         {end{"refused refused.votes", 0}, steps{asks, waiting, commanders(), mood(sim.Healthy)}},
		"gone by itself":  {end{"done case.already-gone", 0}, steps{asks, goes, press("U0BEN", "approve")}},
		"declined once":   {end{"done answered/gone", 2}, steps{meets(sim.HangUpClients, sim.Throttled), asks, press("U0BEN", "approve")}},
		"forbidden":       {end{"done declined/not looked", 1}, steps{meets(sim.HangUpClients, sim.Forbidden), asks, press("U0BEN", "approve")}},
		"ignored":         {end{"done answered/still there", 1}, steps{meets(sim.HangUpClients, sim.Ignore), asks, press("U0BEN", "approve")}},
		"comes back":      {end{"done answered/came back", 1}, steps{meets(sim.HangUpClients, sim.Respawn), asks, press("U0BEN", "approve")}},
		"before the deed": {end{"done unknown/still there", 1}, steps{meets(sim.HangUpClients, sim.Hang), asks, press("U0BEN", "approve"), struck}},
		"after the deed":  {lost, steps{meets(sim.HangUpClients, sim.HangAfter), asks, press("U0BEN", "approve"), struck}},
		"never seen":      {end{"done answered/not looked", 1}, steps{meets(sim.HangUpClients, sim.Slow), asks, press("U0BEN", "approve"), darken, later(3 * time.Minute)}},
		"no such session": {end{"done mistake.thing-not-found", 0}, steps{askNobody}},
		"refused late":    {end{"refused refused.role", 0}, steps{askRevoked}},
		"asked":           {end{"pending", 0}, steps{asks}},
		"may not ask":     {none, steps{askStranger}},
		"may not vote":    {gone, steps{asks, press("U0CHO", "approve"), press("U0BEN", "approve")}},
		"form":            {gone, steps{openForm, sendForm, press("U0BEN", "approve")}},
		"looked again":    {end{"done answered/still there", 1}, steps{meets(sim.HangUpClients, sim.Ignore), asks, press("U0BEN", "approve"), press("U0ANNA", "look")}},
		"busy between":    {end{"done answered/gone answered/gone", 3}, steps{meets(sim.HangUpClients, sim.Healthy, sim.Throttled), askTwo, press("U0BEN", "approve")}},
		"one stopped":     {end{"done answered/gone not sent/not looked", 1}, steps{meets(sim.HangUpClients, sim.Slow), askTwo, press("U0BEN", "approve"), called, press("U0BEN", "deny")}},
		"one withdrawn":   {end{"done answered/gone declined/not looked", 2}, steps{between, press("U0ANNA", "withdraw"), mood(sim.Healthy)}},
		"one denied":      {end{"done answered/gone declined/not looked", 2}, steps{between, press("U0BEN", "deny"), mood(sim.Healthy)}},
		"one lapses":      {end{"done answered/gone declined/not looked", 2}, steps{between, later(11 * time.Minute), mood(sim.Healthy)}},
		"one revoked":     {end{"done answered/gone declined/not looked", 2}, steps{between, commanders(), mood(sim.Healthy)}},
		"too late a vote": {end{"denied case.denied", 0}, steps{asks, press("U0BEN", "deny"), pressStray}},
	}
}

// row is one life: a story, the moments at which its process dies, one after
// the other, and how it ends then.
type row struct {
	story  string
	points []string
	end    end
	away   time.Duration // how long nobody is there after a crash
}

// while is the crash that the story itself brings about: the vendor has the call.
const while = "while the vendor has the call"

// away is longer than a lease (25 s) and than the time after which a delivery
// is taken for left (15 s).
const away = 30 * time.Second

// around lists a moment's two crashes: before and after it is stored.
func around(story, event string, ends ...end) []row {
	var rows []row
	for i, when := range []string{"before ", "after "} {
		r := row{story: story, points: []string{when + event}, away: away, end: stories()[story].end}
		if len(ends) > 0 {
			r.end = ends[i]
		}
		rows = append(rows, r)
	}
	return rows
}

// following lists the same of a moment that needs a crash to come about.
func following(first string, rows []row) []row {
	for i := range rows {
		rows[i].points = slices.Insert(rows[i].points, 0, first)
	}
	return rows
}

// matrix is every event of a case in each state that it can happen in, before
// and after it is stored, and every other thing that is stored.
func matrix() []row {
	told := []end{none, none}
	late := func(rows []row) []row {
		for i := range rows {
			rows[i].away = 3 * time.Minute
		}
		return rows
	}
	return slices.Concat(
		// deliveries
		around("gone", "receive: typed"),
		around("gone", "receive: pressed"),
		around("waits", "receive: pressed"),
		around("withdrawn late", "receive: pressed"),
		around("two agree", "receive: pressed"),
		around("form", "receive: filled"),
		around("form", "judged: filled"),
		around("gone", "judged: typed"),
		around("gone", "judged: pressed"),
		around("denied", "judged: pressed"),
		around("withdrawn", "judged: pressed"),
		around("two agree", "judged: pressed"),
		around("may not ask", "judged: typed", told...),
		around("may not ask", "refused", told...),
		around("may not vote", "refused"),
		following("before posted: pending", around("too late a vote", "refused")),
		[]row{{"asked", []string{"after receive: typed"}, none, 3 * time.Minute}},
		late(around("gone", "judged: typed")),
		// planning
		around("gone", "ask: planning"),
		around("gone", "plan: planning → pending"),
		around("at once", "plan: planning → approved"),
		around("refused late", "plan: planning → refused"),
		around("no such session", "plan failed: planning → done"),
		late(following("after ask", around("asked", "timeout: planning → lapsed", end{"lapsed case.plan-lapsed", 0}, end{"lapsed case.plan-lapsed", 0}))),
		// pending
		around("two agree", "approve: pending → pending"),
		around("gone", "approve: pending → approved"),
		around("two agree", "approve: pending → approved"),
		around("denied", "deny: pending → denied"),
		around("withdrawn", "withdraw: pending → withdrawn"),
		around("expires", "timeout: pending → expired"),
		// approved
		around("waits", "postpone: approved → approved"),
		around("withdrawn late", "withdraw: approved → withdrawn"),
		around("lapses", "timeout: approved → lapsed"),
		around("gone by itself", "end: approved → done"),
		around("revoked", "end: approved → refused"),
		around("gone", "claim: approved → running", gone, unsent),
		around("at once", "claim: approved → running", gone, unsent),
		// running
		around("two sessions", "claim: approved → running", stories()["two sessions"].end, end{"done unknown/still there not sent/not looked", 0}),
		around("two sessions", "answer: running → running", end{"done unknown/gone not sent/not looked", 1}, end{"done answered/gone not sent/not looked", 1}),
		around("two sessions", "claim: running → running", end{"done answered/gone not sent/not looked", 1}, end{"done answered/gone unknown/still there", 1}),
		around("two sessions", "answer: running → verifying", end{"done answered/gone unknown/gone", 2}, stories()["two sessions"].end),
		around("gone", "answer: running → verifying", lost, gone),
		around("ignored", "answer: running → verifying", end{"done unknown/still there", 1}, stories()["ignored"].end),
		around("comes back", "answer: running → verifying", end{"done unknown/came back", 1}, stories()["comes back"].end),
		around("declined once", "answer: running → approved", end{"done unknown/still there", 1}, stories()["declined once"].end),
		around("forbidden", "answer: running → done", end{"done unknown/still there", 1}, stories()["forbidden"].end),
		following("after claim", around("gone", "timeout: running → verifying", unsent, unsent)),
		[]row{
			{"before the deed", []string{while}, stories()["before the deed"].end, away},
			{"after the deed", []string{while}, lost, away},
		},
		around("busy between", "answer: running → approved", end{"done answered/gone unknown/still there", 2}, stories()["busy between"].end),
		around("one stopped", "postpone: running → approved", end{"done answered/gone not sent/not looked", 1}, stories()["one stopped"].end),
		around("one stopped", "deny: approved → verifying"),
		around("one denied", "deny: approved → verifying"),
		around("one withdrawn", "withdraw: approved → verifying"),
		around("one lapses", "timeout: approved → verifying"),
		around("one revoked", "end: approved → verifying"),
		// verifying
		around("gone", "look: verifying → verifying"),
		around("gone", "look: verifying → done"),
		around("comes back", "look: verifying → done"),
		around("never seen", "look: verifying → verifying"),
		around("never seen", "timeout: verifying → done"),
		// done
		around("looked again", "look again: done → done"),
		// cards
		around("gone", "posted: pending"),
		around("two agree", "posted: pending"),
		around("gone", "posted: done"),
		around("gone", "shown: pending"),
		around("two agree", "shown: pending"),
		around("waits", "shown: approved"),
		around("slow call", "shown: running", lost, lost),
		around("gone", "shown: verifying"),
		around("gone", "shown: done"),
		around("gone by itself", "shown: done"),
		around("denied", "shown: denied"),
		around("expires", "shown: expired"),
		around("withdrawn", "shown: withdrawn"),
		around("lapses", "shown: lapsed"),
		around("revoked", "shown: refused"),
		twice(),
	)
}

// twice lists lives with more than one crash.
func twice() []row {
	return []row{
		{"gone", []string{"before ask", "before ask", "before plan"}, gone, away},
		{"gone", []string{"after receive: typed", "after ask", "after plan"}, gone, away},
		{"gone", []string{"before posted: pending", "before posted: pending"}, gone, away},
		{"gone", []string{"before shown: pending", "before shown: pending"}, gone, away},
		{"gone", []string{"after plan", "after approve"}, gone, away},
		{"gone", []string{"before claim", "before claim", "after claim"}, unsent, away},
		{"gone", []string{"after approve", "before answer"}, lost, away},
		{"gone", []string{"after claim", "before timeout", "before look"}, unsent, away},
		{"gone", []string{"before answer", "after look: verifying → verifying"}, lost, away},
		{"gone", []string{"after answer", "before look: verifying → done", "before shown: done"}, gone, away},
		{"declined once", []string{"after answer: running → approved", "after claim"}, unsentAgain, away},
		{"declined once", []string{"after answer: running → approved", "before answer: running → verifying"}, end{"done unknown/gone", 2}, away},
		{"after the deed", []string{while, "before timeout"}, lost, away},
		{"before the deed", []string{"after approve", while, "after timeout"}, stories()["before the deed"].end, away},
	}
}

// unsentAgain has one call that was declined, and none after it.
var unsentAgain = end{"done unknown/still there", 1}

// TestCrashes kills the real program at every moment at which something is
// stored, starts it again, and follows the story to its end. Whatever the
// moment, the end is honest, no call is made twice, and nobody is left without
// an answer.
func TestCrashes(t *testing.T) {
	t.Parallel()
	rows := matrix()
	var runs, crashes, calls atomic.Int64
	t.Cleanup(func() {
		t.Logf("crash runs: %d, crashes: %d, calls: %d", runs.Load(), crashes.Load(), calls.Load())
		if chosen := flag.Lookup("test.run").Value.String(); !strings.Contains(chosen, "/") {
			assert.EqualValues(t, len(rows), runs.Load(), "a row dropped out")
		}
	})
	for _, r := range rows {
		t.Run(r.name(), func(t *testing.T) {
			t.Parallel()
			l := begin(t, r)
			defer func() {
				runs.Add(1)
				crashes.Add(int64(l.crashes))
				calls.Add(int64(l.vendor.Kills()))
			}()
			l.story()
			l.judge()
		})
	}
}

// TestTheMatrixIsWhole holds the matrix to all the moments that there are.
func TestTheMatrixIsWhole(t *testing.T) {
	points := map[string]bool{}
	names := map[string]bool{}
	for _, r := range matrix() {
		require.False(t, names[r.name()], "%s is there twice", r.name())
		names[r.name()] = true
		require.Contains(t, stories(), r.story)
		for _, p := range r.points {
			points[p] = true
		}
	}
	for _, m := range moments() {
		assert.True(t, points["before "+m], "nothing dies before %s", m)
		assert.True(t, points["after "+m], "nothing dies after %s", m)
	}
}

// moments are those at which something is stored.
func moments() []string {
	return []string{
		"receive: typed", "receive: pressed", "receive: filled", "judged: typed", "judged: pressed", "judged: filled", "refused", "ask: planning",
		"plan: planning → pending", "plan: planning → approved", "plan: planning → refused", "plan failed: planning → done",
		"timeout: planning → lapsed", "timeout: pending → expired", "timeout: approved → lapsed",
		"timeout: running → verifying", "timeout: verifying → done",
		"approve: pending → pending", "approve: pending → approved", "deny: pending → denied",
		"withdraw: pending → withdrawn", "withdraw: approved → withdrawn",
		"postpone: approved → approved", "end: approved → done", "end: approved → refused",
		"claim: approved → running", "claim: running → running",
		"answer: running → running", "answer: running → verifying", "answer: running → approved", "answer: running → done",
		"postpone: running → approved", "deny: approved → verifying", "withdraw: approved → verifying",
		"timeout: approved → verifying", "end: approved → verifying",
		"look: verifying → verifying", "look: verifying → done", "look again: done → done",
		"posted: pending", "posted: done", "shown: pending", "shown: approved", "shown: running", "shown: verifying", "shown: done", "shown: denied",
		"shown: expired", "shown: withdrawn", "shown: lapsed", "shown: refused",
	}
}

func (r row) name() string {
	name := r.story + ", " + strings.Join(r.points, ", then ")
	if r.away != away {
		name += ", away " + r.away.String()
	}
	return name
}

// The steps that stories are made of.

var (
	askTwo      = asks("U0ANNA", "cache-prod "+one+" "+other)
	askVault    = asks("U0ANNA", "cache-vault "+one)
	askTest     = asks("U0ANNA", "cache-test "+one)
	askNobody   = asks("U0ANNA", "cache-prod 192.0.2.99:4242")
	askStranger = asks("U0CHO", "cache-prod "+one)
)

func asks(who, text string) step {
	return func(l *life) {
		l.act(func() error { return l.workspace.As(who).Say(channel, "/kill-session "+text) })
	}
}

// askRevoked asks, and loses the right to while the plan is looked up.
func askRevoked(l *life) {
	l.vendor.FailNext(sim.ScanClients, sim.Slow)
	l.act(func() error {
		err := l.workspace.As("U0ANNA").Say(channel, "/kill-session cache-prod "+one)
		l.await("the scan", func() bool { return l.dead() || len(l.vendor.Calls()) > 0 })
		l.workspace.SetGroup("S0ONCALL", "U0CHO")
		l.later(6 * time.Second) // what is known of people is older than may be then
		return err
	})
}

func press(who, button string) step {
	return func(l *life) {
		// What is drawn last may not have the button any more.
		l.until("a card with "+button, func() bool { return l.offers(button) && l.count("cases", "shown_seq < seq") == 0 })
		l.act(func() error { return l.workspace.As(who).Click(channel, l.shown().TS, button) })
	}
}

// pressStray presses a button of a card that was posted and then forgotten.
func pressStray(l *life) {
	l.act(func() error { return l.workspace.As("U0BEN").Click(channel, l.stray().TS, "approve") })
}

func later(d time.Duration) step { return func(l *life) { l.later(d) } }

func meets(op sim.Op, faults ...sim.Fault) step {
	return func(l *life) { l.vendor.FailNext(op, faults...) }
}

// openForm and sendForm ask without typing.
func openForm(l *life) {
	l.act(func() error { return l.workspace.As("U0ANNA").Say(channel, "/kill-session cache-prod --reason leaks") })
	l.until("the list", func() bool {
		return strings.Contains(fmt.Sprint(l.workspace.As("U0ANNA").State().Modal), "things cache-prod")
	})
}

func sendForm(l *life) {
	client := l.workspace.As("U0ANNA")
	view := client.State().Modal.ID
	found, err := client.Suggest(l.t.Context(), slacksim.Act{View: view, ActionID: "things", Value: one})
	require.NoError(l.t, err)
	require.Len(l.t, found, 1)
	l.act(func() error {
		l.await("the form", func() bool { m := client.State().Modal; return m != nil && !m.Busy })
		return client.Submit(view, slacksim.Values{"things cache-prod": {"things": {"selected_options": []any{found[0]}}}})
	})
}

// called waits until the vendor has a call.
func called(l *life) {
	l.until("the call", func() bool { return l.vendor.Kills() >= 1 })
}

// between is a case whose first call is made, and whose second waits for a vendor
// that has gone dark.
func between(l *life) {
	l.vendor.FailNext(sim.HangUpClients, sim.Healthy, sim.Throttled)
	askTwo(l)
	press("U0BEN", "approve")(l)
	called(l)
	l.vendor.SetMood(sim.Down)
	l.until("it waits", func() bool { return strings.HasPrefix(l.stands(), "approved, waiting") && l.vendor.Kills() == 2 })
}

func mood(f sim.Fault) step { return func(l *life) { l.vendor.SetMood(f) } }

func commanders(who ...string) step {
	return func(l *life) { l.workspace.SetGroup("S0COMMANDERS", who...) }
}

func goes(l *life) { require.True(l.t, l.vendor.EndSession(one)) }

func drawn(l *life) { l.until("a card", func() bool { return l.offers("approve") }) }

// darken lets nobody see the vendor any more once it has the call.
func darken(l *life) {
	l.until("the call", func() bool { return l.vendor.Kills() == 1 })
	l.vendor.SetMood(sim.Down)
	l.until("a look, or the crash before it", func() bool {
		return len(l.points) == 0 || slices.ContainsFunc(l.entries(), func(e audit.Entry) bool { return e.Event == "look" })
	})
}

// struck ends the process while the vendor has the call.
func struck(l *life) {
	l.until("the call", func() bool { return l.points[0] == while && l.vendor.Kills() == 1 })
	l.strike()
}
