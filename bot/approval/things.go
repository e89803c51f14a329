package approval

import (
	"quell/commands"
	"quell/commands/words"
)

// Thing names the i-th thing of the plan: "Session 10.0.0.1:2048 on cache-prod".
func Thing(c Case, i int) words.Message {
	return words.New("card.thing."+c.Request.Command, words.V{
		"kind":  words.Strong(words.New("card.kind." + c.Request.Command)),
		"thing": words.Code(c.Plan.Items[i].Thing.Name), "target": words.Code(c.Request.Target),
	})
}

// Became is what became of the i-th thing: nothing to say before its call is claimed. The
// item's Note and Why stand beside it.
func Became(c Case, i int) words.Message {
	it := c.Items[i]
	switch {
	case c.older(it):
		return it.OlderLabel(c.Request.Command)
	case it.Done == commands.NotSent && it.Tries > 0:
		return words.New("outcome.not-sent-again")
	case it.Claimed, !it.Why.IsZero():
		return it.Label(c.Request.Command)
	}
	return words.Message{}
}

// FollowUp is what a look showed that somebody asked for after the end, thing by thing.
func FollowUp(c Case, e Evidence) words.Message {
	if len(e.Seen) == 1 {
		return followUp(e, sight(c.Request.Command, e.Seen[0]))
	}
	lines := make([]words.Message, len(e.Seen))
	for i, s := range e.Seen {
		lines[i] = words.New("sight.of", words.V{"thing": words.Code(c.Plan.Items[i].Thing.Name), "seen": words.Say(sight(c.Request.Command, s))})
	}
	return words.New("card.again-all", words.V{"at": words.At(e.At), "by": words.User(e.By.User), "lines": words.Lines(lines)})
}

// FollowUpInShort is FollowUp where there is no room for a line a thing: how many were gone.
func FollowUpInShort(c Case, e Evidence) words.Message {
	if len(e.Seen) == 1 {
		return FollowUp(c, e)
	}
	return followUp(e, words.New("card.outcome.partly", words.V{"gone": words.Count(e.Gone()), "count": words.Count(len(e.Seen))}))
}

func followUp(e Evidence, seen words.Message) words.Message {
	return words.New("card.again", words.V{"at": words.At(e.At), "by": words.User(e.By.User), "seen": words.Say(seen)})
}

// sight is what was seen of one thing, with the vendor's own word on it.
func sight(command string, s commands.Sight) words.Message {
	v := words.V{"ending": words.Say(commands.Ending(command, s.Seen)), "successor": words.Code(s.Successor), "note": words.Say(s.Note)}
	switch {
	case s.Successor != "":
		return words.New("sight.successor", v)
	case !s.Note.IsZero():
		return words.New("sight.note", v)
	}
	return words.New("sight", v)
}
