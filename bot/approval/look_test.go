package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
)

// sightings are looks at one item, by seconds after the call.
type sightings []struct {
	at   int
	seen commands.Seen
}

// The default watch is 30 s, the default patience 2 min.
func TestLooking(t *testing.T) {
	for _, c := range []struct {
		name  string
		looks sightings
		seen  commands.Seen // what the case says after the last look
		first int           // since when
		done  bool
	}{
		{"gone is said at once, and watched", sightings{{1, commands.Gone}}, commands.Gone, 1, false},
		{"gone to the end of the watch", sightings{{1, commands.Gone}, {30, commands.Gone}}, commands.Gone, 1, true},
		{"gone, just before the end of it", sightings{{1, commands.Gone}, {29, commands.Gone}}, commands.Gone, 1, false},
		{"gone and then back", sightings{{1, commands.Gone}, {12, commands.CameBack}}, commands.CameBack, 12, true},
		{"back at the first look", sightings{{1, commands.CameBack}}, commands.CameBack, 1, true},
		{"slow to go", sightings{{1, commands.StillThere}, {9, commands.Gone}}, commands.Gone, 9, false},
		{"slow to go, to the end", sightings{{1, commands.StillThere}, {9, commands.Gone}, {31, commands.Gone}}, commands.Gone, 9, true},
		{"still there at the end", sightings{{1, commands.StillThere}, {30, commands.StillThere}}, commands.StillThere, 1, true},
		{"there again", sightings{{1, commands.Gone}, {30, commands.StillThere}}, commands.StillThere, 30, true},
		{"no look is had", sightings{{1, commands.NotLooked}, {60, commands.NotLooked}}, commands.NotLooked, 0, false},
		{"a failed look forgets nothing", sightings{{1, commands.Gone}, {9, commands.NotLooked}}, commands.Gone, 1, false},
		{"an early look does not stand for the end of the watch", sightings{{1, commands.StillThere}, {40, commands.NotLooked}}, commands.StillThere, 1, false},
		{"the vendor is at it to the end of the watch", sightings{{1, commands.UnderWay}, {31, commands.UnderWay}}, commands.UnderWay, 1, false},
		{"the vendor was at it, and is done late", sightings{{1, commands.UnderWay}, {90, commands.Gone}}, commands.Gone, 90, true},
		{"the vendor was at it, and left it", sightings{{1, commands.UnderWay}, {90, commands.StillThere}}, commands.StillThere, 90, true},
		{"the first good look is a late one", sightings{{1, commands.NotLooked}, {50, commands.Gone}}, commands.Gone, 50, true},
	} {
		t.Run(c.name, func(t *testing.T) { looking(t, c.looks, c.seen, c.first, c.done) })
	}
}

func looking(t *testing.T, looks sightings, seen commands.Seen, first int, done bool) {
	c := in(t, approval.Verifying, 1)
	deadline := c.Deadline
	for i, l := range looks {
		at := start.Add(time.Duration(l.at) * time.Second)
		require.Equal(t, approval.Verifying, c.State, "before look %d", i)
		c = step(t, c, looked(at, l.seen), at)
		if l.seen != commands.NotLooked {
			require.Equal(t, at, c.Items[0].LookedAt)
		}
		if !c.State.Terminal() {
			require.Equal(t, deadline, c.Deadline, "looking buys no time")
			require.Equal(t, at.Add(time.Second), c.Due)
		}
	}
	require.Equal(t, seen, c.Items[0].Seen)
	require.Equal(t, commands.Answered, c.Items[0].Done, "a look says nothing about the call")
	require.Equal(t, done, c.State == approval.Done)
	if first > 0 {
		require.Equal(t, start.Add(time.Duration(first)*time.Second), c.Items[0].FirstSeen)
	}
}

// Where the vendor says that nothing more will come of it, nothing is watched.
func TestTheVendorsLastWord(t *testing.T) {
	for _, seen := range []commands.Seen{commands.Gone, commands.StillThere} {
		c := in(t, approval.Verifying, 1)
		e := looked(start, seen)
		e.Seen[0].Final, e.Seen[0].Note = true, words.New("trace.x")
		c = step(t, c, e, start)
		require.Equal(t, approval.Done, c.State)
		require.Equal(t, words.New("trace.x"), c.Items[0].Note)
		require.True(t, c.Verified())
		require.Equal(t, seen == commands.StillThere, c.Uncertain())
	}
}

// One item waits for the others, and what is decided of it stays.
func TestTheLastWordOnOneOfTwo(t *testing.T) {
	c := in(t, approval.Verifying, 2)
	e := looked(start, commands.Gone, commands.UnderWay)
	e.Seen[0].Final = true
	c = step(t, c, e, start)
	require.Equal(t, approval.Verifying, c.State)
	require.False(t, c.Verified())
	late := start.Add(time.Minute)
	e = looked(late, commands.StillThere, commands.Gone)
	e.Seen[1].Final = true
	c = step(t, c, e, late)
	require.Equal(t, approval.Done, c.State)
	require.Equal(t, commands.Gone, c.Items[0].Seen)
}

