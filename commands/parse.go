package commands

import (
	"slices"

	"quell/commands/words"
)

// Grammars are the forms of all commands that act on something.
func Grammars() []Grammar {
	return []Grammar{KillSessionGrammar(), DisconnectAgentGrammar(), StopTaskGrammar(), RestartProxyGrammar()}
}

// GrammarOf is the form of one of them; zero if there is no such command.
func GrammarOf(command string) Grammar {
	all := Grammars()
	i := slices.IndexFunc(all, func(g Grammar) bool { return g.Name == command })
	if i < 0 {
		return Grammar{}
	}
	return all[i]
}

// Names lists the commands that act on something, without the slash.
func Names() (names []string) {
	for _, g := range Grammars() {
		names = append(names, g.Name)
	}
	return names
}

// Parse reads the text of a command, as it was typed on a keyboard. It asks no system. A request without
// things, or without a system, is for a form to complete. Every error is a
// *Mistake.
func Parse(command, text string, k Keyboard) (Request, error) {
	g := GrammarOf(command)
	if g.Name == "" {
		return Request{}, mistake("mistake.command", words.V{"command": words.Code("/" + command)})
	}
	t, err := g.Parse(text, k)
	if err != nil {
		return Request{}, err
	}
	if len(t.Things) == 0 && t.Target == "help" {
		return Request{}, mistake("mistake.usage", words.V{"usage": words.Code(g.Usage())})
	}
	if command == "kill-session" {
		if err := checkSessions(t.Things); err != nil {
			return Request{}, err
		}
	}
	return Request{
		Command: g.Name, Target: t.Target, Things: t.Things,
		Place: t.Flags["node"], Reason: t.Flags["reason"],
	}, nil
}
