package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/store"
	"quell/commands/words"
	"quell/policy"
)

var outboxChecks = []check{
	{"a saying comes back letter by letter", sayingComesBack},
	{"a saying that lacks something is refused whole", sayingLacks},
	{"a key is stored once (idempotency)", saidUnderAKey},
	{"one key, many at once", oneKeyRaced},
	{"of many who claim a saying one gets it", claimRaced},
	{"a saying is claimed to the microsecond, neither before its time nor after its end", claimedInTime},
	{"a place keeps the order of writing", keepsOrder},
	{"a saying that must wait holds up no other", waitsAside},
	{"one place says one thing at a time, also when an earlier row comes due", oneAtATime},
	{"notices that somebody waits for and news have queues of their own", twoLanes},
	{"of one topic the newest is said", newerOnATopic},
	{"unsaid sayings of a case that is over are dropped", unsaidWithItsCase},
	{"a claimed saying of a case that ends meanwhile is not repeated", saidWhileItsCaseEnds},
	{"a freeze and its lifting count once under their keys", onceUnderItsKeys},
	{"a claim takes one saying of each place, up to a limit", oneOfEach},
	{"a refused saying comes again after a pause (backoff)", pauses},
	{"news for a place ends the pause of what waits there", newsEndsAPause},
	{"a claim whose lease runs out: what may be repeated comes again, all else is lost", leaseRunsOut},
	{"a sender that reports after its lease", lateWord},
	{"a saying past its end is given up", pastItsEnd},
	{"what became of a saying", fates},
	{"old sayings are forgotten, open ones never", sayingsForgotten},
	{"a move and what must be said of it are one", saidWithAMove},
	{"a move that is refused says nothing", refusedSaysNothing},
	{"a freeze and its lifting are one with what is said of them", toldOfAFreeze},
	{"a policy is told where it took the place of another", toldOfAPolicy},
	{"a case that waits for its notice is due once that is said", wakes},
	{"a case that is over is not made due", wakesNoEnd},
	{"a saying for a thread waits for the card", sayingWaitsForItsCard},
	{"a saying that replaces another waits for it", sayingReplacesAnother},
	{"what replaces an earlier saying holds up no other", editHoldsUpNobody},
	{"a notice whose sender died holds up no other once its case is over", deadNoticeHoldsUpNobody},
	{"what asks people is given up once the case is decided", askedInVain},
	{"what asks people is given up once somebody acts alone", askedBeforeSomebodyActsAlone},
}

const lease = time.Minute

// saying is a saying for the place C1 that ends in an hour.
func saying(key string) store.Saying {
	return store.Saying{Key: key, Place: "C1", Message: tired, Until: start.Add(time.Hour)}
}

func in(place, key string) store.Saying {
	s := saying(key)
	s.Place = place
	return s
}

func mayRepeat(key string) store.Saying {
	s := saying(key)
	s.Repeat = true
	return s
}

func say(t *testing.T, s *store.Store, all ...store.Saying) {
	t.Helper()
	require.NoError(t, s.Say(t.Context(), all...))
}

// claimed are the keys of the sayings that a claim takes, sorted.
func claimed(t *testing.T, s *store.Store, now time.Time) (keys []string) {
	t.Helper()
	all, err := s.Claim(t.Context(), now, now.Add(lease), 99)
	require.NoError(t, err)
	return keysOf(all)
}

func givenUp(t *testing.T, s *store.Store, now time.Time) (keys []string) {
	t.Helper()
	all, err := s.GiveUp(t.Context(), now)
	require.NoError(t, err)
	return keysOf(all)
}

func keysOf(all []store.Saying) (keys []string) {
	for _, one := range all {
		keys = append(keys, one.Key)
	}
	slices.Sort(keys)
	return keys
}

func said(t *testing.T, s *store.Store, key string) {
	t.Helper()
	require.NoError(t, s.Said(t.Context(), key, "", start))
}

func spoken(t *testing.T, s *store.Store, key string) store.Result {
	t.Helper()
	f, err := s.ResultOf(t.Context(), key)
	require.NoError(t, err)
	return f
}

