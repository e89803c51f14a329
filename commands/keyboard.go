package commands

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Keyboard says which signs mean the same on what a command was typed on: a phone makes one
// long dash of two hyphens, and curly quotes of straight ones. The zero Keyboard knows "--"
// and straight quotes alone.
type Keyboard struct {
	Dashes string // what may stand for a hyphen of "--"; any of them but "-" may stand for both
	// Quotes are families of them. A quote is closed by any of its family: people open with
	// one form and close with another.
	Quotes []string
	// letters are signs that are no quotes in the rest of a text, for nothing there closes them.
	letters string
}

// token is one word of a command.
type token struct {
	text   string
	quoted bool // it stood in quotes
	sealed bool // what follows its "=" stood in quotes
	// flag is the name of "--name" or "--name=value", in small letters; "" for no flag.
	flag, value string
	// maybe is a token whose flag is one in another spelling only: such as in a style that was
	// copied along, or as an input method writes it. nil if there is none.
	maybe *token
}

// flagged finds the flag in a word. One plain hyphen starts none: it may start a value.
func (k Keyboard) flagged(t token) token {
	if t.quoted {
		return t
	}
	if named := flagOf(t, t.text, "-"+k.Dashes, "="); named.flag != "" {
		return named
	}
	bare := strings.TrimLeft(t.text, styles+wideStyles)
	if other := flagOf(t, bare, "-"+k.Dashes+inputDashes, "=＝"); other.flag != "" {
		other.flag = Fold(strings.Trim(other.flag, styles+wideStyles))
		t.maybe = &other
	}
	return t
}

const (
	wideStyles  = "｀＊＿～"
	inputDashes = "ーｰ－﹣"
)

// flagOf reads a word as a flag, which begins with dashes and may have a value after a sign.
func flagOf(t token, word, dashes, equals string) token {
	rest := strings.TrimLeft(word, dashes)
	lead := word[:len(word)-len(rest)]
	if lead == "" || lead == "-" || rest == "" || !unicode.IsLetter([]rune(rest)[0]) {
		return t
	}
	end := strings.IndexAny(rest, equals)
	if end < 0 {
		t.flag = strings.ToLower(rest)
		return t
	}
	_, sign := utf8.DecodeRuneInString(rest[end:])
	t.flag, t.value = strings.ToLower(rest[:end]), rest[end+sign:]
	return t
}

// closing tells which characters end a quote that began with r; "" if r begins none.
func (k Keyboard) closing(r rune) string {
	if strings.ContainsRune(k.letters, r) {
		return ""
	}
	for _, family := range append(slices.Clone(k.Quotes), `"`, `'`) {
		if strings.ContainsRune(family, r) {
			return family
		}
	}
	return ""
}

// split cuts text into tokens at white space, keeping quoted parts whole. A
// quote only opens at the start of a word or after "=": the one in "don't" is
// a letter. One that is not closed is a mistake, and the rest is read without it.
func (k Keyboard) split(text string) (tokens []token, err error) {
	rs := []rune(text)
	for i := 0; i < len(rs); {
		if unicode.IsSpace(rs[i]) {
			i++
			continue
		}
		t, next, open := k.word(rs, i)
		if open != nil {
			k.letters += k.closing(rs[next])
			err, rs = open, slices.Delete(rs, next, next+1)
			continue
		}
		tokens, i = append(tokens, k.flagged(t)), next
	}
	return tokens, err
}

// word reads the word at start, and says where it ended. Where a quote in it is not closed, it
// says where that stands.
func (k Keyboard) word(rs []rune, start int) (token, int, error) {
	if ends := k.closing(rs[start]); ends != "" {
		for i := start + 1; i < len(rs); i++ {
			if strings.ContainsRune(ends, rs[i]) && (i+1 == len(rs) || unicode.IsSpace(rs[i+1])) {
				return token{text: collapseSpaces(string(rs[start+1 : i])), quoted: true}, i + 1, nil
			}
		}
		return token{}, start, mistake("mistake.quote-open")
	}
	equals := "="
	if strings.ContainsRune(inputDashes, rs[start]) {
		equals = "=＝"
	}
	i := start
	for i < len(rs) && !unicode.IsSpace(rs[i]) {
		if strings.ContainsRune(equals, rs[i]) && i+1 < len(rs) && k.closing(rs[i+1]) != "" {
			q, next, err := k.word(rs, i+1)
			return token{text: string(rs[start:i+1]) + q.text, sealed: true}, next, err
		}
		i++
	}
	return token{text: string(rs[start:i])}, i, nil
}
