package bot_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/slack"
	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

// saidIDs are the messages within a verdict, by their ids and as often as they are said.
func saidIDs(v bot.Verdict) map[string]int {
	all := map[string]int{}
	within(v.Say, func(m words.Message) { all[m.ID]++ })
	return all
}

func within(m words.Message, f func(words.Message)) {
	f(m)
	for _, v := range m.Values {
		if v.Inner != nil {
			within(*v.Inner, f)
		}
		for _, line := range v.List {
			within(line, f)
		}
	}
}

// Somebody is told of cases on systems on which they hold a role, in channels that they can read, and
// of those which they asked for or decided about. What cannot be looked up is not shown, and said.
func TestWhoIsToldOfThePast(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	past := func(user string) map[string]int {
		return saidIDs(w.bot.History(t.Context(), bot.Speaker{ID: "past " + user, Person: atHome(user).Person, Channel: channel}, bot.Past{}))
	}
	assert.Equal(t, 1, past("U0ANNA")["past.case"])
	assert.Equal(t, 1, past("U0BEN")["past.case"])
	assert.Equal(t, 1, past("U0DAN")["past.none"], "who holds no role")

	w.people.upset(func(p *directory) { p.closed = map[string]string{channel: "U0ANNA"} })
	assert.Equal(t, 1, past("U0ANNA")["past.case"])
	assert.Equal(t, map[string]int{"past": 1, "past.none": 1}, past("U0BEN"), "how many there are is not told either")

	w.people.upset(func(p *directory) { p.placeless = true })
	assert.Equal(t, 1, past("U0BEN")["past.unknown"])
	assert.Zero(t, past("U0BEN")["past.case"])
	assert.Equal(t, 1, past("U0ANNA")["past.case"], "what is theirs they may read anywhere")
	require.Equal(t, approval.Pending, c.State)
}

// What a history is asked for is what it tells.
func TestThePastByPersonChannelAndTime(t *testing.T) {
	w := newWorld(t)
	w.ask()
	s := bot.Speaker{ID: "past", Person: atHome("U0ANNA").Person, Channel: channel}
	told := func(p bot.Past) int { return saidIDs(w.bot.History(t.Context(), s, p))["past.case"] }
	assert.Equal(t, 1, told(bot.Past{User: "U0ANNA", Channel: channel, Target: "cache", Within: time.Hour}))
	assert.Zero(t, told(bot.Past{User: "U0BEN"}))
	assert.Zero(t, told(bot.Past{Channel: "C0OTHER"}))
	w.clock.advance(2 * time.Hour)
	assert.Zero(t, told(bot.Past{Within: time.Hour}))
	assert.Equal(t, 1, told(bot.Past{Within: 3 * time.Hour}))
}

// Nothing within a time is not nothing at all, and what is neither a system nor a time may be meant as
// either.
func TestAnEmptyPastSaysHowFarItLooked(t *testing.T) {
	w := newWorld(t)
	w.ask()
	w.clock.advance(25 * time.Hour)
	s := bot.Speaker{ID: "past", Person: atHome("U0ANNA").Person, Channel: channel}
	none := map[string]int{"past": 1, "past.none-since": 1}
	assert.Equal(t, map[string]int{"past": 1, "past.none-in": 1}, saidIDs(w.bot.Report(t.Context(), s, bot.Past{})), "a report is of a day")
	assert.Equal(t, none, saidIDs(w.bot.History(t.Context(), s, bot.Past{Within: time.Hour})))
	for _, v := range []bot.Verdict{w.bot.Report(t.Context(), s, bot.Past{}), w.bot.History(t.Context(), s, bot.Past{Within: time.Hour})} {
		assert.Contains(t, english(t, v.Say), "longer time, up to `"+bot.MostAgo+"`, looks further back")
	}
	assert.Equal(t, 1, saidIDs(w.bot.History(t.Context(), s, bot.Past{User: "U0BEN"}))["past.none"], "all of it was looked through")

	for _, say := range []bot.Verdict{w.bot.Report(t.Context(), s, bot.Past{Target: "yesterday"}), w.bot.History(t.Context(), s, bot.Past{Target: "1w"})} {
		assert.Equal(t, map[string]int{"past.no-target": 1, "mistake.target-unknown": 1}, saidIDs(say))
	}
}

