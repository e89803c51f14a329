package strictyaml

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// DurationForm is how a time is written, as a regular expression: 15m, 1h30m, 1.5h.
const DurationForm = `^([0-9]+(\.[0-9]+)?(h|m|s|ms))+$`

// Duration reads a time as people write it: +15m and .5h, which Go takes too, are none.
func (t Text) Duration() (time.Duration, bool) {
	if !regexp.MustCompile(DurationForm).MatchString(t.Value) {
		return 0, false
	}
	d, err := time.ParseDuration(t.Value)
	return d, err == nil
}

// Zone notes a name of the tz database that reads the other way round: its file etcetera
// gives Etc/GMT+9 the sign of POSIX, which counts westwards.
func (m *Mistakes) Zone(t Text) {
	g := regexp.MustCompile(`(?i)(?:^|/)Etc/GMT([+-])([1-9][0-9]?)$`).FindStringSubmatch(t.Value)
	if g == nil {
		return
	}
	turned := map[string]string{"+": "-", "-": "+"}[g[1]]
	m.Add(t.Pos, "%q is UTC%s%s, for its sign is turned around; write a place, such as Asia/Tokyo, or UTC", t.Value, turned, g[2])
}

// Glob notes a pattern that looks like one of a shell and works otherwise. It has to be
// well formed for path.Match, which knows * and ?, [ab] and [^ab], and nothing more.
func (m *Mistakes) Glob(t Text) {
	if why := misread(literal(t.Value)); why != "" {
		m.Add(t.Pos, "%q does not mean here what it means elsewhere: %s", t.Value, why)
	}
}

// literal has a letter in place of each escaped one: what is escaped means itself.
func literal(glob string) string {
	var b strings.Builder
	escaped := false
	for _, r := range glob {
		switch {
		case escaped:
			b.WriteByte('x')
			escaped = false
		case r == '\\':
			escaped = true
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func misread(glob string) string {
	_, braced, _ := strings.Cut(glob, "{")
	braced, _, closed := strings.Cut(braced, "}")
	switch {
	case strings.HasPrefix(glob, "!"):
		return "a ! in front excludes nothing; name what is meant"
	case strings.Contains(glob, "[!"):
		return "[!p] is ! or p; for all but p write [^p]"
	case strings.Contains(glob, "[:"):
		return "there are no classes such as [:alpha:]; write [a-z]"
	case closed && strings.Contains(braced, ","):
		return "{a,b} is that very text; write a pattern for each"
	case strings.ContainsAny(glob, "＊？［］"):
		return "a wide ＊, ？ or ［ is that very letter; write * ? ["
	}
	for _, class := range classes(glob) {
		switch {
		case strings.ContainsAny(class, ",|"):
			return "[a|b] is one letter of these; write a pattern for each word"
		case backwards(class):
			return "[z-a] is no letter; write [a-z]"
		}
	}
	return lookalike(glob)
}

// lookalike says what in a pattern looks like a sign of the form and is a letter of the
// word, which then fits nothing.
func lookalike(glob string) string {
	if i := strings.IndexAny(glob, "∗⁎✱✳﹡٭"); i >= 0 {
		r, _ := utf8.DecodeRuneInString(glob[i:])
		return string(r) + " is that very sign; write *"
	}
	switch first, _ := utf8.DecodeRuneInString(glob); {
	case strings.ContainsAny(glob, ",;|，；｜、､"):
		return `signs do not part words here; write each as an item of its own, with a \ before a sign that is meant`
	case strings.ContainsAny(glob, "“”„‟«»‹›＂") || strings.ContainsRune("'\"`‘‚‛＇", first):
		return "these quotes are part of the word; write ordinary ones around it, or none"
	case strings.ContainsAny(glob, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"):
		return `this is another dash than the one of the keyboard; write -, or a \ before it if it is meant`
	}
	return ""
}

// classes are what stands between brackets.
func classes(glob string) (all []string) {
	for {
		_, rest, found := strings.Cut(glob, "[")
		class, rest, _ := strings.Cut(rest, "]")
		if !found {
			return all
		}
		all = append(all, class)
		glob = rest
	}
}

// backwards reports whether a class has a range with its ends exchanged.
func backwards(class string) bool {
	letters := []rune(class)
	for i := 0; i+2 < len(letters); i++ {
		if letters[i+1] == '-' {
			if letters[i] > letters[i+2] {
				return true
			}
			i += 2
		}
	}
	return false
}
