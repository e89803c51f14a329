package commands

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"quell/commands/words"
	"quell/integrations"
)

// Way is what a typed word was to the thing that was found by it. Its values are in stored cases.
type Way string

const (
	ByID       Way = ""         // one of its vendor's ids
	BySpelling Way = "spelling" // the same in other letters
	ByName     Way = "name"     // what somebody calls it
	ByUser     Way = "user"     // whose it is
	ByStart    Way = "start"    // the beginning of one of its ids
)

// Finding is how a thing of a plan was found, where that was not by its exact id: more than one
// thing may have been called so at another time, and only who typed it knows which they meant.
type Finding struct {
	Typed string `json:"typed"`
	By    Way    `json:"by"`
}

// picked is a thing of a request, with the word that named it.
type picked struct {
	hit
	word string
}

func (p picked) found() Finding {
	if p.by == ByID {
		return Finding{}
	}
	return Finding{p.word, p.by}
}

func thingsOf(all []picked) (things []integrations.Thing) {
	for _, p := range all {
		things = append(things, p.Thing)
	}
	return things
}

// IsID says that a word is one of a thing's ids, as people type it.
func IsID(t integrations.Thing, word string) bool {
	return slices.ContainsFunc(readings(word)[:foldedReading], func(fits func(string) bool) bool {
		_, ok := idWay(t, fits)
		return ok
	})
}

// Guessed are the things of the plan that were found otherwise than by their exact ids.
func (p Plan) Guessed() (all []Item) {
	for _, it := range p.Items {
		if it.Found.By != ByID {
			all = append(all, it)
		}
	}
	return all
}

// hit is a thing that a word fits, and as what.
type hit struct {
	integrations.Thing
	by Way
}

// fitting are the things that a word names, by the closest reading that fits any: as one of a
// thing's own words, then as a name or a user, and last as the beginning of an id. What was
// picked is spelt as the vendor spells it. Of a list that was not read whole, another id may
// begin so.
func (w wanted) fitting(asked string) []hit {
	all := readings(asked)
	if w.Picked {
		return w.having(idWay, all[:1])
	}
	if hits := w.having(idWay, all); len(hits) > 0 {
		return hits
	}
	if hits := w.having(calledWay, all); len(hits) > 0 || !w.seen.Complete {
		return hits
	}
	begin := beginnings(asked, leastBeginning)
	return w.hits(func(t integrations.Thing) (Way, bool) {
		return ByStart, slices.ContainsFunc(begin, func(b string) bool { return beginsID(t, b) })
	})
}

// having are the things that a word is something to, by the first reading in which it is to any.
func (w wanted) having(way func(integrations.Thing, func(string) bool) (Way, bool), readings []func(string) bool) []hit {
	for i, fits := range readings {
		hits := w.hits(func(t integrations.Thing) (Way, bool) { return way(t, fits) })
		for j := range hits {
			if i == foldedReading && hits[j].by == ByID {
				hits[j].by = BySpelling
			}
		}
		if len(hits) > 0 {
			return hits
		}
	}
	return nil
}

func (w wanted) hits(way func(integrations.Thing) (Way, bool)) (all []hit) {
	for _, t := range w.seen.Things {
		if by, ok := way(t); ok {
			all = append(all, hit{t, by})
		}
	}
	return all
}

// idWay is what a word is to a thing that has it among its own, not as a name.
func idWay(t integrations.Thing, fits func(string) bool) (Way, bool) {
	return ByID, slices.ContainsFunc(own(t), func(word string) bool { return fits(word) && !isName(t, word) })
}

// own are the words that are typed for a thing.
func own(t integrations.Thing) []string {
	return append([]string{t.ID, t.Name}, t.Aliases...)
}

// isName says that a thing is called so by people, and that the vendor does not tell it by that:
// another thing may be called so as well, or next. An address is told by, and so is what a thing's
// id ends with, such as an Agent's id with its direction.
func isName(t integrations.Thing, word string) bool {
	called := word == t.Called || slices.Contains(t.Traits.Names.Values, word)
	return called && word != t.ID && word != lastPart(t.ID) && !slices.Contains(t.Traits.Addresses.Values, word) && !identifies(t, word)
}

