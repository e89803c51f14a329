package slacksim

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Suggest types act.Value into a menu with external options, and waits for what the
// app suggests. Suggestions that break Slack's limits, come late or do not come are an
// error, and the person sees an empty menu. Suggested options can be chosen from then
// on.
func (c Client) Suggest(ctx context.Context, act Act) ([]map[string]any, error) {
	menu, err := c.Menu(ctx, act)
	if err != nil {
		return nil, err
	}
	return optionsOf(menu), nil
}

// Menu is Suggest with the option groups of the app kept: the answer holds options or
// option_groups.
func (c Client) Menu(ctx context.Context, act Act) (map[string]any, error) {
	type result struct {
		menu object
		err  error
	}
	done := make(chan result, 1)
	err := c.ask(act, func(menu object, err error) { done <- result{menu, err} })
	if err != nil {
		return nil, err
	}
	select {
	case r := <-done:
		return r.menu, r.err
	case <-c.w.closed:
		return nil, errors.New("slacksim: the workspace is closed")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// ask sends the block_suggestion; answered runs once, with mu held.
func (c Client) ask(act Act, answered func(object, error)) error {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	spot, err := c.find(&act)
	if err != nil {
		return err
	}
	if err := asks(spot.element, act.Value); err != nil {
		return err
	}
	spot.keepValues(act.Values)
	o := c.w.interaction("block_suggestion", spot.person)
	o["block_id"], o["action_id"], o["value"] = act.BlockID, act.ActionID, act.Value
	if spot.view != nil {
		c.w.inView(o, spot.view)
	} else {
		c.w.inMessage(o, spot.room, spot.message)
	}
	c.w.send(interactive(o), outcome{
		acked: func(ack json.RawMessage) {
			menu, err := suggested(ack)
			spot.addOptions(act.BlockID, act.ActionID, optionsOf(menu))
			answered(menu, err)
		},
		failed: func(code string) { answered(nil, fmt.Errorf("slacksim: no suggestions: %s", code)) },
	})
	return nil
}

// asks says why a client would not send a block_suggestion: only external menus have
// one sent, once min_query_length characters are typed, 3 unless set
// (docs.slack.dev, "Select menu element").
func asks(e object, query string) error {
	if !strings.HasSuffix(str(e, "type"), "external_select") {
		return fmt.Errorf("slacksim: %s asks for no suggestions", str(e, "action_id"))
	}
	least, ok := e["min_query_length"].(float64)
	if !ok {
		least = 3
	}
	if float64(utf8.RuneCountInString(query)) < least {
		return fmt.Errorf("slacksim: type %v or more characters to search", least)
	}
	return nil
}

// suggested reads the options of an ack, grouped or not, and checks them against the
// limits of a menu. An empty ack holds no options.
func suggested(ack json.RawMessage) (object, error) {
	if ack == nil {
		return object{"options": []any{}}, nil
	}
	var in object
	if err := json.Unmarshal(ack, &in); err != nil || in["options"] == nil && in["option_groups"] == nil {
		return nil, errors.New("slacksim: no suggestions: neither options nor option_groups")
	}
	var c checker
	c.menu("", in)
	if c.wrong != nil {
		return nil, fmt.Errorf("slacksim: no suggestions: %s", strings.Join(c.wrong, "; "))
	}
	return in, nil
}
