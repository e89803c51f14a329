package commands

import (
	"slices"
	"strings"
	"unicode"
)

// Keyboard says which signs mean the same on what a command was typed on: a phone makes one
// long dash of two hyphens, and curly quotes of straight ones. The zero Keyboard knows "--"
// and straight quotes alone.
type Keyboard struct {
	Dashes string // what may stand for a hyphen of "--"; any of them but "-" may stand for both
	// Quotes are families of them. A quote is closed by any of its family: people open with
	// one form and close with another.
	Quotes []string
}

// token is one word of a command.
type token struct {
	text   string
	quoted bool // it stood in quotes
	sealed bool // what follows its "=" stood in quotes
	// flag is the name of "--name" or "--name=value", in small letters; "" for no flag.
	flag, value string
}

// flagged finds the flag in a word. One plain hyphen starts none: it may start a value.
func (k Keyboard) flagged(t token) token {
	rest := strings.TrimLeft(t.text, "-"+k.Dashes)
	lead := t.text[:len(t.text)-len(rest)]
	if t.quoted || lead == "" || lead == "-" || rest == "" || !unicode.IsLetter([]rune(rest)[0]) {
		return t
	}
	name, value, _ := strings.Cut(rest, "=")
	t.flag, t.value = strings.ToLower(name), value
	return t
}

// closing tells which characters end a quote that began with r; "" if r begins none.
func (k Keyboard) closing(r rune) string {
	for _, family := range append(slices.Clone(k.Quotes), `"`, `'`) {
		if strings.ContainsRune(family, r) {
			return family
		}
	}
	return ""
}

// split cuts text into tokens at white space, keeping quoted parts whole. A
// quote only opens at the start of a word or after "=": the one in "don't" is
// a letter.
func (k Keyboard) split(text string) ([]token, error) {
	var tokens []token
	rs := []rune(text)
	for i := 0; i < len(rs); {
		if unicode.IsSpace(rs[i]) {
			i++
			continue
		}
		t, next, err := k.word(rs, i)
		if err != nil {
			return nil, err
		}
		tokens, i = append(tokens, k.flagged(t)), next
	}
	return tokens, nil
}

func (k Keyboard) word(rs []rune, start int) (token, int, error) {
	if ends := k.closing(rs[start]); ends != "" {
		for i := start + 1; i < len(rs); i++ {
			if strings.ContainsRune(ends, rs[i]) && (i+1 == len(rs) || unicode.IsSpace(rs[i+1])) {
				return token{text: collapseSpaces(string(rs[start+1 : i])), quoted: true}, i + 1, nil
			}
		}
		return token{}, 0, mistake("mistake.quote-open")
	}
	i := start
	for i < len(rs) && !unicode.IsSpace(rs[i]) {
		if rs[i] == '=' && i+1 < len(rs) && k.closing(rs[i+1]) != "" {
			q, next, err := k.word(rs, i+1)
			return token{text: string(rs[start:i+1]) + q.text, sealed: true}, next, err
		}
		i++
	}
	return token{text: string(rs[start:i])}, i, nil
}
