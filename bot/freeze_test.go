package bot_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
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

// twoOnCall is the policy with two people who may lift a freeze.
func twoOnCall(more string) string {
	return strings.Replace(rules, "[U0ANNA]", "[U0ANNA, U0DAN]", 1) + more
}

// english is a message as people read it.
func english(t testing.TB, m words.Message) string {
	t.Helper()
	all, err := words.Load()
	require.NoError(t, err)
	return all.In("en", words.Plain{}).Say(m)
}

// speaks is somebody's next words, somewhere.
func (w *world) speaks(user, where string) bot.Speaker {
	return bot.Speaker{ID: fmt.Sprintf("said-%d", w.clock.count()), Person: commands.Person{Team: "T0", User: user}, Channel: where}
}

// frozenFor freezes everything for a time.
func (w *world) frozenFor(d time.Duration) {
	w.t.Helper()
	require.Equal(w.t, "freeze.done", w.bot.Freeze(w.t.Context(), w.speaks("U0ANNA", channel), "", "outage").Say.ID)
	w.clock.advance(d)
	w.lifts("")
}

// lifts has two people lift a freeze.
func (w *world) lifts(target string) {
	w.t.Helper()
	w.bot.Unfreeze(w.t.Context(), w.speaks("U0ANNA", channel), target, "")
	v := w.bot.Unfreeze(w.t.Context(), w.speaks("U0DAN", channel), target, "")
	require.Contains(w.t, []string{"unfreeze.lifted", "unfreeze.with"}, v.Say.ID)
}

// throttled is a case that waits, approved, because its system put off the call.
func (w *world) throttled(rules string) approval.Case {
	w.t.Helper()
	w.system.upset(func(s *system) { s.refuse = &integrations.Error{Kind: integrations.Throttled, Status: 429} })
	w.bot = w.replica("R-2", rules)
	c := w.ask()
	if c.State == approval.Pending {
		require.Empty(w.t, w.press(w.bot, "U0BEN", slack.Approve, c))
	}
	require.Eventually(w.t, func() bool {
		w.bot.Sweep(w.t.Context())
		rec, err := w.db.Load(w.t.Context(), c.ID)
		return err == nil && rec.Case.State == approval.Approved && rec.Case.Tries == 1
	}, 20*time.Second, 5*time.Millisecond)
	w.system.upset(func(s *system) { s.refuse = nil })
	return c
}

// What was called before a long freeze is not asked for once more.
func TestTheRestAloneIsAskedForAfterAFreeze(t *testing.T) {
	w := newWorld(t)
	w.bot = w.replica("R-2", twoOnCall(""))
	const second = "10.63.238.159:3058"
	w.system.upset(func(s *system) {
		s.refuseOf = map[string]error{second: &integrations.Error{Kind: integrations.Throttled, Status: 429}}
	})
	require.Empty(t, w.say("U0ANNA", "cache "+peer+" "+second))
	c := w.latest()
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	require.Eventually(t, func() bool {
		w.bot.Sweep(t.Context())
		rec, err := w.db.Load(t.Context(), c.ID)
		return err == nil && rec.Case.State == approval.Approved && rec.Case.Items.Acted()
	}, 20*time.Second, 5*time.Millisecond)
	w.frozenFor(2 * time.Minute)
	c = w.reaches(w.bot, c.ID, approval.Pending)
	require.Equal(t, "End 1 session on cache: "+second+".", english(t, approval.Confirmation(c, 5, 5)[0]))
}

// Where the policy asks nobody, the asker says after a long freeze that it goes on.
func TestTheAskerIsAskedWhereNobodyIs(t *testing.T) {
	w := newWorld(t)
	c := w.throttled(strings.Replace(twoOnCall(""), "    approvals: {need: 1, from: [commander], within: 15m}\n", "", 1))
	w.frozenFor(2 * time.Minute)
	c = w.reaches(w.bot, c.ID, approval.Pending)
	require.True(t, c.Renewing())
	require.Equal(t, "vote.renew-other", w.press(w.bot, "U0BEN", slack.Approve, c))
	require.Equal(t, 1, w.system.calls())
	require.Empty(t, w.press(w.bot, "U0ANNA", slack.Approve, c))
	w.reaches(w.bot, c.ID, approval.Done)
	require.Equal(t, 2, w.system.calls())
	require.Len(t, entries(t, w, "renewal asked"), 1)
	require.Equal(t, "outage", entries(t, w, "renewal asked")[0]["reason"])
}

// Whoever acts alone says so once more: the others did not answer then either.
func TestABreakGlassIsRenewedByItsAsker(t *testing.T) {
	w := newWorld(t)
	w.bot = w.replica("R-2", twoOnCall("    break_glass: {not_before: 5m, cancel: 1m, notice: C0SEC, review: {need: 1, from: [commander]}}\n"))
	c := w.ask()
	w.clock.advance(5 * time.Minute)
	on := bot.On{Case: c.ID, Fingerprint: c.Plan.Fingerprint}
	require.Equal(t, "glass.broken", w.bot.BreakGlass(t.Context(), w.speaks("U0ANNA", channel), on, "nobody answers").Say.ID)
	require.Eventually(t, func() bool {
		w.bot.Sweep(t.Context())
		rec, err := w.db.Load(t.Context(), c.ID)
		return err == nil && rec.Case.BreakGlass != nil && !rec.Case.BreakGlass.Notified.IsZero()
	}, 20*time.Second, 5*time.Millisecond)
	w.frozenFor(3 * time.Minute)
	c = w.reaches(w.bot, c.ID, approval.Pending)
	require.Equal(t, "vote.renew-alone", w.press(w.bot, "U0BEN", slack.Approve, c))
	require.Zero(t, w.system.calls())
	require.Empty(t, w.press(w.bot, "U0ANNA", slack.Approve, c))
	w.reaches(w.bot, c.ID, approval.Done)
	require.Equal(t, 1, w.system.calls())
}

