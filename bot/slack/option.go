package slack

import (
	"cmp"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"quell/bot/words"
	"quell/commands"
	"quell/integrations"
)

// choosable leaves out the things whose id does not fit into an option.
func choosable(things []integrations.Thing) (fit []integrations.Thing) {
	for _, t := range things {
		if utf8.RuneCountInString(t.ID) <= maxValue {
			fit = append(fit, t)
		}
	}
	return fit
}

// option offers a thing: by what people know it by, with what tells them whether
// it is the one, or why it cannot be.
func (d drawing) option(t integrations.Thing) *slack.OptionBlockObject {
	name := cmp.Or(d.plain.Value(words.Code(t.Name)), t.ID)
	if called := d.plain.Value(words.Code(t.Fact("name"))); called != "" {
		name += " · " + called
	}
	o := slack.NewOptionBlockObject(t.ID, plainText(name, maxLabel), nil)
	if about := d.hint(t); about != "" {
		o.Description = plainText(about, maxLabel)
	}
	return o
}

// hint has what tells most first: there is little room.
func (d drawing) hint(t integrations.Thing) string {
	if why := commands.Protected(t); !why.IsZero() {
		return d.plain.Say(words.New("form.protected", words.V{"why": words.Say(why)}))
	}
	var said []string
	for _, name := range []string{"idle", "active", "age", "cmd", "user", "db"} {
		for _, f := range t.Facts {
			if f.Name == name {
				said = append(said, d.plain.Say(words.New("fact."+f.Name, words.V{"value": factValue(f.Value, f.Unit)})))
			}
		}
	}
	return strings.Join(said, " · ")
}
