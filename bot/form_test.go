package bot_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/engine"
	"quell/bot/slack"
	"quell/commands"
	"quell/integrations"
	"quell/policy"
)

// opens types a command that does not say everything, and returns the pictures of
// the form that follow.
func (w *world) opens(user, text string) string {
	w.t.Helper()
	return w.deliver(w.bot, slack.Delivery{From: listener(user), SlashCommand: &slack.SlashCommand{Command: "kill-session", Text: text, Trigger: "t1"}})
}

// send sends the form.
func (w *world) send(f bot.Form, user, reason string, things ...string) slack.Answer {
	w.t.Helper()
	return w.answer(w.bot, slack.Delivery{From: listener(user), FormSubmission: &slack.FormSubmission{
		Form: f.ID, Command: f.Command, Target: f.Target, Things: things, Reason: reason,
	}})
}

func (w *world) second() {
	w.targets["cache-2"] = engine.Target{Name: "cache-2", Kind: "dcs", Actions: map[string]engine.Action{
		"kill-session": commands.KillSession(newSystem(w.clock.Now)),
	}}
}

// With one system to choose there is nothing to choose.
func TestAFormShowsWhatIsLive(t *testing.T) {
	w := newWorld(t)
	for _, text := range []string{"", "cache", `cache --reason "leaks"`} {
		require.Empty(t, w.opens("U0ANNA", text))
		loading := w.screen.form(t)
		assert.Equal(t, "cache", loading.Target)
		assert.Equal(t, []string{"cache"}, loading.Targets)
		assert.Zero(t, loading.List.At)
		ready := w.screen.form(t)
		assert.Equal(t, loading.ID, ready.ID)
		assert.Len(t, ready.List.Things, 2)
		assert.Equal(t, w.clock.Now(), ready.List.At)
		assert.Equal(t, "form.needs", ready.Needs.Say.ID)
		assert.False(t, ready.Needs.Nobody)
		assert.False(t, ready.Needs.Reason)
		assert.Equal(t, text == `cache --reason "leaks"`, ready.Reason == "leaks")
	}
	assert.Empty(t, entries(t, w, "ask"), "nothing is asked yet")
	assert.NotEmpty(t, entries(t, w, "list"), "what was read is recorded")
}

func TestAFormBecomesACase(t *testing.T) {
	w := newWorld(t)
	require.Empty(t, w.opens("U0ANNA", "cache"))
	w.screen.form(t)
	f := w.screen.form(t)
	require.Zero(t, w.send(f, "U0ANNA", "leaks  connections", "node/"+peer, "node/10.63.238.159:3058"))
	c := w.latest()
	assert.Equal(t, approval.Pending, c.State)
	assert.Equal(t, "leaks connections", c.Request.Reason)
	assert.Equal(t, "node", c.Request.Place)
	assert.Equal(t, []string{"node/" + peer, "node/10.63.238.159:3058"}, c.Plan.IDs())
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	w.reaches(w.bot, c.ID, approval.Done)
	assert.Equal(t, 2, w.system.calls())
}

// One is sent once, however often Slack delivers it or a finger slips.
func TestAFormThatIsSentTwiceCountsOnce(t *testing.T) {
	w := newWorld(t)
	require.Empty(t, w.opens("U0ANNA", "cache"))
	w.screen.form(t)
	f := w.screen.form(t)
	require.Zero(t, w.send(f, "U0ANNA", "", "node/"+peer))
	again := w.send(f, "U0ANNA", "", "node/"+peer)
	assert.Contains(t, []string{"", "case.joined"}, again.Say.ID, "the first is being judged, or a case")
}

