package commands

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold gives two spellings that a person takes for the same name the same form: without the
// difference between capital and small letters, between wide, narrow and other compatibility
// forms of a letter (NFKC), and between hyphens and dashes. To capitals and back makes one
// letter of two small ones that have the same capital, such as the two sigmas.
// What a vendor names is never folded where it is compared: two names there may be alike.
func Fold(name string) string {
	if !strings.ContainsFunc(name, func(r rune) bool { return r > unicode.MaxASCII }) {
		return strings.ToLower(name) // the same, quicker: a long list is folded name by name
	}
	folded := strings.ToLower(strings.ToUpper(norm.NFKC.String(name)))
	return strings.Map(foldDash, norm.NFKC.String(folded))
}

// foldDash makes "-" of what keyboards, phones and input methods write for it. NFKC has
// made the wide and the small ones, and the non-breaking hyphen, some of these already.
func foldDash(r rune) rune {
	if strings.ContainsRune("‐‒–—―−", r) {
		return '-'
	}
	return r
}
