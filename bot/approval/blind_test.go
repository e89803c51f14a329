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

const stamp = "2006-01-02 15:04:05 UTC"

// blind is a look of one item that failed for a reason.
func blind(at time.Time, items int, why string) approval.Looked {
	seen := make([]commands.Seen, items)
	for i := range seen {
		seen[i] = commands.NotLooked
	}
	e := looked(at, seen...)
	e.Trouble = words.New(why, words.V{"target": words.Code("cache-prod")})
	return e
}

// A case whose looks fail to the end says why, and since when it is so.
func TestBlindnessIsSaid(t *testing.T) {
	c := in(t, approval.Verifying, 1)
	for _, s := range []int{1, 20, 50} {
		c = step(t, c, blind(after(time.Duration(s)*time.Second), 1, "vendor.forbidden"), after(time.Duration(s)*time.Second))
		said := told(t, c)
		assert.Contains(t, said, "Since "+after(time.Second).Format(stamp))
		assert.Contains(t, said, "may not do this")
		assert.Contains(t, said, "I keep trying until "+c.Deadline.Format(stamp))
	}
	c = step(t, c, approval.Timeout{}, c.Deadline)
	require.Equal(t, approval.Done, c.State)
	said := told(t, c)
	assert.Contains(t, said, "Since "+after(time.Second).Format(stamp))
	assert.Contains(t, said, "may not do this")
	assert.Contains(t, said, "Please check by hand")
	assert.NotContains(t, said, "keep trying")
	assert.Equal(t, c, reread(t, c))
}

// While nobody sees what became of a call, and where nobody did, the card says where to look by
// hand, with the ids that the system goes by; never how to do it once more.
func TestWhereToLookByHandIsSaid(t *testing.T) {
	c := in(t, approval.Verifying, 1)
	c = step(t, c, blind(after(time.Second), 1, "vendor.forbidden"), after(time.Second))
	assert.Contains(t, told(t, c), "Please check by hand: in the DCS console choose the region,", "no look has brought the ids")
	e := blind(after(2*time.Second), 1, "vendor.forbidden")
	e.ByHand = words.New("meanwhile.dcs", words.V{"region": words.Code("eu-west-101"), "instance": words.Code("5560df16")})
	c = step(t, c, e, after(2*time.Second))
	where := "Please check by hand: in the DCS console choose eu-west-101, open the instance 5560df16, and read its session management."
	assert.Contains(t, told(t, c), where+" I keep trying until")
	assert.NotContains(t, told(t, c), "can be ended there")
	c = step(t, c, blind(after(3*time.Second), 1, "vendor.no-answer"), after(3*time.Second))
	assert.Contains(t, told(t, c), where)
	c = step(t, c, approval.Timeout{}, c.Deadline)
	require.Equal(t, approval.Done, c.State)
	assert.Contains(t, told(t, c), "What is known stands below. "+where)
	assert.Equal(t, c, reread(t, c))
}

// A case that no look has brought the ids of its system says where to look without them.
func TestWhereToLookByHandWithoutIDs(t *testing.T) {
	for kind, says := range map[string]string{
		"dcs": "in the DCS console choose the region", "fabric": "in the DataArts Fabric console choose the region", "redis": "log in to the server with redis-cli",
		"hulft": "read the list of connected Agents", "jp1ao": "open the task in the task list", "taurusdb": "in the TaurusDB console click the instance",
	} {
		c := in(t, approval.Verifying, 1)
		c.Kind = kind
		c = step(t, c, approval.Timeout{}, c.Deadline)
		assert.Contains(t, told(t, c), "Please check by hand: "+says)
	}
}

// Why the newest look failed is what counts, and one that goes well ends it.
func TestBlindnessPasses(t *testing.T) {
	c := in(t, approval.Verifying, 1)
	c = step(t, c, blind(after(time.Second), 1, "vendor.forbidden"), after(time.Second))
	c = step(t, c, blind(after(2*time.Second), 1, "vendor.no-answer"), after(2*time.Second))
	assert.NotContains(t, told(t, c), "may not do this")
	assert.Contains(t, told(t, c), "gave no answer")
	c = step(t, c, looked(after(3*time.Second), commands.StillThere), after(3*time.Second))
	assert.NotContains(t, told(t, c), "gave no answer")
	c = step(t, c, looked(c.Watched(), commands.StillThere), c.Watched())
	assert.Contains(t, told(t, c), "It did not happen, as far as I could see.")
}

