package words

import (
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// lacks is what a template says for a value that is not there (text/template, missingkey=default).
const lacks = "<no value>"

// Knows reports whether the catalogue can say a message in full: it has the sentence, each value of
// it, and how to draw them. What a newer release stored may be otherwise.
func (s Speaker) Knows(m Message) bool {
	values := map[string]any{}
	for name, v := range m.Values {
		if !s.knows(v) {
			return false
		}
		values[name] = ""
	}
	cfg := i18n.LocalizeConfig{MessageID: m.ID, TemplateData: values}
	if n, ok := m.Values["count"]; ok {
		cfg.PluralCount = int(n.number())
	}
	out, err := s.localizer.Localize(&cfg)
	return (out != "" || err == nil) && !strings.Contains(out, lacks)
}

func (s Speaker) knows(v Value) bool {
	switch v.Kind {
	case text, code, ofCase, user, channel, group, link, count, moment, duration:
		return true
	case "": // a list of none
		return v.Value == ""
	case inner, strong:
		return v.Inner != nil && (v.Inner.IsZero() || s.Knows(*v.Inner))
	case lines, document:
		return !slices.ContainsFunc(v.List, func(m Message) bool { return !s.Knows(m) })
	case all, anyOf:
		return !slices.ContainsFunc(v.Items, func(item Value) bool { return !s.knows(item) })
	}
	return false
}
