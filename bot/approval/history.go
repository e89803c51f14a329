package approval

import (
	"slices"
	"time"

	"quell/commands"
	"quell/commands/words"
)

// happening is something that happened to a case.
type happening struct {
	at   time.Time     // zero for what is told without its moment
	say  words.Message // with its moment in the sentence
	line words.Message // the line of a report, behind the moment
}

// untimed is a happening that is told without its moment.
func untimed(m words.Message) happening { return happening{say: m, line: Line(m)} }

// Line is a sentence as a line of a report.
func Line(m words.Message) words.Message {
	return words.New("report.line", words.V{"what": words.Say(m)})
}

// History is who did what when, oldest first. An end that is only the end of the watch has no
// line of its own: Status told it beforehand.
func History(c Case) (all []words.Message) {
	for _, h := range happenings(c) {
		all = append(all, h.say)
	}
	return all
}

// Report is History in lines that begin with their moment.
func Report(c Case) (all []words.Message) {
	for _, h := range happenings(c) {
		all = append(all, h.line)
	}
	return all
}

// happenings are first who asked, then all else by the moments alone, for a no comes after a word to
// act alone, and a signature after the end. What is told without one stays behind what it was told
// after.
func happenings(c Case) []happening {
	all := told(c)
	for i := 1; i < len(all); i++ {
		if all[i].at.IsZero() {
			all[i].at = all[i-1].at
		}
	}
	slices.SortStableFunc(all[1:], func(a, b happening) int { return a.at.Compare(b.at) })
	return all
}

// told are the happenings of each kind.
func told(c Case) []happening {
	all := []happening{person(c.Opened, c.Request.By, "asked")}
	if n := c.Confirming; n != nil && !n.Confirmed.IsZero() {
		all = append(all, person(n.Confirmed, c.Request.By, "confirmed"))
	}
	for _, v := range c.Votes {
		all = append(all, person(v.At, v.By, string(v.Choice)))
	}
	if g := c.BreakGlass; g != nil {
		all = append(all, person(g.At, g.By, "alone"))
		for _, v := range g.Signed {
			all = append(all, person(v.At, v.By, "signed"))
		}
	}
	if r := c.Renewal; r != nil {
		v := words.V{"at": words.At(r.Lifted), "took": words.For(kept(c))}
		all = append(all, happening{r.Lifted, words.New("history.frozen", v), words.New("report.at.frozen", v)})
		if !r.Renewed.IsZero() {
			all = append(all, person(r.Renewed, r.By, "renewed"))
		}
	}
	if c.Tries > 0 {
		m := words.New("history.declined", words.V{"count": words.Count(c.Tries)})
		all = append(all, happening{c.Ran, m, Line(m)}) // it came before the call that counts
	}
	all = append(all, calls(c)...)
	if at := withdrawn(c); !at.IsZero() {
		all = append(all, person(at, c.Request.By, "withdrawn"))
	}
	if !c.Ended.IsZero() && !c.GoneWatched() {
		v := words.V{"at": words.At(c.Ended), "took": words.For(c.Ended.Sub(c.Opened))}
		all = append(all, happening{c.Ended, words.New("history.ended", v), words.New("report.at.ended", v)})
	}
	return all
}

// person is what somebody did at a moment.
func person(at time.Time, by commands.Person, did string) happening {
	v := words.V{"by": words.User(by.User), "at": words.At(at)}
	return happening{at, sentence(did, v), line(did, v)}
}

func sentence(did string, v words.V) words.Message { return words.New("history."+did, v) }
func line(did string, v words.V) words.Message     { return words.New("report.at."+did, v) }

// withdrawn is when the asker took a case back; zero if they did not. A case with calls goes on to be
// looked after, and each item that was taken back says so itself.
func withdrawn(c Case) time.Time {
	if c.State == Withdrawn {
		return c.Ended
	}
	return time.Time{}
}

