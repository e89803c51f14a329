package approval

import (
	"strings"

	"quell/commands/words"
	"quell/integrations"
)

// pushNames is how many things a push names. It says how many more there are.
const pushNames = 3

// Push is all of a case in one line, the most important first, for where nothing else is shown: the
// push on a phone, a screen reader. Before the end it says what is asked, of which things, who asks
// where, who may decide until when, and why; after it, what came of it.
func Push(c Case) words.Message {
	v := words.V{
		"title": words.Say(Title(c)), "things": words.Say(Named(c)), "status": words.Say(Status(c)),
		"asker": words.User(c.Request.By.User), "channel": words.Channel(c.Request.Channel), "reason": words.Text(c.Request.Reason),
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
	names := make([]string, min(pushNames, len(all)))
	for i := range names {
		names[i] = calledFirst(all[i].Thing)
	}
	v := words.V{"things": words.Code(strings.Join(names, ", ")), "count": words.Count(len(all) - len(names))}
	if len(names) < len(all) {
		return words.New("push.things-more", v)
	}
	return words.New("push.things", v)
}

// calledFirst names a thing in a line of text: what its owner calls it before its id.
func calledFirst(t integrations.Thing) string {
	called := integrations.Clean(t.Called, integrations.Shown)
	if called == "" || called == t.Name {
		return t.Name
	}
	return called + " " + t.Name
}
