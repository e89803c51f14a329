package approval

import (
	"encoding/json"

	"quell/integrations"
)

// Exchange is one exchange with the vendor.
type Exchange struct {
	integrations.Exchange
	// OfCall says that the exchange belongs to an item's call, not to a look.
	OfCall bool `json:"deed,omitempty"`
}

// MarshalJSON writes both halves: the embedded Exchange's own MarshalJSON would be promoted
// and leave out OfCall.
func (k Exchange) MarshalJSON() ([]byte, error) {
	body, err := k.Exchange.MarshalJSON()
	if err != nil || !k.OfCall {
		return body, err
	}
	return append(body[:len(body)-1], `,"deed":true}`...), nil
}

// UnmarshalJSON reads both halves: the embedded Exchange's own UnmarshalJSON would be
// promoted and leave out OfCall.
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

// Exchanges marks the exchanges of a tape as those of an item's call (ofCall), or of a look.
func Exchanges(taken []integrations.Exchange, ofCall bool) []Exchange {
	var all []Exchange
	for _, e := range taken {
		all = append(all, Exchange{e, ofCall})
	}
	return all
}