func sayingComesBack(t *testing.T, a, b *store.Store) {
	want := store.Saying{
		Key: "freeze/" + "リーク ' $1", Place: "C1 ' ?", Case: "Q-1", Repeat: true, NotBefore: start.Add(-time.Minute), Until: start.Add(time.Hour),
		Message: words.New("freeze.done", words.V{"what": words.Text(nasty), "all": words.Lines([]words.Message{tired}), "by": words.User("U1")}),
	}
	say(t, a, want)
	all, err := b.Claim(t.Context(), start, start.Add(lease), 1)
	require.NoError(t, err)
	require.Len(t, all, 1)
	got := all[0]
	require.True(t, want.NotBefore.Equal(got.NotBefore))
	require.True(t, want.Until.Equal(got.Until))
	got.NotBefore, got.Until, want.Attempts = want.NotBefore, want.Until, 1
	require.Equal(t, want, got)
}

func sayingLacks(t *testing.T, a, b *store.Store) {
	for _, lacks := range []func(*store.Saying){
		func(s *store.Saying) { s.Key = "" },
		func(s *store.Saying) { s.Place = "" },
		func(s *store.Saying) { s.Message = words.Message{} },
		func(s *store.Saying) { s.Until = time.Time{} },
	} {
		one := saying("second")
		lacks(&one)
		require.ErrorContains(t, a.Say(t.Context(), saying("first"), one), "needs")
	}
	require.Empty(t, claimed(t, b, start))
}

func saidUnderAKey(t *testing.T, a, b *store.Store) {
	say(t, a, saying("k"), saying("k"))
	say(t, b, in("C2", "k"))
	require.Equal(t, []string{"k"}, claimed(t, a, start))
	said(t, a, "k")
	say(t, b, saying("k"))
	require.Empty(t, claimed(t, a, start.Add(lease)), "also once it was said")
	say(t, a, saying("K"))
	require.Equal(t, []string{"K"}, claimed(t, a, start), "a key is its letters, large and small")
}

func oneKeyRaced(t *testing.T, a, b *store.Store) {
	for _, err := range race(a, b, func(_ int, s *store.Store) error { return s.Say(t.Context(), saying("k")) }) {
		require.NoError(t, err)
	}
	require.Equal(t, []string{"k"}, claimed(t, a, start))
	said(t, b, "k")
	require.Empty(t, claimed(t, a, start))
}

func claimRaced(t *testing.T, a, b *store.Store) {
	places := []string{"C1", "C2", "C3", "C4", "C5"}
	for _, place := range places {
		say(t, a, in(place, place))
	}
	got := make([][]store.Saying, many)
	for _, err := range race(a, b, func(i int, s *store.Store) (err error) {
		got[i], err = s.Claim(t.Context(), start, start.Add(lease), 2)
		return err
	}) {
		require.NoError(t, err)
	}
	all := slices.Concat(got...)
	require.Equal(t, places, keysOf(all))
	for _, one := range all {
		require.Equal(t, 1, one.Attempts)
	}
}

func claimedInTime(t *testing.T, a, b *store.Store) {
	one := saying("k")
	one.NotBefore, one.Until = start, start.Add(time.Second)
	say(t, a, one)
	require.Empty(t, claimed(t, b, start.Add(-time.Microsecond)))
	require.Empty(t, claimed(t, b, start.Add(time.Second)))
	require.Equal(t, []string{"k"}, claimed(t, b, start.Add(time.Second-time.Microsecond)))
}

func keepsOrder(t *testing.T, a, b *store.Store) {
	say(t, a, saying("2-freeze"))
	say(t, b, saying("1-lifted"))
	say(t, a, in("C2", "3-elsewhere"))
	require.Equal(t, []string{"2-freeze", "3-elsewhere"}, claimed(t, a, start))
	require.Empty(t, claimed(t, b, start), "while the first is under way")
	require.NoError(t, a.Retry(t.Context(), "2-freeze", "ratelimited", start.Add(50*time.Minute)))
	require.Empty(t, claimed(t, b, start.Add(49*time.Minute)), "and while it waits, however long")
	require.Equal(t, []string{"2-freeze"}, claimed(t, b, start.Add(50*time.Minute)))
	said(t, b, "2-freeze")
	require.Equal(t, []string{"1-lifted"}, claimed(t, a, start))
}

func waitsAside(t *testing.T, a, b *store.Store) {
	reminder := saying("reminder")
	reminder.NotBefore = start.Add(time.Minute)
	say(t, a, reminder, saying("now"))
	require.Equal(t, []string{"now"}, claimed(t, b, start))
	require.Empty(t, claimed(t, b, start.Add(lease-time.Microsecond)))
	require.NoError(t, b.Retry(t.Context(), "now", "ratelimited", start.Add(time.Minute)))
	require.Equal(t, []string{"reminder"}, claimed(t, a, start.Add(time.Minute)), "its time has come, and it was written first")
	require.Empty(t, claimed(t, b, start.Add(time.Minute)), "one at a time")
	said(t, a, "reminder")
	require.Equal(t, []string{"now"}, claimed(t, b, start.Add(time.Minute)))
}