// A second long freeze ends what was renewed: nothing asks for ever.
func TestASecondLongFreezeEndsIt(t *testing.T) {
	w := newWorld(t)
	c := w.throttled(twoOnCall(""))
	w.frozenFor(2 * time.Minute)
	c = w.reaches(w.bot, c.ID, approval.Pending)
	w.system.upset(func(s *system) { s.refuse = &integrations.Error{Kind: integrations.Throttled, Status: 429} })
	require.Empty(t, w.press(w.bot, "U0CAT", slack.Approve, c))
	require.Eventually(t, func() bool {
		rec, err := w.db.Load(t.Context(), c.ID)
		return err == nil && rec.Case.State == approval.Approved && rec.Case.Tries == 2
	}, 20*time.Second, 5*time.Millisecond)
	w.frozenFor(2 * time.Minute)
	c = w.reaches(w.bot, c.ID, approval.Done)
	require.Equal(t, "case.frozen-again", c.Why.ID)
	require.Equal(t, 2, w.system.calls())
}

// Whoever renewed and may not approve any more renewed nothing.
func TestARenewalByWhoLostTheirRights(t *testing.T) {
	w := newWorld(t)
	c := w.throttled(twoOnCall(""))
	w.frozenFor(2 * time.Minute)
	c = w.reaches(w.bot, c.ID, approval.Pending)
	w.system.upset(func(s *system) { s.fail = &integrations.Error{Kind: integrations.Unavailable} })
	require.Empty(t, w.press(w.bot, "U0CAT", slack.Approve, c))
	w.reaches(w.bot, c.ID, approval.Approved)
	w.people.stand("U0CAT", policy.Deactivated)
	w.system.upset(func(s *system) { s.fail = nil })
	w.clock.advance(time.Minute)
	c = w.reaches(w.bot, c.ID, approval.Refused)
	require.Equal(t, "refused.renewal", c.Why.ID, "the first approval still counts")
	require.Equal(t, 1, w.system.calls())
}

// A freeze may be said anywhere; it is announced nowhere that others read.
func TestAFreezeAsksNothingAboutThePlace(t *testing.T) {
	for _, tt := range []struct {
		name   string
		place  policy.Place
		down   bool
		audit  string
		says   string
		places []string
	}{
		{"a channel", policy.Workspace, false, "C0AUDIT", "freeze.done", []string{"C0AUDIT", "C0HERE"}},
		{"a direct message", policy.Direct, false, "C0AUDIT", "freeze.done-not-here", []string{"C0AUDIT"}},
		{"a shared channel", policy.Shared, false, "C0AUDIT", "freeze.done-not-here", []string{"C0AUDIT"}},
		{"a channel without the bot", policy.Absent, false, "C0AUDIT", "freeze.done-not-here", []string{"C0AUDIT"}},
		{"a read-only channel", policy.ReadOnly, false, "C0AUDIT", "freeze.done-not-here", []string{"C0AUDIT"}},
		{"an archived channel, and nobody to tell", policy.Archived, false, "", "freeze.done-nowhere", nil},
		{"a channel of replies, and nobody to tell", policy.ThreadOnly, false, "", "freeze.done-nowhere", nil},
		{"a place that cannot be looked up", "", true, "C0AUDIT", "freeze.done-elsewhere", []string{"C0AUDIT", "C0HERE"}},
		{"a direct message, and nobody to tell", policy.Direct, false, "", "freeze.done-untold", nil},
		{"a place that cannot be looked up, and nobody else to tell", "", true, "", "freeze.tell-them", []string{"C0HERE"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.audit = tt.audit
			w.people.upset(func(p *directory) { p.places, p.placeless = map[string]policy.Place{"C0HERE": tt.place}, tt.down })
			w.bot = w.replica("R-2", rules)
			v := w.bot.Freeze(t.Context(), w.speaks("U0ANNA", "C0HERE"), "cache", "outage")
			require.Equal(t, tt.says, v.Say.ID)
			frozen, err := w.db.Freezes(t.Context())
			require.NoError(t, err)
			require.Len(t, frozen, 1)
			require.Equal(t, tt.places, w.announced("guard.frozen"))
		})
	}
}

// Where it is not announced because nothing can be posted there, the answer says so and why.
func TestWhyAFreezeIsNotAnnouncedHere(t *testing.T) {
	for place, why := range map[policy.Place]string{
		policy.ReadOnly:   "This channel is read-only for me",
		policy.ThreadOnly: "Only replies can be posted in this channel",
		policy.Archived:   "This channel is archived",
		policy.Absent:     "I am not in this channel",
		policy.Hidden:     "I am not in this conversation",
		policy.Direct:     "his is a direct or group message",
		policy.Shared:     "This channel is shared with another organisation",
	} {
		w := newWorld(t)
		for _, audit := range []string{"C0AUDIT", ""} {
			w.audit = audit
			w.people.upset(func(p *directory) { p.places = map[string]policy.Place{"C0HERE": place} })
			w.bot = w.replica("R-2"+audit, rules)
			said := english(t, w.bot.Freeze(t.Context(), w.speaks("U0ANNA", "C0HERE"), "cache", "outage").Say)
			assert.Contains(t, said, why)
			assert.NotContains(t, said, "of this workspace alone")
			assert.Equal(t, audit == "", strings.Contains(said, "I announce it nowhere"), said)
		}
	}
}

