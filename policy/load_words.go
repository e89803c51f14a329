package policy

import (
	"path"
	"regexp"
	"slices"
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
	return l.words("role", list, l.names)
}

// ids takes Slack ids only: a name can be given to somebody else tomorrow.
func (l *loader) ids(what, pattern string, list []text) []string {
	form := regexp.MustCompile("^" + pattern + "$")
	var out []string
	for _, t := range list {
		if !form.MatchString(t.Value) {
			l.m.Add(t.Pos, "%q is not a %s id; write the id, such as %s, never a name", t.Value, what, example(what))
		}
		out = append(out, t.Value)
	}
	return out
}

func example(what string) string {
	return map[string]string{"user": "U0123ABCD", "user group": "S0123ABCD", "channel": "C0123ABCD"}[what]
}

func (l *loader) globs(list []text) []string {
	var out []string
	for _, t := range list {
		if _, err := path.Match(t.Value, ""); err != nil {
			l.m.Add(t.Pos, "%q is not a pattern: a [ is left open or empty, or a \\ ends it", t.Value)
		} else if len(l.known.Targets) > 0 && !slices.ContainsFunc(l.known.Targets, func(n string) bool { return matches([]string{t.Value}, n) }) {
			l.m.Unknown(t, "target", l.known.Targets)
		}
		out = append(out, t.Value)
	}
	return out
}

func (l *loader) duration(t text) time.Duration {
	if t == (text{}) {
		return defaultWithin
	}
	d, err := time.ParseDuration(t.Value)
	if err != nil || d < time.Minute || d > 24*time.Hour {
		l.m.Add(t.Pos, "%q is not a time between 1m and 24h; write it like 15m", t.Value)
	}
	return d
}
