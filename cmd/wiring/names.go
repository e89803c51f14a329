package wiring

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"quell/commands"
	"quell/policy/strictyaml"
)

// Limits on a target's name, in characters. The first leaves room for the name, whole, in
// every text of Slack's that has to say it: the shortest is the title of a confirmation, with
// 100. The second is the value of an option in a menu: a longer one closes the form for all
// (docs.slack.dev, "Confirmation dialog object", "Option object").
const (
	maxName = 60
	maxMenu = 150
)

// tooLongForMenu counts an emoji twice, as Slack may.
func tooLongForMenu(name string) bool { return len(utf16.Encode([]rune(name))) > maxMenu }

// checkNames notes the names that are hard to say, or to tell from another when they are
// typed.
func checkNames(targets map[string]strictyaml.Part, m *strictyaml.Mistakes) {
	first := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(targets)) {
		at, folded := targets[name].Key(m), commands.Fold(name)
		if n := utf8.RuneCountInString(name); n > maxName {
			m.Add(at, "the name %q has %d characters; %d is the most", name, n, maxName)
		}
		if i := strings.IndexFunc(name, foreignToNames); i >= 0 || name == "" {
			m.Add(at, "the name %q has more in it than letters, digits, \".\", \"_\" and \"-\"", name)
		}
		if strings.HasPrefix(name, "-") {
			m.Add(at, "the name %q begins with \"-\", as a flag does where it is typed", name)
		}
		if name != "" && strings.Trim(name, ".") == "" {
			m.Add(at, "the name %q is made of dots alone", name)
		}
		if folded == "all" {
			m.Add(at, "the name %q means everything where people freeze and unfreeze", name)
		}
		if other, taken := first[folded]; taken {
			m.Add(at, "the name %q is too much like %q: people do not mind capitals, wide letters and kinds of dashes", name, other)
		} else {
			first[folded] = name
		}
	}
}

// foreignToNames says that a character has no place in a name. Letters and digits are those of
// every script, and marks are parts of letters.
func foreignToNames(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !strings.ContainsRune("._-", r)
}
