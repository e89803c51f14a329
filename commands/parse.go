package commands

import (
	"cmp"
	"slices"
	"strings"

	"quell/commands/words"
	"quell/integrations"
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
// things, or without a system, is for a form to complete. What suits the kind of its target
// says Misfit. Every error is a *Mistake; beside it stands what a form can be filled in with,
// or the zero Request if there can be no form.
func Parse(command, text string, k Keyboard, forms Forms) (Request, error) {
	g := forms(command, "")
	if g.Name == "" {
		return Request{}, mistake("mistake.command", words.V{"command": words.Code("/" + command)})
	}
	g.at = func(target string) Grammar { return forms(command, target) }
	t, err := g.Parse(text, k)
	if err == nil && len(t.Things) == 0 && strings.EqualFold(t.Target, "help") {
		return Request{}, mistake("mistake.usage", words.V{"usage": words.Code(g.Usage())})
	}
	r := Request{Command: g.Name, Target: t.Target, Things: t.Things, Reason: t.Flags["reason"]}
	for _, f := range g.Flags {
		if value := t.Flags[f.Name]; f.option && value != "" {
			r.Options, r.Place = append(r.Options, f.Name), placeName(value)
		}
	}
	return r, err
}

// placeName is the name of a place without the style that was copied along.
func placeName(typed string) string {
	return cmp.Or(strings.Trim(typed, strings.Trim(styles, "_")), typed)
}

// Misfit says which part of a request does not suit the kind of its target: an option that only
// other kinds have, or a word that can name nothing there. It is zero if all does.
func Misfit(r Request, kind integrations.Profile) words.Message {
	g := GrammarOf(r.Command).With(kind)
	for _, o := range r.Options {
		if !g.has(o) {
			return words.New("mistake.option", words.V{"flag": words.Code("--" + o), "target": words.Code(r.Target), "usage": words.Code(g.Usage())})
		}
	}
	if kind.Check == nil {
		return words.Message{}
	}
	for _, w := range r.Things {
		if why := misnamed(r.Command, w, kind); !why.IsZero() {
			return Say(why)
		}
	}
	return words.Message{}
}

// misnamed says why a word can name nothing of a kind, in any spelling or as a list.
func misnamed(command, word string, kind integrations.Profile) integrations.Note {
	bad := func(w string) bool { return !kind.Check(command, w).IsZero() }
	parts := listed(word)
	if !bad(word) || len(parts) == 0 {
		parts = []string{word}
	}
	for _, part := range parts {
		if why := kind.Check(command, part); !slices.ContainsFunc(Spellings(part), func(s string) bool { return !bad(s) }) {
			return why
		}
	}
	return integrations.Note{}
}
