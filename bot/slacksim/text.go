package slacksim

import (
	"fmt"
	"strings"
)

// Words is everything a message shows without a click, a line for each text.
func (m Message) Words() string {
	if len(m.Blocks) == 0 {
		return m.Text
	}
	return wordsOf(m.Blocks)
}

// Words is everything a modal shows without a click, a line for each text.
func (m Modal) Words() string {
	return wordsOf([]map[string]any{{"text": m.Title}}) + "\n" + wordsOf(m.Blocks)
}

// Button is a button as a person sees it.
type Button struct{ BlockID, ActionID, Text, Value string }

// Buttons lists the buttons of a message.
func (m Message) Buttons() []Button {
	var all []Button
	for _, b := range m.Blocks {
		for _, e := range elements(b) {
			if text, ok := e["text"].(object); ok && str(e, "type") == "button" {
				all = append(all, Button{str(b, "block_id"), str(e, "action_id"), str(text, "text"), str(e, "value")})
			}
		}
	}
	return all
}

// In gives the messages of one conversation, threads included.
func (s State) In(channel string) []Message {
	var all []Message
	for _, m := range s.Messages {
		if m.Channel == channel {
			all = append(all, m)
		}
	}
	return all
}

// String shows what is seen, for a test that failed.
func (s State) String() string {
	var b strings.Builder
	for _, m := range s.Messages {
		fmt.Fprintf(&b, "%s %s %s: %s %s\n", m.Channel, m.TS, m.Username, strings.ReplaceAll(m.Words(), "\n", " | "), m.Error)
	}
	for _, n := range s.Notices {
		fmt.Fprintf(&b, "%s Slackbot: %s\n", n.Channel, n.Text)
	}
	if s.Home != nil {
		fmt.Fprintf(&b, "home %s: %s %s\n", s.Home.ID, strings.ReplaceAll(s.Home.Words(), "\n", " | "), s.Home.Error)
	}
	if s.Modal != nil {
		fmt.Fprintf(&b, "modal %s: %s %v %s\n", s.Modal.ID, strings.ReplaceAll(s.Modal.Words(), "\n", " | "), s.Modal.Errors, s.Modal.Error)
	}
	return b.String()
}

// wordsOf collects the texts of blocks in reading order: in each object its
// own text, then what it contains.
func wordsOf(blocks []map[string]any) string {
	var lines []string
	for _, b := range blocks {
		lines = appendWords(lines, b)
	}
	return strings.Join(lines, "\n")
}

func appendWords(lines []string, v any) []string {
	switch v := v.(type) {
	case string:
		return append(lines, v)
	case []any:
		for _, item := range v {
			lines = appendWords(lines, item)
		}
	case object:
		for _, part := range []string{"label", "text", "fields", "accessory", "element", "elements", "hint"} {
			inside := v[part]
			if part == "text" && str(v, "type") == "section" {
				inside = shownText(v)
			}
			if inside != nil {
				lines = appendWords(lines, inside)
			}
		}
	}
	return lines
}
