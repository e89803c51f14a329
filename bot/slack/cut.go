package slack

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"

	"quell/integrations"
)

// characters is how long Slack may find a text. Its documents count characters, and do not
// say what one is; here an emoji counts twice, as in JavaScript (UTF-16), which is never fewer
// than by Unicode.
func characters(s string) int { return len(utf16.Encode([]rune(s))) }

// cut shortens s to at most n characters, dots included. It ends behind a whole word:
// half a name is another name, and half of a mention or of a time is no markup any more.
// A word that alone is too long keeps both ends: names that begin alike differ there.
func cut(s string, n int) string {
	if characters(s) <= n {
		return s
	}
	if short := strings.TrimRight(fitting(wordsOf(s), n-1), " \n·,;:–"); short != "" {
		return short + "…"
	}
	head, atoms := fitting(atomsOf(s), n/2), atomsOf(s)
	slices.Reverse(atoms)
	kept := 0
	for room := n - 1 - characters(head); kept < len(atoms) && room >= characters(atoms[kept]); kept++ {
		room -= characters(atoms[kept])
	}
	slices.Reverse(atoms[:kept])
	return head + "…" + strings.Join(atoms[:kept], "")
}

// fitting are as many pieces as fit into n characters.
func fitting(pieces []string, n int) string {
	for i, piece := range pieces {
		if n -= characters(piece); n < 0 {
			return strings.Join(pieces[:i], "")
		}
	}
	return strings.Join(pieces, "")
}

// wordsOf divides a text into blanks and words. A word has its markup tokens and code spans,
// which may have blanks inside.
func wordsOf(s string) []string {
	return regexp.MustCompile("\\s|(?:<[^>]*>|`[^`\n]*`|[^\\s<`]|[<`])+").FindAllString(s, -1)
}

// atomsOf divides a word into what is never divided: a token of Slack's markup, an escaped
// character, the code of an emoji, a letter.
func atomsOf(s string) (atoms []string) {
	token := regexp.MustCompile(`<[^<>]*>|&(?:amp|lt|gt);|:[a-z0-9_+'-]+:`)
	end := 0
	for _, at := range token.FindAllStringIndex(s, -1) {
		atoms = append(atoms, integrations.Letters(s[end:at[0]])...)
		atoms, end = append(atoms, s[at[0]:at[1]]), at[1]
	}
	return append(atoms, integrations.Letters(s[end:])...)
}
