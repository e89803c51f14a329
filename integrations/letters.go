package integrations

import (
	"unicode"
	"unicode/utf8"
)

// Letters divides a text into what people take for one letter each: a character with its
// marks, an emoji with its skin and its family, a flag, a syllable of Hangul. It keeps to the
// rules of Unicode's UAX #29 that matter for what people and vendors write, and never divides
// where those do not.
func Letters(s string) (letters []string) {
	start, last, flags := 0, rune(-1), 0
	for i, r := range s {
		if i > start && !joins(last, r, flags) {
			letters, start, flags = append(letters, s[start:i]), i, 0
		}
		if isFlag(r) {
			flags++
		}
		last = r
	}
	if start < len(s) {
		letters = append(letters, s[start:])
	}
	return letters
}

// joins says that r goes on with the letter that ends in last, which has so many halves of
// flags by now.
func joins(last, r rune, flags int) bool {
	const joiner = '\u200d'
	return last == joiner || r == joiner || extends(r) || isFlag(r) && isFlag(last) && flags%2 == 1
}

func isFlag(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }

// extends says that a character never stands alone: a mark, the skin of an emoji, a tag of a
// flag, a sound mark of narrow Japanese, the vowel or the end of a syllable of Hangul.
func extends(r rune) bool {
	switch {
	case r < 0x300: // nothing before it does
		return false
	case r >= 0x1F3FB && r <= 0x1F3FF, r >= 0xE0020 && r <= 0xE007F, r == 0xFF9E, r == 0xFF9F:
		return true
	case r >= 0x1160 && r <= 0x11FF, r >= 0xD7B0 && r <= 0xD7FB:
		return true
	}
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc)
}

// firstLetters are as many letters of s as fit into so many characters.
func firstLetters(s string, most int) string {
	end := 0
	for _, letter := range Letters(s) {
		if most -= utf8.RuneCountInString(letter); most < 0 {
			break
		}
		end += len(letter)
	}
	return s[:end]
}
