package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/slack"
	"quell/commands"
	"quell/integrations"
)

const protecting = rules + `
protected:
  - {name: backups, users: [backup]}
  - {name: ends, names: ["*-backup"]}
`

func usedBy(user string) integrations.Traits {
	return integrations.Traits{Users: integrations.Trait{Values: []string{user}}}
}

// Before a call the things are judged as they were just read: what an older version stored
// of them are facts for people, cut, and what has changed since was not seen.
func TestACallIsJudgedOnWhatWasJustRead(t *testing.T) {
	cut := []integrations.Field{{Name: "user", Value: "backup"}, {Name: "name", Value: strings.Repeat("n", 79) + "…"}}
	for name, c := range map[string]struct {
		planned, live string
		untold        bool
		calls         int
		why           string
	}{
		"stored by an older version, and protected":   {"", "backup", true, 0, "case.barred"},
		"stored by an older version, and free":        {"", "app", true, 1, ""},
		"it has become somebody's whose is protected": {"app", "backup", false, 0, "case.barred"},
		"it stayed as it was":                         {"app", "app", false, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.system.upset(func(s *system) {
				s.untold, s.facts = c.untold, map[string][]integrations.Field{peer: cut}
				s.traits = map[string]integrations.Traits{peer: usedBy(c.planned)}
			})
			asked := w.ask()
			w.system.upset(func(s *system) { s.untold, s.traits = false, map[string]integrations.Traits{peer: usedBy(c.live)} })
			b := w.replica("R-2", protecting)
			require.Equal(t, "changed", w.press(b, "U0BEN", slack.Approve, asked))
			done := w.reaches(b, asked.ID, approval.Done)
			assert.Equal(t, c.calls, w.system.calls())
			assert.Equal(t, c.why, done.Why.ID)
			assert.Equal(t, asked.Plan, done.Plan, "what people agreed to stays as it was")
		})
	}
}

// What went by itself needs no protection, also where nothing was stored to judge it by.
func TestOneOfSeveralThatIsGoneIsNotJudged(t *testing.T) {
	w := newWorld(t)
	w.system.upset(func(s *system) { s.untold = true })
	const other = "10.63.238.159:3058"
	require.Empty(t, w.say("U0ANNA", "cache "+peer+" "+other))
	asked := w.latest()
	w.system.upset(func(s *system) { s.untold, s.sessions = false, []string{peer} })
	b := w.replica("R-2", protecting)
	require.Equal(t, "changed", w.press(b, "U0BEN", slack.Approve, asked))
	w.reaches(b, asked.ID, approval.Done)
	assert.Equal(t, 1, w.system.calls())
}

// A vote is judged on the stored plan, by all of what the system gave and not by what the
// card shows of it.
func TestAVoteIsJudgedOnAllOfWhatWasGiven(t *testing.T) {
	w := newWorld(t)
	w.system.upset(func(s *system) {
		s.traits = map[string]integrations.Traits{peer: {Names: integrations.Trait{Values: []string{strings.Repeat("n", 100) + "-backup"}}}}
	})
	asked := w.ask()
	assert.Equal(t, "vote.policy", w.press(w.replica("R-2", protecting), "U0BEN", slack.Approve, asked))
	assert.Zero(t, w.system.calls())
}

// A system that says nothing of what protection is matched on has nothing ended.
func TestWhatNobodyReadIsProtected(t *testing.T) {
	w := newWorld(t)
	w.system.upset(func(s *system) { s.untold = true })
	w.bot = w.replica("R-2", protecting)
	w.say("U0ANNA", "cache "+peer)
	all, err := w.db.Recent(t.Context(), 1)
	require.NoError(t, err)
	require.Len(t, all, 1)
	require.Eventually(t, func() bool {
		rec, err := w.db.Load(t.Context(), all[0].ID)
		return err == nil && rec.Case.State == approval.Refused && rec.Case.Why.ID == "refused.protected"
	}, 20*time.Second, 5*time.Millisecond)
}