// An earlier row comes due while a later row of its place is being said.
func oneAtATime(t *testing.T, a, b *store.Store) {
	reminder := saying("reminder")
	reminder.NotBefore = start.Add(time.Second)
	say(t, a, reminder, saying("now"))
	require.Equal(t, []string{"now"}, claimed(t, b, start))
	require.Empty(t, claimed(t, b, start.Add(lease-time.Microsecond)))
	require.Equal(t, []string{"reminder"}, claimed(t, b, start.Add(lease)), "its sender died: they do not wait for each other")
}

// A saying that may be repeated is a notice that somebody waits for. A notice and the news of
// its place do not wait for each other, whichever of them is in a long pause.
func twoLanes(t *testing.T, a, b *store.Store) {
	say(t, a, saying("news"), saying("more news"))
	require.Equal(t, []string{"news"}, claimed(t, b, start))
	require.NoError(t, b.Retry(t.Context(), "news", "ratelimited", start.Add(5*time.Minute)))
	require.Empty(t, claimed(t, b, start))
	say(t, a, mayRepeat("notice"), mayRepeat("another"))
	require.ElementsMatch(t, []string{"news", "notice"}, claimed(t, b, start), "what is written ends a pause")
	require.NoError(t, b.Retry(t.Context(), "news", "ratelimited", start.Add(5*time.Minute)))
	require.NoError(t, b.Retry(t.Context(), "notice", "is_archived", start.Add(15*time.Second)))
	require.Empty(t, claimed(t, b, start), "each lane keeps its order")
	require.Equal(t, []string{"notice"}, claimed(t, b, start.Add(15*time.Second)))
	require.NoError(t, b.Said(t.Context(), "notice", "", start))
	require.Equal(t, []string{"another"}, claimed(t, b, start.Add(15*time.Second)))
	require.NoError(t, b.Said(t.Context(), "another", "", start))
	require.Equal(t, []string{"news"}, claimed(t, b, start.Add(5*time.Minute)))
}

// Of one topic the newest saying is said; a claimed one is not taken back.
func newerOnATopic(t *testing.T, a, b *store.Store) {
	head := func(key, place string) store.Saying {
		s := in(place, key)
		s.Topic, s.NotBefore = "head", start
		return s
	}
	say(t, a, head("1", "C1"), head("other place", "C2"), in("C1", "freeze"))
	require.ElementsMatch(t, []string{"1", "other place"}, claimed(t, b, start))
	say(t, a, head("2", "C1"))
	say(t, a, head("3", "C1"))
	require.NoError(t, b.Said(t.Context(), "1", "", start))
	require.Equal(t, []string{"freeze"}, claimed(t, b, start))
	require.NoError(t, b.Said(t.Context(), "freeze", "", start))
	require.Equal(t, []string{"3"}, claimed(t, b, start))
	require.Equal(t, "something newer took its place", spoken(t, a, "2").Why)
	require.False(t, spoken(t, a, "2").Dropped.IsZero())
}

// A saying of a case is dropped when the case ends before it is said.
func unsaidWithItsCase(t *testing.T, a, b *store.Store) {
	c := Move(t, a, Create(t, a, "Q-1"), Planned("x"))
	notice, other := mayRepeat("notice"), saying("other")
	notice.Case = c.ID
	say(t, a, notice, other)
	Move(t, b, c, no())
	require.Equal(t, "the case was over first", spoken(t, a, "notice").Why)
	require.Equal(t, []string{"other"}, claimed(t, b, start))
}

// A saying that was claimed when its case ended is not repeated, whatever its sender
// reports.
func saidWhileItsCaseEnds(t *testing.T, a, b *store.Store) {
	for i, word := range []func(key string) error{
		func(key string) error { return b.Retry(t.Context(), key, "ratelimited", start.Add(time.Second)) },
		func(string) error { return nil }, // its sender died
	} {
		id := fmt.Sprint("Q-", i)
		c := Move(t, a, Create(t, a, id), Planned(id))
		notice := mayRepeat("notice " + id)
		notice.Case = c.ID
		say(t, a, notice)
		require.Equal(t, []string{notice.Key}, claimed(t, b, start))
		Move(t, b, c, no())
		require.NoError(t, word(notice.Key))
		require.Empty(t, claimed(t, b, start.Add(lease)))
		require.Equal(t, []string{notice.Key}, givenUp(t, a, notice.Until))
	}
}

