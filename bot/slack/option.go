package slack

import (
	"cmp"
	"strings"

	"github.com/slack-go/slack"

	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// withFittingID leaves out the things whose id is too long for the value of an option.
func withFittingID(things []integrations.Thing) (fit []integrations.Thing) {
	for _, t := range things {
		if characters(t.ID) <= maxValue {
			fit = append(fit, t)
		}
	}
	return fit
}

// option offers a thing in a menu: its names, and below them the facts that tell it apart,
// or why the policy protects it.
func (d drawing) option(t integrations.Thing) *slack.OptionBlockObject {
	names := []string{cmp.Or(d.plain.Value(words.Code(t.Name)), t.ID)}
	if called := d.plain.Value(words.Code(integrations.Clean(t.Called, integrations.Shown))); called != "" {
		names = append(names, called)
	}
	o := slack.NewOptionBlockObject(t.ID, plainText(strings.Join(names, " · "), maxLabel), nil)
	if about := d.hint(t); about != "" {
		o.Description = plainText(about, maxLabel)
	}
	return o
}

// hint is the second line of an option, which has little room: why the thing is protected,
// else its first facts. What the thing is called stands above it.
func (d drawing) hint(t integrations.Thing) string {
	if why := commands.Protected(t); !why.IsZero() {
		return d.plain.Say(words.New("form.protected", words.V{"why": words.Say(why)}))
	}
	said := make([]string, 0, len(t.Facts))
	for _, f := range t.Facts {
		if f.Value != t.Called {
			said = append(said, d.plain.Say(fact(f, integrations.Shown)))
		}
	}
	return joinFitting(said, maxLabel)
}

// joinFitting joins as many parts as fit into most characters, each whole. The first part is
// always among them, cut if it is too long.
func joinFitting(parts []string, most int) string {
	var out []string
	for _, p := range parts {
		if more := append(out, p); len(out) == 0 || characters(strings.Join(more, " · ")) <= most {
			out = more
		}
	}
	return cut(strings.Join(out, " · "), most)
}