// Whoever froze something is told directly, once, where a channel cannot be told of it: in time to
// tell people themselves. It is not tried again.
func TestAFreezeThatCannotBeAnnounced(t *testing.T) {
	w := newWorld(t)
	w.screen.upset(func(s *screen) { s.refuses = map[string]string{"C0HERE": "slack.restricted"} })
	require.Equal(t, "freeze.done", w.bot.Freeze(t.Context(), w.speaks("U0ANNA", "C0HERE"), "cache", "outage").Say.ID)
	for range 3 {
		w.bot.outbox.Wait()
		w.clock.advance(6 * time.Minute)
		w.bot.outbox.Wake(t.Context())
	}
	require.Equal(t, []string{"C0AUDIT"}, w.announced("guard.frozen"))
	w.screen.upset(func(s *screen) {
		require.Equal(t, 1, s.refusals["C0HERE"])
		require.Len(t, s.announced, 2)
		last := s.announced[len(s.announced)-1]
		require.Equal(t, store.ToOne("T0", "U0ANNA", ""), last.channel)
		require.Equal(t, "cache is frozen, but I could not announce that in #C0HERE. The workspace or the channel does not let me post there. Whoever manages the channel can (Posting permissions). Please tell people yourself.", english(t, last.message))
	})
}

// Where the answer names a place that cannot be told, nobody is told so a second time.
func TestAPlaceThatCannotBeToldIsToldOfOnce(t *testing.T) {
	w := newWorld(t)
	w.people.upset(func(p *directory) {
		p.places = map[string]policy.Place{"C0AUDIT": policy.Archived}
	})
	w.screen.upset(func(s *screen) { s.refuses = map[string]string{"C0AUDIT": "slack.archived"} })
	v := w.bot.Freeze(t.Context(), w.speaks("U0ANNA", "C0HERE"), "cache", "outage")
	require.Equal(t, 1, strings.Count(english(t, v.Say), "Please tell people yourself."))
	w.bot.outbox.Wait() // else it may claim what is to be dropped in a moment
	again := w.bot.Freeze(t.Context(), w.speaks("U0ANNA", "C0HERE"), "cache", "outage")
	require.Equal(t, v.Say.ID, again.Say.ID)
	for range 3 {
		w.bot.outbox.Wait()
		w.clock.advance(6 * time.Minute)
		w.bot.outbox.Wake(t.Context())
	}
	w.bot.outbox.Wait()
	w.screen.upset(func(s *screen) {
		for _, a := range s.announced {
			require.Equal(t, "C0HERE", a.channel)
		}
	})
	t.Run("nor where it was refused just before", func(t *testing.T) {
		late := store.Saying{Key: "freeze late C0AUDIT", Place: "C0AUDIT", Message: words.New("guard.frozen"), Until: w.clock.Now().Add(time.Hour)}
		require.NoError(t, w.db.Say(t.Context(), late))
		require.NoError(t, w.db.Dropped(t.Context(), late.Key, "the answer to the freeze says that this place cannot be told", w.clock.Now()))
		knows, err := w.bot.Unannounced(t.Context(), late, words.Message{})
		require.NoError(t, err)
		require.True(t, knows)
	})
}

// What a place that cannot be looked up hears is not known: whoever froze tells people, and is asked
// so once, also where another place is deaf.
func TestAFreezeSaysOnceWhoTellsPeople(t *testing.T) {
	for _, audit := range []string{"", "C0AUDIT"} {
		said := english(t, frozenUnsure(t, audit))
		assert.Contains(t, said, "Slack cannot tell me now what kind of place this is")
		assert.Equal(t, 1, strings.Count(said, "Please tell people yourself."), said)
		assert.True(t, strings.HasSuffix(said, "Please tell people yourself."), said)
	}
}

// frozenUnsure is the answer to a freeze in a place that cannot be looked up, while the audit channel
// is known to be archived.
func frozenUnsure(t *testing.T, audit string) words.Message {
	w := newWorld(t)
	w.audit = audit
	w.people.upset(func(p *directory) {
		p.places, p.unknown = map[string]policy.Place{"C0AUDIT": policy.Archived}, "C0HERE"
	})
	w.bot = w.replica("R-2", rules)
	return w.bot.Freeze(t.Context(), w.speaks("U0ANNA", "C0HERE"), "cache", "outage").Say
}