// Patience that ends while the vendor is at it claims neither.
func TestPatienceEndsWhileTheVendorIsAtIt(t *testing.T) {
	c := in(t, approval.Verifying, 1)
	e := looked(start, commands.UnderWay)
	e.Seen[0].Note = words.New("trace.x", words.V{"progress": words.Code("60%")})
	c = step(t, c, e, start)
	blind := looked(start.Add(time.Second), commands.NotLooked)
	c = step(t, c, blind, start.Add(time.Second))
	require.Equal(t, "60%", c.Items[0].Note.Values["progress"].Value, "a look that saw nothing unsays nothing")
	blind.Seen[0].Note = words.New("trace.y")
	c = step(t, c, blind, start.Add(time.Second))
	require.Equal(t, words.New("trace.y"), c.Items[0].Note)
	require.Equal(t, commands.UnderWay, c.Items[0].Seen)
	c = step(t, c, approval.Timeout{}, c.Deadline)
	require.Equal(t, approval.Done, c.State)
	require.Equal(t, commands.UnderWay, c.Items.Worst())
	require.True(t, c.Uncertain(), "somebody may want to look again")
	require.False(t, c.Verified())
	require.False(t, c.Items.Clear())
}

func TestATargetHasLimitsOfItsOwn(t *testing.T) {
	l := approval.DefaultLimits().With(approval.Limits{Patience: time.Hour, Pace: 5 * time.Second})
	require.Equal(t, time.Hour, l.Patience)
	require.Equal(t, 5*time.Second, l.Pace)
	l.Patience, l.Pace = approval.DefaultLimits().Patience, approval.DefaultLimits().Pace
	require.Equal(t, approval.DefaultLimits(), l)
}

func TestWhoCameBack(t *testing.T) {
	c := in(t, approval.Verifying, 1)
	e := looked(start, commands.CameBack)
	e.Seen[0].Successor = "10.0.0.1:4096"
	c = step(t, c, e, start)
	require.Equal(t, "10.0.0.1:4096", c.Items[0].Successor)
}

func TestPatienceEnds(t *testing.T) {
	for _, seen := range []commands.Seen{commands.NotLooked, commands.StillThere, commands.Gone} {
		c := in(t, approval.Verifying, 1)
		require.Equal(t, start.Add(2*time.Minute), c.Deadline)
		c = step(t, c, looked(start.Add(time.Second), seen), start.Add(time.Second))
		c = step(t, c, approval.Timeout{}, c.Deadline)
		require.Equal(t, approval.Done, c.State)
		require.Equal(t, seen, c.Items[0].Seen, "it says what was seen, and no more")
	}
}

// The next look is never put off beyond the case's deadline, and never forgotten.
func TestTheNextLookIsWithinPatience(t *testing.T) {
	c := in(t, approval.Verifying, 1)
	e := looked(start, commands.Gone)
	e.Next = c.Deadline.Add(time.Minute)
	require.Equal(t, c.Deadline, step(t, c, e, start).Due)
	e.Next = time.Time{}
	require.Equal(t, c.Deadline, step(t, c, e, start).Due)
}

func TestSeveralItems(t *testing.T) {
	at := func(s int) time.Time { return start.Add(time.Duration(s) * time.Second) }
	c := in(t, approval.Verifying, 3)
	c = step(t, c, looked(at(1), commands.Gone, commands.CameBack, commands.NotLooked), at(1))
	require.Equal(t, approval.Verifying, c.State, "one that came back decides only for itself")
	c = step(t, c, looked(at(9), commands.Gone, commands.Gone, commands.StillThere), at(9))
	assert.Equal(t, commands.CameBack, c.Items[1].Seen, "what came back stays so, also when it leaves by itself")
	assert.Equal(t, at(1), c.Items[1].LookedAt)
	c = step(t, c, looked(at(30), commands.Gone, commands.Gone, commands.NotLooked), at(30))
	require.Equal(t, approval.Verifying, c.State, "the third was not watched to the end")
	c = step(t, c, looked(at(33), commands.NotLooked, commands.Gone, commands.StillThere), at(33))
	require.Equal(t, approval.Done, c.State)
	var seen []commands.Seen
	for _, it := range c.Items {
		seen = append(seen, it.Seen)
	}
	require.Equal(t, []commands.Seen{commands.Gone, commands.CameBack, commands.StillThere}, seen)
}

// What was never done is not looked at: a session that ends by itself meanwhile
// is none of ours.
func TestItemsThatWereNotDoneAreNotJudged(t *testing.T) {
	c := step(t, in(t, approval.Approved, 3), claim(), start)
	c = step(t, c, called(0, commands.Declined), start)
	c = step(t, c, claim(), start)
	c = step(t, c, called(1, commands.Answered), start)
	c = step(t, c, approval.Timeout{}, c.Deadline)
	require.Equal(t, approval.Verifying, c.State)
	end := c.CallsEnded.Add(c.Limits.Watch)
	c = step(t, c, looked(end, commands.Gone, commands.Gone, commands.Gone), end)
	require.Equal(t, approval.Done, c.State)
	require.Equal(t, commands.NotLooked, c.Items[0].Seen)
	require.Equal(t, commands.Gone, c.Items[1].Seen)
	require.Equal(t, commands.NotLooked, c.Items[2].Seen)
	require.Equal(t, commands.NotSent, c.Items[2].Done)
}