// A freeze, and each word to lift it, counts once: the keys of its sayings are its
// idempotency keys.
func onceUnderItsKeys(t *testing.T, a, b *store.Store) {
	word := func(actor string) audit.Entry {
		return audit.Entry{At: start, Actor: actor, Event: "unfreeze asked", Detail: map[string]string{}}
	}
	tell := func(id string) func(store.Unfreezing) []store.Saying {
		return func(u store.Unfreezing) []store.Saying { return []store.Saying{saying(fmt.Sprint(id, u.Done))} }
	}
	f := store.Freeze{Target: "cache", By: "T0/U0ANNA", Reason: "leaks", At: start}
	freeze := func(s *store.Store) error {
		return s.Freeze(t.Context(), "", f, audit.Entry{At: start, Actor: f.By, Event: "freeze"}, telling(saying("freeze")))
	}
	require.NoError(t, freeze(a))
	for range 2 {
		done, err := b.Unfreeze(t.Context(), "cache", word("T0/U0ANNA"), tell("anna"))
		require.NoError(t, err)
		require.False(t, done)
	}
	for range 2 {
		done, err := a.Unfreeze(t.Context(), "cache", word("T0/U0BEN"), tell("ben"))
		require.NoError(t, err)
		require.True(t, done)
	}
	require.NoError(t, freeze(b), "it was done before")
	frozen, err := a.Freezes(t.Context())
	require.NoError(t, err)
	require.Empty(t, frozen)
	number, _, err := a.Head(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 3, number, "and each is one entry")
}

func oneOfEach(t *testing.T, a, b *store.Store) {
	say(t, a, in("C1", "1"), in("C1", "2"), in("C2", "3"), in("C3", "4"))
	all, err := b.Claim(t.Context(), start, start.Add(lease), 2)
	require.NoError(t, err)
	require.Equal(t, []string{"1", "3"}, keysOf(all), "those that wait longest")
	none, err := b.Claim(t.Context(), start, start.Add(lease), 0)
	require.NoError(t, err)
	require.Empty(t, none)
	require.Equal(t, []string{"4"}, claimed(t, a, start))
}

func pauses(t *testing.T, a, b *store.Store) {
	say(t, a, saying("k"))
	for n := range 3 {
		now := start.Add(time.Duration(n) * time.Minute)
		all, err := a.Claim(t.Context(), now, now.Add(lease), 1)
		require.NoError(t, err)
		require.Equal(t, n+1, all[0].Attempts)
		require.Equal(t, []string{"", "ratelimited", "ratelimited"}[n], all[0].Why)
		require.NoError(t, b.Retry(t.Context(), "k", "ratelimited", now.Add(time.Minute)))
		require.Empty(t, claimed(t, b, now.Add(time.Minute-time.Microsecond)))
	}
}

func newsEndsAPause(t *testing.T, a, b *store.Store) {
	say(t, a, saying("1"), in("C2", "2"))
	require.Len(t, claimed(t, a, start), 2)
	for _, key := range []string{"1", "2"} {
		require.NoError(t, a.Retry(t.Context(), key, "ratelimited", start.Add(time.Minute)))
	}
	say(t, b, saying("1"))
	require.Empty(t, claimed(t, b, start), "this is no news")
	say(t, b, saying("3"))
	require.Equal(t, []string{"1"}, claimed(t, b, start))
	require.Empty(t, claimed(t, a, start))
	say(t, a, saying("4"))
	require.Empty(t, claimed(t, a, start), "a lease is no pause")
}

// A sender died and left its claim to run out.
func leaseRunsOut(t *testing.T, a, b *store.Store) {
	say(t, a, in("C1", "once"), in("C1", "after once"), in("C2", "repeat"))
	one := mayRepeat("repeat")
	one.Place = "C3"
	one.Key = "repeats"
	say(t, a, one)
	require.Equal(t, []string{"once", "repeat", "repeats"}, claimed(t, a, start))
	said(t, a, "repeat")
	require.Empty(t, claimed(t, b, start.Add(lease-time.Microsecond)))
	require.Empty(t, givenUp(t, b, start.Add(lease-time.Microsecond)))
	require.Equal(t, []string{"repeats"}, claimed(t, b, start.Add(lease)), "what may be lost holds its place until it is given up")
	require.Equal(t, []string{"once"}, givenUp(t, b, start.Add(lease)))
	require.Empty(t, givenUp(t, a, start.Add(lease)))
	require.Equal(t, []string{"after once"}, claimed(t, a, start.Add(lease)))
	said(t, a, "after once")
	require.Empty(t, givenUp(t, b, start.Add(9*lease)))
	require.Equal(t, []string{"repeats"}, claimed(t, a, start.Add(9*lease)), "as often as it takes")
	require.Contains(t, spoken(t, a, "once").Why, "nobody knows")
}

