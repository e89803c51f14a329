package vendortest

import (
	"maps"
	"slices"

	"quell/integrations"
)

// answerChecks hold the meaning of each answer.
func answerChecks(v Vendor) []check[Vendor] {
	var all []check[Vendor]
	for _, word := range slices.Sorted(maps.Keys(v.Refusals)) {
		all = append(all, check[Vendor]{"refused with " + word, func(v Vendor) error {
			return answered(v, func(p Peer) { p.Refuse(word, false) }, v.Refusals[word])
		}})
	}
	return append(all,
		check[Vendor]{"garbage in place of an answer", func(v Vendor) error {
			return answered(v, func(p Peer) { p.Behave(Babbles) }, integrations.Garbled)
		}},
		check[Vendor]{"hung up", func(v Vendor) error {
			return answered(v, func(p Peer) { p.Behave(HangsUp) }, integrations.NoAnswer)
		}},
	)
}

// answered tries a read and a write against a peer that was told so. The Effect follows
// from the Kind, so the Kind is all there is to compare.
func answered(v Vendor, tell func(Peer), kind integrations.Kind) error {
	t, err := try(v, integrations.ClientOptions{})
	if err != nil {
		return err
	}
	defer t.close()
	ctx, cancel := background()
	defer cancel()
	tell(t.Peer)
	if err := v.expect("read", t.Read(ctx), kind); err != nil {
		return err
	}
	tell(t.Peer)
	if err := v.expect("write", t.Write(ctx), kind); err != nil {
		return err
	}
	return t.sent("write", 1)
}