// A case that an older version planned and people approved is judged at its claim by what is
// read then. Where that is nothing either, nobody can tell whether it is protected.
func TestACaseThatWasAskedBeforeTheUpgrade(t *testing.T) {
	for name, c := range map[string]struct {
		untold bool
		live   string
		rules  string
		told   string // whoever agrees
		why    string
		calls  int
	}{
		"it can be told that it is free":      {false, "app", protecting, "changed", "", 1},
		"it can be told that it is protected": {false, "backup", protecting, "changed", "case.barred", 0},
		"it cannot be told":                   {true, "", protecting, "changed", "case.before-upgrade", 0},
		"nothing is protected now":            {true, "", rules, "", "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.system.upset(func(s *system) { s.untold = true })
			asked := w.ask()
			require.False(t, asked.Plan.Matchable())
			w.system.upset(func(s *system) {
				s.untold, s.traits = c.untold, map[string]integrations.Traits{peer: usedBy(c.live)}
			})
			b := w.replica("R-2", c.rules)
			require.Equal(t, c.told, w.press(b, "U0BEN", slack.Approve, asked))
			over := w.reaches(b, asked.ID, approval.Done)
			assert.Equal(t, c.why, over.Why.ID)
			assert.Equal(t, c.calls, w.system.calls())
			assert.Equal(t, asked.Plan, over.Plan, "the plan and its fingerprint stay")
		})
	}
}

// What began after the thing that was approved is another one, though all its names are the same.
func TestAThingThatBeganLater(t *testing.T) {
	w := newWorld(t)
	began := w.clock.Now().Add(-time.Hour)
	w.system.upset(func(s *system) { s.since = map[string]time.Time{peer: began} })
	asked := w.ask()
	w.system.upset(func(s *system) { s.since = map[string]time.Time{peer: began.Add(time.Minute)} })
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, asked))
	assert.Equal(t, "case.changed", w.reaches(w.bot, asked.ID, approval.Done).Why.ID)
	assert.Zero(t, w.system.calls())
}

// Another system at the same address knows nothing of the thing. Whatever its list says, the
// thing is neither gone nor called for.
func TestAnotherSystemAnswersBeforeTheCall(t *testing.T) {
	for name, c := range map[string]struct {
		was, now string
		sessions []string
	}{
		"without the thing":  {"run-1", "run-2", nil},
		"with one like it":   {"run-1", "run-2", []string{peer}},
		"it cannot be told":  {"run-1", "", nil},
		"it could not, then": {"", "run-1", []string{peer}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.system.upset(func(s *system) { s.run = c.was })
			asked := w.ask()
			w.system.upset(func(s *system) { s.run, s.sessions = c.now, c.sessions })
			require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, asked))
			over := w.reaches(w.bot, asked.ID, approval.Done)
			assert.Equal(t, "case.other-system", over.Why.ID)
			assert.False(t, over.AlreadyGone)
			assert.NotEqual(t, commands.Gone, over.Items[0].Seen)
			assert.Zero(t, w.system.calls())
		})
	}
}

// What an older version cut is another identity than the whole of it. It is found all the
// same: ids are made of what people read, then as now.
func TestAnIdentityThatAnOlderVersionCut(t *testing.T) {
	long := "[fe80::1%" + strings.Repeat("z", 90) + "]:2048"
	w := newWorld(t)
	w.system.upset(func(s *system) { s.untold, s.cut, s.sessions = true, true, []string{long} })
	require.Empty(t, w.say("U0ANNA", "cache "+long))
	asked := w.latest()
	require.Equal(t, "node/"+integrations.Clean(long, 80), asked.Plan.Items[0].Thing.ID, "as it was stored")
	w.system.upset(func(s *system) { s.untold, s.cut = false, false })
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, asked))
	assert.Equal(t, "case.changed", w.reaches(w.bot, asked.ID, approval.Done).Why.ID)
	assert.Zero(t, w.system.calls())
}
