package slack

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/store"
)

// register is the database of a test.
type register struct {
	rows map[string]store.Process
	told []string
	away error
}

func (r *register) Beat(_ context.Context, p store.Process) error {
	if r.away == nil {
		r.rows[p.ID] = p
	}
	return r.away
}

func (r *register) Processes(_ context.Context, since time.Time) (all []store.Process, _ error) {
	for _, p := range r.rows {
		if !p.Seen.Before(since) {
			all = append(all, p)
		}
	}
	return all, r.away
}

func (r *register) Say(_ context.Context, all ...store.Saying) error {
	for _, s := range all {
		r.told = append(r.told, s.Message.ID)
	}
	return r.away
}

// counting is a census with its database and a clock.
type counting struct {
	*testing.T
	*Census
	*register
	now time.Time
}

func count(t *testing.T, change ...func(*Census)) *counting {
	c := &counting{T: t, register: &register{rows: map[string]store.Process{}}, now: time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)}
	c.Census = c.process("R-1", change...)
	return c
}

// process is another process of the same database.
func (c *counting) process(id string, change ...func(*Census)) *Census {
	p := &Census{
		Register: c.register, Wake: func(context.Context) {}, Audit: "C0SEC", Process: id,
		Now: func() time.Time { return c.now }, Log: slog.New(slog.DiscardHandler),
	}
	for _, one := range change {
		one(p)
	}
	return p
}

func (c *counting) hello(connections, own int) {
	c.holds(c.Context(), own, 0)
	c.counts(c.Context(), connections, own, 0)
}

func TestSocketsThatAreAllOursAreNoExcess(t *testing.T) {
	t.Parallel()
	c := count(t)
	c.hello(1, 1)
	c.hello(2, 2)
	other := c.process("R-2")
	other.holds(t.Context(), 3, 0) // one of them is being renewed
	c.hello(6, 3)
	assert.Zero(t, c.Others())
	assert.Nil(t, c.Census.Say())

	// It dies: for two minutes Slack may count its sockets, or not.
	c.now = c.now.Add(store.ProcessCounts)
	c.hello(6, 3)
	c.hello(3, 3)
	assert.Zero(t, c.Others())
	c.now = c.now.Add(time.Second)
	c.hello(6, 3)
	assert.Equal(t, 3, c.Others())
	assert.Equal(t, []string{"others.there"}, c.told)
}

func TestOthersAreSaidOnceAndLookedAtAgain(t *testing.T) {
	t.Parallel()
	c := count(t)
	start := c.now
	c.hello(4, 2)
	c.hello(4, 2)
	c.hello(5, 2)
	require.Equal(t, []string{"others.there"}, c.told, "once for one excess")
	assert.Equal(t, 3, c.Others())
	assert.Len(t, c.Census.Say(), 1)
	var looked []time.Duration
	for range 12 * 60 {
		c.now = c.now.Add(time.Second)
		if c.holds(t.Context(), 2, 0) {
			looked = append(looked, c.now.Sub(start))
			c.hello(4, 2)
		}
	}
	assert.Equal(t, []time.Duration{30 * time.Second, 2 * time.Minute, 5 * time.Minute}, looked)
	row := c.rows["R-1"]
	assert.Equal(t, 5*time.Minute, row.OthersSeen.Sub(row.OthersSince))

	c.hello(2, 2)
	assert.Equal(t, []string{"others.there", "others.gone"}, c.told)
	assert.Zero(t, c.rows["R-1"].Others)
	assert.Nil(t, c.Census.Say())
	c.now = c.now.Add(time.Minute)
	c.hello(3, 2)
	assert.Equal(t, []string{"others.there", "others.gone", "others.there"}, c.told, "another one")
}

func TestOthersThatAreKnownMayBeThere(t *testing.T) {
	t.Parallel()
	c := count(t, func(c *Census) { c.Explained = 2 })
	c.hello(4, 2)
	c.hello(2, 2) // they may be away
	assert.Zero(t, c.Others())
	c.hello(5, 2)
	assert.Equal(t, 1, c.Others())
}

// Where the other processes cannot be looked up, nothing new is known.
func TestWhatCannotBeCountedChangesNothing(t *testing.T) {
	t.Parallel()
	c := count(t)
	c.hello(4, 2)
	c.away = errors.New("the disk is full")
	c.hello(2, 2)
	c.hello(9, 2)
	assert.Equal(t, 2, c.Others())
	c.away = nil
	c.hello(2, 2)
	assert.Zero(t, c.Others())
}

