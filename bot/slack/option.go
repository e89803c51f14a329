package slack

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// withFittingID leaves out the things whose id does not fit into an option.
func withFittingID(things []integrations.Thing) (fit []integrations.Thing) {
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
	names := []string{cmp.Or(d.plain.Value(words.Code(t.Name)), t.ID)}
	if called := d.plain.Value(words.Code(t.Fact("name"))); called != "" {
		names = append(names, called)
	}
	o := slack.NewOptionBlockObject(t.ID, plainText(strings.Join(names, " · "), maxLabel), nil)
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
	said := make([]string, 0, len(t.Facts))
	for _, f := range telling(t.Facts) {
		said = append(said, d.plain.Say(words.New("fact."+f.Name, words.V{"value": factValue(f.Value, f.Unit)})))
	}
	return joinFitting(said, maxLabel)
}

// joinFitting joins the parts that there is room for, each whole; what is too long is left out.
// The first is always among them, cut if it must be.
func joinFitting(parts []string, most int) string {
	var out []string
	for _, p := range parts {
		if more := append(out, p); len(out) == 0 || utf8.RuneCountInString(strings.Join(more, " · ")) <= most {
			out = more
		}
	}
	return cut(strings.Join(out, " · "), most)
}

// telling puts those facts first that tell whether a thing hangs. Its name stands
// above them.
func telling(facts []integrations.Field) []integrations.Field {
	first := []string{"status", "statements", "idle", "active", "age", "open", "runs", "cmd", "user", "db"}
	rank := func(f integrations.Field) int {
		if i := slices.Index(first, f.Name); i >= 0 {
			return i
		}
		return len(first)
	}
	facts = slices.DeleteFunc(slices.Clone(facts), func(f integrations.Field) bool { return f.Name == "name" })
	slices.SortStableFunc(facts, func(a, b integrations.Field) int { return cmp.Compare(rank(a), rank(b)) })
	return facts
}
