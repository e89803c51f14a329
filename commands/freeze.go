package commands

import (
	"strings"
	"unicode"
)

// Freeze is what somebody wrote to stop everything, or to let it go on:
//
//	/quell freeze [all|<target>] [--reason] TEXT
type Freeze struct {
	Target string // as it was typed; "" for everything
	Reason string // as it was typed, in one line
}

// everything is the word for every target. It is no target's name.
const everything = "all"

// ParseFreeze reads the text of a freeze, or of its lifting. Nobody looks for a flag or a quote
// while something burns: the first word is the target, and all that follows it is the reason.
// Whether there is such a target is for the caller to find out, because a first word that is
// none is a mistake and never a reason. Only --reason may stand in place of the target; then
// the target, if any, follows the quoted reason. A mark of a style that was copied along ends
// where what was copied ends: it may begin at the sub-command before the text. Every error is
// a *Mistake.
func ParseFreeze(sub, text string, k Keyboard) (Freeze, error) {
	if !legible(text) {
		return Freeze{}, mistake("mistake.control-characters")
	}
	first, rest := k.next(text)
	var f Freeze
	if first.isReason() {
		f.Reason, rest = k.reasonAfter(first, rest)
		first, rest = k.next(rest)
	}
	f.Target = first.target()
	if len(Meant(f.Target, []string{everything})) == 1 || first.flag == everything {
		f.Target = ""
	}
	copied := sorter{}
	copied.style(token{text: sub})
	copied.style(first)
	f.Reason = copied.unstyled(collapseSpaces(f.Reason + " " + k.reason(rest)))
	return f, checkWord(f.Target)
}

// target is a first word without the colon that people write before a reason: no name ends in one.
func (t token) target() string {
	if name := strings.TrimRight(t.text, ":："); name != "" {
		return name
	}
	return t.text
}

// isReason says that a word is the flag for the reason, with one hyphen or two.
func (t token) isReason() bool {
	return t.flag == "reason" || !t.quoted && strings.EqualFold(t.text, "-reason")
}

// next cuts the first word, or what stands in quotes, off a text. A quote that is not closed
// is a letter.
func (k Keyboard) next(text string) (token, string) {
	rs := []rune(strings.TrimLeftFunc(text, unicode.IsSpace))
	if len(rs) == 0 {
		return token{}, ""
	}
	t, end, err := k.word(rs, 0)
	if err != nil {
		for end = 0; end < len(rs) && !unicode.IsSpace(rs[end]); end++ {
		}
		t = token{text: string(rs[:end])}
	}
	if t = k.flagged(t); t.maybe != nil && t.maybe.flag == "reason" {
		t = *t.maybe
	}
	return t, string(rs[end:])
}

// reason reads what follows the target: without its flag, and without the quotes around all
// of it.
func (k Keyboard) reason(text string) string {
	first, rest := k.next(text)
	if first.isReason() {
		reason, more := k.reasonAfter(first, rest)
		return reason + " " + more
	}
	if first.quoted && strings.TrimSpace(rest) == "" {
		return first.text
	}
	return text
}

// reasonAfter reads the reason behind its flag, and what follows the reason. Only what stands
// in quotes has an end.
func (k Keyboard) reasonAfter(flag token, rest string) (reason, more string) {
	if flag.sealed {
		return flag.value, rest
	}
	if value, more := k.next(rest); flag.value == "" && value.quoted {
		return value.text, more
	}
	return flag.value + " " + rest, ""
}
