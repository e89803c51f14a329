package commands

import (
	"cmp"
	"slices"
	"strings"

	"quell/commands/words"
	"quell/integrations"
)

// Protected says why people may not end a thing; zero if they may.
func Protected(t integrations.Thing) words.Message { return Say(t.Bar) }

// Apart are the things of some that people may end, and those that are protected.
func Apart(things []integrations.Thing) (free, barred []integrations.Thing) {
	for _, t := range things {
		if Protected(t).IsZero() {
			free = append(free, t)
		} else {
			barred = append(barred, t)
		}
	}
	return free, barred
}

// Search returns the things that have every word of text somewhere in what is
// known or shown of them. Whatever has been idle longest comes first, for that is what
// hangs; what is protected comes last.
func Search(things []integrations.Thing, text string) []integrations.Thing {
	hits := containing(things, searchText, text)
	slices.SortStableFunc(hits, func(a, b integrations.Thing) int {
		if pa, pb := a.Bar.IsZero(), b.Bar.IsZero(); pa != pb {
			return map[bool]int{true: -1, false: 1}[pa]
		}
		return cmp.Compare(b.Idle, a.Idle)
	})
	return hits
}

// containing are those of some things whose text has every word that is searched for, in
// whatever case; only if there are none, those that have other spellings of the words.
func containing[T any](all []T, textOf func(T) string, search string) (hits []T) {
	parts := strings.Fields(strings.ToLower(search))
	for _, one := range all {
		hay := strings.ToLower(textOf(one))
		if !slices.ContainsFunc(parts, func(p string) bool { return !strings.Contains(hay, p) }) {
			hits = append(hits, one)
		}
	}
	if len(hits) > 0 {
		return hits
	}
	for _, one := range all {
		hay := Fold(textOf(one))
		if !slices.ContainsFunc(parts, func(p string) bool { return !containsSpelling(hay, p) }) {
			hits = append(hits, one)
		}
	}
	return hits
}

// containsSpelling says whether a folded text has a word in any of its spellings.
func containsSpelling(folded, word string) bool {
	return slices.ContainsFunc(Spellings(word), func(s string) bool { return strings.Contains(folded, Fold(s)) })
}

// SearchNames returns the names that have every word of text in them, in whatever case, else
// those that have other spellings of the words. Those that begin with the text come first.
func SearchNames(names []string, text string) []string {
	hits := containing(names, func(name string) string { return name }, text)
	begins := func(name string) int {
		return map[bool]int{true: -1}[strings.HasPrefix(strings.ToLower(name), strings.TrimSpace(strings.ToLower(text)))]
	}
	slices.SortStableFunc(hits, func(a, b string) int { return cmp.Compare(begins(a), begins(b)) })
	return hits
}

func searchText(t integrations.Thing) string {
	parts := append([]string{t.Name, t.Called}, t.Aliases...)
	for _, trait := range []integrations.Trait{t.Traits.Names, t.Traits.Users, t.Traits.Addresses, t.Traits.Classes} {
		parts = append(parts, trait.Values...)
	}
	for _, fields := range [][]integrations.Field{t.Identity, t.Facts} {
		for _, f := range fields {
			parts = append(parts, f.Value)
		}
	}
	return strings.Join(parts, "\n")
}

// Together says what keeps things from being asked for in one request; zero if
// nothing does. They live in one place, none is protected, and there are not too
// many.
func Together(things []integrations.Thing) words.Message {
	if n := len(things); n > MaxThings {
		return TooMany(n, MaxThings)
	}
	size := 0
	for _, t := range things {
		thing := words.Code(t.Name)
		if why := Protected(t); !why.IsZero() {
			return words.New("mistake.protected", words.V{"thing": thing, "why": words.Say(why)})
		}
		if t.Place != things[0].Place {
			return words.New("mistake.two-places", words.V{"thing": thing, "place": words.Code(t.Place)})
		}
		size += len(t.Name) + len(t.ID)
		if i := slices.IndexFunc(things, func(o integrations.Thing) bool { return endsWith(t, o) }); i >= 0 {
			return words.New("mistake.one-call", words.V{"thing": words.Code(t.ID), "other": words.Code(things[i].ID)})
		}
	}
	if size > maxNames {
		return words.New("mistake.card-full", words.V{"count": words.Count(len(things))})
	}
	return words.Message{}
}

// Barred are the names of those of some things that people may not end, as many as a sentence
// can hold, and how many they are.
func Barred(things []integrations.Thing) (names words.Value, count int) {
	barred := slices.DeleteFunc(slices.Clone(things), func(t integrations.Thing) bool { return Protected(t).IsZero() })
	return namesOf(barred), len(barred)
}

// maxNames is how long, in bytes, the names and ids of one request's things may be
// together: every one of them has to stand on the card that people decide on.
const maxNames = 5000

// TooMany says that a request names more things than one may.
func TooMany(n, most int) words.Message {
	return words.New("mistake.too-many", words.V{"count": words.Count(n), "most": words.Count(most)})
}
