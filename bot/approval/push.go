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
		"title": words.Say(Title(c)), "things": words.Say(pushed(c)), "status": words.Say(Status(c)),
		"asker": words.User(c.Request.By.User), "channel": words.Channel(c.Request.Channel),
	}
	switch {
	case c.Newer():
		return Title(c)
	case len(c.Plan.Items) == 0:
		return words.New("push.unplanned", v)
	case c.State != Pending:
		return words.New("push.stands", v)
	case c.Request.Reason == "":
		return words.New("push.asks", v)
	}
	v["reason"] = words.Text(c.Request.Reason)
	return words.New("push.asks-why", v)
}

// pushed names the first things of a plan, what their owners call them before their ids.
func pushed(c Case) words.Message {
	all := c.Plan.Items
	names := make([]string, min(pushNames, len(all)))
	for i := range names {
		names[i] = all[i].Thing.Name
		if called := integrations.Clean(all[i].Thing.Called, integrations.Shown); called != "" && called != names[i] {
			names[i] = called + " " + names[i]
		}
	}
	v := words.V{"things": words.Code(strings.Join(names, ", ")), "count": words.Count(len(all) - len(names))}
	if len(names) < len(all) {
		return words.New("push.things-more", v)
	}
	return words.New("push.things", v)
}
