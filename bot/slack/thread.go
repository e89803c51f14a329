package slack

import (
	"slices"
	"strings"

	"quell/bot/approval"
	"quell/commands/words"
)

// maxThread is how long the message in a thread may be, in characters: Slack takes
// 40,000 and asks for 4,000 (docs.slack.dev, chat.postMessage).
const maxThread = 4000

// looksMost is how many exchanges of looks a thread tells: those of the last one or two
// looks.
const looksMost = 24

// Of the room in a thread's message, in bytes, so much is kept for its sentences, and so much for
// the planned calls at least.
const (
	roomForSentences = 500
	roomForCalls     = 700
)

// threadText tells of a case that is over the calls that were planned, and the exchanges that
// there were: those of its calls, and as many of its newest looks as there is room for.
func (s *Slack) threadText(c approval.Case, made []approval.Exchange) string {
	w := wire{c: c, made: made, lines: make([]string, len(made)), room: maxThread - roomForSentences - roomForCalls}
	w.take(true, len(made))
	planned := s.plannedText(c, w.room+roomForCalls)
	w.room += roomForCalls - len(planned)
	w.take(false, looksMost)
	return strings.TrimPrefix(planned+"\n"+s.wireText(w), "\n")
}

// plannedText tells the calls that a case was to make, as many as there is room for; "" if it came
// to no plan.
func (s *Slack) plannedText(c approval.Case, room int) string {
	if len(c.Plan.Items) == 0 {
		return ""
	}
	text := s.say(approval.Calls(c))
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

// take makes lines of the newest exchanges that belong to a call, or to a look, if there is room.
func (w *wire) take(ofCall bool, most int) {
	for i, k := range slices.Backward(w.made) {
		if k.OfCall != ofCall || most == 0 {
			continue
		}
		most--
		line := day(w.c.Request.At, k.At) + k.At.UTC().Format("15:04:05.000 ") + verbatim(k.Line())
		if len(line) < w.room {
			w.lines[i], w.room = line, w.room-len(line)-1
		}
	}
}

func (s *Slack) wireText(w wire) string {
	told := slices.DeleteFunc(w.lines, func(line string) bool { return line == "" })
	v := words.V{"case": words.Code(w.c.ID), "count": words.Count(len(w.made) - len(told))}
	if len(told) == 0 {
		return s.say(words.New("thread.nothing", v))
	}
	text := s.say(words.New("thread.made", v)) + "\n" + fenced(strings.Join(told, "\n"))
	if len(told) < len(w.made) {
		text += "\n" + s.say(words.New("thread.left", v))
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
