package vendortest

import (
	"errors"
	"maps"
	"slices"

	"quell/integrations"
)

// answerChecks hold the meaning of each answer.
func answerChecks(v Vendor) []check[Vendor] {
	var all []check[Vendor]
	for _, word := range slices.Sorted(maps.Keys(v.Refusals)) {
		all = append(all, check[Vendor]{"refused with " + word, func(v Vendor) error {
			return answered(v, func(p Peer) { p.Refuse(word, false) }, v.Refusals[word], "")
		}})
	}
	return append(all,
		check[Vendor]{"garbage in place of an answer", func(v Vendor) error {
			return answered(v, func(p Peer) { p.Behave(Babbles) }, integrations.Garbled, "")
		}},
		check[Vendor]{"hung up", func(v Vendor) error {
			return answered(v, func(p Peer) { p.Behave(HangsUp) }, integrations.NoAnswer, "network.hung-up")
		}},
	)
}

// answered tries a read and a write against a peer that was told so. The Effect follows
// from the Kind, so the Kind is all there is to compare, and the sentence for people where
// it is the same for all.
func answered(v Vendor, tell func(Peer), kind integrations.Kind, sentence string) error {
	t, err := try(v, integrations.ClientOptions{})
	if err != nil {
		return err
	}
	defer t.close()
	ctx, cancel := background()
	defer cancel()
	tell(t.Peer)
	err = t.Read(ctx)
	if err := errors.Join(v.expect("read", err, kind), says("read", err, sentence)); err != nil {
		return err
	}
	tell(t.Peer)
	err = t.Write(ctx)
	if err := errors.Join(v.expect("write", err, kind), says("write", err, sentence)); err != nil {
		return err
	}
	return t.sent("write", 1)
}