func TestWhatIsWrongWithAFormStandsAtItsField(t *testing.T) {
	w := newWorld(t)
	w.second()
	w.system.upset(func(s *system) {
		s.bars = map[string]string{"10.63.238.160:6379": "bar.dcs-replication"}
		s.sessions = append(s.sessions, "10.63.238.160:6379")
	})
	require.Empty(t, w.opens("U0ANNA", "cache"))
	w.screen.form(t)
	f := w.screen.form(t)
	for _, c := range []struct {
		name   string
		change func(*slack.FormSubmission)
		field  bot.Field
		says   string
	}{
		{"no system", func(f *slack.FormSubmission) { f.Target = "" }, bot.TheTarget, "form.no-target"},
		{"a system that there is not", func(f *slack.FormSubmission) { f.Target = "cash" }, bot.TheTarget, "mistake.target-near"},
		{"a system of others", func(f *slack.FormSubmission) { f.Target = "cache-2" }, bot.TheTarget, "mistake.target-near"},
		{"no session", func(f *slack.FormSubmission) { f.Things = nil }, bot.TheThings, "form.nothing"},
		{"a protected session", func(f *slack.FormSubmission) { f.Things = []string{"node/10.63.238.160:6379"} }, bot.TheThings, "mistake.protected"},
		{"too many", func(f *slack.FormSubmission) { f.Things = make([]string, 21) }, bot.TheThings, "mistake.too-many"},
		{"an unreadable reason", func(f *slack.FormSubmission) { f.Reason = "a\ab" }, bot.TheReason, "reason.illegible"},
		{"a session that has gone", func(f *slack.FormSubmission) { f.Things = []string{"node/10.63.238.158:2049"} }, bot.TheThings, "mistake.thing-gone"},
	} {
		t.Run(c.name, func(t *testing.T) {
			sent := slack.FormSubmission{Form: f.ID, Command: f.Command, Target: f.Target, Things: []string{"node/" + peer}}
			c.change(&sent)
			a := w.insist(slack.Delivery{From: listener("U0ANNA"), FormSubmission: &sent})
			assert.Equal(t, c.says, a.Say.ID)
			assert.Equal(t, c.field, a.Field)
		})
	}
	assert.Zero(t, w.screen.posted())
}

func TestAReasonThatPolicyAsksForIsMissedAtItsField(t *testing.T) {
	for _, c := range []struct{ want, reason, says string }{
		{"reason: required", "", "form.say-why"}, {"ticket: 'INC-[0-9]+'", "", "form.say-why"}, {"ticket: 'INC-[0-9]+'", "leaks", "form.ticket"},
	} {
		w := newWorld(t)
		b := w.replica("R-2", rules+"    "+c.want+"\n")
		require.Empty(t, w.deliver(b, slack.Delivery{From: listener("U0ANNA"), SlashCommand: &slack.SlashCommand{Command: "kill-session", Text: "cache", Trigger: "t1"}}))
		opened := w.screen.form(t)
		assert.True(t, opened.Needs.Reason)
		assert.Equal(t, "form.needs", opened.Needs.Say.ID, "who has to agree, whatever the reason lacks yet")
		f := w.screen.form(t)
		a := w.answer(b, slack.Delivery{From: listener("U0ANNA"), FormSubmission: &slack.FormSubmission{Form: f.ID, Command: f.Command, Target: "cache", Things: []string{"node/" + peer}, Reason: c.reason}})
		assert.Equal(t, slack.Answer{Say: a.Say, Field: bot.TheReason}, a)
		assert.Equal(t, c.says, a.Say.ID)
	}
}

// Whoever may not act is told so before any system is asked.
func TestWhoGetsNoForm(t *testing.T) {
	w := newWorld(t)
	require.Equal(t, "refused.role", w.opens("U0EVE", ""))
	require.Equal(t, "refused.role", w.opens("U0EVE", "cache"))
	w.people.stand("U0GUS", policy.Guest)
	require.Equal(t, "refused.standing.guest", w.opens("U0GUS", "nowhere"))
	require.Equal(t, "refused.role", w.opens("U0EVE", "cash"))
	require.Equal(t, "mistake.flag-near", w.opens("U0GUS", "cache --raeson x"), "it is no attempt")
	w.people.set(true)
	w.clock.advance(time.Minute)
	require.Equal(t, "refused.lookup", w.opens("U0ANNA", ""))
	w.system.upset(func(s *system) { assert.Zero(t, s.looks) })
	assert.Len(t, entries(t, w, "refused"), 3, "attempts are recorded, mistakes are not")
}

func TestAFormThatCannotBeOpenedSaysHowToDoWithoutIt(t *testing.T) {
	w := newWorld(t)
	late := slack.Delivery{From: listener("U0ANNA"), SlashCommand: &slack.SlashCommand{Command: "kill-session", Trigger: "late"}}
	assert.Equal(t, "form.not-opened", w.deliver(w.bot, late))
	late.SlashCommand = &slack.SlashCommand{Command: "kill-session", Text: "cache"}
	assert.Equal(t, "form.too-late", w.deliver(w.bot, late), "a crash came between")
}

func TestAListThatCannotBeReadSaysSoInTheForm(t *testing.T) {
	w := newWorld(t)
	w.system.upset(func(s *system) { s.fail = &integrations.Error{Kind: integrations.Throttled} })
	require.Empty(t, w.opens("U0ANNA", "cache"))
	w.screen.form(t)
	f := w.screen.form(t)
	assert.Equal(t, "vendor.throttled", f.Why.ID)
	assert.Zero(t, f.List.At)
	w.system.upset(func(s *system) { s.fail = nil })
	require.Zero(t, w.answer(w.bot, slack.Delivery{From: listener("U0ANNA"), FormAction: &slack.FormAction{
		Form: f.ID, Command: f.Command, Target: "cache", Things: []string{"node/" + peer, "gone"}, Reason: "leaks",
	}}))
	assert.Zero(t, w.screen.form(t).List.At)
	f = w.screen.form(t)
	assert.Len(t, f.List.Things, 2)
	assert.Equal(t, "leaks", f.Reason, "what was entered stays")
	require.Len(t, f.Picked, 1)
	assert.Equal(t, peer, f.Picked[0].Name)
}

