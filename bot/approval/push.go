package approval

import (
	"strings"
	"unicode/utf8"

	"quell/commands/words"
	"quell/integrations"
)

// How much of the things a push names: a few, and of each as much as tells it from the others, for who
// asks, why and until when have to fit beside. It says how many more there are.
const (
	pushNames  = 3
	pushCalled = 24  // characters of what a thing is called
	pushMost   = 90  // characters of all names; the first is never left out
	pushReason = 140 // letters of why
)

// Push is all of a case in one line, the most important first, for where nothing else is shown: the
// push on a phone, a screen reader. Before the end it says what is asked, of which things and why, who
// asks where, and who may decide until when; after it, what came of it.
func Push(c Case) words.Message {
	v := words.V{
		"title": words.Say(Title(c)), "things": words.Say(Named(c)), "status": words.Say(Status(c)),
		"asker": words.User(c.Request.By.User), "channel": words.Channel(c.Request.Channel), "reason": words.Text(shortened(c.Request.Reason, pushReason)),
		"deed": words.Say(DeedLeft(c)), "until": words.At(c.Deadline),
	}
	switch why := c.Request.Reason != ""; {
	case c.Newer():
		return Title(c)
	case len(c.Plan.Items) == 0 && why:
		return words.New("push.unplanned-why", v)
	case len(c.Plan.Items) == 0:
		return words.New("push.unplanned", v)
	case c.State != Pending && why:
		return words.New("push.stands-why", v)
	case c.State != Pending:
		return words.New("push.stands", v)
	case c.Unconfirmed() && why:
		return words.New("push.confirm-why", v)
	case c.Unconfirmed():
		return words.New("push.confirm", v)
	case why:
		return words.New("push.asks-why", v)
	}
	return words.New("push.asks", v)
}

// Named names the first things of a plan, what their owners call them before their ids, or says that
// they are kept out of the channel.
func Named(c Case) words.Message {
	if c.Decision.Private {
		return words.New("push.things-private")
	}
	all := c.Plan.Items
	if c.State == Pending { // with some done before, people are asked about the others
		all = Left(c)
	}
	var names []string
	for room := pushMost; len(names) < min(pushNames, len(all)); {
		name := calledFirst(all[len(names)].Thing, pushCalled)
		if room -= utf8.RuneCountInString(name); room < 0 && len(names) > 0 {
			break
		}
		names = append(names, name)
	}
	v := words.V{"things": words.Code(strings.Join(names, ", ")), "count": words.Count(len(all) - len(names))}
	if len(names) < len(all) {
		return words.New("push.things-more", v)
	}
	return words.New("push.things", v)
}

// calledFirst names a thing in a line of text: so many characters of what its owner calls it, before its
// id.
func calledFirst(t integrations.Thing, most int) string {
	if t.Called == "" || t.Called == t.Name {
		return t.Name
	}
	return integrations.Clean(t.Called, most) + " " + t.Name
}

// shortened is a text on one line, of at most so many letters.
func shortened(s string, most int) string {
	s = strings.Join(strings.Fields(s), " ")
	if letters := integrations.Letters(s); len(letters) > most {
		return strings.Join(letters[:most-1], "") + "…"
	}
	return s
}