// A report that finds nothing says in which channel; in a direct message, where nothing is asked, that it
// wants one.
func TestAnEmptyReportSaysWhereItLooked(t *testing.T) {
	w := newWorld(t)
	w.ask()
	w.people.upset(func(p *directory) { p.places = map[string]policy.Place{"D0ANNA": policy.Direct} })
	report := func(here, of string) string {
		return english(t, w.bot.Report(t.Context(), w.speaks("U0ANNA", here), bot.Past{Channel: of}).Say)
	}
	assert.Contains(t, report("C0OTHER", ""), "I know of no such case asked in #C0OTHER that I may show you. ")
	assert.Contains(t, report("D0ANNA", "C0OTHER"), "I know of no such case asked in #C0OTHER that I may show you. ")
	assert.Contains(t, report("D0ANNA", channel), "# What was asked in "+channel+" from ")
	assert.Equal(t, "A report is of a channel, and this is a direct or group message. Please ask in the channel, or name it: `/quell report #channel`.", report("D0ANNA", ""))
}

// A time that is written like one is one, and none beyond the limits is taken for another.
func TestHowLongAgo(t *testing.T) {
	for word, want := range map[string]time.Duration{
		bot.LeastAgo: time.Minute, "90m": 90 * time.Minute, "10080m": 7 * 24 * time.Hour, "2h": 2 * time.Hour, bot.MostAgo: 3650 * 24 * time.Hour,
		"0d": 0, "000m": 0, "3651d": 0, "87601h": 0, "999999d": 0, "99999999999999999999d": 0,
	} {
		d, isTime := bot.Ago(word)
		assert.True(t, isTime, word)
		assert.Equal(t, want, d, word)
	}
	for _, word := range []string{"", "d", "1w", "-1d", "yesterday", "cache-1d"} {
		_, isTime := bot.Ago(word)
		assert.False(t, isTime, word)
	}
}

// Each moment that a report tells of is one at which the record has an entry of that case.
func TestAReportAgreesWithTheRecord(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	w.reaches(w.bot, c.ID, approval.Done)
	recorded := map[int64]bool{}
	require.NoError(t, w.db.Links(t.Context(), c.ID, func(l audit.Link) error {
		e, err := audit.Parse(l.Body)
		recorded[e.At.Unix()] = true
		return err
	}))
	v := w.bot.Report(t.Context(), bot.Speaker{ID: "report", Person: atHome("U0ANNA").Person, Channel: channel}, bot.Past{})
	all := saidIDs(v)
	for _, id := range []string{"report.case", "report.at.asked", "report.at.approve", "report.at.answered"} {
		assert.Equal(t, 1, all[id], id)
	}
	told := 0
	within(v.Say, func(m words.Message) {
		if at, ok := m.Values["at"]; ok {
			told++
			assert.Contains(t, recorded, moment(t, at), m.ID)
		}
	})
	assert.Equal(t, 3, told)
}

// README shows a report as it is.
func TestTheReportInREADME(t *testing.T) {
	w := newWorld(t)
	w.clock.advance(7 * time.Second)
	require.Empty(t, w.say("U0ANNA", "cache "+peer+` --reason "the pool leaks"`))
	w.clock.advance(41 * time.Second)
	c := w.latest()
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	w.reaches(w.bot, c.ID, approval.Done)
	v := w.bot.Report(t.Context(), bot.Speaker{ID: "report", Person: atHome("U0ANNA").Person, Channel: channel}, bot.Past{Within: 2 * time.Hour})
	catalogue, err := words.Load()
	require.NoError(t, err)
	known := map[string]string{"U0ANNA": "Anna Weber", "U0BEN": "Ben Ito", channel: "inc-checkout"}
	said := catalogue.In("en", words.Markdown{
		Name: func(id string) string { return known[id] },
		Card: func(string) string { return "https://acme.slack.com/archives/" + channel + "/p1795403527000100" },
	}).Say(v.Say)
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	assert.Contains(t, string(readme), "```markdown\n"+said+"\n```\n")
}

// moment is the second of a value that is one.
func moment(t *testing.T, v words.Value) int64 {
	t.Helper()
	var us int64
	require.NoError(t, json.Unmarshal([]byte(v.Value), &us))
	return time.UnixMicro(us).Unix()
}

// stored is a case that lapsed when it was asked for.
func (w *world) stored(id string, at time.Time) approval.Case {
	w.t.Helper()
	r := commands.Request{Command: "kill-session", Target: "cache", By: atHome("U0ANNA").Person, Channel: channel, At: at}
	c := approval.Open(id, r, "dcs", approval.DefaultLimits(), at)
	c.State, c.Ended, c.Due, c.Deadline = approval.Lapsed, at, time.Time{}, time.Time{}
	_, err := w.db.Create(w.t.Context(), c, c.ID, audit.Entry{At: at, Actor: "T0/U0ANNA", Event: "ask", Case: c.ID})
	require.NoError(w.t, err)
	return c
}

