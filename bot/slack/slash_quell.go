package slack

import (
	"context"
	"regexp"
	"strings"
	"unicode"

	"quell/bot"
	"quell/commands"
	"quell/commands/words"
)

// quell judges the slash command /quell, whose sub-commands act on no system.
func (i *Inbox) quell(ctx context.Context, h Delivery) bot.Verdict {
	sub, rest := firstWord(h.SlashCommand.Text)
	s, args := h.speaker(), strings.Fields(rest)
	switch sub = strings.ToLower(sub); sub {
	case "", "help":
		return i.Front.Help()
	case "status":
		return i.Front.Status(ctx, s)
	case "targets":
		return i.Front.Targets(ctx, s)
	case "freeze", "unfreeze":
		return i.freezeOrUnfreeze(ctx, s, sub, rest)
	case "why":
		if len(args) != 1 {
			args = []string{""}
		}
		return i.Front.Why(ctx, s, args[0])
	case "can":
		return i.can(ctx, s, args)
	}
	v := words.V{"word": words.Code(commands.Short(sub))}
	if near := words.Nearest(sub, []string{"help", "status", "targets", "freeze", "unfreeze", "why", "can"}); near != "" {
		v["near"] = words.Code("/quell " + near)
		return bot.Verdict{Say: words.New("mistake.quell-near", v)}
	}
	return bot.Verdict{Say: words.New("mistake.quell", v)}
}

// firstWord cuts the first word off a text.
func firstWord(text string) (word, rest string) {
	text = strings.TrimLeftFunc(text, unicode.IsSpace)
	if i := strings.IndexFunc(text, unicode.IsSpace); i >= 0 {
		return text[:i], text[i:]
	}
	return text, ""
}

// freezeOrUnfreeze judges "/quell freeze" and "/quell unfreeze".
func (i *Inbox) freezeOrUnfreeze(ctx context.Context, s bot.Speaker, sub, rest string) bot.Verdict {
	typed, err := commands.ParseFreeze(unescape(rest), keyboard())
	switch {
	case err != nil:
		return i.Front.Mistaken(err)
	case sub == "freeze":
		return i.Front.Freeze(ctx, s, typed.Target, typed.Reason)
	}
	return i.Front.Unfreeze(ctx, s, typed.Target, typed.Reason)
}

// can judges "/quell can @person command target": what somebody may do.
func (i *Inbox) can(ctx context.Context, s bot.Speaker, args []string) bot.Verdict {
	if len(args) != 3 {
		return i.Front.Can(ctx, s, "", "", "")
	}
	if v, ok := i.Front.Member(ctx, s); !ok { // outsiders are told nothing else
		return v
	}
	user := mentioned(args[0])
	if user == "" {
		return bot.Verdict{Say: words.New("can.person", words.V{"word": words.Code(commands.Short(args[0]))})}
	}
	return i.Front.Can(ctx, s, user, i.unprefixed(strings.TrimPrefix(args[1], "/")), args[2])
}

// mentioned is the user id in a word: in a mention such as "<@U0123ABCD|ben>", which Slack
// writes for a command whose should_escape is on, or alone; "" for a name, which may be
// anybody's.
func mentioned(word string) string {
	m := regexp.MustCompile(`^(?:<@([UW][A-Z0-9]{2,})(?:\|[^>]*)?>|@?([UW][A-Z0-9]{2,}))$`).FindStringSubmatch(word)
	if m == nil {
		return ""
	}
	return m[1] + m[2]
}
