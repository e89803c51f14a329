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

// threadText tells the calls that a case would send, and once it is over the exchanges that
// there were.
func (s *Slack) threadText(c approval.Case, made []approval.Exchange) string {
	if c.State.Terminal() {
		return s.exchangesText(c, made)
	}
	text := s.say(words.New("thread.calls", words.V{"count": words.Count(len(c.Plan.Items))}))
	for i, it := range c.Plan.Items {
		lines := strings.Split(it.Call, "\n")
		for n, line := range lines {
			lines[n] = verbatim(line)
		}
		call := "\n```\n" + cut(strings.Join(lines, "\n"), maxSection-100) + "\n```"
		if len(text)+len(call) > maxThread {
			return text + "\n" + s.say(words.New("thread.more", words.V{"count": words.Count(len(c.Plan.Items) - i)}))
		}
		text += call
	}
	return text
}

// looksMost is how many exchanges of looks a thread tells: those of the last one or two
// looks.
const looksMost = 24

// exchangesText lists the exchanges of a case: those of its calls, and as many of its newest
// looks as there is room for.
func (s *Slack) exchangesText(c approval.Case, calls []approval.Exchange) string {
	lines := make([]string, len(calls))
	room := maxThread - 300 // for the sentences
	for _, of := range []struct {
		deed bool
		most int
	}{{true, len(calls)}, {false, looksMost}} {
		for i, k := range slices.Backward(calls) {
			if k.OfCall != of.deed || of.most == 0 {
				continue
			}
			of.most--
			line := day(c.Request.At, k.At) + k.At.UTC().Format("15:04:05.000 ") + verbatim(k.Line())
			if len(line) < room {
				lines[i], room = line, room-len(line)-1
			}
		}
	}
	told := slices.DeleteFunc(lines, func(line string) bool { return line == "" })
	v := words.V{"case": words.Code(c.ID), "count": words.Count(len(calls) - len(told))}
	if len(told) == 0 {
		return s.say(words.New("thread.nothing", v))
	}
	text := s.say(words.New("thread.made", v)) + "\n```\n" + strings.Join(told, "\n") + "\n```"
	if len(told) < len(calls) {
		text += "\n" + s.say(words.New("thread.left", v))
	}
	return text
}

// verbatim is text for a block of code, without the backticks that would end the block.
func verbatim(s string) string { return escape(strings.ReplaceAll(clean(s), "`", "ˋ")) }
