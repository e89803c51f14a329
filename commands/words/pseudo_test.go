package words_test

import (
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/commands/words"
)

func TestThePseudoLanguage(t *testing.T) {
	t.Parallel()
	catalogue, err := words.LoadPrefixed("stg-", "kill-session", "stop-task", "restart-proxy", "quell")
	require.NoError(t, err)
	s := catalogue.In(words.Pseudo, marks{})
	for want, m := range map[string]words.Message{
		"⟦rúùléèê code:ask-first⟧":       words.New("grounds.rule", words.V{"rule": words.Code("ask-first")}),
		"⟦Stóòp 1 táàsk óòn code:jobs⟧":  words.New("deed.stop-task", words.V{"count": words.Count(1), "target": words.Code("jobs")}),
		"⟦Stóòp 2 táàsks óòn code:jobs⟧": words.New("deed.stop-task", words.V{"count": words.Count(2), "target": words.Code("jobs")}),
		"⟦:warning: ⟦rúùléèê code:x⟧⟧":   words.New("form.wrong", words.V{"why": words.Say(words.New("grounds.rule", words.V{"rule": words.Code("x")}))}),
		"[vendor.brand-new]":             words.New("vendor.brand-new"),
	} {
		assert.Equal(t, want, s.Say(m))
	}
	assert.Contains(t, s.Say(words.New("help")), "`/stg-quell status`: wháàt", "a command is called as it is called")
	assert.Equal(t, "⟦⟦3 h⟧ ⟦5 míìn⟧⟧", s.Value(words.For(3*time.Hour+5*time.Minute)))
}

// Longer words are what most languages have that English has not.
func TestThePseudoLanguageIsLonger(t *testing.T) {
	t.Parallel()
	catalogue, err := words.Load()
	require.NoError(t, err)
	english, pseudo := 0, 0
	for id := range readSentences(t) {
		english += utf8.RuneCountInString(catalogue.In("en", words.Plain{}).Say(words.New(id)))
		pseudo += utf8.RuneCountInString(catalogue.In(words.Pseudo, words.Plain{}).Say(words.New(id)))
	}
	assert.InDelta(t, 1.4, float64(pseudo)/float64(english), 0.1)
}

func TestWhichLanguagesAreSpoken(t *testing.T) {
	t.Parallel()
	catalogue, err := words.Load()
	require.NoError(t, err)
	for locale, want := range map[string]bool{"en": true, "en-GB": true, words.Pseudo: true, "ja-JP": false, "tlh": false, "": false, "English": false, "_": false} {
		assert.Equal(t, want, catalogue.Speaks(locale), locale)
	}
}

// Nobody meets it who did not ask for it by its name.
func TestOnlyItsNameBringsThePseudoLanguage(t *testing.T) {
	t.Parallel()
	catalogue, err := words.Load()
	require.NoError(t, err)
	for _, locale := range []string{"en", "en-US", "en-GB", "en-AU", "en-001", "", "ja-JP", "en-XB"} {
		assert.Equal(t, "Withdraw", catalogue.In(locale, words.Plain{}).Say(words.New("button.withdraw")), locale)
	}
}