// Whoever freezes something is told which places hear of it, and which cannot.
func TestAFreezeNamesOnlyPlacesThatHearOfIt(t *testing.T) {
	for place, why := range map[policy.Place]string{
		policy.Archived: "it is archived", policy.Shared: "it is shared with another organisation",
		policy.Organisation: "it is shared with other workspaces of your organisation", policy.Absent: "I am not in it",
		policy.Hidden: "Slack does not show it to me", policy.ReadOnly: "it is read-only for me",
		policy.ThreadOnly: "only replies can be posted in it", policy.Direct: "others than this workspace may read it",
	} {
		for _, here := range []string{"D0ANNA", channel} {
			w := newWorld(t)
			w.audit = "C0AUDIT"
			w.people.upset(func(p *directory) {
				p.places = map[string]policy.Place{"D0ANNA": policy.Direct, "C0AUDIT": place}
			})
			w.bot = w.replica("R-2", rules)
			said := english(t, w.bot.Freeze(t.Context(), w.speaks("U0ANNA", here), "cache", "outage").Say)
			assert.Contains(t, said, "These cannot be told:\n• #C0AUDIT: "+why, here)
			assert.Contains(t, said, "Please tell people yourself.", here)
			assert.Equal(t, here == "D0ANNA", strings.Contains(said, "I announce it nowhere"), said)
			assert.NotContains(t, said, "I announce it in these")
		}
	}
	w := newWorld(t)
	w.audit = "C0AUDIT"
	w.people.upset(func(p *directory) {
		p.places = map[string]policy.Place{"D0ANNA": policy.Direct, "C0AUDIT": policy.Archived}
	})
	w.bot = w.replica("R-2", rules)
	w.ask()
	said := english(t, w.bot.Freeze(t.Context(), w.speaks("U0ANNA", "D0ANNA"), "cache", "outage").Say)
	require.Contains(t, said, "I announce it in these:\n• #"+channel+"\nThese cannot be told:\n• #C0AUDIT: it is archived")
	w.people.upset(func(p *directory) { p.placeless = true })
	said = english(t, w.bot.Freeze(t.Context(), w.speaks("U0ANNA", channel), "", "outage").Say)
	require.Contains(t, said, "• #C0AUDIT, once Slack tells me that only this workspace reads it")
}

// announced are the channels that were told something, by now, sorted.
func (w *world) announced(message string) (places []string) {
	w.t.Helper()
	w.bot.outbox.Wait()
	w.screen.upset(func(s *screen) {
		for _, h := range s.heads {
			if f := strings.Fields(h); f[1] == message {
				places = append(places, f[0])
			}
		}
	})
	slices.Sort(places)
	return places
}

// It is announced in the channel of each case that it holds, and of no other.
func TestAFreezeIsAnnouncedWhereItHoldsACase(t *testing.T) {
	w := newWorld(t)
	w.ask()
	w.people.upset(func(p *directory) { p.places = map[string]policy.Place{"D0ANNA": policy.Direct} })
	require.Equal(t, "freeze.done-not-here", w.bot.Freeze(t.Context(), w.speaks("U0ANNA", "D0ANNA"), "", "outage").Say.ID)
	require.Equal(t, []string{"C0AUDIT", channel}, w.announced("guard.frozen-all"))
}

// Nobody floods channels with freezes; the first ones and the freeze of everything are never
// refused, and what fails costs nothing.
func TestFreezesAreBoundedPerPerson(t *testing.T) {
	w := newWorld(t)
	w.bot = w.replica("R-2", twoOnCall(""))
	freeze := func(user, target string) string {
		return w.bot.Freeze(t.Context(), w.speaks(user, channel), target, "outage").Say.ID
	}
	require.Equal(t, "freeze.no-target", freeze("U0ANNA", "cash"))
	for range 10 {
		require.Equal(t, "freeze.done", freeze("U0ANNA", "cache"))
	}
	require.Equal(t, "freeze.often", freeze("U0ANNA", "cache"))
	require.Equal(t, "freeze.done", freeze("U0DAN", "cache"), "each has a bucket of their own")
	require.Equal(t, "freeze.done", freeze("U0ANNA", ""), "what is not frozen yet")
	require.Equal(t, "freeze.often", freeze("U0ANNA", ""))
	w.clock.advance(2 * time.Minute)
	require.Equal(t, "freeze.done", freeze("U0ANNA", "cache"))
}

// A freeze is lifted where the policy's own people see it.
func TestAFreezeIsLiftedWhereThePolicyKnowsThePlace(t *testing.T) {
	w := newWorld(t)
	require.Equal(t, "freeze.done", w.bot.Freeze(t.Context(), w.speaks("U0ANNA", "C0LUNCH"), "cache", "outage").Say.ID)
	lift := func(where string) string {
		return w.bot.Unfreeze(t.Context(), w.speaks("U0ANNA", where), "cache", "").Say.ID
	}
	require.Equal(t, "unfreeze.place", lift("C0LUNCH"))
	require.Equal(t, "unfreeze.second", lift(channel))
	require.Equal(t, "unfreeze.again", lift("C0AUDIT"))
	w.people.upset(func(p *directory) { p.place = policy.Direct })
	require.Equal(t, "refused.place.direct", lift("D0ANNA"))
	w.people.upset(func(p *directory) { p.placeless = true })
	require.Equal(t, "refused.lookup", lift(channel))
}

// What is frozen and not configured any more can be lifted, by whoever may freeze anything, and
// cannot be frozen anew.
func TestAFrozenNameThatIsGoneCanBeLifted(t *testing.T) {
	w := newWorld(t)
	w.bot = w.replica("R-2", twoOnCall(""))
	f := store.Freeze{Target: "cache-old", By: "T0/U0ANNA", Reason: "outage", At: w.clock.Now()}
	require.NoError(t, w.db.Freeze(t.Context(), "", f, audit.Entry{At: f.At, Actor: f.By, Event: "freeze"}, nil))
	require.Equal(t, "freeze.no-target", w.bot.Freeze(t.Context(), w.speaks("U0ANNA", channel), "cache-old", "still").Say.ID)
	w.lifts("Cache-Old")
	frozen, err := w.db.Freezes(t.Context())
	require.NoError(t, err)
	require.Empty(t, frozen)
}

