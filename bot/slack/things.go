package slack

import (
	"strings"

	"github.com/slack-go/slack"

	"quell/bot/approval"
	"quell/commands/words"
	"quell/integrations"
)

// briefest leaves out as much as a card can (drawing.brief).
const briefest = 3

// apart is how many things have a block of their own, with all that is known of each. More are
// listed: a line each on a phone, below what all of them have in common.
const apart = 3

// factsOnList is how many facts of its own each thing on a list has.
const factsOnList = 3

// things draws the things of a case. What all of a list have in common is said once, above it.
type things struct {
	drawing
	c      approval.Case
	list   bool     // they stand on a list
	called string   // what all of a list are called
	facts  []string // what is so of all of them
	became string   // what became of all of a list
}

func (d drawing) things(c approval.Case) things {
	t := things{drawing: d, c: c, list: len(c.Plan.Items) > apart || d.brief > 0, facts: d.shared(c)}
	if len(c.Plan.Items) > apart {
		t.called, t.became = approval.CommonName(c), d.alike(c)
	}
	return t
}

// items draws each thing of the plan, below what all of them have in common.
func (d drawing) items(c approval.Case) (blocks []slack.Block) {
	t := d.things(c)
	lines := t.head()
	if len(lines) > 0 && !t.list {
		blocks, lines = append(blocks, section(markdown(strings.Join(lines, "\n")))), nil
	}
	for i := range c.Plan.Items {
		lines = append(lines, t.item(i))
		if !t.list || len(strings.Join(lines, "\n")) > maxSection/2 || i == len(c.Plan.Items)-1 {
			blocks = append(blocks, section(markdown(strings.Join(lines, "\n"))))
			lines = nil
		}
	}
	return blocks
}

// head is what is so of all things.
func (t things) head() (lines []string) {
	all := t.facts
	if t.called != "" {
		all = append([]string{t.rich.Say(words.New("card.called", words.V{"called": words.Text(t.called)}))}, all...)
	}
	if t.became != "" {
		lines = append(lines, t.became)
	}
	if line := t.factLine(all, approval.SharedFacts(t.c)); line != "" {
		lines = append(lines, line)
	}
	return lines
}

// item is one thing: its name and id, what the live look said, what became of it.
func (t things) item(i int) string {
	it := t.c.Items[i]
	name := approval.Thing(t.c, i)
	if t.called != "" {
		name = approval.ThingByID(t.c, i)
	}
	lines := []string{t.rich.Say(name)}
	if m := approval.FoundBy(t.c, i, t.room(integrations.Shown, shortFact)); !m.IsZero() {
		lines = append(lines, t.rich.Say(m))
	}
	label := approval.Facts(t.c)
	if t.list && (len(t.facts) > 0 || t.called != "") { // it stands above all
		label = words.Message{}
	}
	switch line := t.factLine(t.factsOf(i), label); {
	case line != "" && t.list && len(lines) == 1:
		lines[0] += " · " + line
	case line != "":
		lines = append(lines, line)
	}
	if m := approval.Became(t.c, i); !m.IsZero() && t.became == "" {
		lines = append(lines, mark(t.c, i)+" "+t.rich.Say(m))
	}
	for _, m := range []words.Message{approval.Stirred(t.c, i), it.Note} {
		if !m.IsZero() {
			lines = append(lines, t.rich.Say(m))
		}
	}
	if why := approval.Because(t.c, i); !why.IsZero() && t.brief < 2 {
		lines = append(lines, t.rich.Say(why))
	}
	return strings.Join(lines, "\n")
}

// alike is what became of all things, where that is the same.
func (d drawing) alike(c approval.Case) (line string) {
	for i := range c.Plan.Items {
		m := approval.Became(c, i)
		if m.IsZero() {
			return ""
		}
		said := mark(c, i) + " " + d.rich.Say(words.New("card.each", words.V{"became": words.Say(m), "count": words.Count(len(c.Plan.Items))}))
		if line != "" && said != line {
			return ""
		}
		line = said
	}
	return line
}

// factLine are facts in a line, behind a label that says whose and of when they are.
func (t things) factLine(facts []string, label words.Message) string {
	if len(facts) == 0 {
		return ""
	}
	said := cut(strings.Join(facts, " · "), maxSection/2) // what became of it follows
	if label.IsZero() {
		return said
	}
	return t.rich.Say(label) + " " + said
}

// factsOf is what there is to say of a thing, as the vendor gave it, but for what stands above it
// already. On a list there is room for the number that identifies it and for what tells most.
func (t things) factsOf(i int) (facts []string) {
	room := t.room(integrations.Shown, shortFact)
	for _, f := range approval.OwnFacts(t.c, i) {
		facts = append(facts, t.rich.Say(fact(f, room)))
	}
	switch {
	case t.brief > 0:
		return facts[:min(len(facts), 1)]
	case t.list:
		return facts[:min(len(facts), factsOnList)]
	}
	return facts
}

// shared are the facts that all things have in common.
func (d drawing) shared(c approval.Case) (facts []string) {
	if d.brief > 0 {
		return nil
	}
	for _, f := range approval.CommonFacts(c) {
		facts = append(facts, d.rich.Say(fact(f, integrations.Shown)))
	}
	return facts
}
