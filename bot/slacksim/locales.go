package slacksim

import (
	"cmp"
	"fmt"
)

// unset is the locale of whoever chose none: Slack names languages as in "en-US" (docs.slack.dev,
// users.info and conversations.info, include_locale).
const unset = "en-US"

// tellLocale adds a locale to an object, where it was asked for.
func (a args) tellLocale(o object, locale string) {
	if a.is("include_locale") {
		o["locale"] = cmp.Or(locale, unset)
	}
}

// SetLocale chooses the language of a person or of a channel, by its id; "" for none.
func (w *Workspace) SetLocale(id, locale string) error {
	w.mu.Lock()
	p, person := w.person(id)
	w.mu.Unlock()
	if person {
		p.Locale = locale
		w.SetPerson(p)
		return nil
	}
	c := w.Channel(id)
	if c.ID == "" {
		return fmt.Errorf("slacksim: there is neither a person nor a channel %s", id)
	}
	c.Locale = locale
	w.SetChannel(c)
	return nil
}