// One answer holds so many cases, and says that there are others: a history the newest ones, a report the
// oldest.
func TestThePastIsLong(t *testing.T) {
	w := newWorld(t)
	s := bot.Speaker{ID: "past", Person: atHome("U0ANNA").Person, Channel: channel}
	for i := range 21 {
		w.stored(fmt.Sprintf("Q-%02d", i), w.clock.Now().Add(time.Duration(i-21)*time.Second))
	}
	all := saidIDs(w.bot.History(t.Context(), s, bot.Past{}))
	assert.Equal(t, 20, all["past.case"])
	assert.Equal(t, 1, all["past.older"])
	all = saidIDs(w.bot.Report(t.Context(), s, bot.Past{}))
	assert.Equal(t, 10, all["report.case"])
	assert.Equal(t, 1, all["report.rest"])
	assert.Zero(t, all["report.older"])
}

// A report holds as many cases as fit where it is asked for, from the oldest on, and one at least.
func TestAReportFits(t *testing.T) {
	w := newWorld(t)
	for i := range 5 {
		w.stored(fmt.Sprintf("Q-%02d", i), w.clock.Now().Add(time.Duration(i-5)*time.Minute))
	}
	s := bot.Speaker{ID: "past", Person: atHome("U0ANNA").Person, Channel: channel}
	told := func(most int) (all []string, rest string) {
		v := w.bot.Report(t.Context(), s, bot.Past{Fits: func(m words.Message) bool { return saidIDs(bot.Verdict{Say: m})["report.case"] <= most }})
		within(v.Say, func(m words.Message) {
			switch m.ID {
			case "report.case":
				all = append(all, m.Values["case"].Value)
			case "report.rest":
				rest = m.Values["count"].Value + " from " + m.Values["ago"].Value
			}
		})
		return all, rest
	}
	all, rest := told(9)
	assert.Equal(t, []string{"Q-00", "Q-01", "Q-02", "Q-03", "Q-04"}, all)
	assert.Empty(t, rest)
	all, rest = told(3)
	assert.Equal(t, []string{"Q-00", "Q-01", "Q-02"}, all)
	assert.Equal(t, fmt.Sprint("2 from ", int64(2*time.Minute)), rest)
	all, _ = told(0)
	assert.Equal(t, []string{"Q-00"}, all)
}

// endless has as many cases as anybody looks through.
type endless struct {
	bot.Lists
	newest approval.Case
	all    int // how many there are; 0 for no end
}

func (e endless) Find(_ context.Context, q store.Search) (page []approval.Case, err error) {
	if read := e.newest.Opened.Sub(q.After.Opened); e.all > 0 && !q.After.Opened.IsZero() && int(read/time.Second) >= e.all {
		return nil, nil
	}
	for i := range q.Most {
		c := e.newest
		if !q.After.Opened.IsZero() {
			c.Opened = q.After.Opened
		}
		c.Opened = c.Opened.Add(-time.Duration(i+1) * time.Second)
		page = append(page, c)
	}
	return page, nil
}

// A report of more cases than are looked through says so, and claims no more time than it tells of.
func TestAReportThatIsNotWhole(t *testing.T) {
	w := newWorld(t)
	c := w.stored("Q-1", w.clock.Now())
	w.lists = endless{w.db, c, 0}
	v := w.replica("another", rules).Report(t.Context(), bot.Speaker{ID: "past", Person: atHome("U0ANNA").Person, Channel: channel}, bot.Past{})
	assert.Equal(t, 1, saidIDs(v)["report.older"])
	within(v.Say, func(m words.Message) {
		switch m.ID {
		case "report.head":
			assert.Equal(t, c.Opened.Add(-1000*time.Second).Unix(), moment(t, m.Values["from"]))
			assert.Equal(t, c.Opened.Add(-990*time.Second).Unix(), moment(t, m.Values["until"]))
		case "report.rest":
			assert.Equal(t, "990", m.Values["count"].Value)
		}
	})
}

// Of cases that were looked at to the last it is not said that there are older ones.
func TestAPastThatIsReadToItsEnd(t *testing.T) {
	w := newWorld(t)
	c := w.stored("Q-1", w.clock.Now())
	w.lists = endless{w.db, c, 1000}
	v := w.replica("another", rules).Report(t.Context(), bot.Speaker{ID: "past", Person: atHome("U0ANNA").Person, Channel: channel}, bot.Past{})
	assert.Zero(t, saidIDs(v)["report.older"])
	assert.Equal(t, 10, saidIDs(v)["report.case"])
}

