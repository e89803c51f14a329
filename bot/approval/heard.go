package approval

import "quell/integrations"

// Call is one exchange with the vendor.
type Call struct {
	integrations.Exchange
	// Deed says that it belongs to an item's call, not to a look.
	Deed bool `json:"deed,omitempty"`
}

// Heard is what went over the wire for an item's call, or for a look.
func Heard(calls []integrations.Exchange, deed bool) []Call {
	var all []Call
	for _, e := range calls {
		all = append(all, Call{e, deed})
	}
	return all
}
