package slacksim

import (
	"errors"
	"fmt"
)

// spot is an element of a message or a view, with all that is around it.
type spot struct {
	person  Person
	room    room
	message *message // nil in a view
	view    *view    // nil in a message
	block   object
	element object
	*inputs // what the person entered there
}

// find locates the element of an act, as it stands now, and fills in its BlockID.
func (c Client) find(act *Act) (spot, error) {
	var s spot
	var err error
	var blocks []object
	if home, ok := c.homeView(act.View); ok {
		s.person, _ = c.me()
		s.view, blocks, s.inputs = home, home.blocks(), &home.inputs
	} else if act.View != "" {
		if s.person, s.view, err = c.open(act.View); err != nil {
			return s, err
		}
		blocks, s.inputs = s.view.blocks(), &s.view.inputs
	} else {
		if s.person, s.room, err = c.at(act.Channel); err != nil {
			return s, err
		}
		m := c.w.message(act.Channel, act.TS)
		if m == nil || m.onlyFor != "" && m.onlyFor != s.person.ID {
			return s, fmt.Errorf("slacksim: %s sees no message %s in %s", c.person, act.TS, act.Channel)
		}
		s.message, blocks, s.inputs = m, m.blocks, m.entered(s.person.ID)
	}
	s.block, s.element, err = act.element(blocks)
	return s, err
}

// element finds the element among blocks, if it is still what the person saw:
// a button has its value.
func (act *Act) element(blocks []object) (block, element object, err error) {
	for _, b := range blocks {
		if act.BlockID != "" && act.BlockID != str(b, "block_id") {
			continue
		}
		for _, e := range elements(b) {
			changed := str(e, "type") == "button" && act.Value != "" && act.Value != str(e, "value")
			if str(e, "action_id") == act.ActionID && !changed {
				act.BlockID = str(b, "block_id")
				return b, e, nil
			}
		}
	}
	return nil, nil, errors.New("slacksim: the element " + act.ActionID + " is not there any more")
}

// entered is the value that an act gives to an element; nil for a button, which holds none.
func (act *Act) entered(e object) object {
	if field, _ := holds(str(e, "type")); field == "value" {
		return object{"value": act.Value}
	}
	if str(e, "type") == "button" {
		return nil
	}
	return asJSON(act.Selected)
}
