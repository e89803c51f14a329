package approval

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"quell/commands"
	"quell/commands/words"
)

// A policy may keep details of things out of the channel (policy.Decision.Private): how they are
// called, where they are, what the live look says of them, the exact calls and what went over the
// wire. The case keeps all of it, and so does the record. What is drawn where others read along, or
// told to one person, is drawn from the copy that ForChannel returns; a face that draws for
// whoever may see the details takes the case itself.
//
// Reasons stay as their authors typed them: what a person writes to the channel is theirs to keep out.

// unsaid stands for a detail that has no number.
const unsaid = "…"

// nth stands for the name of the i-th thing, in every language.
func nth(i int) string { return fmt.Sprint("#", i+1) }

// ForChannel is the case as those may see it who may not see its details: the case itself, unless
// its details are private.
func ForChannel(c Case) Case {
	if !c.Decision.Private {
		return c
	}
	v := veilOf(c)
	c = c.clone()
	c.Plan.Items, c.Exchanges = slices.Clone(c.Plan.Items), nil
	for i := range c.Plan.Items {
		c.Plan.Items[i] = commands.Item{}
		c.Plan.Items[i].Thing.Name = nth(i)
	}
	c.Plan.Hurts = v.all(c.Plan.Hurts)
	c.Request.Things = make([]string, len(c.Request.Things))
	for i := range c.Items {
		c.Items[i] = v.item(c.Items[i])
	}
	for i := range c.Evidence {
		c.Evidence[i] = v.evidence(c.Evidence[i])
	}
	c.Why, c.ByHand = v.message(c.Why), v.message(c.ByHand)
	if c.Blind != nil {
		blind := *c.Blind
		blind.Why = v.message(blind.Why)
		c.Blind = &blind
	}
	return c
}

// MessageForChannel is a message about a case as those may read it who may not see its details.
func MessageForChannel(c Case, m words.Message) words.Message {
	if !c.Decision.Private {
		return m
	}
	return veilOf(c).message(m)
}

// item is what became of a thing, without the vendor's own words, which may name anything, and
// without what a look said of it.
func (v veil) item(it Item) Item {
	it.Why, it.Note, it.Receipt.Warning, it.LineageBefore = v.message(it.Why), words.Message{}, "", nil
	it.WasIdle = 0
	if it.Successor != "" {
		it.Successor = unsaid
	}
	return it
}

func (v veil) evidence(e Evidence) Evidence {
	e.Seen = slices.Clone(e.Seen)
	for i := range e.Seen {
		e.Seen[i].Note = words.Message{}
		if e.Seen[i].Successor != "" {
			e.Seen[i].Successor = unsaid
		}
	}
	return e
}

// veil is what stands in place of each detail of a case, the longest details first: one can be a
// part of another.
type veil []covered

type covered struct{ detail, by string }

// leastInText is the least length of a detail that is covered within a longer text, in bytes: a
// shorter one, such as a database's number, is a part of other words as well.
const leastInText = 5

func veilOf(c Case) (v veil) {
	add := func(by string, details ...string) {
		for _, d := range details {
			if d != "" && d != c.Request.Target {
				v = append(v, covered{d, by})
			}
		}
	}
	for i, it := range c.Plan.Items {
		t := it.Thing
		add(nth(i), append([]string{t.ID, t.Name, t.Called, t.Lineage, it.Found.Typed}, t.Aliases...)...)
		for _, f := range slices.Concat(t.Identity, t.Facts) {
			add(unsaid, f.Value)
		}
		for _, with := range t.With {
			add(unsaid, with.ID, with.Name)
		}
	}
	for _, it := range c.Items {
		add(unsaid, it.Successor)
		add(unsaid, it.LineageBefore...)
	}
	add(unsaid, c.Request.Things...)
	slices.SortStableFunc(v, func(a, b covered) int { return cmp.Compare(len(b.detail), len(a.detail)) })
	return v
}

func (v veil) all(ms []words.Message) []words.Message {
	ms = slices.Clone(ms)
	for i := range ms {
		ms[i] = v.message(ms[i])
	}
	return ms
}

// message is a message whose identifiers are covered, within other messages as well. What people
// typed is text and stays.
func (v veil) message(m words.Message) words.Message {
	return m.Identifiers(v.text)
}

// text is what stands for a value of that name. What names a thing that the case does not know,
// such as one that appeared since, is left unsaid.
func (v veil) text(name, s string) string {
	for _, c := range v {
		if s == c.detail {
			return c.by
		}
	}
	if slices.Contains([]string{"thing", "things", "others", "address", "successor", "text"}, name) {
		return unsaid
	}
	for _, c := range v {
		if len(c.detail) >= leastInText {
			s = strings.ReplaceAll(s, c.detail, c.by)
		}
	}
	return s
}

// Withheld says of a case whose details are private who can read them, and where.
func Withheld(c Case) words.Message {
	return words.New("card.private", words.V{"asker": words.User(c.Request.By.User)})
}

// WireWithheld stands in a thread in place of the calls and of what went over the wire.
func WireWithheld(c Case) words.Message {
	return words.New("thread.private", words.V{"show": words.Code("quell show " + c.ID)})
}
