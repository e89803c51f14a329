package words_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// forms are the plural forms that a language has for whole numbers (CLDR, "Language Plural
// Rules", cardinals), and the one for all else, which go-i18n falls back on: a sentence that counts
// has each of them, and no other.
func forms(tag language.Tag) []string {
	named := map[plural.Form]string{plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many", plural.Other: "other"}
	all := []string{"other"}
	for n := range 1_000 {
		all = append(all, named[plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0)])
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// shortfalls are what a catalogue lacks beside the English one, and what it has too much.
func shortfalls(tag language.Tag, english, other map[string]sentence) (all []string) {
	for id := range other {
		if english[id] == nil {
			all = append(all, id+": English has no such sentence")
		}
	}
	for id, e := range english {
		o := other[id]
		switch {
		case o == nil:
			all = append(all, id+": missing")
			continue
		case e.plural() && !slices.Equal(slices.Sorted(maps.Keys(o)), forms(tag)):
			all = append(all, id+": its plural forms are "+strings.Join(forms(tag), ", "))
		case !e.plural() && o.plural():
			all = append(all, id+": it has plural forms, and nothing counts in it")
		}
		for form, text := range o {
			want, got := placeholders(e["other"]), placeholders(text)
			if form != "other" { // "one" and "two" may be words
				isCount := func(n string) bool { return n == "count" }
				want, got = slices.DeleteFunc(want, isCount), slices.DeleteFunc(got, isCount)
			}
			if !slices.Equal(want, got) {
				all = append(all, id+" ("+form+"): it is given "+strings.Join(want, ", ")+", and says "+strings.Join(got, ", "))
			}
		}
	}
	slices.Sort(all)
	return all
}

// placeholders are the values that a text says, each once.
func placeholders(text string) []string {
	all := sentence{"other": text}.asks()
	slices.Sort(all)
	return slices.Compact(all)
}

// Each language says all that English says, with the same values and its own plural forms.
func TestEveryCatalogueIsWhole(t *testing.T) {
	english := readSentences(t)
	files, err := filepath.Glob("active.*.json")
	require.NoError(t, err)
	require.Contains(t, files, "active.en.json")
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		tag, err := language.Parse(strings.TrimSuffix(strings.TrimPrefix(file, "active."), ".json"))
		require.NoError(t, err, file)
		b := i18n.NewBundle(language.English)
		b.RegisterUnmarshalFunc("json", json.Unmarshal)
		_, err = b.ParseMessageFileBytes(data, file)
		require.NoError(t, err, file)
		all := read(t, data)
		assert.Empty(t, shortfalls(tag, english, all), file)
		for id, s := range all {
			for _, n := range []int{0, 1, 2, 3, 5, 11, 21, 100, 1_000_000} { // go-i18n's CLDR is newer than x/text's
				_, err := i18n.NewLocalizer(b, tag.String()).Localize(&i18n.LocalizeConfig{MessageID: id, PluralCount: n})
				assert.True(t, err == nil || !s.plural(), "%s: %s: %d: %v", file, id, n, err)
			}
		}
	}
}

func TestWhatACatalogueMayLack(t *testing.T) {
	english := map[string]sentence{
		"asked":   {"other": "{{.by}} asks"},
		"listed":  {"one": "{{.count}} thing on {{.target}}", "other": "{{.count}} things on {{.target}}"},
		"nothing": {"other": "Nothing"},
	}
	for name, c := range map[string]struct {
		tag   language.Tag
		other map[string]sentence
		want  []string
	}{
		"all of it": {language.German, map[string]sentence{
			"asked": {"other": "{{.by}} fragt"}, "nothing": {"other": "Nichts"},
			"listed": {"one": "ein Ding auf {{.target}}", "other": "{{.count}} Dinge auf {{.target}}"},
		}, nil},
		"a language without plurals": {language.Japanese, map[string]sentence{
			"asked": {"other": "{{.by}}"}, "nothing": {"other": "なし"}, "listed": {"other": "{{.target}}: {{.count}}"},
		}, nil},
		"a language with more": {language.Polish, map[string]sentence{
			"asked": {"other": "{{.by}}"}, "nothing": {"other": "Nic"}, "listed": {"one": "{{.count}} {{.target}}", "other": "{{.count}} {{.target}}"},
		}, []string{"listed: its plural forms are few, many, one, other"}},
		"what it says": {language.German, map[string]sentence{
			"asked": {"other": "Jemand fragt"}, "nothing": {"one": "Nichts", "other": "Nichts"}, "more": {"other": "Mehr"},
			"listed": {"one": "ein Ding", "other": "Dinge auf {{.traget}}"},
		}, []string{
			"asked (other): it is given by, and says ",
			"listed (one): it is given target, and says ",
			"listed (other): it is given count, target, and says traget",
			"more: English has no such sentence",
			"nothing: it has plural forms, and nothing counts in it",
		}},
		"nothing": {language.German, nil, []string{"asked: missing", "listed: missing", "nothing: missing"}},
	} {
		assert.Equal(t, c.want, shortfalls(c.tag, english, c.other), name)
	}
}