// Of two systems that are chosen one after the other the last one's list is shown,
// also if the first one's comes later.
func TestTheLastChoiceOfASystemIsShown(t *testing.T) {
	w := newWorld(t)
	w.second()
	b := w.replica("R-2", rules+"  - name: two\n    commands: [kill-session]\n    targets: [cache-2]\n    roles: [on-call]\n")
	require.Empty(t, w.deliver(b, slack.Delivery{From: listener("U0ANNA"), SlashCommand: &slack.SlashCommand{Command: "kill-session", Trigger: "t1"}}))
	f := w.screen.form(t)
	assert.Equal(t, []string{"cache", "cache-2"}, f.Targets)
	assert.Empty(t, f.Target)
	wait := make(chan struct{})
	w.system.upset(func(s *system) { s.wait = wait })
	choose := func(target string) {
		require.Zero(t, w.answer(b, slack.Delivery{From: listener("U0ANNA"), FormAction: &slack.FormAction{Form: f.ID, Command: f.Command, Target: target}}))
	}
	choose("cache")
	assert.Equal(t, "cache", w.screen.form(t).Target)
	choose("cache-2")
	assert.Equal(t, "cache-2", w.screen.form(t).Target)
	shown := w.screen.form(t)
	assert.Equal(t, "cache-2", shown.Target)
	assert.NotZero(t, shown.List.At)
	assert.Equal(t, "form.needs-nobody", shown.Needs.Say.ID)
	assert.True(t, shown.Needs.Nobody)
	close(wait)
	require.Eventually(t, func() bool { return len(entries(t, w, "list")) == 2 }, 10*time.Second, 5*time.Millisecond, "both were read")
	w.screen.upset(func(s *screen) { assert.Empty(t, s.forms) })
	assert.Equal(t, "form.no-target", w.deliver(b, slack.Delivery{From: listener("U0ANNA"), FormAction: &slack.FormAction{Form: f.ID, Command: f.Command, Target: "cash"}}))
}

// A search asks no system, is its owner's alone, and lasts a minute.
func TestSearchingAForm(t *testing.T) {
	w := newWorld(t)
	require.Empty(t, w.opens("U0ANNA", "cache"))
	w.screen.form(t)
	f := w.screen.form(t)
	anna := commands.Person{Team: "T0", User: "U0ANNA"}
	looks := 0
	w.system.upset(func(s *system) { looks = s.looks })
	for text, want := range map[string]int{"": 2, "238.159": 1, "10.63 3058": 1, "nothing": 0} {
		o := w.bot.Search(t.Context(), bot.Query{Person: anna, Form: f.ID, Text: text})
		assert.Len(t, o.Things, want, text)
		assert.Equal(t, 2, o.All)
		assert.Equal(t, f.List.At.UTC(), o.At.UTC())
	}
	assert.Zero(t, w.bot.Search(t.Context(), bot.Query{Person: commands.Person{Team: "T0", User: "U0EVE"}, Form: f.ID}))
	assert.Zero(t, w.bot.Search(t.Context(), bot.Query{Person: anna, Form: "another"}))
	w.clock.advance(time.Minute)
	assert.Zero(t, w.bot.Search(t.Context(), bot.Query{Person: anna, Form: f.ID}))
	w.system.upset(func(s *system) { assert.Equal(t, looks, s.looks) })
	w.bot.Chores(t.Context())
	require.Zero(t, w.send(f, "U0ANNA", "", "node/"+peer), "what is sent is looked up afresh")
}

// Nobody gets a case out of a form that another opened with rights of their own.
func TestAFormGivesNoRights(t *testing.T) {
	w := newWorld(t)
	require.Empty(t, w.opens("U0ANNA", "cache"))
	w.screen.form(t)
	f := w.screen.form(t)
	assert.Equal(t, "refused.role", w.send(f, "U0EVE", "", "node/"+peer).Say.ID)
	w.people.stand("U0ANNA", policy.Deactivated)
	w.clock.advance(10 * time.Second)
	assert.Equal(t, "refused.standing.deactivated", w.send(f, "U0ANNA", "", "node/"+peer).Say.ID)
}