// Where none of those that were looked at may be told, nothing is said of the others.
func TestAPastOfWhichNothingMayBeTold(t *testing.T) {
	w := newWorld(t)
	c := w.stored("Q-1", w.clock.Now())
	c.Version = approval.Version + 1 // one of a newer release
	for all, says := range map[int]string{0: "past.none-newest", 1000: "past.none"} {
		w.lists = endless{w.db, c, all}
		v := w.replica(fmt.Sprint("another ", all), rules).History(t.Context(), bot.Speaker{ID: "past", Person: atHome("U0ANNA").Person, Channel: channel}, bot.Past{})
		assert.Equal(t, map[string]int{"past": 1, says: 1}, saidIDs(v))
	}
}

// What happened at a moment is told behind it, by whoever it was, and nobody's words begin a line.
func TestEveryLineOfAReport(t *testing.T) {
	at := time.Date(2026, 11, 23, 3, 12, 7, 0, time.UTC)
	minute := func(n int) time.Time { return at.Add(time.Duration(n) * time.Minute) }
	ben := atHome("U0BEN").Person
	r := commands.Request{Command: "kill-session", Target: "cache", By: atHome("U0ANNA").Person, Channel: channel, Reason: "leak\n# All clear", At: at}
	c := approval.Open("Q-7F3K2M", r, "dcs", approval.DefaultLimits(), at)
	c.Plan.Items = []commands.Item{{}, {}}
	c.Plan.Items[0].Thing = integrations.Thing{Name: "10.0.0.1:1", Called: "worker_1"}
	c.Plan.Items[1].Thing = integrations.Thing{Name: "10.0.0.2:1"}
	c.Items = approval.Items{
		{Claimed: true, Outcome: commands.Outcome{Done: commands.Answered, Seen: commands.Gone, LookedAt: minute(8)}},
		{Outcome: commands.Outcome{Done: commands.NotSent, Seen: commands.NotLooked, Why: words.New("outcome.other-system")}},
	}
	c.Confirming = &approval.Confirming{Confirmed: minute(1)}
	c.Votes = approval.Votes{{By: ben, At: minute(2), Choice: approval.Yes}}
	c.BreakGlass = &approval.BreakGlass{By: r.By, At: minute(3), Why: "nobody is awake", Signed: []approval.Vote{{By: ben, At: minute(9)}}}
	c.Renewal = &approval.Renewal{Frozen: minute(4), Lifted: minute(5), Renewed: minute(6), By: r.By}
	c.Ran, c.CallsEnded, c.State, c.Ended = minute(7), minute(7).Add(time.Second), approval.Done, minute(8)
	catalogue, err := words.Load()
	require.NoError(t, err)
	names := words.Markdown{Name: func(id string) string { return map[string]string{"U0ANNA": "Anna Lindqvist"}[id] }}
	assert.Equal(t, "## Q-7F3K2M 1 of 2 done: 2 sessions on `cache`\n\n"+
		"- 2026-11-23 03:12:07 UTC asked by Anna Lindqvist (U0ANNA)\n"+
		"- **Session** worker_1 · `10.0.0.1:1`: Gone: a fresh look does not show it any more. The call was accepted.\n"+
		"- **Session** `10.0.0.2:1`: Not sent. No call was made.\n"+
		"- The system may be another one by now, or may have been restarted, so nothing more can be seen of it.\n"+
		"- Why: leak # All clear\n"+
		"- Why alone: nobody is awake\n"+
		"- 2026-11-23 03:13:07 UTC Anna Lindqvist (U0ANNA) confirmed what was meant\n"+
		"- 2026-11-23 03:14:07 UTC approved by U0BEN\n"+
		"- 2026-11-23 03:15:07 UTC Anna Lindqvist (U0ANNA) chose to act alone\n"+
		"- 2026-11-23 03:17:07 UTC no longer kept by a freeze, after 1 min\n"+
		"- 2026-11-23 03:18:07 UTC Anna Lindqvist (U0ANNA) said that it goes on\n"+
		"- 2026-11-23 03:19:07 UTC calls begun, over after 1 s\n"+
		"- 2026-11-23 03:20:07 UTC ended, 8 min after it was asked\n"+
		"- 2026-11-23 03:21:07 UTC signed by U0BEN", catalogue.In("en", names).Say(bot.Reported(c)))
}

// Of a call that is on its way a report says so once.
func TestAReportOfACallOnItsWay(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	c.Plan.Items, c.Items = append(c.Plan.Items, c.Plan.Items[0]), append(c.Items, c.Items[0])
	c.State = approval.Running
	c.Items[0].Claimed, c.Items[0].InFlight, c.Items[0].Why = true, true, words.New("why.no-answer-yet")
	said := saidIDs(bot.Verdict{Say: bot.Reported(c)})
	assert.Equal(t, 1, said["outcome.in-flight"])
	assert.Zero(t, said["why.no-answer-yet"])
}