// A process that is started anew goes on where the one before it was: neither a restart nor a
// crash makes others forgotten, or said again.
func TestARestartDoesNotForgetOthers(t *testing.T) {
	t.Parallel()
	c := count(t)
	start := c.now
	c.hello(4, 2)
	c.now = c.now.Add(time.Minute)
	next := c.process("R-2")
	next.holds(t.Context(), 1, 0)
	next.counts(t.Context(), 5, 1, 0) // the two of the dead one, its own, and two of others
	assert.Equal(t, 2, next.Others())
	assert.True(t, start.Equal(c.rows["R-2"].OthersSince))
	next.leave(t.Context())
	assert.Equal(t, 2, c.rows["R-2"].Others, "for the next one")
	assert.Equal(t, 1, c.rows["R-2"].Sockets)
	assert.Equal(t, 1, c.rows["R-2"].Unsure)
}

// A restart hides nobody: Slack may count the sockets of the process that ended, so its row
// proves nothing, and what it saw holds until a hello tells.
func TestARestartHidesNoOthers(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*counting){
		"it ends":      func(c *counting) { c.Census.leave(t.Context()) },
		"it is killed": func(*counting) {},
	} {
		c := count(t)
		start := c.now
		c.hello(4, 2)
		c.now = c.now.Add(6 * time.Minute)
		c.hello(4, 2)
		require.True(t, lasts(c.rows["R-1"]))
		end(c)
		c.now = c.now.Add(2 * time.Second)
		next := c.process("R-2")
		for own := 1; own <= 2; own++ { // Slack has seen that the two of before ended
			next.holds(t.Context(), own, 0)
			next.counts(t.Context(), 2+own, own, 0)
		}
		assert.Equal(t, 2, next.Others(), name)
		assert.True(t, lasts(c.rows["R-2"]), name)
		var looked []time.Duration
		for at := c.now; c.now.Sub(at) < 9*time.Minute; c.now = c.now.Add(time.Second) {
			if next.holds(t.Context(), 2, 0) {
				looked = append(looked, c.now.Sub(at))
				next.counts(t.Context(), 4, 2, 0)
			}
		}
		require.NotEmpty(t, looked, name)
		assert.Equal(t, 30*time.Second, looked[0], name)
		assert.LessOrEqual(t, looked[len(looked)-1], store.ProcessCounts+lookAgain, "the row says nothing any more")
		assert.Equal(t, 2, next.Others(), name)
		assert.True(t, start.Equal(c.rows["R-2"].OthersSince), name)
		assert.Equal(t, []string{"others.there"}, c.told, name)
		next.counts(t.Context(), 2, 2, 0)
		assert.Equal(t, []string{"others.there", "others.gone"}, c.told, name)
	}
}

// A restart of a process that saw nobody says nothing, whether Slack still counts the sockets
// of before or not; but it looks again until that is sure.
func TestARestartIsNobodyElse(t *testing.T) {
	t.Parallel()
	for _, counted := range []int{0, 1, 2} {
		c := count(t)
		c.hello(1, 1)
		c.hello(2, 2)
		c.now = c.now.Add(time.Second)
		next := c.process("R-2")
		next.holds(t.Context(), 1, 0)
		next.counts(t.Context(), 1+counted, 1, 0)
		looks := 0
		for range 10 * 60 {
			c.now = c.now.Add(time.Second)
			if next.holds(t.Context(), 2, 0) {
				looks++
				next.counts(t.Context(), 2, 2, 0)
			}
		}
		assert.Equal(t, min(counted, 1), looks)
		assert.Zero(t, next.Others())
		assert.Empty(t, c.told)
	}
}

// Others that are explained by now are not said to be gone.
func TestARestartWithAnExplanation(t *testing.T) {
	t.Parallel()
	c := count(t)
	c.hello(4, 2)
	c.Census.leave(t.Context())
	c.now = c.now.Add(time.Second)
	next := c.process("R-2", func(n *Census) { n.Explained = 2 })
	next.holds(t.Context(), 1, 0)
	next.counts(t.Context(), 3, 1, 0)
	assert.Zero(t, next.Others())
	assert.Zero(t, c.rows["R-2"].Others)
	assert.Equal(t, []string{"others.there"}, c.told)
}

// A socket of another process of ours that broke off, ended or is being opened may be counted
// or not: it proves neither that others are gone nor that they are there.
func TestAnUnsureSocketOfAnotherProcessLeavesItOpen(t *testing.T) {
	t.Parallel()
	c := count(t)
	other := c.process("R-2")
	other.holds(t.Context(), 2, 0)
	c.hello(5, 2)
	c.now = c.now.Add(6 * time.Minute)
	other.holds(t.Context(), 3, 1)
	seen := c.rows["R-1"].OthersSeen
	c.hello(5, 2)
	assert.Equal(t, 1, c.Others())
	assert.True(t, seen.Equal(c.rows["R-1"].OthersSeen), "that they are there was not seen either")
	assert.Equal(t, []string{"others.there"}, c.told)
	c.now = c.now.Add(30 * time.Second)
	other.holds(t.Context(), 2, 0)
	require.True(t, c.holds(t.Context(), 2, 0), "it is looked at again")
	c.hello(4, 2)
	assert.Equal(t, []string{"others.there", "others.gone"}, c.told)
}

