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

// withFittingID leaves out the things whose id is too long for the value of an option.
func withFittingID(things []integrations.Thing) (fit []integrations.Thing) {
	for _, t := range things {
		if utf8.RuneCountInString(t.ID) <= maxValue {
			fit = append(fit, t)
		}
	}
	return fit
}

// option offers a thing in a menu: its names, and below them the facts that tell it apart,
// or why the policy protects it.
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

// hint is the second line of an option, which has little room: why the thing is protected,
// else its most telling facts.
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

// joinFitting joins as many parts as fit into most characters, each whole. The first part is
// always among them, cut if it is too long.
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
