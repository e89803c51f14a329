package main

import (
	"fmt"
	"strconv"
	"strings"
)

// made asserts how many calls of a method of Slack's the program made: "made chat.postMessage 2",
// or since it was noted how many there were: "made chat.update", and later "made chat.update +0".
func (w *world) made(args []string) error {
	method, got := args[0], w.workspace.Calls(args[0])
	if len(args) == 1 {
		w.noted[method] = got
		return nil
	}
	want, err := strconv.Atoi(strings.TrimPrefix(args[1], "+"))
	if err != nil {
		return err
	}
	if strings.HasPrefix(args[1], "+") {
		got -= w.noted[method]
	}
	if got != want {
		return fmt.Errorf("%s was called %d times, not %s\nthe program's log:\n%s", method, got, args[1], w.log)
	}
	return nil
}