// To whoever may not be told of a system it is like one that there is not, in each answer.
func TestASystemIsNamedToWhoMaySeeIt(t *testing.T) {
	w := newWorld(t)
	w.second() // cache-2
	only := twoOnCall("") + `  - {name: others, commands: [kill-session], targets: [cache-2], roles: [commander], approvals: {need: 1, from: [commander]}}
`
	w.bot = w.replica("R-2", only)
	c := w.ask()
	require.Equal(t, "freeze.done", w.bot.Freeze(t.Context(), w.speaks("U0CAT", channel), "cache-2", "outage").Say.ID)
	for _, hidden := range []string{"cache-2", "nosuch"} {
		for name, v := range map[string]bot.Verdict{
			"freeze":   w.bot.Freeze(t.Context(), w.speaks("U0ANNA", channel), hidden, "why"),
			"unfreeze": w.bot.Unfreeze(t.Context(), w.speaks("U0ANNA", channel), hidden, ""),
			"ask":      w.bot.Ask(t.Context(), w.speaks("U0ANNA", channel), commands.Request{Command: "kill-session", Target: hidden, Things: []string{peer}}),
			"can":      w.bot.Can(t.Context(), w.speaks("U0ANNA", channel), "U0ANNA", "kill-session", hidden),
		} {
			said := english(t, v.Say)
			near := "Did you mean `cache`?"
			if hidden == "nosuch" {
				near = "I know cache."
			}
			assert.Contains(t, said, "I do not know a system called "+hidden+". "+strings.ReplaceAll(near, "`", ""), "%s %s", name, hidden)
		}
		f, _ := w.bot.Pick(t.Context(), w.speaks("U0ANNA", channel), commands.Request{Command: "kill-session", Target: hidden})
		assert.Equal(t, []string{"cache"}, f.Targets, hidden)
		want := map[string]string{"cache-2": "mistake.target-near", "nosuch": "mistake.which-target"}
		assert.Equal(t, want[hidden], f.Wrong.ID, "cache-2 is near cache: that is all that this tells")
	}
	for user, sees := range map[string][2]bool{"U0ANNA": {true, false}, "U0BEN": {true, true}, "U0EVE": {false, false}} {
		said := english(t, w.bot.Status(t.Context(), w.speaks(user, channel)).Say)
		assert.Equal(t, sees[0], strings.Contains(said, c.ID), "%s: %s", user, said)
		assert.Equal(t, sees[1], strings.Contains(said, "cache-2"), "%s: %s", user, said)
		why := w.bot.Why(t.Context(), w.speaks(user, channel), c.ID).Say.ID
		assert.Equal(t, map[bool]string{true: "why", false: "why.no-case"}[sees[0]], why, user)
	}
	for _, e := range w.record() {
		if e.Event == "refused" && e.Detail["target"] == "nosuch" {
			assert.Fail(t, "a mistake is no attempt", "%v", e)
		}
	}
	require.NotEmpty(t, entries(t, w, "refused"), "one at a system that there is, is")
}

// Whoever lifts a freeze is told what goes on, of what they may be told of; a channel is told what
// was asked in it, and the audit channel all.
func TestALiftingTellsWhatGoesOn(t *testing.T) {
	w := newWorld(t)
	w.second()
	w.bot = w.replica("R-2", `
roles:
  on-call: {scopes: [dcs:clients:list, dcs:clients:kill]}
  other: {scopes: [dcs:clients:list, dcs:clients:kill]}
bindings:
  - {role: on-call, users: [U0ANNA, U0DAN]}
  - {role: other, users: [U0ANNA]}
rules:
  - {name: kill, commands: [kill-session], targets: [cache], roles: [on-call]}
  - {name: kill-2, commands: [kill-session], targets: [cache-2], roles: [other]}
`)
	for _, c := range []approval.Case{
		{ID: "Q-HERE", Request: commands.Request{Target: "cache", Channel: channel, By: commands.Person{Team: "T0", User: "U0ANNA"}}},
		{ID: "Q-THERE", Request: commands.Request{Target: "cache-2", Channel: "C0THERE", By: commands.Person{Team: "T0", User: "U0ANNA"}}},
		{ID: "Q-ASKS", State: approval.Pending, Request: commands.Request{Target: "cache", Channel: channel}},
		{ID: "Q-HELD", Request: commands.Request{Target: "cache-3", Channel: channel}},
	} {
		c.State = cmp.Or(c.State, approval.Approved)
		c.Request.Command, c.Version, c.Seq = "kill-session", approval.Version, 1
		c.Opened, c.Agreed, c.Deadline, c.Due = w.clock.Now(), w.clock.Now(), w.clock.Now().Add(time.Hour), w.clock.Now().Add(time.Hour)
		_, err := w.db.Create(t.Context(), c, c.ID, audit.Entry{At: c.Opened, Event: "ask", Case: c.ID, Seq: 1})
		require.NoError(t, err)
	}
	f := store.Freeze{Target: "cache-3", By: "T0/U0ANNA", Reason: "outage", At: w.clock.Now()}
	require.NoError(t, w.db.Freeze(t.Context(), "", f, audit.Entry{At: f.At, Actor: f.By, Event: "freeze"}, nil))
	require.Equal(t, "freeze.done", w.bot.Freeze(t.Context(), w.speaks("U0ANNA", channel), "", "outage").Say.ID)
	w.clock.advance(2 * time.Minute)
	goesOn := func(said string) (ids []string) {
		for _, id := range []string{"Q-HERE", "Q-THERE", "Q-ASKS", "Q-HELD", "One more goes on"} {
			if strings.Contains(said, id) {
				ids = append(ids, id)
			}
		}
		return ids
	}
	first := w.bot.Unfreeze(t.Context(), w.speaks("U0ANNA", channel), "", "")
	require.Equal(t, []string{"Q-HERE", "Q-THERE"}, goesOn(english(t, first.Say)))
	second := w.bot.Unfreeze(t.Context(), w.speaks("U0DAN", channel), "", "")
	require.Equal(t, []string{"Q-HERE", "One more goes on"}, goesOn(english(t, second.Say)), "Dan has no role on the other")
	require.Contains(t, english(t, second.Say), "Q-HERE asks once more before it goes on")
	told := map[string][]string{}
	w.bot.outbox.Wait()
	w.screen.upset(func(s *screen) {
		for _, a := range s.announced {
			if said := english(t, a.message); strings.HasPrefix(said, "The freeze is lifted") {
				told[a.channel] = goesOn(said)
			}
		}
	})
	require.Equal(t, map[string][]string{
		channel: {"Q-HERE", "One more goes on"}, "C0THERE": {"Q-THERE", "One more goes on"}, "C0AUDIT": {"Q-HERE", "Q-THERE"},
	}, told)
}

