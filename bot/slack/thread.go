package slack

import (
	"slices"
	"strings"
	"time"

	"quell/bot/approval"
	"quell/commands/words"
)

// maxThread is how long the message in a thread may be, in characters: Slack takes
// 40,000 and asks for 4,000 (docs.slack.dev, chat.postMessage).
const maxThread = 4000

// looksMost is how many exchanges of looks a thread tells; up to half of them are those of the looks
// that decided, so many of each, and the others those of the last one or two looks.
const (
	looksMost  = 24
	ofOneMost  = 6
	leftOut    = "…" // a line that stands for those between two others
	roomOfLine = len("\n" + leftOut + "\n")
)

// Of the room in a thread's message, in bytes, so much is kept for its sentences, and so much for
// the planned calls at least.
const (
	roomForSentences = 500
	roomForCalls     = 700
)

// threadText tells of a case that is over when what happened, the calls that were planned, and the
// exchanges that there were: those of its calls, then as many of its looks as there is room for,
// those that decided and the newest.
func (s Config) threadText(c approval.Case, made []approval.Exchange) string {
	timeline := s.say(words.New("timeline", words.V{"case": words.Case(c.ID), "lines": words.Lines(approval.Timeline(c))}))
	if c.Decision.Private {
		return timeline + "\n" + s.say(approval.WireWithheld(c))
	}
	w := wire{c: c, made: made, lines: make([]string, len(made)), room: maxThread - roomForSentences - roomForCalls - len(timeline)}
	w.takeCalls()
	planned := s.plannedText(w, w.room+roomForCalls)
	w.room += roomForCalls - len(planned)
	w.takeLooks()
	if planned != "" {
		planned += "\n"
	}
	return timeline + "\n" + planned + s.wireText(w)
}

// plannedText tells the calls that a case was to make, as many as there is room for; "" if it came
// to no plan.
func (s Config) plannedText(w wire, room int) string {
	c := w.c
	if len(c.Plan.Items) == 0 {
		return ""
	}
	text := s.say(approval.CallsPlanned(c))
	if w.onlyLooks() {
		text = s.say(approval.CallsUnmade(c))
	}
	for i, it := range c.Plan.Items {
		most := maxSection - 100
		if i == 0 { // it is told in any case
			most = min(most, room-len(text)-2*len(fence)-3)
		}
		call := "\n" + fenced(cut(verbatimLines(it.Call), most))
		if i > 0 && len(text)+len(call) > room {
			return text + "\n" + s.say(words.New("thread.more", words.V{"count": words.Count(len(c.Plan.Items) - i)}))
		}
		text += call
	}
	return text
}

// wire is which exchanges of a case a message has room for.
type wire struct {
	c     approval.Case
	made  []approval.Exchange
	lines []string // "" for an exchange that there is no room for
	room  int      // in bytes
}

// onlyLooks says that no call was made: none went over the wire, and none may have.
func (w wire) onlyLooks() bool {
	return !w.c.Items.Acted() && !slices.ContainsFunc(w.made, func(k approval.Exchange) bool { return k.OfCall })
}

// take makes a line of an exchange, if there is room.
func (w *wire) take(i int) {
	k := w.made[i]
	line := day(w.c.Request.At, k.At) + k.At.UTC().Format("15:04:05.000 ") + verbatim(k.Line())
	if len(line)+roomOfLine <= w.room {
		w.lines[i], w.room = line, w.room-len(line)-roomOfLine
	}
}

// takeCalls takes the exchanges of calls, the newest first.
func (w *wire) takeCalls() {
	for i, k := range slices.Backward(w.made) {
		if k.OfCall {
			w.take(i)
		}
	}
}

// takeLooks takes exchanges of looks: those that decided, then the newest.
func (w *wire) takeLooks() {
	order := w.decisive()
	for i, k := range slices.Backward(w.made) {
		if !k.OfCall && !slices.Contains(order, i) {
			order = append(order, i)
		}
	}
	for _, i := range order[:min(len(order), looksMost)] {
		w.take(i)
	}
}

// decisive are the first exchanges of each look that was the first to see the outcome of a thing.
func (w wire) decisive() (all []int) {
	var looks []time.Time
	for _, it := range w.c.Items {
		at := it.FirstSeen
		if at.IsZero() || slices.ContainsFunc(looks, at.Equal) {
			continue
		}
		looks = append(looks, at)
		left := ofOneMost
		for i, k := range w.made {
			if left > 0 && !k.OfCall && !k.At.Before(at) {
				all, left = append(all, i), left-1
			}
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	return all[:min(len(all), looksMost/2)]
}

// told are the lines, with one for each gap between them, and how many are left out, of looks alone
// or not.
func (w wire) told() (lines []string, left int, ofLooks bool) {
	ofLooks = true
	for i, line := range w.lines {
		switch {
		case line != "":
			lines = append(lines, line)
			continue
		case i == 0 || w.lines[i-1] != "":
			lines = append(lines, leftOut)
		}
		left, ofLooks = left+1, ofLooks && !w.made[i].OfCall
	}
	return lines, left, ofLooks
}

func (s Config) wireText(w wire) string {
	lines, left, ofLooks := w.told()
	v := words.V{"case": words.Code(w.c.ID), "count": words.Count(left), "show": words.Code("quell show " + w.c.ID)}
	if left == len(w.made) {
		return s.say(words.New("thread.nothing", v))
	}
	head, rest := words.New("thread.made", v), words.New("thread.left", v)
	if w.onlyLooks() {
		head = words.New("thread.looked", v)
	}
	if ofLooks {
		rest = words.New("thread.left-looks", v)
	}
	text := s.say(head) + "\n" + fenced(strings.Join(lines, "\n"))
	if left > 0 {
		text += "\n" + s.say(rest)
	}
	return text
}

// fenced is text as a block of code.
func fenced(text string) string { return fence + "\n" + text + "\n" + fence }

// verbatimLines is verbatim for each line of a text.
func verbatimLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = verbatim(line)
	}
	return strings.Join(lines, "\n")
}

// verbatim is text for a block of code, without the backticks that would end the block.
func verbatim(s string) string { return escape(strings.ReplaceAll(clean(s), "`", "ˋ")) }
