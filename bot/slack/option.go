package slack

import (
	"cmp"
	"slices"
	"strings"
	"time"

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

// option offers a thing in a menu: what it is called and its name, and below them the facts that
// tell it apart. On a phone little more than that can be read.
func (d drawing) option(t integrations.Thing) *slack.OptionBlockObject {
	o := slack.NewOptionBlockObject(t.ID, plainText(d.named(t), maxLabel), nil)
	if about := d.hint(t); about != "" {
		o.Description = plainText(about, maxLabel)
	}
	return o
}

// named is what a thing is called, and its name. Its name stands whole where there is room for it:
// of several that are called alike it tells which one.
func (d drawing) named(t integrations.Thing) string {
	name := cmp.Or(d.plain.Value(words.Code(t.Name)), t.ID)
	called := d.plain.Value(words.Code(integrations.Clean(t.Called, integrations.Shown)))
	room := maxLabel - characters(name) - characters(dot)
	if called == "" || called == name || room <= 1 {
		return name
	}
	return cut(called, room) + dot + name
}

// readOnly offers a protected thing to be read and not to be picked: its value is the i-th that
// names nothing.
func (d drawing) readOnly(i int, t integrations.Thing) *slack.OptionBlockObject {
	why := d.plain.Say(words.New("form.protected", words.V{"why": words.Say(commands.Protected(t))}))
	return slack.NewOptionBlockObject(strings.Repeat(noThing, i+1), plainText(d.named(t), maxLabel), plainText(why, maxLabel))
}

// namesNothing reports a value of an option that is only to be read.
func namesNothing(value string) bool { return value != "" && strings.Trim(value, noThing) == "" }

// dot stands between two parts of a line.
const dot = " · "

// hint is the second line of an option: the facts of a thing, the most telling first and each in
// few words. What names the thing stands above, and the ids of it tell nobody anything.
func (d drawing) hint(t integrations.Thing) string {
	facts := slices.SortedStableFunc(slices.Values(t.Facts), func(a, b integrations.Field) int { return cmp.Compare(rank(a), rank(b)) })
	said := make([]string, 0, len(facts))
	for _, f := range facts {
		if f.Value != t.Called && f.Value != t.Name && t.IdentityField(f.Name) != f.Value {
			said = append(said, d.plain.Say(briefly(f)))
		}
	}
	return joinFitting(said, maxLabel)
}

// briefly is a fact where there is little room for it.
func briefly(f integrations.Field) words.Message {
	if !slices.Contains(briefFacts(), f.Name) {
		return fact(f, integrations.Shown)
	}
	value := words.Code(integrations.Clean(f.Value, integrations.Shown))
	if d, err := time.ParseDuration(f.Value + "s"); err == nil && f.Unit == "s" {
		value = words.Say(span(d))
	}
	return words.New("brief."+f.Name, words.V{"value": value})
}

// briefFacts are the facts that have a shorter sentence for a menu, in the order in which they tell
// what hangs: for how long first, then at what.
func briefFacts() []string {
	return []string{
		"idle", "active", "age", "open", "runs", "status", "cmd", "statements", "transaction", "multi", "subscriber",
		"blocked", "transfer-failed", "transferred", "service",
	}
}

// rank is the place of a fact in a menu.
func rank(f integrations.Field) int {
	if i := slices.Index(briefFacts(), f.Name); i >= 0 {
		return i
	}
	return len(briefFacts())
}

// span is a length of time in one unit, as people compare such by a glance: 26 h tells more than
// one day.
func span(d time.Duration) words.Message {
	switch {
	case d < time.Minute:
		return words.New("span.seconds", words.V{"count": words.Count(int(d / time.Second))})
	case d < 2*time.Hour:
		return words.New("span.minutes", words.V{"count": words.Count(int(d / time.Minute))})
	case d < 48*time.Hour:
		return words.New("span.hours", words.V{"count": words.Count(int(d / time.Hour))})
	}
	return words.New("span.days", words.V{"count": words.Count(int(d / (24 * time.Hour)))})
}

// joinFitting joins as many parts as fit into most characters, each whole. The first part is
// always among them, cut if it is too long.
func joinFitting(parts []string, most int) string {
	var out []string
	for _, p := range parts {
		if more := append(out, p); len(out) == 0 || characters(strings.Join(more, dot)) <= most {
			out = more
		}
	}
	return cut(strings.Join(out, dot), most)
}
