package approval

import (
	"quell/commands"
	"quell/commands/words"
)

// History is who did what when, oldest first. An end that is only the end of the watch has no
// line of its own: Status told it beforehand.
func History(c Case) []words.Message {
	lines := []words.Message{words.New("history.asked", words.V{"by": words.User(c.Request.By.User), "at": words.At(c.Opened)})}
	if n := c.Confirming; n != nil && !n.Confirmed.IsZero() {
		lines = append(lines, words.New("history.confirmed", words.V{"by": words.User(c.Request.By.User), "at": words.At(n.Confirmed)}))
	}
	for _, v := range c.Votes {
		lines = append(lines, words.New("history."+string(v.Choice), words.V{"by": words.User(v.By.User), "at": words.At(v.At)}))
	}
	if g := c.BreakGlass; g != nil {
		lines = append(lines, words.New("history.alone", words.V{"by": words.User(g.By.User), "at": words.At(g.At)}))
		for _, v := range g.Signed {
			lines = append(lines, words.New("history.signed", words.V{"by": words.User(v.By.User), "at": words.At(v.At)}))
		}
	}
	if r := c.Renewal; r != nil {
		lines = append(lines, words.New("history.frozen", words.V{"at": words.At(r.Lifted), "took": words.For(c.kept())}))
		if !r.Renewed.IsZero() {
			lines = append(lines, words.New("history.renewed", words.V{"by": words.User(r.By.User), "at": words.At(r.Renewed)}))
		}
	}
	if c.Tries > 0 {
		lines = append(lines, words.New("history.declined", words.V{"count": words.Count(c.Tries)}))
	}
	lines = append(lines, calls(c)...)
	if !c.Ended.IsZero() && !c.GoneWatched() {
		lines = append(lines, words.New("history.ended", words.V{"at": words.At(c.Ended), "took": words.For(c.Ended.Sub(c.Opened))}))
	}
	return lines
}

// Timeline is when what happened to a case that is over, in five lines at most: asked, decided,
// called, seen, ended. It names nobody: told in a new message it would ring them.
func Timeline(c Case) []words.Message {
	lines := []words.Message{words.New("timeline.asked", words.V{"at": words.At(c.Opened)})}
	if m := decided(c); !m.IsZero() {
		lines = append(lines, m)
	}
	if !c.CallsEnded.IsZero() && !c.Ran.IsZero() {
		lines = append(lines, words.New("timeline.called", words.V{
			"at": words.At(c.Ran), "took": words.For(c.CallsEnded.Sub(c.Ran)), "count": words.Count(c.Items.CallsMade()),
		}))
	}
	if at := c.Items.lastChange(); !at.IsZero() {
		lines = append(lines, words.New("timeline.seen", words.V{"at": words.At(at), "outcome": words.Say(c.Outcome())}))
	}
	return append(lines, words.New("timeline.ended", words.V{"at": words.At(c.Ended), "took": words.For(c.Ended.Sub(c.Opened))}))
}

// decided is when people said yes or no, or somebody chose to act alone; zero where nobody did.
func decided(c Case) words.Message {
	if c.BreakGlass != nil {
		return words.New("timeline.alone", words.V{"at": words.At(c.BreakGlass.At)})
	}
	if len(c.Votes) == 0 {
		return words.Message{}
	}
	last := c.Votes[len(c.Votes)-1]
	if last.Choice == No {
		return words.New("timeline.denied", words.V{"at": words.At(last.At)})
	}
	return words.New("timeline.approved", words.V{"at": words.At(last.At), "count": words.Count(c.Votes.Yeses())})
}

// calls are when the calls of a case began and ended. Of several things only their span is
// told, and what the answers warned of: Became says the rest of each.
func calls(c Case) (lines []words.Message) {
	if len(c.Items) != 1 {
		if !c.CallsEnded.IsZero() {
			lines = append(lines, words.New("history.called", words.V{"at": words.At(c.Ran), "took": words.For(c.CallsEnded.Sub(c.Ran))}))
		}
		return append(lines, warnings(c)...)
	}
	it := c.Items[0]
	if it.Done == commands.Answered || it.Done != commands.NotSent && !it.Receipt.At.IsZero() { // also an answer that is no yes
		lines = append(lines, words.New("history.answered", words.V{
			"status": words.Text(it.Receipt.Said()), "at": words.At(it.Sent), "took": words.For(it.Receipt.At.Sub(it.Sent)),
		}))
	}
	if it.Receipt.Warning != "" {
		lines = append(lines, words.New("history.warned", words.V{"warning": words.Text(it.Receipt.Warning)}))
	}
	if !it.FirstSeen.IsZero() {
		lines = append(lines, words.New("history.seen", words.V{
			"ending": words.Say(commands.Ending(c.Request.Command, it.Seen)), "after": words.For(max(0, it.FirstSeen.Sub(it.Sent))),
		}))
	}
	return lines
}

// warnings are what the answers of several calls warned of: each once, with the things whose
// answers it came with, for it is most often the server's own.
func warnings(c Case) (lines []words.Message) {
	var all []string
	things := map[string][]string{}
	for i, it := range c.Items {
		w := it.Receipt.Warning
		if w == "" {
			continue
		}
		if things[w] == nil {
			all = append(all, w)
		}
		things[w] = append(things[w], c.Plan.Items[i].Thing.Name)
	}
	for _, w := range all {
		lines = append(lines, words.New("history.warned-of", words.V{"things": words.All(words.Codes(things[w])...), "warning": words.Text(w)}))
	}
	return lines
}

// Basis is what a case rests on, for whoever audits it: its fingerprint, the rule, and what
// the look showed from which it was planned; also what monitor rules would have said. Before that
// look there is none.
func Basis(c Case) []words.Message {
	if len(c.Plan.Items) == 0 {
		return nil
	}
	all := []words.Message{
		words.New("grounds.case", words.V{"case": words.Code(c.ID), "fingerprint": words.Digest(c.Plan.Fingerprint)}),
		words.New("grounds.rule", words.V{"rule": words.Code(c.Decision.Rule)}),
		words.New("grounds.looked."+c.Request.Command, words.V{"count": words.Count(c.Plan.Seen), "at": words.At(c.Plan.Looked)}),
	}
	if c.Plan.Place != "" {
		all = append(all, words.New("grounds.place", words.V{"place": words.Code(c.Plan.Place)}))
	}
	return append(all, c.Decision.WouldHave()...)
}