// identifies says that the vendor tells a thing by a word. A user may be part of what must not
// change, and is others' as well.
func identifies(t integrations.Thing, word string) bool {
	return !slices.Contains(t.Traits.Users.Values, word) && slices.ContainsFunc(t.Identity, func(f integrations.Field) bool { return f.Value == word })
}

// calledWay is what a word is to a thing that is called so, or is somebody's who is. Either is
// a question of the same rank: whoever types a word means a name or a user by it, and does not say.
func calledWay(t integrations.Thing, fits func(string) bool) (Way, bool) {
	switch {
	case slices.ContainsFunc(names(t), fits):
		return ByName, true
	case slices.ContainsFunc(t.Traits.Users.Values, fits):
		return ByUser, true
	}
	return "", false
}

// names are what people call a thing. An empty name is a value to a policy, and none to people.
func names(t integrations.Thing) []string {
	return append([]string{t.Called}, t.Traits.Names.Values...)
}

// leastBeginning is how many characters of an id name it.
const leastBeginning = 8

// beginnings are the readings of a word of so many characters as the beginning of an id. A number
// is none: another number may begin with it.
func beginnings(word string, least int) (all []string) {
	for _, s := range Spellings(word) {
		if s = Fold(s); utf8.RuneCountInString(s) >= least && strings.ContainsFunc(s, unicode.IsLetter) && !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}

// beginsID says that one of a thing's ids has letters and begins so. What has a colon is an
// address, of which each part is whole.
func beginsID(t integrations.Thing, beginning string) bool {
	return slices.ContainsFunc(own(t), func(id string) bool {
		return identifies(t, id) && !strings.Contains(id, ":") && begins(Fold(id), beginning)
	})
}

// begins says that an id begins so, without cutting a number in it. Digits of a run with letters
// that are hexadecimal are no number.
func begins(id, beginning string) bool {
	rest, ok := strings.CutPrefix(id, beginning)
	if !ok || rest == "" || !isDigit(beginning[len(beginning)-1]) || !isDigit(rest[0]) {
		return ok
	}
	apart := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	before := beginning[strings.LastIndexFunc(beginning, apart)+1:]
	if end := strings.IndexFunc(rest, apart); end >= 0 {
		rest = rest[:end]
	}
	run := before + rest
	return strings.ContainsFunc(before, unicode.IsLetter) && strings.Trim(run, "0123456789abcdef") == ""
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// short says that an id begins so, and that the word has too little of it to name one.
func (w wanted) short(word string) bool {
	return slices.ContainsFunc(w.seen.Things, func(t integrations.Thing) bool { return beginsWith(t, word) })
}

// beginsWith says that one of a thing's ids begins with a word, however little it has of it.
func beginsWith(t integrations.Thing, word string) bool {
	return slices.ContainsFunc(beginnings(word, 1), func(b string) bool { return beginsID(t, b) })
}

// isNear says that a name is what a person most likely meant by a word, or begins so. What has a
// number is another thing's with any other number, so none such is near, and a number is near to
// nothing.
func isNear(name, word string) bool {
	said, has := numbers(word), numbers(name)
	if isNumber(word) || isNumber(name) || len(said) > 0 && !slices.Equal(said, has) {
		return false
	}
	return words.Nearest(word, []string{name}) != "" || strings.HasPrefix(Fold(name), Fold(word))
}

// numbers are the runs of digits in a word.
func numbers(word string) []string {
	return strings.FieldsFunc(Fold(word), func(r rune) bool { return r < '0' || r > '9' })
}

// isNumber says that a word is a number in one of its spellings: whole or nothing, for each
// number beside it is another thing's.
func isNumber(word string) bool {
	return slices.ContainsFunc(Spellings(word), func(s string) bool {
		return s != "" && strings.Trim(Fold(s), "0123456789") == ""
	})
}