// What was seen before the looks began to fail is said as that, with its time, and is not the
// last word.
func TestAnOlderSightIsSaidAsOlder(t *testing.T) {
	for seen, says := range map[commands.Seen]string{
		commands.StillThere: "Still there", commands.UnderWay: "Being ended", commands.Gone: "Gone",
	} {
		t.Run(string(seen), func(t *testing.T) {
			c := in(t, approval.Verifying, 1)
			c = step(t, c, looked(after(time.Second), seen), after(time.Second))
			c = step(t, c, blind(after(9*time.Second), 1, "vendor.forbidden"), after(9*time.Second))
			c = step(t, c, blind(c.Watched(), 1, "vendor.forbidden"), c.Watched())
			require.Equal(t, approval.Verifying, c.State)
			older := "When I could last look, at " + after(time.Second).Format(stamp) + ", it was: " + says + "."
			assert.Contains(t, told(t, c), older)
			c = step(t, c, approval.Timeout{}, c.Deadline)
			said := told(t, c)
			assert.Contains(t, said, older)
			assert.Contains(t, said, says+" (when last seen): 1 session")
			assert.Contains(t, said, "Since "+after(9*time.Second).Format(stamp))
			for _, fresh := range []string{"a fresh look", "It did not happen", "Finished, and verified"} {
				assert.NotContains(t, said, fresh)
			}
			assert.True(t, c.Uncertain(), "somebody may look again")
		})
	}
}

// The same where no look failed and none was had in the end, as after a restart.
func TestASightOfTheFirstSecondIsNotTheLastWord(t *testing.T) {
	c := in(t, approval.Verifying, 1)
	c = step(t, c, looked(after(time.Second), commands.StillThere), after(time.Second))
	c = step(t, c, approval.Timeout{}, c.Deadline)
	require.False(t, c.Verified())
	said := told(t, c)
	assert.Contains(t, said, "I stopped looking before all of it was certain.")
	assert.Contains(t, said, "When I could last look, at "+after(time.Second).Format(stamp))
	assert.NotContains(t, said, "It did not happen")
}

// Of several, some of which could be read, each says what is known of it, and the case why the
// others are not known.
func TestBlindOfOneOfTwo(t *testing.T) {
	c := in(t, approval.Verifying, 2)
	end := c.Watched()
	e := looked(end, commands.Gone, commands.NotLooked)
	e.Trouble = words.New("vendor.forbidden", words.V{"target": words.Code("cache-prod")})
	c = step(t, c, e, end)
	require.Equal(t, approval.Verifying, c.State)
	c = step(t, c, approval.Timeout{}, c.Deadline)
	said := told(t, c)
	assert.Contains(t, said, "may not do this")
	assert.Contains(t, said, "Gone: a fresh look does not show it any more.")
	assert.Contains(t, said, "Unknown: I have not seen what became of it.")
}

// One that was gone before its call was not looked for afterwards, and nothing is uncertain for
// that.
func TestOneThatWasGoneBeforeIsNotUncertain(t *testing.T) {
	c := step(t, in(t, approval.Approved, 2), approval.Claim{Owner: replica, Seen: sees(1)}, start)
	c = step(t, c, called(1, commands.Answered), start)
	end := c.Watched()
	c = step(t, c, looked(end, commands.NotLooked, commands.Gone), end)
	require.Equal(t, approval.Done, c.State)
	require.True(t, c.Verified())
	assert.Contains(t, told(t, c), "Finished, and verified by looking.")
	assert.NotContains(t, told(t, c), "I stopped looking")
}

// A look that the vendor puts off beyond the time of looking is not waited for.
func TestALookBeyondItsTime(t *testing.T) {
	c := in(t, approval.Verifying, 1)
	e := blind(after(time.Second), 1, "vendor.throttled")
	e.Over, e.Next = after(time.Minute), after(time.Minute)
	c = step(t, c, e, after(time.Second))
	require.Equal(t, approval.Verifying, c.State)
	require.Equal(t, after(time.Minute), c.Due)
	e = blind(after(time.Minute), 1, "vendor.throttled")
	e.Over, e.Next = after(time.Hour), after(time.Hour)
	c = step(t, c, e, after(time.Minute))
	require.Equal(t, approval.Done, c.State)
	said := told(t, c)
	assert.Contains(t, said, "looking again makes sense from "+after(time.Hour).Format(stamp))
	assert.NotContains(t, said, "keep trying")
}