// told are the messages with a prefix that a channel was told, in the order of their telling.
func (w *world) told(channel, prefix string) (all []string) {
	w.t.Helper()
	w.bot.outbox.Wait()
	w.screen.upset(func(s *screen) {
		for _, a := range s.announced {
			if said := english(w.t, a.message); a.channel == channel && strings.HasPrefix(said, prefix) {
				all = append(all, said)
			}
		}
	})
	return all
}

// What a lifting announces of a case is what becomes of it: a case asks once more only once, and a
// long freeze counts although a short one is lifted after it.
func TestALiftingAnnouncesWhatHappens(t *testing.T) {
	held := func(w *world) approval.Case {
		c := w.throttled(twoOnCall(""))
		w.frozenFor(2 * time.Minute)
		c = w.reaches(w.bot, c.ID, approval.Pending)
		w.system.upset(func(s *system) { s.refuse = &integrations.Error{Kind: integrations.Throttled, Status: 429} })
		require.Empty(t, w.press(w.bot, "U0CAT", slack.Approve, c))
		require.Eventually(t, func() bool {
			rec, err := w.db.Load(t.Context(), c.ID)
			return err == nil && rec.Case.State == approval.Approved && rec.Case.Tries == 2
		}, 20*time.Second, 5*time.Millisecond)
		return c
	}
	freeze := func(w *world, target string) {
		require.Equal(t, "freeze.done", w.bot.Freeze(t.Context(), w.speaks("U0ANNA", channel), target, "outage").Say.ID)
	}
	t.Run("it asked once more before", func(t *testing.T) {
		w := newWorld(t)
		c := held(w)
		freeze(w, "")
		w.clock.advance(2 * time.Minute)
		first := w.bot.Unfreeze(t.Context(), w.speaks("U0ANNA", channel), "", "")
		assert.Contains(t, english(t, first.Say), c.ID+" ends, because it was frozen a second time after people had agreed")
		w.bot.Unfreeze(t.Context(), w.speaks("U0DAN", channel), "", "")
		require.Equal(t, "case.frozen-again", w.reaches(w.bot, c.ID, approval.Done).Why.ID)
		assert.Contains(t, w.told(channel, "The freeze is lifted")[1], c.ID+" ends, because it was frozen a second time after people had agreed")
	})
	for _, order := range [][2]string{{"", "cache"}, {"cache", ""}} {
		t.Run("a long freeze of "+cmp.Or(order[0], "all")+", and a short one", func(t *testing.T) {
			w := newWorld(t)
			c := w.throttled(twoOnCall(""))
			freeze(w, order[0])
			w.clock.advance(2 * time.Minute)
			freeze(w, order[1])
			w.clock.advance(10 * time.Second)
			for _, by := range []string{"U0ANNA", "U0DAN"} {
				w.bot.Unfreeze(t.Context(), w.speaks(by, channel), order[0], "")
			}
			first := w.bot.Unfreeze(t.Context(), w.speaks("U0ANNA", channel), order[1], "")
			assert.Contains(t, english(t, first.Say), c.ID+" asks once more")
			w.bot.Unfreeze(t.Context(), w.speaks("U0DAN", channel), order[1], "")
			require.True(t, w.reaches(w.bot, c.ID, approval.Pending).Renewing())
			assert.Contains(t, w.told(channel, "The freeze is lifted")[1], c.ID+" asks once more")
		})
	}
}