// A number that was never stored is stored as soon as that can be done: the others judge by it.
func TestWhatCouldNotBeStoredIsTriedAgain(t *testing.T) {
	t.Parallel()
	c := count(t)
	c.holds(t.Context(), 2, 0)
	c.away = errors.New("the disk is full")
	c.now = c.now.Add(time.Second)
	c.holds(t.Context(), 3, 1)
	c.away = nil
	require.Equal(t, 2, c.rows["R-1"].Sockets)
	c.now = c.now.Add(time.Second)
	c.holds(t.Context(), 3, 1)
	assert.Equal(t, 3, c.rows["R-1"].Sockets)
	assert.Equal(t, c.now, c.rows["R-1"].Seen)
}

// Sockets that ended may count at Slack or not: while there are such, others are neither there
// anew nor gone.
func TestSocketsThatJustEndedLeaveItOpen(t *testing.T) {
	t.Parallel()
	c := count(t)
	c.counts(t.Context(), 4, 4, 2)
	assert.Zero(t, c.Others())
	c.hello(4, 2)
	require.Equal(t, 2, c.Others())
	seen := c.rows["R-1"].OthersSeen
	c.now = c.now.Add(30 * time.Second)
	require.True(t, c.holds(t.Context(), 4, 0))
	c.counts(t.Context(), 4, 4, 2)
	assert.Equal(t, 2, c.Others(), "they may still be there")
	assert.Equal(t, seen, c.rows["R-1"].OthersSeen)
	assert.False(t, c.holds(t.Context(), 4, 0))
	c.now = c.now.Add(30 * time.Second)
	assert.True(t, c.holds(t.Context(), 2, 0), "it is looked at again")
	c.hello(2, 2)
	assert.Zero(t, c.Others())
}

func TestAProcessSaysThatItLives(t *testing.T) {
	t.Parallel()
	c := count(t)
	c.holds(t.Context(), 1, 0)
	seen := func() time.Time { return c.rows["R-1"].Seen }
	before := seen()
	c.now = c.now.Add(9 * time.Second)
	c.holds(t.Context(), 1, 0)
	assert.Equal(t, before, seen())
	c.holds(t.Context(), 2, 0)
	assert.Equal(t, c.now, seen(), "another number")
	c.now = c.now.Add(10 * time.Second)
	c.holds(t.Context(), 2, 0)
	assert.Equal(t, c.now, seen())
	c.now = c.now.Add(-time.Hour)
	c.holds(t.Context(), 2, 0)
	assert.Equal(t, c.now, seen(), "a clock that was put back")
	assert.Equal(t, before, c.rows["R-1"].Started)
}

// The keeper counts what it holds, also what is being opened and what Slack may not have seen
// end.
func TestTheKeeperCountsItsSockets(t *testing.T) {
	t.Parallel()
	r := &register{rows: map[string]store.Process{}}
	numbers := make(chan [2]int, 50)
	f := faraway(t, func(k *keeper) {
		k.census = &Census{Register: watched{r, numbers}, Wake: func(context.Context) {}, Process: "R-1", Now: k.now, Log: k.log}
	})
	wait := func(sockets, unsure int) {
		t.Helper()
		for {
			select {
			case n := <-numbers:
				if n == [2]int{sockets, unsure} {
					return
				}
			case <-time.After(patience):
				require.Fail(t, "never", "%d sockets, %d of them unsure", sockets, unsure)
			}
		}
	}
	first := f.opened()
	assert.Equal(t, [2]int{1, 1}, <-numbers, "before it is opened")
	first.says(`{"type":"hello","num_connections":1}`)
	second := f.opened()
	second.says(`{"type":"hello","num_connections":2}`)
	wait(2, 0)
	require.NoError(t, first.NetConn().Close())
	f.greeted()
	wait(3, 1) // the one that broke off may count
	f.advance(store.ProcessCounts)
	wait(2, 0)
}

// watched tells of the numbers in each row.
type watched struct {
	*register
	numbers chan [2]int
}

func (w watched) Beat(_ context.Context, p store.Process) error {
	w.numbers <- [2]int{p.Sockets, p.Unsure}
	return nil
}

func (w watched) Processes(context.Context, time.Time) ([]store.Process, error) { return nil, nil }