// A sender whose lease has run out reports what became of its claim.
func lateWord(t *testing.T, a, b *store.Store) {
	say(t, a, in("C1", "1"), in("C2", "2"), in("C3", "3"))
	require.Len(t, claimed(t, a, start), 3)
	later := start.Add(lease)
	require.Len(t, givenUp(t, b, later), 3)
	require.NoError(t, a.Said(t.Context(), "1", "", later))
	require.NoError(t, a.Retry(t.Context(), "2", "ratelimited", later))
	require.NoError(t, a.Dropped(t.Context(), "3", "is_archived", later))
	require.True(t, later.Equal(spoken(t, b, "1").Said), "what is known counts")
	require.Empty(t, claimed(t, b, later.Add(lease)), "what was given up stays so")
	for _, key := range []string{"2", "3"} {
		require.Contains(t, spoken(t, b, key).Why, "nobody knows")
	}
	require.NoError(t, b.Dropped(t.Context(), "1", "too late", later))
	require.NoError(t, b.Said(t.Context(), "1", "", later.Add(time.Hour)))
	require.True(t, later.Equal(spoken(t, b, "1").Said), "and it was said once")
	require.NoError(t, b.Said(t.Context(), "nobody's", "", later))
}

func pastItsEnd(t *testing.T, a, b *store.Store) {
	end := saying("").Until
	say(t, a, in("C1", "1"), in("C2", "2"), in("C3", "3"), in("C1", "4"))
	one := mayRepeat("5")
	one.Place = "C5"
	say(t, a, one)
	require.Empty(t, givenUp(t, b, end.Add(-time.Microsecond)))
	before := end.Add(-time.Second)
	require.Equal(t, []string{"1", "2", "3", "5"}, claimed(t, b, before))
	require.NoError(t, b.Retry(t.Context(), "1", "ratelimited", end.Add(time.Hour)))
	require.NoError(t, b.Said(t.Context(), "3", "", before))
	require.Equal(t, []string{"1", "4"}, givenUp(t, a, end), "also those that wait behind others")
	require.Equal(t, "its time was over: ratelimited", spoken(t, b, "1").Why)
	require.Equal(t, "its time was over", spoken(t, b, "4").Why)
	require.Equal(t, []string{"2", "5"}, givenUp(t, a, before.Add(lease)), "a sender is not cut short")
	require.Contains(t, spoken(t, b, "2").Why, "nobody knows")
	require.Equal(t, "its time was over", spoken(t, b, "5").Why)
	require.True(t, end.Equal(spoken(t, b, "1").Dropped))

	say(t, a, in("C6", "6"))
	require.Equal(t, []string{"6"}, claimed(t, a, before))
	require.NoError(t, a.Retry(t.Context(), "6", "ratelimited", end.Add(time.Hour)))
	require.Equal(t, []string{"6"}, givenUp(t, b, end), "also in a pause")
}

func fates(t *testing.T, a, b *store.Store) {
	_, err := a.ResultOf(t.Context(), "k")
	require.ErrorIs(t, err, store.ErrNotFound)
	say(t, a, saying("k"))
	require.Equal(t, store.Result{}, spoken(t, b, "k"))
	require.NoError(t, a.Retry(t.Context(), "k", nasty[:8], start))
	require.Equal(t, store.Result{Why: nasty[:8]}, spoken(t, b, "k"))
	say(t, a, saying("d"))
	require.NoError(t, b.Dropped(t.Context(), "d", "is_archived", start))
	f := spoken(t, a, "d")
	require.True(t, start.Equal(f.Dropped))
	require.Equal(t, store.Result{Dropped: f.Dropped, Why: "is_archived"}, f)
	said(t, b, "k")
	f = spoken(t, a, "k")
	require.True(t, start.Equal(f.Said))
	require.Equal(t, store.Result{Said: f.Said}, f)
}