// Whoever asks again for the lifting of a freeze is answered alone: it is announced once.
func TestOneWordToLiftAFreezeIsAnnouncedOnce(t *testing.T) {
	w := newWorld(t)
	w.bot = w.replica("R-2", twoOnCall(""))
	require.Equal(t, "freeze.done", w.bot.Freeze(t.Context(), w.speaks("U0ANNA", channel), "cache", "outage").Say.ID)
	lift := func(user string) string {
		return english(t, w.bot.Unfreeze(t.Context(), w.speaks(user, channel), "cache", "").Say)
	}
	require.Contains(t, lift("U0ANNA"), "I have your word")
	for range 3 {
		w.clock.advance(time.Minute)
		said := lift("U0ANNA")
		assert.Contains(t, said, "You said so already, at ")
		assert.Contains(t, said, "One other person is needed")
	}
	require.Len(t, w.told(channel, "@U0ANNA wants to lift this freeze"), 1)
	require.Len(t, entries(t, w, "unfreeze asked"), 4, "and each is on record")
	w.clock.advance(store.UnfreezeWithin)
	require.Contains(t, lift("U0ANNA"), "I have your word", "the first word does not count any more")
	require.Len(t, w.told(channel, "@U0ANNA wants to lift this freeze"), 2)
	require.Contains(t, lift("U0DAN"), "Lifted.")
}

// Lifting the freeze of everything leaves systems frozen that were frozen by name, and lifting one by
// name leaves it frozen while everything is: whoever lifts is told, of what they may be told of; a
// channel is told the names that its own cases show, and else how many there are.
func TestALiftingTellsWhatStaysFrozen(t *testing.T) {
	w := newWorld(t)
	w.second()
	w.bot = w.replica("R-2", twoOnCall("")+`  - {name: others, commands: [kill-session], targets: [cache-2], roles: [commander], approvals: {need: 1, from: [commander]}}
`)
	w.ask()
	for _, target := range []string{"cache", "cache-2", ""} {
		f := store.Freeze{Target: target, By: "T0/U0CAT", Reason: "outage", At: w.clock.Now()}
		require.NoError(t, w.db.Freeze(t.Context(), "", f, audit.Entry{At: f.At, Actor: f.By, Event: "freeze"}, nil))
	}
	lift := func(user, target string) string {
		return english(t, w.bot.Unfreeze(t.Context(), w.speaks(user, channel), target, "").Say)
	}
	told := func() map[string]string {
		said := map[string]string{}
		w.bot.outbox.Wait()
		w.screen.upset(func(s *screen) {
			for _, a := range s.announced {
				said[a.channel] = english(t, a.message)
			}
		})
		return said
	}
	lift("U0ANNA", "")
	require.Equal(t, "Lifted. Still frozen: cache. One system that I do not name here is still frozen.", lift("U0DAN", ""), "Dan has no role on the other")
	all := told()
	require.Contains(t, all[channel], "was the second to say so. Still frozen: cache. One system that I do not name here is still frozen.")
	require.Contains(t, all["C0AUDIT"], "was the second to say so. Still frozen: cache and cache-2.")

	f := store.Freeze{By: "T0/U0CAT", Reason: "outage", At: w.clock.Now()}
	require.NoError(t, w.db.Freeze(t.Context(), "", f, audit.Entry{At: f.At, Actor: f.By, Event: "freeze"}, nil))
	lift("U0ANNA", "cache")
	require.Equal(t, "Lifted. Still frozen: Everything.", lift("U0DAN", "cache"))
	require.Contains(t, told()[channel], "The freeze is lifted: cache. ")
	require.Contains(t, told()[channel], "Still frozen: Everything.")
}

// Several systems are frozen one at a time: nobody believes two frozen of which one is.
func TestOneFreezeIsOfOneSystem(t *testing.T) {
	w := newWorld(t)
	w.second()
	w.bot = w.replica("R-2", twoOnCall(""))
	for _, typed := range [][2]string{{"cache,cache-2", "outage"}, {"cache;cache-2", ""}, {"cache、cache-2", "outage"}, {"cache,nosuch", "outage"}, {"cache,", "cache outage"}} {
		said := english(t, w.bot.Freeze(t.Context(), w.speaks("U0ANNA", channel), typed[0], typed[1]).Say)
		assert.Contains(t, said, "One system at a time, please", typed)
		assert.Contains(t, said, "/quell freeze all …", typed)
		assert.Contains(t, english(t, w.bot.Unfreeze(t.Context(), w.speaks("U0ANNA", channel), typed[0], typed[1]).Say), "One system at a time, please", typed)
	}
	frozen, err := w.db.Freezes(t.Context())
	require.NoError(t, err)
	require.Empty(t, frozen)
	require.Equal(t, "freeze.done", w.bot.Freeze(t.Context(), w.speaks("U0ANNA", channel), "cache,", "vendor outage").Say.ID, "one, and a comma")
}

// What keeps a reason from being taken keeps the freeze, or its lifting, from being done, and that is
// said.
func TestAReasonThatIsNotTakenFreezesNothing(t *testing.T) {
	w := newWorld(t)
	w.bot = w.replica("R-2", twoOnCall(""))
	for _, reason := range []string{strings.Repeat("why ", 126), "a\x00b"} {
		said := english(t, w.bot.Freeze(t.Context(), w.speaks("U0ANNA", channel), "cache", reason).Say)
		assert.Contains(t, said, "Nothing was frozen.")
		said = english(t, w.bot.Unfreeze(t.Context(), w.speaks("U0ANNA", channel), "cache", reason).Say)
		assert.Contains(t, said, "Nothing was changed.")
	}
	frozen, err := w.db.Freezes(t.Context())
	require.NoError(t, err)
	require.Empty(t, frozen)
}

