package slack

import (
	"context"
	"regexp"
	"strings"

	"quell/bot"
	"quell/commands"
	"quell/commands/words"
)

// past judges "/quell history" and "/quell report", whose arguments stand in any order: a person, a
// channel, a time such as 2h, and the name of a system.
func (d *dispatcher) past(ctx context.Context, h Delivery, sub string, args []string) bot.Verdict {
	s := h.speaker()
	if v, ok := d.Front.Member(ctx, s); !ok { // outsiders are told nothing else
		return v
	}
	var p bot.Past
	for _, word := range args {
		if wrong := readPast(&p, word); !wrong.IsZero() {
			return bot.Verdict{Say: wrong}
		}
	}
	if sub == "report" {
		learning, cancel := context.WithTimeout(ctx, learnWithin) // for all lengths that are tried
		defer cancel()
		p.Fits = func(m words.Message) bool { return d.Face.Fits(learning, h.From, m) }
		return d.Front.Report(ctx, s, p)
	}
	return d.Front.History(ctx, s, p)
}

// readPast reads one argument. The name of a person or of a channel that was not chosen from Slack's
// list may be anybody's, and is said back.
func readPast(p *bot.Past, word string) words.Message {
	typed := asTyped(word)
	user, channel := mentioned(word), mentionedChannel(word)
	within, isTime := bot.Ago(typed)
	switch {
	case channel != "":
		p.Channel = channel
	case user != "":
		p.User = user
	case strings.HasPrefix(typed, "#"):
		return words.New("past.channel", words.V{"word": words.Code(commands.Short(typed))})
	case strings.HasPrefix(typed, "@"):
		return words.New("can.person", words.V{"word": words.Code(commands.Short(typed))})
	case isTime && within == 0:
		return words.New("past.time", words.V{"word": words.Code(commands.Short(typed)), "least": words.Code(bot.LeastAgo), "most": words.Code(bot.MostAgo)})
	case isTime:
		p.Within = within
	case p.Target != "":
		return words.New("past.usage", words.V{"word": words.Code(commands.Short(typed))})
	default:
		p.Target = typed
	}
	return words.Message{}
}

// mentionedChannel is the channel id in a word: in a mention such as "<#C0123ABCD|incidents>", which
// Slack writes for a command whose should_escape is on, or alone; "" for a name.
func mentionedChannel(word string) string {
	id := regexp.MustCompile(`^(?:<#([CG][A-Z0-9]{2,})(?:\|[^>]*)?>|#?([CG][A-Z0-9]{7,}))$`)
	for _, spelt := range commands.Spellings(word) {
		if m := id.FindStringSubmatch(spelt); m != nil {
			return m[1] + m[2]
		}
	}
	return ""
}