func sayingsForgotten(t *testing.T, a, b *store.Store) {
	say(t, a, in("C1", "said"), in("C2", "dropped"), in("C3", "open"), in("C4", "claimed"), in("C5", "later"))
	require.Len(t, claimed(t, a, start), 5)
	said(t, a, "said")
	require.NoError(t, a.Dropped(t.Context(), "dropped", "is_archived", start))
	require.NoError(t, a.Retry(t.Context(), "open", "ratelimited", start.Add(-100*time.Hour)))
	require.NoError(t, a.Said(t.Context(), "later", "", start.Add(time.Microsecond)))
	require.NoError(t, b.Tidy(t.Context(), start.Add(time.Microsecond), start))
	for _, key := range []string{"said", "dropped"} {
		_, err := a.ResultOf(t.Context(), key)
		require.ErrorIs(t, err, store.ErrNotFound, key)
	}
	for _, key := range []string{"open", "claimed", "later"} {
		spoken(t, a, key)
	}
	require.NoError(t, a.Tidy(t.Context(), start.Add(1000*time.Hour), start))
	require.Equal(t, store.Result{Why: "ratelimited"}, spoken(t, b, "open"))
	require.Equal(t, store.Result{}, spoken(t, b, "claimed"))
	say(t, b, in("C3", "after"))
	require.Equal(t, []string{"open"}, claimed(t, b, start), "the order outlives what was forgotten")
}

func saidWithAMove(t *testing.T, a, b *store.Store) {
	c := Create(t, a, "Q-1")
	next, e := Next(t, c, Planned("x"))
	require.NoError(t, a.Advance(t.Context(), store.Move{From: c.Seq, To: next, Entry: e, Say: []store.Saying{saying("1"), in("C2", "2")}}))
	stored(t, b, next)
	require.Equal(t, []string{"1", "2"}, claimed(t, b, start))
}

func refusedSaysNothing(t *testing.T, a, b *store.Store) {
	c := Create(t, a, "Q-1")
	next, e := Next(t, c, Planned("x"))
	bad := saying("2")
	bad.Place = ""
	require.Error(t, a.Advance(t.Context(), store.Move{From: c.Seq, To: next, Entry: e, Say: []store.Saying{saying("1"), bad}}))
	stored(t, b, c)
	require.Len(t, Chain(t, b), 1, "no saying, no move")
	require.ErrorIs(t, a.Advance(t.Context(), store.Move{From: c.Seq + 1, To: next, Entry: e, Say: []store.Saying{saying("1")}}), store.ErrMoved)
	require.Empty(t, claimed(t, b, start))
}

// telling are the sayings of a freeze, whatever it holds.
func telling(all ...store.Saying) func(store.Freeze, []approval.Case) []store.Saying {
	return func(store.Freeze, []approval.Case) []store.Saying { return all }
}

func toldOfAFreeze(t *testing.T, a, b *store.Store) {
	f := store.Freeze{Target: "cache-prod", By: "T1/U1", Reason: "outage", At: start}
	e := audit.Entry{At: start, Actor: f.By, Event: "freeze"}
	require.NoError(t, a.Freeze(t.Context(), "", f, e, telling(saying("freeze"))))
	lift := func(s *store.Store, by, key string) {
		t.Helper()
		e.Actor = by
		_, err := s.Unfreeze(t.Context(), "cache-prod", e, func(u store.Unfreezing) []store.Saying {
			return []store.Saying{saying(key + map[bool]string{true: " done"}[u.Done])}
		})
		require.NoError(t, err)
	}
	lift(b, "T1/U1", "first")
	lift(a, "T1/U2", "second")
	_, err := b.Unfreeze(t.Context(), "cache-prod", e, func(store.Unfreezing) []store.Saying { return []store.Saying{saying("nothing")} })
	require.ErrorIs(t, err, store.ErrNotFound)
	for _, key := range []string{"freeze", "first", "second done"} {
		require.Equal(t, []string{key}, claimed(t, b, start))
		said(t, a, key)
	}
	require.Empty(t, claimed(t, a, start))
	bad := saying("")
	require.Error(t, a.Freeze(t.Context(), "", f, e, telling(bad)))
	all, err := b.Freezes(t.Context())
	require.NoError(t, err)
	require.Empty(t, all, "no saying, no freeze")
}

func toldOfAPolicy(t *testing.T, a, b *store.Store) {
	put := func(s *store.Store, hash, text string) {
		t.Helper()
		e := audit.Entry{At: start, Actor: "quell", Event: "policy", Detail: map[string]string{"policy": hash}}
		_, err := s.Enforce(t.Context(), hash, text, e, func(before string) []store.Saying { return []store.Saying{saying(before + "→" + hash)} })
		require.NoError(t, err)
	}
	put(a, "aa", "one")
	put(b, "aa", "one")
	put(b, "aaaa", "one")
	require.Empty(t, claimed(t, a, start), "nothing took the place of another")
	put(a, "bb", "two")
	put(b, "bb", "two")
	require.Equal(t, []string{"aaaa→bb"}, claimed(t, b, start))
	untold, err := a.Unannounced(t.Context())
	require.NoError(t, err)
	require.Empty(t, untold, "the outbox tells it")
}

