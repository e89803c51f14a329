package approval

import (
	"encoding/json"

	"quell/integrations"
)

// Call is one exchange with the vendor.
type Call struct {
	integrations.Exchange
	// Deed says that it belongs to an item's call, not to a look.
	Deed bool `json:"deed,omitempty"`
}

// UnmarshalJSON reads both halves: the Exchange's own reading would take all of it.
func (k *Call) UnmarshalJSON(b []byte) error {
	var half struct {
		Deed bool `json:"deed"`
	}
	if err := json.Unmarshal(b, &half); err != nil {
		return err
	}
	k.Deed = half.Deed
	return k.Exchange.UnmarshalJSON(b)
}

// Heard is what went over the wire for an item's call, or for a look.
func Heard(calls []integrations.Exchange, deed bool) []Call {
	var all []Call
	for _, e := range calls {
		all = append(all, Call{e, deed})
	}
	return all
}