// A name longer than any is said back in short: its beginning tells which it was.
func TestALongNameIsSaidBackInShort(t *testing.T) {
	w := newWorld(t)
	said := english(t, w.bot.Freeze(t.Context(), w.speaks("U0ANNA", channel), strings.Repeat("abcdefghij", 15), "outage").Say)
	require.Contains(t, said, "a system called abcdefghijabcdefghijabcd…. ")
}

// To ask what somebody may do is to do nothing, also at a system that is frozen.
func TestWhatSomebodyMayDoOnAFrozenSystem(t *testing.T) {
	w := newWorld(t)
	require.Equal(t, "freeze.done", w.bot.Freeze(t.Context(), w.speaks("U0ANNA", channel), "cache", "outage").Say.ID)
	said := english(t, w.bot.Can(t.Context(), w.speaks("U0ANNA", channel), "U0ANNA", "kill-session", "cache").Say)
	require.Contains(t, said, "cache has been frozen since")
	require.NotContains(t, said, "Nothing was done")
}

// A case that somebody may not be told of is answered as one that there is not, and neither is said
// not to be.
func TestACaseThatIsHiddenOrNot(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	for _, id := range []string{c.ID, "Q-N0SUCH"} {
		said := english(t, w.bot.Why(t.Context(), w.speaks("U0EVE", channel), id).Say)
		require.Equal(t, "I know no case "+id+" on a system on which you hold a role.", said)
	}
}

// How to write a command at a system tells of what kind it is: to whoever may not be told of it, it
// is written as at one that there is not.
func TestTheUsageAtAHiddenSystem(t *testing.T) {
	w := newWorld(t)
	w.caches(integrations.Profile{})
	b := w.replica("R-3", rules)               // nothing about cache-2
	types := func(text string) words.Message { // without a trigger, so that no form opens
		return w.answer(b, slack.Delivery{From: listener("U0ANNA"), SlashCommand: &slack.SlashCommand{Command: "kill-session", Text: text}}).Say
	}
	hidden, none := types("cache-2 1 --force"), types("nosuch 1 --force")
	require.Equal(t, none, hidden)
	require.Contains(t, english(t, none), "--node")
}

// Of several things those that were called are not called again, and the rest is asked about.
func TestTheRestIsAskedAboutAfterALongFreeze(t *testing.T) {
	w := newWorld(t)
	w.bot = w.replica("R-2", twoOnCall(""))
	const second = "10.63.238.159:3058"
	w.system.upset(func(s *system) {
		s.refuseOf = map[string]error{second: &integrations.Error{Kind: integrations.Throttled, Status: 429}}
	})
	require.Empty(t, w.say("U0ANNA", "cache "+peer+" "+second))
	c := w.latest()
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	require.Eventually(t, func() bool {
		w.bot.Sweep(t.Context())
		rec, err := w.db.Load(t.Context(), c.ID)
		return err == nil && rec.Case.State == approval.Approved && rec.Case.Items.Acted()
	}, 20*time.Second, 5*time.Millisecond)
	w.system.upset(func(s *system) { s.refuseOf = nil })
	w.frozenFor(2 * time.Minute)
	c = w.reaches(w.bot, c.ID, approval.Pending)
	require.Equal(t, "card.title.rest", approval.Title(c).ID)
	require.Equal(t, 2, w.system.calls())
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	done := w.reaches(w.bot, c.ID, approval.Done)
	require.Equal(t, 3, w.system.calls())
	for _, it := range done.Items {
		require.Equal(t, commands.Gone, it.Seen)
	}
}

// However much is frozen or held, people are told as much as one can read, and how much more there is.
func TestLongListsOfFreezes(t *testing.T) {
	w := newWorld(t)
	w.bot = w.replica("R-2", twoOnCall(""))
	for n := range 25 {
		f := store.Freeze{Target: fmt.Sprintf("old-%02d", n), By: "T0/U0ANNA", Reason: "outage", At: w.clock.Now()}
		require.NoError(t, w.db.Freeze(t.Context(), "", f, audit.Entry{At: f.At, Actor: f.By, Event: "freeze"}, nil))
		c := approval.Case{ID: fmt.Sprintf("Q-%02d", n), Version: approval.Version, Seq: 1, State: approval.Approved, Opened: w.clock.Now(), Deadline: w.clock.Now().Add(time.Hour), Due: w.clock.Now().Add(time.Hour)}
		c.Request = commands.Request{Command: "kill-session", Target: "cache", Channel: fmt.Sprintf("C0N%02d", n), By: commands.Person{Team: "T0", User: "U0ANNA"}}
		_, err := w.db.Create(t.Context(), c, c.ID, audit.Entry{At: c.Opened, Event: "ask", Case: c.ID, Seq: 1})
		require.NoError(t, err)
	}
	require.Contains(t, english(t, w.bot.Status(t.Context(), w.speaks("U0ANNA", channel)).Say), "5 more systems are frozen.")
	w.people.upset(func(p *directory) { p.places = map[string]policy.Place{"D0ANNA": policy.Direct} })
	v := w.bot.Freeze(t.Context(), w.speaks("U0ANNA", "D0ANNA"), "cache", "outage")
	require.Contains(t, english(t, v.Say), "and 6 more")
	v = w.bot.Unfreeze(t.Context(), w.speaks("U0ANNA", channel), "cache", "")
	require.Contains(t, english(t, v.Say), "5 more go on, not named here")
}
