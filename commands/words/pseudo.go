package words

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// Pseudo is the locale of a language that nobody speaks: English with an accent, about 40 %
// longer, each message in brackets. What people read outside the brackets is not in the
// catalogue, and what is cut is too long for a language with longer words. The name is that of
// CLDR ("Unicode Locale Data Markup Language", "Pseudo-locales"); no real locale has it.
const Pseudo = "en-XA"

// pseudoBundle is the English catalogue in the pseudo-language. It is a bundle of its own, for
// whoever speaks another English is nearer to English than to this.
func pseudoBundle(english []byte) *i18n.Bundle {
	b := i18n.NewBundle(language.English)
	b.RegisterUnmarshalFunc("json", unmarshalPseudo)
	b.MustParseMessageFileBytes(english, "active.en.json") // it was read as English before
	return b
}

func unmarshalPseudo(data []byte, v any) error {
	if err := json.Unmarshal(data, v); err != nil {
		return err
	}
	all := v.(*any) // as go-i18n gives it
	*all = accented(*all)
	return nil
}

// accented puts each sentence of a catalogue into the pseudo-language.
func accented(entry any) any {
	switch e := entry.(type) {
	case string:
		return "⟦" + lengthened(e) + "⟧"
	case map[string]any:
		for name := range e {
			e[name] = accented(e[name])
		}
	}
	return entry
}

// lengthened draws the vowels of a text out; they are about two letters in five. What is no word stays:
// values, code and the codes of emoji.
func lengthened(text string) string {
	kept := regexp.MustCompile("\\{\\{[^}]*\\}\\}|`[^`]*`|:[a-z_]+:")
	accents := strings.NewReplacer("a", "áà", "e", "éèê", "i", "íì", "o", "óò", "u", "úù", "A", "ÁÀ", "E", "ÉÈÊ", "I", "ÍÌ", "O", "ÓÒ", "U", "ÚÙ")
	var out strings.Builder
	for {
		at := kept.FindStringIndex(text)
		if at == nil {
			return out.String() + accents.Replace(text)
		}
		out.WriteString(accents.Replace(text[:at[0]]) + text[at[0]:at[1]])
		text = text[at[1]:]
	}
}
