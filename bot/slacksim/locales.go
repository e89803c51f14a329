package slacksim

import (
	"cmp"
	"fmt"
)

// unset is the locale of whoever chose none: Slack names languages as in "en-US" (docs.slack.dev,
// users.info and conversations.info, include_locale).
const unset = "en-US"

// pseudo is the locale of a language that nobody speaks, by which one sees what an app says that is
// in none of its catalogues (CLDR, "Unicode Locale Data Markup Language", "Pseudo-locales").
const pseudo = "en-XA"

// speakPseudo gives a channel and its members that language, or none.
func (w *Workspace) speakPseudo(c Channel, on bool) error {
	locale := ""
	if on {
		locale = pseudo
	}
	for _, id := range append([]string{c.ID}, c.Members...) {
		if err := w.SetLocale(id, locale); err != nil {
			return err
		}
	}
	return nil
}

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
