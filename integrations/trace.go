package integrations

import "time"

// Fate is what one look shows of a thing after a call that was to end or restart
// it.
type Fate string

const (
	Untold  Fate = "untold"  // nothing can be said of it yet, or any more
	Staying Fate = "staying" // it is as it was
	Leaving Fate = "leaving" // the vendor is at it
	Over    Fate = "over"    // it was done, and no later look will differ
	Failed  Fate = "failed"  // the vendor says that it did not do it, and no later look will differ
)

// Trace is what became of one thing, where a vendor can be asked about one. Where
// it can only list what lives, a Sighting tells.
type Trace struct {
	Fate Fate
	Note Note      // what to tell people beside it: the vendor's own last word, how far it is
	At   time.Time // when the look began, by our clock
}
