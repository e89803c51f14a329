package approval

import (
	"time"

	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

const (
	// idleFrom is from when on a thing that did nothing was idle: what works in turns rests for seconds.
	idleFrom = time.Minute
	// idleWithin is by how much the moment of the last deed may differ between two looks: a vendor
	// says it in whole seconds, and answers some time after a look began.
	idleWithin = 3 * time.Second
)

// stirred is for how long a thing had done nothing when the case was planned, if a later look shows
// that it did something after that; 0 if not, or where either look does not tell.
func stirred(p commands.Plan, before integrations.Thing, seen integrations.Sighting) time.Duration {
	now, there := seen.Find(before.ID)
	told := there && before.Idle >= idleFrom && now.Idle >= 0 && !p.Looked.IsZero()
	if !told || !seen.At.Add(-now.Idle).After(p.Looked.Add(idleWithin)) {
		return 0
	}
	return before.Idle
}

// Stirred says that the i-th thing was idle when people were asked, and busy again before its call:
// what they read of it then was no longer so. It is said once a call was made, or may have been.
func Stirred(c Case, i int) words.Message {
	it := c.Items[i]
	if it.WasIdle == 0 || it.Done == commands.NotSent {
		return words.Message{}
	}
	return words.New("card.stirred", words.V{"idle": words.For(it.WasIdle)})
}