// A case that waits for its notice is due at once when the notice is said, and Load says so.
func wakes(t *testing.T, a, b *store.Store) {
	for id, end := range map[string]func(s *store.Store, key string) error{
		"Q-said":    func(s *store.Store, key string) error { return s.Said(t.Context(), key, "", start) },
		"Q-dropped": func(s *store.Store, key string) error { return s.Dropped(t.Context(), key, "is_archived", start) },
		"Q-lost": func(s *store.Store, _ string) error {
			_, err := s.GiveUp(t.Context(), start)
			return err
		},
	} {
		c := Move(t, a, Create(t, a, id), Planned(id), yes())
		c = Move(t, a, c, approval.Postponed{Until: start.Add(5 * time.Minute)})
		show(t, a, c)
		one := in("C-"+id, "glass/"+id)
		one.Case = id
		say(t, a, one)
		_, err := a.Claim(t.Context(), start.Add(-lease), start, 99)
		require.NoError(t, err)
		require.Empty(t, due(t, b, start, 9))
		require.NoError(t, end(b, one.Key))
		require.Equal(t, []string{id}, due(t, a, start, 9))
		r, err := a.Load(t.Context(), id)
		require.NoError(t, err)
		require.True(t, start.Equal(r.Case.Due))
		r.Case.Due = c.Due
		require.Equal(t, c, r.Case, "nothing else of it has changed")

		c = Move(t, b, c, approval.Postponed{Until: start.Add(time.Hour)})
		show(t, a, c)
		require.NoError(t, end(a, one.Key))
		require.Empty(t, due(t, a, start, 9), "it was woken once")
		stored(t, b, c)
	}
}

func wakesNoEnd(t *testing.T, a, b *store.Store) {
	c := Move(t, a, Create(t, a, "Q-1"), Planned("x"), no())
	show(t, a, c)
	one := saying("k")
	one.Case = "Q-1"
	another := in("C2", "2")
	another.Case = "Q-nobody"
	say(t, a, one, another)
	said(t, b, "k")
	said(t, b, "2")
	require.Empty(t, due(t, a, start.Add(1000*time.Hour), 9))
	stored(t, b, c)
}

// A saying for the thread of a card waits until the card is posted, and keeps nobody else back; the
// card comes with it.
func sayingWaitsForItsCard(t *testing.T, a, b *store.Store) {
	c := pendingCase(t, a)
	reply, other := saying("reply"), saying("other")
	reply.Thread, reply.Push = c.ID, words.New("push.things", words.V{"things": words.Code("what a push shows")})
	require.NoError(t, a.Say(t.Context(), reply, other))
	require.Equal(t, []string{"other"}, claimed(t, b, start))
	require.NoError(t, a.Shown(t.Context(), c.ID, c.Seq, `{"TS":"1.2"}`))
	all, err := b.Claim(t.Context(), start, start.Add(time.Minute), 9)
	require.NoError(t, err)
	require.Len(t, all, 1)
	require.Equal(t, store.Card(`{"TS":"1.2"}`), all[0].At)
	require.Equal(t, c.ID, all[0].Thread)
	require.Equal(t, reply.Push, all[0].Push)
}

// A saying that replaces another waits until that one is said, and comes with where it is; where that
// one was never said, it is lost.
func sayingReplacesAnother(t *testing.T, a, b *store.Store) {
	notice, over := saying("notice"), saying("over")
	over.Replaces, over.Repeat, notice.Stops, notice.Case = "notice", true, "fingerprint", "Q-9"
	gone, lost := saying("gone"), saying("lost")
	gone.Place, lost.Place, lost.Replaces = "C9", "C9", "gone"
	require.NoError(t, a.Say(t.Context(), notice, over, gone, lost))
	all, err := b.Claim(t.Context(), start, start.Add(time.Minute), 9)
	require.NoError(t, err)
	require.Equal(t, []string{"gone", "notice"}, keysOf(all))
	require.Contains(t, []string{all[0].Stops, all[1].Stops}, "fingerprint")
	require.NoError(t, a.Said(t.Context(), "notice", "where it is", start))
	require.NoError(t, a.Dropped(t.Context(), "gone", "refused", start))
	all, err = b.Claim(t.Context(), start, start.Add(time.Minute), 9)
	require.NoError(t, err)
	require.Equal(t, []string{"lost", "over"}, keysOf(all))
	for _, s := range all {
		require.Equal(t, s.Key == "lost", s.Lost(), s.Key)
		require.Equal(t, s.Key == "over", s.At == "where it is", s.Key)
	}
}

