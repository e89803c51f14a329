package policy

import (
	"slices"
	"time"
)

// window is when a rule holds: on some days, between two hours, in one zone. Hours
// that run past midnight belong to the day on which they begin.
type window struct {
	text  string // as people read it
	days  []time.Weekday
	from  int // minutes since midnight
	until int // minutes since midnight, exclusive; less than from if the window runs past midnight
	zone  *time.Location
}

// holds reports whether t is within the window. The zero time is in none.
func (w *window) holds(t time.Time) bool {
	if t.IsZero() {
		return false
	}
	t = t.In(w.zone)
	day, minute := t.Weekday(), t.Hour()*60+t.Minute()
	if w.from >= w.until && minute < w.until { // begun the day before
		return slices.Contains(w.days, (day+6)%7)
	}
	if minute < w.from || w.from < w.until && minute >= w.until {
		return false
	}
	return slices.Contains(w.days, day)
}
