package slacksim

import (
	"regexp"
	"strings"
)

// Links lists what people can follow in a message: what its sender made a link, and what
// Slack makes one of by itself, addresses and bare host names alike. It leaves plain_text and
// markup with verbatim: true as they are (docs.slack.dev, "Text object"). Which words it takes
// for a host is not documented: here every word with a dot before two letters.
func (m Message) Links() (links []string) {
	if len(m.Blocks) == 0 {
		return linksIn(m.Text, true)
	}
	for _, b := range m.Blocks {
		links = appendLinks(links, b)
	}
	return links
}

func appendLinks(links []string, v any) []string {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			links = appendLinks(links, item)
		}
	case object:
		if str(v, "type") == "mrkdwn" {
			return append(links, linksIn(str(v, "text"), v["verbatim"] != true)...)
		}
		for _, inside := range v {
			links = appendLinks(links, inside)
		}
	}
	return links
}

// linksIn finds the links in a text in markup.
func linksIn(text string, automatic bool) (links []string) {
	control := regexp.MustCompile(`<([^<>]*)>`)
	for _, m := range control.FindAllStringSubmatch(text, -1) {
		if !strings.ContainsAny(m[1][:min(len(m[1]), 1)], "@#!") {
			links = append(links, m[1])
		}
	}
	if automatic {
		bare := regexp.MustCompile(`(?i)https?://[^\s|]+|\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b`)
		links = append(links, bare.FindAllString(control.ReplaceAllString(text, " "), -1)...)
	}
	return links
}
