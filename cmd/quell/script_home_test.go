package main

import (
	"fmt"
	"strings"

	"quell/bot/slacksim"
)

// home opens a person's Home tab, and waits until it shows all of the words: "home ben 'Waits for
// you' 'End 1 session'". After "no" it waits until it shows none of them.
func (w *world) home(neg bool, args []string) error {
	if err := w.workspace.As(whoever(args[0])).OpenHome(); err != nil {
		return err
	}
	return w.athome(neg, args)
}

// athome is home for one that is open already: opened anew it says no more what came of a click.
func (w *world) athome(neg bool, args []string) error {
	return w.inView(neg, args, func(s slacksim.State) *slacksim.Modal { return s.Home })
}

// list waits until the view that a person has before them shows all of the words.
func (w *world) list(neg bool, args []string) error {
	return w.inView(neg, args, func(s slacksim.State) *slacksim.Modal { return s.Modal })
}

func (w *world) inView(neg bool, args []string, of func(slacksim.State) *slacksim.Modal) error {
	_, err := w.wait(whoever(args[0]), func(s slacksim.State) bool {
		v := of(s)
		if v == nil {
			return false
		}
		for _, text := range args[1:] {
			if hasAll(v.Words(), []string{text}) == neg {
				return false
			}
		}
		return true
	})
	return err
}

// press presses a button of a person's Home, or of the view before them: "press ben home approve",
// "press ben list deny Q-7F3K2M".
func (w *world) press(args []string) error {
	who := whoever(args[0])
	var at *slacksim.Modal
	var act slacksim.Act
	_, err := w.wait(who, func(s slacksim.State) bool {
		if at = s.Modal; args[1] == "home" {
			at = s.Home
		}
		if at == nil {
			return false
		}
		for _, b := range (slacksim.Message{Blocks: at.Blocks}).Buttons() {
			if b.ActionID == args[2] && strings.Contains(b.Value, strings.Join(args[3:], "")) {
				act = slacksim.Act{View: at.ID, BlockID: b.BlockID, ActionID: b.ActionID, Value: b.Value}
			}
		}
		return act.View != ""
	})
	if err != nil {
		return fmt.Errorf("no button %s: %w", args[2], err)
	}
	return w.workspace.As(who).Do(act)
}

func whoever(name string) string {
	id, _ := at(name)
	return id
}

// closeView closes the view that a person has before them.
func (w *world) closeView(args []string) error {
	who := whoever(args[0])
	s, err := w.wait(who, func(s slacksim.State) bool { return s.Modal != nil })
	if err != nil {
		return err
	}
	return w.workspace.As(who).CloseView(s.Modal.ID)
}
