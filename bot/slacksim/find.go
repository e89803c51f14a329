package slacksim

import (
	"errors"
	"fmt"
	"slices"
)

// spot is where an element was found.
type spot struct {
	person  Person
	room    room
	message *message // nil in a view
	view    *view    // nil in a message
	element object
}

// find looks an element up and fills in its BlockID.
func (c Client) find(act *Act) (spot, error) {
	if act.View != "" {
		return c.findInView(act)
	}
	p, r, err := c.at(act.Channel)
	if err != nil {
		return spot{}, err
	}
	m := c.w.message(act.Channel, act.TS)
	if m == nil || m.onlyFor != "" && m.onlyFor != p.ID {
		return spot{}, fmt.Errorf("slacksim: %s sees no message %s in %s", c.person, act.TS, act.Channel)
	}
	e, err := act.element(m.blocks)
	return spot{person: p, room: r, message: m, element: e}, err
}

func (c Client) findInView(act *Act) (spot, error) {
	p, v, err := c.open(act.View)
	if err != nil {
		return spot{}, err
	}
	e, err := act.element(v.blocks())
	return spot{person: p, view: v, element: e}, err
}

// element finds the element among blocks.
func (act *Act) element(blocks []object) (object, error) {
	for _, b := range blocks {
		if act.BlockID != "" && act.BlockID != str(b, "block_id") {
			continue
		}
		for _, e := range elements(b) {
			if str(e, "action_id") == act.ActionID && act.matches(e) {
				act.BlockID = str(b, "block_id")
				return e, nil
			}
		}
	}
	return nil, errors.New("slacksim: the element " + act.ActionID + " is not there any more")
}

// matches says whether e is still what the person saw: the button has its
// value, the menu offers what was chosen.
func (act *Act) matches(e object) bool {
	if str(e, "type") == "button" {
		return act.Value == "" || act.Value == str(e, "value")
	}
	if e["options"] == nil {
		return true
	}
	chosen := objects(act.Selected["selected_options"])
	if one, ok := act.Selected["selected_option"].(object); ok {
		chosen = append(chosen, one)
	}
	return !slices.ContainsFunc(chosen, func(o object) bool { return !offers(e, str(o, "value")) })
}

func offers(e object, value string) bool {
	return slices.ContainsFunc(objects(e["options"]), func(o object) bool { return str(o, "value") == value })
}
