package policy

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
)

func (l *loader) oneOf(what string, t text, allowed ...string) {
	if t != (text{}) && !slices.Contains(allowed, t.Value) {
		l.m.Unknown(t, what, allowed)
	}
}

func (l *loader) words(what string, list []text, known []string) []string {
	var out []string
	for _, t := range list {
		if !slices.Contains(known, t.Value) {
			l.m.Unknown(t, what, known)
		}
		out = append(out, t.Value)
	}
	return out
}

// rolesIn takes names of roles. Where the roles themselves could not be read,
// their names are not called unknown.
func (l *loader) rolesIn(list []text) []string {
	if l.gaps && len(l.names) == 0 {
		return nil
	}
	var out []string
	for _, t := range list {
		if _, known := slices.BinarySearch(l.names, t.Value); !known {
			l.m.Unknown(t, "role", l.names)
		}
		out = append(out, t.Value)
	}
	return out
}

// idForm is what an id looks like, with an example.
type idForm struct{ pattern, example string }

func idForms() map[string]idForm {
	return map[string]idForm{
		"user":       {`[UW][A-Z0-9]{2,}`, "U0123ABCD"},
		"user group": {`S[A-Z0-9]{2,}`, "S0123ABCD"},
		"channel":    {`[CG][A-Z0-9]{2,}`, "C0123ABCD"},
	}
}

// ids takes Slack ids only: a name can be given to somebody else tomorrow.
func (l *loader) ids(what string, list []text) []string {
	if len(list) == 0 {
		return nil
	}
	form := idForms()[what]
	is := regexp.MustCompile("^" + form.pattern + "$")
	out := make([]string, 0, len(list))
	for _, t := range list {
		if t != (text{}) && !is.MatchString(t.Value) {
			l.m.Add(t.Pos, "%q is not a %s id; write the id, such as %s, never a name", t.Value, what, form.example)
		}
		out = append(out, t.Value)
	}
	return out
}

// channels takes channel ids, and the word for incident channels.
func (l *loader) channels(list []text) (ids []string, incident bool) {
	const word = "incidents"
	for _, t := range list {
		if t.Value != word {
			ids = append(ids, l.ids("channel", []text{t})...)
			continue
		}
		incident = true
		if known := l.p.incidents; len(known.channels)+len(known.creators) == 0 && !l.gaps {
			l.m.Add(t.Pos, "no channel is an incident channel: add incidents: {channels: […]} or {creators: […]}")
		}
	}
	return ids, incident
}

func (l *loader) globs(list []text) []string {
	out := l.patterns(list)
	for i, t := range list {
		some := func(n Target) bool { return matches(out[i:i+1], n.Name) }
		if _, err := path.Match(t.Value, ""); err == nil && len(l.known.Targets) > 0 && !slices.ContainsFunc(l.known.Targets, some) {
			l.m.Unknown(t, "target", l.targetNames())
		}
	}
	return out
}

func (l *loader) targetNames() []string {
	var names []string
	for _, t := range l.known.Targets {
		names = append(names, t.Name)
	}
	return names
}

func (l *loader) patterns(list []text) []string {
	var out []string
	for _, t := range list {
		if _, err := path.Match(t.Value, ""); err != nil {
			l.m.Add(t.Pos, "%q is not a pattern: a [ is left open or empty, or a \\ ends it", t.Value)
		} else {
			l.m.Glob(t)
		}
		out = append(out, t.Value)
	}
	return out
}

func (l *loader) labels(of map[string]text) map[string]string {
	out := map[string]string{}
	for key, t := range of {
		out[key] = l.patterns([]text{t})[0]
		carries := func(n Target) bool {
			v, ok := n.Labels[key]
			return ok && matches([]string{t.Value}, v)
		}
		if len(l.known.Targets) > 0 && !slices.ContainsFunc(l.known.Targets, carries) {
			l.m.Add(t.Pos, "no target carries the label %s: %s", key, t.Value)
		}
	}
	return out
}

func (l *loader) duration(t text, unsaid, least, most time.Duration) time.Duration {
	if t == (text{}) {
		return unsaid
	}
	d, ok := t.Duration()
	if !ok || d < least || d > most {
		l.m.Add(t.Pos, "%q is not a time between %s and %s; write it like 15m", t.Value, brief(least), brief(most))
		return unsaid
	}
	return d
}

// brief is a duration without the zeros at its end.
func brief(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// window reads when a rule holds.
func (l *loader) window(f *fileWhen, whole bool) *window {
	if f == nil || !whole && f.Zone == (text{}) {
		return nil
	}
	w := window{from: 0, until: 24 * 60, days: l.days(f.Days)}
	if f.Hours != (text{}) {
		var ok bool
		if w.from, w.until, ok = hours(f.Hours.Value); !ok {
			l.m.Add(f.Hours.Pos, "%q are no hours; write them like 09:00-18:00, or 22:00-06:00 past midnight", f.Hours.Value)
		}
	}
	var err error
	switch w.zone, err = time.LoadLocation(f.Zone.Value); {
	case f.Zone == (text{}):
		at := f.Hours.Pos
		if len(f.Days) > 0 {
			at = f.Days[0].Pos
		}
		l.m.Add(at, "when needs a zone, such as Europe/Berlin: nobody should have to guess whose hours these are")
		return nil
	case err != nil || f.Zone.Value == "Local":
		l.m.Add(f.Zone.Pos, "%q is not a time zone; write one of the tz database, such as Europe/Berlin or UTC", f.Zone.Value)
		return nil
	case len(f.Days) == 0 && f.Hours == (text{}):
		l.m.Add(f.Zone.Pos, "when needs days or hours; leave it out to mean always")
	}
	l.m.Zone(f.Zone)
	w.text = shownWindow(f)
	return &w
}

func shownWindow(f *fileWhen) string {
	var days []string
	for _, t := range f.Days {
		days = append(days, t.Value)
	}
	var parts []string
	for _, s := range []string{strings.Join(days, ", "), f.Hours.Value, f.Zone.Value} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " ")
}

func weekdays() []string { return []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} }

// days reads days and spans of days; all for none.
func (l *loader) days(list []text) (days []time.Weekday) {
	for _, t := range list {
		from, until, span := strings.Cut(t.Value, "-")
		if !span {
			until = from
		}
		first, last := slices.Index(weekdays(), from), slices.Index(weekdays(), until)
		if first < 0 || last < 0 {
			l.m.Add(t.Pos, "%q is no day; write mon, tue, wed, thu, fri, sat or sun, or a span such as mon-fri", t.Value)
			continue
		}
		for d := first; ; d = (d + 1) % 7 {
			days = append(days, time.Weekday(d))
			if d == last {
				break
			}
		}
	}
	if len(list) == 0 {
		for d := range 7 {
			days = append(days, time.Weekday(d))
		}
	}
	return days
}

// hours reads two times of day. Equal ones are no span: all day is said by leaving
// them out.
func hours(s string) (from, until int, ok bool) {
	a, b, span := strings.Cut(s, "-")
	first, errFirst := time.Parse("15:04", a)
	last, errLast := time.Parse("15:04", b)
	from, until = first.Hour()*60+first.Minute(), last.Hour()*60+last.Minute()
	if b == "24:00" {
		until, errLast = 24*60, nil
	}
	return from, until, span && errFirst == nil && errLast == nil && from != until
}
