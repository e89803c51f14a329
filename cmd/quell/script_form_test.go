package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"

	"quell/bot/slacksim"
)

// What a script does in a form. A person has one form before them at a time.

// asks waits until the form before a person shows all of the words, filled in or
// at a field; with "!" until no form does.
func (w *world) asks(neg bool, args []string) error {
	who, _ := at(args[0])
	_, err := w.wait(who, func(s slacksim.State) bool {
		return (s.Modal == nil || !s.Modal.Busy) && neg != (s.Modal != nil && hasAll(fmt.Sprint(s.Modal.Words(), s.Modal.Errors, s.Modal.Blocks), args[1:]))
	})
	return err
}

// told waits until a person reads all of the words in their form, or alone where the answer to a
// form came too late for it.
func (w *world) told(args []string) error {
	who, where := at(args[0])
	alone := func(m slacksim.Message) bool { return m.Ephemeral }
	_, err := w.wait(who, func(s slacksim.State) bool {
		_, later := message(s, where, args[1:], alone)
		return later || s.Modal != nil && hasAll(fmt.Sprint(s.Modal.Words(), s.Modal.Errors, s.Modal.Blocks), args[1:])
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

// systemsMenu asserts that the menu of systems answers a word with all of the others. Systems of
// one word stand one after the other: "systems anna app '2 of 500' 'cache-app-1 cache-app-2'".
func (w *world) systemsMenu(args []string) error {
	who, _ := at(args[0])
	menu, err := w.menuOf(who, "target", args[1])
	if err != nil {
		return err
	}
	var names []string
	for _, o := range optionsOf(menu) {
		names = append(names, fmt.Sprint(o["value"]))
	}
	if said := strings.Join(names, " ") + fmt.Sprint(menu); !hasAll(said, args[2:]) {
		return fmt.Errorf("the menu offers %s", said)
	}
	return nil
}

// menuOf types a text into a menu of the form before a person, which the program answers.
func (w *world) menuOf(who, action, text string) (map[string]any, error) {
	m, err := w.before(who)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return w.workspace.As(who).Menu(ctx, slacksim.Act{View: m.ID, ActionID: action, Value: text})
}

// optionsOf lists the options of a menu's one group.
func optionsOf(menu map[string]any) (all []map[string]any) {
	groups, _ := menu["option_groups"].([]any)
	for _, g := range groups {
		options, _ := g.(map[string]any)["options"].([]any)
		for _, o := range options {
			all = append(all, o.(map[string]any))
		}
	}
	return all
}

// many adds so many systems to the file, all of them at the vendor's: "many 499" adds
// cache-app-001 to cache-app-499.
func (w *world) many(args []string) error {
	n, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	path := w.ts.Getenv("QUELL_CONFIG")
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	body := string(data[strings.Index(string(data), "    kind:"):])
	for i := range n {
		data = fmt.Appendf(data, "  cache-app-%03d:\n%s", i+1, body)
	}
	return os.WriteFile(path, data, 0o600)
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
	menu, err := w.menuOf(who, "things", args[1])
	if err != nil {
		return err
	}
	if said := fmt.Sprint(menu); !hasAll(said, args[2:]) {
		return fmt.Errorf("the menu offers %s", said)
	}
	return nil
}

// first asserts with what the menu of sessions begins, before anything is typed into it, and that
// none of it is picked: "first anna '10.63.238.158:2048 10.63.238.159:3058'".
func (w *world) first(args []string) error {
	who, _ := at(args[0])
	menu, err := w.menuOf(who, "things", "")
	if err != nil {
		return err
	}
	var names []string
	for _, o := range optionsOf(menu) {
		text, _ := o["text"].(map[string]any)
		parts := strings.Split(fmt.Sprint(text["text"]), " · ") // what it is called, its name
		names = append(names, parts[len(parts)-1])
	}
	if said := strings.Join(names, " "); !strings.HasPrefix(said, args[1]) {
		return fmt.Errorf("the menu begins with %s", said)
	}
	if m, err := w.before(who); err != nil || strings.Contains(fmt.Sprint(m.Blocks), "initial_options") {
		return fmt.Errorf("something is picked: %v, %w", m, err)
	}
	return nil
}

// chooses takes a system in the form, and types its name first where the menu is a search:
// "chooses anna cache-prod".
func (w *world) chooses(args []string) error {
	who, _ := at(args[0])
	m, err := w.before(who)
	if err != nil {
		return err
	}
	if strings.Contains(fmt.Sprint(m.Blocks), "type:external_select") {
		if _, err := w.menuOf(who, "target", args[1]); err != nil {
			return err
		}
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

// acts runs the shortcut for alerts on the newest message of a channel that says the words:
// "acts anna 'is slow'".
func (w *world) acts(args []string) error {
	who, where := at(args[0])
	var found slacksim.Message
	_, err := w.wait(who, func(s slacksim.State) bool {
		m, ok := message(s, where, args[1:], func(m slacksim.Message) bool { return !m.Ephemeral })
		found = m
		return ok
	})
	if err != nil {
		return err
	}
	return w.workspace.As(who).ActOn(where, found.TS, "act-on-alert", nil)
}

// shortcut runs a shortcut from nowhere: "shortcut anna stop-something".
func (w *world) shortcut(args []string) error {
	who, _ := at(args[0])
	return w.workspace.As(who).Shortcut(args[1])
}

// choosesChannel takes a channel in the form: "chooses-channel anna C0LUNCH".
func (w *world) choosesChannel(args []string) error {
	who, _ := at(args[0])
	m, err := w.before(who)
	if err != nil {
		return err
	}
	return w.workspace.As(who).Do(slacksim.Act{
		View: m.ID, ActionID: "channel", Selected: map[string]any{"selected_conversation": args[1]}, Values: w.entered(m, who),
	})
}

// weighs tells the program what a person has picked in the form by now, as the menu does with each
// choice: "weighs anna".
func (w *world) weighs(args []string) error {
	who, _ := at(args[0])
	m, err := w.before(who)
	if err != nil {
		return err
	}
	var options []any
	for _, o := range w.picked[who] {
		options = append(options, o)
	}
	return w.workspace.As(who).Do(slacksim.Act{View: m.ID, ActionID: "things", Selected: map[string]any{"selected_options": options}})
}
