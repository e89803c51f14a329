package slacksim

import (
	"regexp"
	"slices"
	"strings"
)

// sentText is a command's text as Slack hands it to the app: &, < and > are escaped, and a
// command that asks for it (should_escape) has its people, channels and links as tokens. A
// token that a test types itself stands for what a client made of a link or a name.
func (w *Workspace) sentText(p Person, c Command, text string) string {
	if !c.ShouldEscape {
		return escapeSigns(text)
	}
	special := regexp.MustCompile(`<(?:https?://|mailto:|[@#!])[^<>\s]*>|` + mention + `|` + address)
	var b strings.Builder
	end := 0
	for _, at := range special.FindAllStringIndex(text, -1) {
		b.WriteString(escapeSigns(text[end:at[0]]) + w.tokenOf(p, text[at[0]:at[1]]))
		end = at[1]
	}
	return b.String() + escapeSigns(text[end:])
}

const (
	mention = `[@#][a-z0-9._-]*[a-z0-9_-]`
	// address is one with a scheme, one of mail, or a bare host name with what follows it.
	address = `https?://[^\s"'<>|]+|[\w.+-]+@(?:[\w-]+\.)+[A-Za-z]{2,}|(?:\b[\w-]+\.)+[A-Za-z]{2,}\b(?::\d+)?(?:/[^\s"'<>|]*)?`
)

// tokenOf is what Slack makes of a mention or an address. Nobody's name stays as it was typed.
func (w *Workspace) tokenOf(p Person, word string) string {
	switch word[0] {
	case '<':
		return word
	case '@':
		if i := slices.IndexFunc(w.cfg.People, func(o Person) bool { return o.Name == word[1:] }); i >= 0 {
			return "<@" + w.cfg.People[i].ID + "|" + word[1:] + ">"
		}
		return word
	case '#':
		seen := func(c Channel) bool { return c.Name == word[1:] && (!c.Private || slices.Contains(c.Members, p.ID)) }
		if i := slices.IndexFunc(w.cfg.Channels, seen); i >= 0 {
			return "<#" + w.cfg.Channels[i].ID + "|" + word[1:] + ">"
		}
		return word
	}
	return linked(escapeSigns(word))
}

// linked is the token of an address. What ends a sentence is no part of the address.
func linked(typed string) string {
	whole := strings.TrimRight(typed, ".,;:!?)")
	switch {
	case strings.HasPrefix(whole, "http://"), strings.HasPrefix(whole, "https://"):
		return "<" + whole + ">" + typed[len(whole):]
	case strings.Contains(whole, "@"):
		return "<mailto:" + whole + "|" + whole + ">" + typed[len(whole):]
	}
	return "<http://" + whole + "|" + whole + ">" + typed[len(whole):]
}

func escapeSigns(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}
