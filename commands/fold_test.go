package commands_test

import (
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"quell/commands"
)

func TestSpellingsOfOneNameFoldAlike(t *testing.T) {
	for name, spellings := range map[string][]string{
		"cache-prod": {"cache-prod", "Cache-PROD", "ｃａｃｈｅ－ｐｒｏｄ", "cache–prod", "cache—prod", "cache−prod", "cache‐prod", "cache‑prod", "cache﹣prod", "cache﹘prod"},
		"db.1_a":     {"DB.1_A", "ｄｂ．１＿ａ", "db.①_a"},
		"データ":        {"ﾃﾞｰﾀ", "テ\u3099ータ"},
		"κόσμοσ":     {"κόσμος", "ΚΌΣΜΟΣ"},
		"café":       {"CAFÉ", "cafe\u0301"},
	} {
		for _, s := range spellings {
			require.Equal(t, name, commands.Fold(s), s)
		}
	}
	require.NotEqual(t, commands.Fold("データ"), commands.Fold("デ-タ"), "the long vowel mark is a letter")
	require.NotEqual(t, commands.Fold("cache-prod"), commands.Fold("cache_prod"))
}

// What was folded once stays as it is, for every character that may have another form.
func TestAFoldedNameIsItsOwnFold(t *testing.T) {
	for r := rune(0); r < 0x20000; r++ {
		once := commands.Fold("a" + string(r) + "b")
		if twice := commands.Fold(once); once != twice {
			t.Fatalf("%U: %q, then %q", r, once, twice)
		}
	}
}

// The quick way for plain names is the long way's.
func TestAPlainNameIsFoldedAlike(t *testing.T) {
	for r := rune(0); r <= unicode.MaxASCII; r++ {
		plain := "a" + string(r) + "B"
		require.Equal(t, commands.Fold(plain+"é"), commands.Fold(plain)+"é")
	}
}
