package main

import (
	"fmt"

	"quell/bot/slacksim"
)

// rings waits until a person's phone shows a push with all of the words: "rings ben 'End 1 session'".
// Each push serves once, so that an earlier one is not taken for a new one.
func (w *world) rings(args []string) error {
	who := whoever(args[0])
	_, err := w.wait(who, func(slacksim.State) bool {
		for i, p := range w.workspace.As(who).Pushes() {
			if i >= len(w.rung[who]) {
				w.rung[who] = append(w.rung[who], false)
			}
			if !w.rung[who][i] && hasAll(p.String(), args[1:]) {
				w.rung[who][i] = true
				return true
			}
		}
		return false
	})
	if err != nil {
		return fmt.Errorf("the phone shows %q: %w", w.workspace.As(who).Pushes(), err)
	}
	return nil
}

// silent holds that a person's phone shows no push but those that "rings" has met.
func (w *world) silent(args []string) error {
	who := whoever(args[0])
	pushes := w.workspace.As(who).Pushes()
	for i, p := range pushes {
		if i >= len(w.rung[who]) || !w.rung[who][i] {
			return fmt.Errorf("it rang: %s", p)
		}
	}
	return nil
}