// Timeline is when what happened to a case that is over, in seven lines at most: asked, decided,
// kept by a freeze, called, taken back, seen, ended. It names nobody: told in a new message it would
// ring them.
func Timeline(c Case) []words.Message {
	steps := decided(c)
	if r := c.Renewal; r != nil {
		steps = append(steps, happening{at: r.Lifted, say: words.New("timeline.frozen", words.V{"at": words.At(r.Lifted), "took": words.For(kept(c))})})
	}
	if !c.CallsEnded.IsZero() && !c.Ran.IsZero() {
		steps = append(steps, happening{at: c.Ran, say: words.New("timeline.called", words.V{
			"at": words.At(c.Ran), "took": words.For(c.CallsEnded.Sub(c.Ran)), "count": words.Count(c.Items.CallsMade()),
		})})
	}
	if at := withdrawn(c); !at.IsZero() {
		steps = append(steps, happening{at: at, say: words.New("timeline.withdrawn", words.V{"at": words.At(at)})})
	}
	if at := c.Items.lastChange(); !at.IsZero() {
		steps = append(steps, happening{at: at, say: words.New("timeline.seen", words.V{"at": words.At(at), "outcome": words.Say(c.Outcome())})})
	}
	slices.SortStableFunc(steps, func(a, b happening) int { return a.at.Compare(b.at) })
	lines := []words.Message{words.New("timeline.asked", words.V{"at": words.At(c.Opened)})}
	for _, s := range steps {
		lines = append(lines, s.say)
	}
	return append(lines, words.New("timeline.ended", words.V{"at": words.At(c.Ended), "took": words.For(c.Ended.Sub(c.Opened))}))
}

// decided is when people said yes or no, or somebody chose to act alone; none where nobody did.
func decided(c Case) []happening {
	no := c.State == Denied && len(c.Votes) > 0
	if c.BreakGlass != nil && no {
		v := words.V{"at": words.At(c.BreakGlass.At), "denied": words.At(c.Votes[len(c.Votes)-1].At)}
		return []happening{{at: c.BreakGlass.At, say: words.New("timeline.alone-denied", v)}}
	}
	if c.BreakGlass != nil {
		return []happening{{at: c.BreakGlass.At, say: words.New("timeline.alone", words.V{"at": words.At(c.BreakGlass.At)})}}
	}
	if len(c.Votes) == 0 {
		return nil
	}
	last := c.Votes[len(c.Votes)-1]
	if last.Choice == No {
		return []happening{{at: last.At, say: words.New("timeline.denied", words.V{"at": words.At(last.At)})}}
	}
	return []happening{{at: last.At, say: words.New("timeline.approved", words.V{"at": words.At(last.At), "count": words.Count(c.Votes.Yeses())})}}
}

// calls are when the calls of a case began and ended. Of several things only their span is
// told, and what the answers warned of: Became says the rest of each.
func calls(c Case) (all []happening) {
	if len(c.Items) != 1 {
		if !c.CallsEnded.IsZero() {
			v := words.V{"at": words.At(c.Ran), "took": words.For(c.CallsEnded.Sub(c.Ran))}
			all = append(all, happening{c.Ran, words.New("history.called", v), words.New("report.at.called", v)})
		}
		return append(all, warnings(c)...)
	}
	it := c.Items[0]
	if it.Done == commands.Answered || it.Done != commands.NotSent && !it.Receipt.At.IsZero() { // also an answer that is no yes
		v := words.V{"status": words.Text(it.Receipt.Said()), "at": words.At(it.Sent), "took": words.For(it.Receipt.At.Sub(it.Sent))}
		all = append(all, happening{it.Sent, words.New("history.answered", v), words.New("report.at.answered", v)})
	}
	if it.Receipt.Warning != "" {
		all = append(all, untimed(words.New("history.warned", words.V{"warning": words.Text(it.Receipt.Warning)})))
	}
	if !it.FirstSeen.IsZero() {
		all = append(all, untimed(words.New("history.seen", words.V{
			"ending": words.Say(commands.Ending(c.Request.Command, it.Seen)), "after": words.For(max(0, it.FirstSeen.Sub(it.Sent))),
		})))
	}
	return all
}

// warnings are what the answers of several calls warned of: each once, with the things whose
// answers it came with, for it is most often the server's own.
func warnings(c Case) (lines []happening) {
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
		lines = append(lines, untimed(words.New("history.warned-of", words.V{"things": words.All(words.Codes(things[w])...), "warning": words.Text(w)})))
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
