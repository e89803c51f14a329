package approval

import (
	"slices"

	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// Thing names the i-th thing of the plan, what its owner calls it before its id: "Session
// checkout-worker · 10.0.0.1:2048". Of several the kind stands in the title.
func Thing(c Case, i int) words.Message {
	v, called := named(c, i)
	switch {
	case len(c.Plan.Items) == 1:
		return ThingAlone(c, i)
	case called:
		return words.New("card.thing-of-several-called", v)
	}
	return words.New("card.thing-of-several", v)
}

// ThingAlone is Thing where the i-th thing is told apart from the others: with its kind.
func ThingAlone(c Case, i int) words.Message {
	v, called := named(c, i)
	if called {
		return words.New("card.thing-called", v)
	}
	return words.New("card.thing", v)
}

// named is what a thing is called; called is false for one that has its id alone.
func named(c Case, i int) (v words.V, called bool) {
	t := c.Plan.Items[i].Thing
	v = words.V{
		"kind":   words.Strong(words.New("card.kind." + c.Request.Command)),
		"called": words.Text(integrations.Clean(t.Called, integrations.Shown)), "thing": words.Code(t.Name),
	}
	return v, t.Called != "" && t.Called != t.Name
}

// ThingByID names the i-th thing of several, where CommonName stands above them all.
func ThingByID(c Case, i int) words.Message {
	return words.New("card.thing-of-several", words.V{"thing": words.Code(c.Plan.Items[i].Thing.Name)})
}

// CommonName is what all things of a plan of several are called; "" where they are called differently.
func CommonName(c Case) string {
	name := ""
	for i, it := range c.Plan.Items {
		if i > 0 && it.Thing.Called != name || it.Thing.Called == it.Thing.Name {
			return ""
		}
		name = it.Thing.Called
	}
	return integrations.Clean(name, integrations.Shown)
}

// CommonFacts are the facts that all things of a plan of several have in common.
func CommonFacts(c Case) []integrations.Field {
	if len(c.Plan.Items) < 2 {
		return nil
	}
	return slices.DeleteFunc(unnamed(c.Plan.Items[0].Thing), func(f integrations.Field) bool {
		return slices.ContainsFunc(c.Plan.Items, func(it commands.Item) bool { return !slices.Contains(it.Thing.Facts, f) })
	})
}

// OwnFacts are the facts of the i-th thing that are not among CommonFacts.
func OwnFacts(c Case, i int) []integrations.Field {
	common := CommonFacts(c)
	return slices.DeleteFunc(unnamed(c.Plan.Items[i].Thing), func(f integrations.Field) bool { return slices.Contains(common, f) })
}

// unnamed are the facts of a thing but for what it is called, which stands beside its id.
func unnamed(t integrations.Thing) []integrations.Field {
	return slices.DeleteFunc(slices.Clone(t.Facts), func(f integrations.Field) bool { return f.Value == t.Called && t.Called != "" })
}

// Facts is the label of the facts of a thing: once its call may have been made, or none will be,
// they are those of before.
func Facts(c Case) words.Message {
	if c.Items.HasClaimed() || c.State.Terminal() {
		return words.New("card.before")
	}
	return words.Message{}
}

// SharedFacts is Facts for CommonFacts.
func SharedFacts(c Case) words.Message {
	n := words.V{"count": words.Count(len(c.Plan.Items))}
	if Facts(c).IsZero() {
		return words.New("card.all", n)
	}
	return words.New("card.all-before", n)
}

// Became is what became of the i-th thing: nothing to say before its call is claimed. The
// item's Note and Why stand beside it.
func Became(c Case, i int) words.Message {
	it := c.Items[i]
	switch {
	case it.InFlight:
		return words.New("outcome.in-flight")
	case older(c, it):
		return it.OlderLabel(c.Request.Command)
	case it.Done == commands.NotSent && it.Tries > 0:
		return words.New("outcome.not-sent-again")
	case it.Claimed, !it.Why.IsZero():
		return it.Label(c.Request.Command)
	}
	return words.Message{}
}

// Because is why the i-th thing came to what Became says; zero where that says all.
func Because(c Case, i int) words.Message {
	if it := c.Items[i]; !it.InFlight {
		return it.Why
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
