package approval

import (
	"slices"

	"quell/integrations"
)

// Call is one exchange with the vendor.
type Call struct {
	integrations.Exchange
	// Deed says that it belongs to an item's call, not to a look.
	Deed bool `json:"deed,omitempty"`
}

// looksMost is how many exchanges of looks a case keeps: those of its last look
// or two. The record keeps all.
const looksMost = 24

// Heard adds what went over the wire to a case. It moves nothing. What belongs to
// an item's call is kept for good; of the rest the newest is.
func (c Case) Heard(calls []integrations.Exchange, deed bool) Case {
	if len(calls) == 0 {
		return c
	}
	c.Calls = slices.Clone(c.Calls)
	for _, e := range calls {
		c.Calls = append(c.Calls, Call{e, deed})
	}
	looks := 0
	for _, k := range c.Calls {
		if !k.Deed {
			looks++
		}
	}
	c.Calls = slices.DeleteFunc(c.Calls, func(k Call) bool {
		if k.Deed || looks <= looksMost {
			return false
		}
		looks--
		return true
	})
	return c
}
