package slacksim

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// command sends a slash command to the app.
func (w *Workspace) command(p Person, r room, thread, typed string) {
	word, text := cutWord(typed)
	i := slices.IndexFunc(w.cfg.Commands, func(c Command) bool { return c.Command == word })
	if i < 0 {
		w.notify(p, r, word+" is not a valid command.")
		return
	}
	text = w.sentText(p, w.cfg.Commands[i], text)
	if thread != "" {
		w.notify(p, r, word+" is not supported in threads. Sorry!")
		return
	}
	to := &responseURL{person: p.ID, channel: r.ID}
	payload := w.slashPayload(p, r, word, text)
	payload["response_url"] = w.newResponseURL("commands", to)
	failed := func(code string) { w.notify(p, r, fmt.Sprintf("%s failed with the error %q", word, code)) }
	w.send(envelope{Type: "slash_commands", Payload: payload, Accepts: true}, outcome{
		acked: func(ack json.RawMessage) {
			if err := w.commandAnswered(to, ack); err != nil {
				failed(codeOf(err))
			}
		},
		failed: failed,
	})
}

// commandAnswered shows the message in a command's ack, if there is one.
func (w *Workspace) commandAnswered(to *responseURL, ack json.RawMessage) error {
	var in response
	if ack == nil {
		return nil
	}
	if json.Unmarshal(ack, &in) != nil {
		return refuse("invalid_command_response") // the code is believed
	}
	err := w.respond(to, in)
	if codeOf(err) == "no_text" {
		return nil // it says nothing, and nothing is shown
	}
	return err
}

// notify shows a person what Slackbot says to them alone.
func (w *Workspace) notify(p Person, r room, text string) {
	w.notices[p.ID] = append(w.notices[p.ID], Notice{ID: "n" + w.ts(), Channel: r.ID, Text: text})
	w.touch()
}

// cutWord cuts a typed line after its first word.
func cutWord(s string) (word, rest string) {
	at := strings.IndexFunc(s, unicode.IsSpace)
	if at < 0 {
		return s, ""
	}
	return s[:at], strings.TrimSpace(s[at:])
}
