package commands

import "quell/bot/words"

// Names lists the commands that act on something, without the slash.
func Names() []string { return []string{KillSessionGrammar().Name} }

// Parse reads the text of a slash command. Every error is a *Mistake.
func Parse(command, text string) (Request, error) {
	switch command {
	case "kill-session":
		return ParseKillSession(text)
	}
	return Request{}, mistake("mistake.command", words.V{"command": words.Code("/" + command)})
}
