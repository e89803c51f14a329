package integrations

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Text is a JSON string, number or boolean as text: published samples disagree with their
// schemas on which it is. Null and anything else is "".
type Text string

// UnmarshalJSON never fails on valid JSON.
func (t *Text) UnmarshalJSON(b []byte) error {
	var s string
	switch {
	case json.Unmarshal(b, &s) == nil: // null too
		*t = Text(s)
	case b[0] == '{' || b[0] == '[':
		*t = ""
	default:
		*t = Text(b)
	}
	return nil
}

// Number is the number that the text is; -1 for none.
func (t Text) Number() int {
	n, err := strconv.Atoi(string(t))
	if err != nil {
		return -1
	}
	return n
}

// Seconds is the length of time that the text is in seconds; less than 0 for none, and for what no
// time.Duration holds (292 years).
func (t Text) Seconds() time.Duration {
	n := t.Number()
	if n < 0 || int64(n) > int64(math.MaxInt64/time.Second) {
		return -time.Second
	}
	return time.Duration(n) * time.Second
}

// Shown is how much of a vendor's value there is to read, in characters: past it a value says
// nothing more to a person.
const Shown = 80

// Clean makes a vendor's string fit to be shown: whatever could break a line,
// turn the reading direction or hide is replaced by U+FFFD, and past limit
// characters it is cut between two letters, with an ellipsis that counts among them.
func Clean(s string, limit int) string {
	s = Visible(s)
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return firstLetters(s, limit-1) + "…"
}

// Visible is Clean without a limit.
func Visible(s string) string { return strings.Map(visible, valid(s)) }

func valid(s string) string { return strings.ToValidUTF8(s, string(unicode.ReplacementChar)) }

// atMost is the beginning of a string in so many bytes, with an ellipsis if that is not all.
func atMost(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	end := 0
	for _, letter := range Letters(s[:min(len(s), limit+utf8.UTFMax)]) {
		if end+len(letter) > limit {
			break
		}
		end += len(letter)
	}
	return s[:end] + "…"
}

func visible(r rune) rune {
	if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
		return unicode.ReplacementChar
	}
	return r
}
