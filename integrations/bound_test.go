package integrations_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
)

// vast is what nobody's name is.
func vast(letter string) string { return strings.Repeat(letter, 1<<20) }

func whole(things ...integrations.Thing) integrations.Sighting {
	return integrations.Sighting{Things: things, Complete: true}
}

func known(change func(*integrations.Thing)) integrations.Thing {
	t := integrations.Thing{
		ID: "n/1", Name: "one", Called: "worker", Aliases: []string{"1"}, Place: "n", Lineage: "a|b",
		Identity: []integrations.Field{{Name: "client", Value: "1"}}, Facts: []integrations.Field{{Name: "cmd", Value: "get"}},
		Traits: integrations.Traits{Read: true, Names: integrations.Trait{Values: []string{"one", ""}}, Users: integrations.Trait{Unknown: true}},
		Bar:    integrations.NewNote("bar", "why", "x"), Warn: []integrations.Note{integrations.NewNote("warn", "why", "x")},
	}
	change(&t)
	return t
}

// What vendors send of themselves stays as it is.
func TestWhatIsShortStaysAsItIs(t *testing.T) {
	s := whole(known(func(*integrations.Thing) {}), integrations.Thing{})
	assert.Equal(t, s, s.Bounded())
	assert.Equal(t, integrations.Sighting{}, integrations.Sighting{}.Bounded())
}

// A thing is left out rather than known by half of its name, and then the list is not whole.
func TestAThingWithAVastNameIsNotListed(t *testing.T) {
	for name, change := range map[string]func(*integrations.Thing){
		"id":       func(t *integrations.Thing) { t.ID = vast("i") },
		"name":     func(t *integrations.Thing) { t.Name = vast("n") },
		"system":   func(t *integrations.Thing) { t.System = vast("s") },
		"place":    func(t *integrations.Thing) { t.Place = vast("p") },
		"identity": func(t *integrations.Thing) { t.Identity = []integrations.Field{{Name: "peer", Value: vast("p")}} },
	} {
		one := known(func(*integrations.Thing) {})
		got := whole(known(change), one).Bounded()
		assert.Equal(t, []integrations.Thing{one}, got.Things, name)
		assert.False(t, got.Complete, name)
	}
}

// What protects a thing is whole, or unknown.
func TestOfAVastTraitItIsUnknownWhatItIs(t *testing.T) {
	vastly := known(func(t *integrations.Thing) {
		t.Traits.Names.Values = []string{"payment", vast("n"), "api"}
		t.Traits.Classes.Values = []string{"blocked"}
	})
	got := whole(vastly).Bounded()
	require.True(t, got.Complete)
	assert.Equal(t, integrations.Trait{Values: []string{"payment"}, Unknown: true}, got.Things[0].Traits.Names)
	assert.Equal(t, integrations.Trait{Values: []string{"blocked"}}, got.Things[0].Traits.Classes)
	assert.Len(t, vastly.Traits.Names.Values, 3, "what was given is left alone")
}

// Whatever fills the rest, a thing stays small enough to be stored with each move of a case.
func TestAThingIsSmallEnoughToBeKept(t *testing.T) {
	field := integrations.Field{Name: "x", Value: vast("界")}
	many := make([]integrations.Field, 1000)
	for i := range many {
		many[i] = field
	}
	note := integrations.Note{Hint: "h", Values: many}
	got := whole(known(func(t *integrations.Thing) {
		t.Facts, t.Bar, t.Called, t.Lineage, t.Aliases = many, note, vast("界"), vast("l"), []string{vast("a"), "1"}
		t.Traits.Addresses.Values = []string{vast("a")}
		t.Warn = []integrations.Note{note, note}
	})).Bounded()
	require.Len(t, got.Things, 1)
	require.True(t, got.Complete)
	body, err := json.Marshal(got)
	require.NoError(t, err)
	assert.Less(t, len(body), 200<<10)
	assert.Equal(t, []string{"1"}, got.Things[0].Aliases)
	assert.Equal(t, whole(known(func(t *integrations.Thing) { t.Lineage = vast("l") })).Bounded().Things[0].Lineage, got.Things[0].Lineage, "a return is still told")
	for _, f := range got.Things[0].Facts {
		assert.True(t, utf8.ValidString(f.Value))
		assert.True(t, strings.HasSuffix(f.Value, "…"))
	}
	assert.Len(t, many[0].Value, 3<<20, "what was given is left alone")
}

// A value is compared as it will be read back from where it was stored.
func TestWhatIsNoTextIsTheSameWhenItIsReadBack(t *testing.T) {
	got := whole(known(func(t *integrations.Thing) {
		t.ID, t.Identity = "n/\xff", []integrations.Field{{Name: "name", Value: "a\xffb"}}
	})).Bounded()
	body, err := json.Marshal(got)
	require.NoError(t, err)
	var back integrations.Sighting
	require.NoError(t, json.Unmarshal(body, &back))
	assert.Equal(t, got.Things[0].Identity, back.Things[0].Identity)
	assert.Equal(t, got.Things[0].ID, back.Things[0].ID)
}

func TestOverlappingPages(t *testing.T) {
	same := func(row int) int { return row }
	read := func(list []int, size, total int) ([]int, bool) {
		all, complete, err := integrations.Overlapping(3, func(from int) ([]int, int, error) {
			return list[min(from, len(list)):min(from+size, len(list))], total, nil
		}, same)
		require.NoError(t, err)
		return all, complete
	}
	for name, c := range map[string]struct {
		size, total, rows int
		complete          bool
	}{
		"one page": {9, 5, 5, true}, "three pages": {3, 7, 7, true}, "more than may be": {2, 7, 4, false},
		"a total that is too high": {9, 6, 5, false}, "no total": {9, -1, 5, false}, "a total that is too low": {9, 4, 5, false},
	} {
		list := []int{1, 2, 3, 4, 5, 6, 7}[:max(5, c.rows)]
		if name == "more than may be" {
			list = []int{1, 2, 3, 4, 5, 6, 7}
		}
		all, complete := read(list, c.size, c.total)
		assert.Len(t, all, c.rows, name)
		assert.Equal(t, c.complete, complete, name)
	}
	all, complete := read([]int{}, 9, 0)
	assert.Empty(t, all)
	assert.True(t, complete, "a list of none")
	_, complete = read(nil, 9, 0)
	assert.False(t, complete, "a total without a list")
	for name, second := range map[string][]int{"it moved": {9, 3}, "it is gone": {}} {
		pages := [][]int{{1, 2}, second}
		all, complete, err := integrations.Overlapping(3, func(int) ([]int, int, error) {
			p := pages[0]
			pages = pages[1:]
			return p, 3, nil
		}, same)
		require.NoError(t, err)
		assert.Equal(t, []int{1, 2}, all, name)
		assert.False(t, complete, name)
	}
	for name, pages := range map[string][][]int{
		"a row ended, and one came back": {{1, 2}, {2, 1}}, "the same row twice on a page": {{1, 1, 2}},
	} {
		read := 0
		all, complete, err := integrations.Overlapping(3, func(int) ([]int, int, error) {
			read++
			return pages[read-1], 3, nil
		}, same)
		require.NoError(t, err)
		assert.Len(t, all, 3, name)
		assert.False(t, complete, "3 is on no page: "+name)
	}
	_, _, err := integrations.Overlapping(3, func(int) ([]int, int, error) { return nil, 0, assert.AnError }, same)
	require.ErrorIs(t, err, assert.AnError)
}
