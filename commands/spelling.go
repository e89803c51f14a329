package commands

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// styles are the marks by which chats write code, bold, italic and struck text.
const styles = "`*_~"

// layers is how many things lie around a name at most.
const layers = 9

// Meant are those of some names that a typed word stands for: the one that is typed exactly,
// else all that are one of its spellings, else all that are one in other letters. One is what
// was meant; several are ambiguous.
func Meant(word string, names []string) []string {
	for _, fits := range readings(word) {
		meant := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !fits(name) })
		if len(meant) > 0 {
			return meant
		}
	}
	return nil
}

// foldedReading is the last of them, in which letters differ.
const foldedReading = 2

// readings tell which names a word stands for, the closest reading first.
func readings(word string) []func(name string) bool {
	spellings, folded := Spellings(word), map[string]bool{}
	for _, s := range spellings {
		folded[Fold(s)] = true
	}
	return []func(string) bool{
		func(name string) bool { return name == word },
		func(name string) bool { return slices.Contains(spellings, name) },
		func(name string) bool { return folded[Fold(name)] },
	}
}

// Spellings are what may have been meant by a typed word, the word itself first: each time
// with one thing less that is no part of a name, such as the wide letters of an input method,
// the marks of a style that was copied along, a comma, a "#" or "id=".
func Spellings(word string) []string {
	all := []string{word}
	add := func(s string) {
		if s != "" && !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	w := narrow(word)
	for range layers {
		add(w)
		w = peel(w)
	}
	for _, s := range slices.Clone(all) {
		add(input().Replace(s))
	}
	return all
}

// narrow writes the compatibility forms of a text as ordinary letters, digits and signs.
func narrow(s string) string { return strings.Map(foldDash, norm.NFKC.String(s)) }

// input is what an input method for Japanese writes where a hyphen, a dot or a comma was
// typed. In a name the first is a letter as well.
func input() *strings.Replacer { return strings.NewReplacer("ー", "-", "。", ".", "、", ",") }

// peel takes the outermost thing off a word that is no part of a name. Where there is none,
// the word stays.
func peel(w string) string {
	n := len(w)
	if t := strings.Trim(w, ",、"); t != w {
		return t
	}
	if n > 2 && w[0] == w[n-1] && strings.IndexByte(styles, w[0]) >= 0 {
		return w[1 : n-1]
	}
	if t := strings.Trim(w, styles); t != w { // the other mark is at another word
		return t
	}
	for _, lead := range []string{"id=", "#", "@", "http://", "https://"} {
		if len(lead) < n && strings.EqualFold(w[:len(lead)], lead) {
			return strings.TrimSuffix(w[len(lead):], "/")
		}
	}
	return w
}

// listed are the words of a list with commas; none for a word without any.
func listed(word string) []string {
	comma := func(r rune) bool { return strings.ContainsRune(",，、﹐､", r) }
	if !strings.ContainsFunc(word, comma) {
		return nil
	}
	return strings.FieldsFunc(word, comma)
}
