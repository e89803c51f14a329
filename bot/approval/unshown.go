package approval

import (
	"time"

	"quell/commands/words"
)

// Unshown ends a case that cannot be shown to those who have to see it: nobody decides on what
// nobody sees.
type Unshown struct{ Why words.Message }

func (Unshown) Name() string { return "unshown" }
func (Unshown) at() []State  { return []State{Pending, Approved} }

func (e Unshown) apply(c *Case, now time.Time) error {
	why := words.New("case.unshown", words.V{"channel": words.Channel(c.Request.Channel), "why": words.Say(e.Why)})
	c.stop(Refused, why, why, now)
	c.Unshown = true
	return nil
}

// UnshownRefusal is what the asker is told alone where the case ended because it could not be
// shown.
func UnshownRefusal(c Case) words.Message {
	return words.New("unshown.refused", words.V{"case": words.Case(c.ID), "deed": words.Say(Deed(c)), "why": words.Say(c.Why)})
}

// UnshownEnd is what the asker is told alone where the end of the case could not be shown.
func UnshownEnd(c Case, why words.Message) words.Message {
	c = ForChannel(c)
	return words.New("unshown.end", words.V{
		"case": words.Case(c.ID), "title": words.Strong(Title(c)), "status": words.Lines(statusAndThings(c)),
		"channel": words.Channel(c.Request.Channel), "why": words.Say(why),
	})
}

// statusAndThings is the status, and below it what became of each thing, as on the card.
func statusAndThings(c Case) []words.Message {
	all := []words.Message{Status(c)}
	for i, it := range c.Plan.Items {
		if m := Became(c, i); !m.IsZero() {
			all = append(all, words.New("sight.of", words.V{"thing": words.Code(it.Thing.Name), "seen": words.Say(m)}))
		}
	}
	return all
}
