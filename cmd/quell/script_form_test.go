package main

import (
	"context"
	"fmt"
	"strings"

	"quell/bot/slacksim"
)

// What a script does in a form. A person has one form before them at a time.

// asks waits until the form before a person shows all of the words, filled in or
// at a field; with "!" until no form does.
func (w *world) asks(neg bool, args []string) error {
	who, _ := at(args[0])
	_, err := w.wait(who, func(s slacksim.State) bool {
		return neg != (s.Modal != nil && !s.Modal.Busy && hasAll(fmt.Sprint(s.Modal.Words(), s.Modal.Errors, s.Modal.Blocks), args[1:]))
	})
	return err
}

// before is the form that a person has before them.
func (w *world) before(who string) (*slacksim.Modal, error) {
	s, err := w.wait(who, func(s slacksim.State) bool { return s.Modal != nil && !s.Modal.Busy })
	return s.Modal, err
}

// picks types each word into the menu of sessions and takes the one hit:
// "picks anna 10.63.238.158:2048 nightly-cron".
func (w *world) picks(args []string) error {
	who, _ := at(args[0])
	for _, text := range args[1:] {
		found, err := w.search(who, text)
		if err != nil {
			return err
		}
		if len(found) != 1 {
			return fmt.Errorf("%q finds %d sessions: %v", text, len(found), found)
		}
		w.picked[who] = append(w.picked[who], found[0])
	}
	return nil
}

func (w *world) search(who, text string) ([]map[string]any, error) {
	m, err := w.before(who)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return w.workspace.As(who).Suggest(ctx, slacksim.Act{View: m.ID, ActionID: "things", Value: text})
}

// offers asserts that the menu of sessions answers a word with all of the others:
// "offers anna checkout '10.63.238.158:2048' 'idle for'".
func (w *world) offers(args []string) error {
	who, _ := at(args[0])
	m, err := w.before(who)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	menu, err := w.workspace.As(who).Menu(ctx, slacksim.Act{View: m.ID, ActionID: "things", Value: args[1]})
	if err != nil {
		return err
	}
	if said := fmt.Sprint(menu); !hasAll(said, args[2:]) {
		return fmt.Errorf("the menu offers %s", said)
	}
	return nil
}

// chooses takes a system in the form: "chooses anna cache-prod".
func (w *world) chooses(args []string) error {
	who, _ := at(args[0])
	m, err := w.before(who)
	if err != nil {
		return err
	}
	option := map[string]any{"text": map[string]any{"type": "plain_text", "text": args[1], "emoji": false}, "value": args[1]}
	return w.workspace.As(who).Do(slacksim.Act{
		View: m.ID, ActionID: "target", Selected: map[string]any{"selected_option": option}, Values: w.entered(m, who),
	})
}

// rereads presses the button that has the list read again.
func (w *world) rereads(args []string) error {
	who, _ := at(args[0])
	m, err := w.before(who)
	if err != nil {
		return err
	}
	return w.workspace.As(who).Do(slacksim.Act{View: m.ID, ActionID: "read-again", Values: w.entered(m, who)})
}

// sends sends the form, with what was picked and a reason: "sends anna 'leaks'".
func (w *world) sends(args []string) error {
	who, _ := at(args[0])
	m, err := w.before(who)
	if err != nil {
		return err
	}
	values := w.entered(m, who)
	if len(args) > 1 {
		values["reason"] = map[string]map[string]any{"reason": {"value": strings.Join(args[1:], " ")}}
	}
	w.picked[who] = nil
	return w.workspace.As(who).Submit(m.ID, values)
}

// entered is what a person picked, at the block that asks for it.
func (w *world) entered(m *slacksim.Modal, who string) slacksim.Values {
	values := slacksim.Values{}
	for _, b := range m.Blocks {
		if id, _ := b["block_id"].(string); strings.HasPrefix(id, "things ") && len(w.picked[who]) > 0 {
			options := make([]any, len(w.picked[who]))
			for i, o := range w.picked[who] {
				options[i] = o
			}
			values[id] = map[string]map[string]any{"things": {"selected_options": options}}
		}
	}
	return values
}
