package approval

import (
	"encoding/json"

	"quell/integrations"
)

// Exchange is one exchange with the vendor.
type Exchange struct {
	integrations.Exchange
	// OfCall says that it belongs to an item's call, not to a look.
	OfCall bool `json:"deed,omitempty"`
}

// UnmarshalJSON reads both halves: the Exchange's own reading would take all of it.
func (k *Exchange) UnmarshalJSON(b []byte) error {
	var half struct {
		Deed bool `json:"deed"`
	}
	if err := json.Unmarshal(b, &half); err != nil {
		return err
	}
	k.OfCall = half.Deed
	return k.Exchange.UnmarshalJSON(b)
}

// Exchanges is what went over the wire for an item's call, or for a look.
func Exchanges(calls []integrations.Exchange, deed bool) []Exchange {
	var all []Exchange
	for _, e := range calls {
		all = append(all, Exchange{e, deed})
	}
	return all
}
