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
func (d *dispatcher) quell(ctx context.Context, h Delivery) bot.Verdict {
	typed, rest := firstWord(h.SlashCommand.Text)
	sub, near := subCommand(asTyped(typed))
	s, args := h.speaker(), strings.Fields(rest)
	switch sub {
	case "", "help":
		return d.Front.Help(ctx, s)
	case "status":
		return d.Front.Status(ctx, s)
	case "pending":
		return d.pending(ctx, h)
	case "targets":
		return d.Front.Targets(ctx, s)
	case "freeze", "unfreeze":
		return d.freezeOrUnfreeze(ctx, s, sub, typed, rest)
	case "why":
		if len(args) != 1 {
			args = []string{""}
		}
		return d.Front.Why(ctx, s, asTyped(args[0]))
	case "history", "report":
		return d.past(ctx, h, sub, args)
	case "can":
		return d.can(ctx, s, args)
	}
	v := words.V{"word": words.Code(commands.Short(sub))}
	if near != "" {
		v["near"] = words.Code("/quell " + near)
		return bot.Verdict{Say: words.New("mistake.quell-near", v)}
	}
	return bot.Verdict{Say: words.New("mistake.quell", v)}
}

// subCommand is what a word means as the first one of /quell, in whatever spelling, or else the
// nearest that it may mean.
func subCommand(typed string) (sub, near string) {
	all := []string{"help", "status", "pending", "targets", "freeze", "unfreeze", "why", "can", "history", "report"}
	if meant := commands.Meant(typed, all); len(meant) == 1 {
		return meant[0], ""
	}
	sub = strings.ToLower(typed)
	return sub, words.Nearest(sub, all)
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
func (d *dispatcher) freezeOrUnfreeze(ctx context.Context, s bot.Speaker, sub, typed, rest string) bot.Verdict {
	defer d.homes.caseMoved() // each Home shows what is frozen
	f, err := commands.ParseFreeze(asTyped(typed), asTyped(rest), keyboard())
	switch {
	case err != nil:
		return d.Front.Mistaken(err)
	case sub == "freeze":
		return d.Front.Freeze(ctx, s, f.Target, f.Reason)
	}
	return d.Front.Unfreeze(ctx, s, f.Target, f.Reason)
}

// can judges "/quell can @person command target": what somebody may do.
func (d *dispatcher) can(ctx context.Context, s bot.Speaker, args []string) bot.Verdict {
	if len(args) != 3 {
		return d.Front.Can(ctx, s, "", "", "")
	}
	if v, ok := d.Front.Member(ctx, s); !ok { // outsiders are told nothing else
		return v
	}
	user := mentioned(args[0])
	if user == "" {
		return bot.Verdict{Say: words.New("can.person", words.V{"word": words.Code(commands.Short(asTyped(args[0])))})}
	}
	return d.Front.Can(ctx, s, user, d.meantCommand(asTyped(args[1])), asTyped(args[2]))
}

// meantCommand is the command that a word means, with its slash and its prefix or without, in
// whatever spelling.
func (d *dispatcher) meantCommand(typed string) string {
	bare := func(word string) string { return d.unprefixed(strings.TrimPrefix(word, "/")) }
	for _, spelt := range commands.Spellings(typed) {
		if meant := commands.Meant(bare(spelt), commands.Names()); len(meant) == 1 {
			return meant[0]
		}
	}
	return bare(typed)
}

// mentioned is the user id in a word: in a mention such as "<@U0123ABCD|ben>", which Slack
// writes for a command whose should_escape is on, or alone; "" for a name, which may be
// anybody's. Marks around it mean nothing.
func mentioned(word string) string {
	id := regexp.MustCompile(`^(?:<@([UW][A-Z0-9]{2,})(?:\|[^>]*)?>|@?([UW][A-Z0-9]{2,}))$`)
	for _, spelt := range commands.Spellings(word) {
		if m := id.FindStringSubmatch(spelt); m != nil {
			return m[1] + m[2]
		}
	}
	return ""
}