// entries are the details of the record's entries of one kind.
func entries(t *testing.T, w *world, event string) (all []map[string]string) {
	t.Helper()
	for _, e := range w.record() {
		if e.Event == event {
			all = append(all, e.Detail)
		}
	}
	return all
}

// What was read for one person is not used for another, and whose word is stored
// and waits is not kept in front of a form.
func TestAFormOfAnother(t *testing.T) {
	w := newWorld(t)
	b := w.replica("R-2", strings.Replace(rules, "[U0ANNA]", "[U0ANNA, U0DAN]", 1))
	require.Empty(t, w.opens("U0ANNA", "cache"))
	w.screen.form(t)
	f := w.screen.form(t)
	filled := &slack.FormSubmission{Form: f.ID, Command: f.Command, Target: "cache", Things: []string{"node/" + peer}}
	require.Zero(t, w.answer(b, slack.Delivery{From: listener("U0DAN"), FormSubmission: filled}))
	assert.Empty(t, w.latest().Request.Place, "it came from Anna's list")
	w.flaky.fail("refused", 1)
	assert.Equal(t, "heard.kept", w.send(f, "U0EVE", "", "node/"+peer).Say.ID)
	w.flaky.fail("refused", 1)
	assert.Empty(t, w.send(f, "U0GUS", "", "node/"+peer).Field, "it is stored: the form may close")
}

// A form that was sent with a mistake is corrected and sent again as soon as the mistake is shown: that is
// no second copy of what was refused.
func TestAFormThatIsCorrectedAtOnce(t *testing.T) {
	w := newWorld(t)
	require.Empty(t, w.opens("U0ANNA", "cache"))
	w.screen.form(t)
	f := w.screen.form(t)
	sent := func(id, reason string) slack.Delivery {
		return slack.Delivery{ID: id, From: listener("U0ANNA"), FormSubmission: &slack.FormSubmission{
			Form: f.ID, Command: f.Command, Target: f.Target, Things: []string{"node/" + peer}, Reason: reason,
		}}
	}
	shown, done := make(chan slack.Answer, 1), make(chan slack.Answer, 1)
	w.bot.inbox.Handle(t.Context(), sent("e-1", "bad\x07"), func(a slack.Answer) {
		shown <- a
		w.bot.inbox.Handle(t.Context(), sent("e-2", "leaks"), func(a slack.Answer) { done <- a })
	})
	require.Equal(t, bot.TheReason, (<-shown).Field)
	require.Zero(t, <-done)
	require.Equal(t, "leaks", w.latest().Request.Reason)
}

// slowNote stores, the first time, no note that delivery e-1 is judged before whoever notes it gives up.
type slowNote struct {
	slack.Deliveries
	tried *atomic.Bool
}

func (n slowNote) Judged(ctx context.Context, id string, now time.Time) error {
	if id == "e-1" && !n.tried.Swap(true) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Minute): // far more than Slack leaves
		}
	}
	return n.Deliveries.Judged(ctx, id, now)
}

// A database that is slow keeps nobody from seeing their mistake, and it is noted afterwards that the
// form was judged.
func TestAMistakeIsShownThoughItsNoteIsSlow(t *testing.T) {
	w := newWorld(t)
	w.bot.inbox.Deliveries = slowNote{w.bot.inbox.Deliveries, &atomic.Bool{}}
	require.Empty(t, w.opens("U0ANNA", "cache"))
	w.screen.form(t)
	f := w.screen.form(t)
	shown := make(chan slack.Answer, 1)
	w.bot.inbox.Handle(t.Context(), slack.Delivery{ID: "e-1", From: listener("U0ANNA"), FormSubmission: &slack.FormSubmission{
		Form: f.ID, Command: f.Command, Target: f.Target, Things: []string{"node/" + peer}, Reason: "bad\x07",
	}}, func(a slack.Answer) { shown <- a })
	select {
	case a := <-shown:
		require.Equal(t, bot.TheReason, a.Field)
	case <-time.After(30 * time.Second):
		require.Fail(t, "the mistake was never shown")
	}
	require.Eventually(t, func() bool {
		open, err := w.db.IsUnjudged(t.Context(), "e-1")
		return err == nil && !open
	}, time.Minute, time.Millisecond)
}

// Who will have to agree is told before anything is picked, so no thing is protected yet.
func TestAFormSaysWhoHasToAgreeWhereThingsAreProtected(t *testing.T) {
	w := newWorld(t)
	w.bot = w.replica("R-2", protecting)
	require.Empty(t, w.opens("U0ANNA", "cache"))
	require.Equal(t, "form.needs", w.screen.form(t).Needs.Say.ID)
	w.screen.form(t)
}
