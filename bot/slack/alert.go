package slack

import (
	"encoding/json"
	"regexp"
	"strings"
)

// maxAlert is how much of a message is read, in characters: as much as one message may hold
// (docs.slack.dev, "chat.postMessage": messages are truncated at 40,000).
const maxAlert = 40_000

// alertMessage is what of a message may hold the text of an alert (docs.slack.dev, "Message object",
// "Secondary attachments"). Some alerts are blocks alone, and some attachments alone.
type alertMessage struct {
	Text        string            `json:"text"`
	Blocks      []json.RawMessage `json:"blocks"`
	Attachments []struct {
		Pretext, Title, Text, Fallback string
		Fields                         []struct{ Title, Value string }
		Blocks                         []json.RawMessage
	} `json:"attachments"`
}

// alertText is all that a message says, as text without markup. Anybody may have written it.
func alertText(message json.RawMessage) string {
	var m alertMessage
	if json.Unmarshal(message, &m) != nil {
		return ""
	}
	parts := append([]string{m.Text}, blocksText(m.Blocks)...)
	for _, a := range m.Attachments {
		parts = append(parts, a.Pretext, a.Title, a.Text, a.Fallback)
		for _, f := range a.Fields {
			parts = append(parts, f.Title+": "+f.Value)
		}
		parts = append(parts, blocksText(a.Blocks)...)
	}
	return cut(withoutLinks(strings.Join(parts, "\n")), maxAlert)
}

// blocksText is what blocks say. What is behind a button or in a menu nobody reads.
func blocksText(blocks []json.RawMessage) (all []string) {
	for _, b := range blocks {
		var block any
		if json.Unmarshal(b, &block) == nil {
			all = append(all, said(block)...)
		}
	}
	return all
}

// said are the texts in a part of a block: in a text object, or in an element of rich text, whose
// neighbours may be one word in two styles.
func said(part any) (all []string) {
	switch p := part.(type) {
	case []any:
		for _, e := range p {
			all = append(all, said(e)...)
		}
	case map[string]any:
		kind, _ := p["type"].(string)
		if text, ok := p["text"].(string); ok {
			return []string{text}
		}
		if kind == "actions" || kind == "input" || kind == "button" {
			return nil
		}
		for _, key := range []string{"text", "fields", "elements"} {
			all = append(all, said(p[key])...)
		}
		if kind == "rich_text_section" || kind == "rich_text_preformatted" || kind == "rich_text_quote" {
			return []string{strings.Join(all, "")}
		}
	}
	return all
}

// withoutLinks is a text in which each link is what it reads: Slack makes links of the names of
// hosts, and of what looks like one (docs.slack.dev, "Formatting message text", "Retrieving
// messages"). People, channels and groups are none of what an alert is about.
func withoutLinks(text string) string {
	return unescape(alertToken.ReplaceAllStringFunc(text, func(token string) string {
		inside := token[1 : len(token)-1]
		if strings.ContainsAny(inside[:1], "@#!") {
			return " "
		}
		return asTyped(token)
	}))
}

var alertToken = regexp.MustCompile(`<[^<>]+>`)