// What asks people to decide a case is said only while that waits for them; what its end has to say is.
func askedInVain(t *testing.T, a, b *store.Store) {
	c := pendingCase(t, a)
	require.NoError(t, a.Shown(t.Context(), c.ID, c.Seq, `{"TS":"1.2"}`))
	reminder, other := saying("reminder"), saying("of another")
	reminder.Thread, reminder.Asks, other.Thread, other.Asks = c.ID, true, "Q-9", true
	say(t, a, reminder, other)
	ended := saying("ended")
	ended.Thread = c.ID
	next, err := approval.Step(c, approval.Withdrawal{By: c.Request.By}, start)
	require.NoError(t, err)
	require.NoError(t, b.Advance(t.Context(), store.Move{From: c.Seq, To: next, Entry: audit.Entry{At: start, Actor: "x", Event: "withdraw", Case: c.ID}, Say: []store.Saying{ended}}))
	require.Equal(t, []string{"ended"}, without("of another", claimed(t, b, start)))
	require.Equal(t, "it was decided first", spoken(t, a, "reminder").Why)
}

// Once somebody acts alone, what asked for a decision before is given up: only what asks to stop it is said.
func askedBeforeSomebodyActsAlone(t *testing.T, a, b *store.Store) {
	p := Planned("x")
	p.Decision.BreakGlass = &policy.BreakGlass{Review: policy.Review{Need: 1}}
	c := Move(t, a, Create(t, a, "Q-1"), p)
	require.NoError(t, a.Shown(t.Context(), c.ID, c.Seq, `{"TS":"1.2"}`))
	reminder, stop := saying("reminder"), saying("stop")
	reminder.Thread, reminder.Asks, stop.Thread, stop.Asks = c.ID, true, c.ID, true
	say(t, a, reminder)
	at := start.Add(time.Minute)
	next, err := approval.Step(c, approval.BrokeGlass{By: c.Request.By, Why: "now", Fingerprint: c.Plan.Fingerprint}, at)
	require.NoError(t, err)
	stop.NotBefore = at
	require.NoError(t, b.Advance(t.Context(), store.Move{From: c.Seq, To: next, Entry: audit.Entry{At: at, Actor: "x", Event: "break glass", Case: c.ID}, Say: []store.Saying{stop}}))
	Move(t, b, next, approval.Notified{})
	require.Equal(t, []string{"stop"}, claimed(t, b, at))
	require.Equal(t, "it was decided first", spoken(t, a, "reminder").Why)
}

func without(key string, keys []string) []string {
	return slices.DeleteFunc(keys, func(k string) bool { return k == key })
}

// An edit that is not taken yet holds up no notice that somebody waits for.
func editHoldsUpNobody(t *testing.T, a, b *store.Store) {
	first, over, second := mayRepeat("notice 1"), mayRepeat("over 1"), mayRepeat("notice 2")
	over.Replaces, over.Until = "notice 1", start.Add(24*time.Hour)
	say(t, a, first)
	require.Equal(t, []string{"notice 1"}, claimed(t, b, start))
	require.NoError(t, b.Said(t.Context(), "notice 1", "where it is", start))
	say(t, a, over)
	require.Equal(t, []string{"over 1"}, claimed(t, b, start))
	require.NoError(t, b.Retry(t.Context(), "over 1", "503", start.Add(15*time.Second)))
	say(t, a, second)
	require.Contains(t, claimed(t, b, start), "notice 2")
}

// A notice whose sender died is given up once its case is over, and the next one is said.
func deadNoticeHoldsUpNobody(t *testing.T, a, b *store.Store) {
	c := pendingCase(t, a)
	notice, next := mayRepeat("notice"), mayRepeat("next")
	notice.Case = c.ID
	say(t, a, notice)
	require.Equal(t, []string{"notice"}, claimed(t, b, start))
	Move(t, b, c, no())
	say(t, a, next)
	require.Equal(t, []string{"notice"}, givenUp(t, b, start.Add(2*lease)))
	require.Equal(t, []string{"next"}, claimed(t, b, start.Add(2*lease)))
}
