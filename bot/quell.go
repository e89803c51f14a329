package bot

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"quell/bot/approval"
	"quell/bot/words"
	"quell/commands"
	"quell/policy"
)

// quell answers /quell, which acts on nothing.
func (b *Bot) quell(ctx context.Context, h Heard) verdict {
	sub := strings.Fields(strings.ToLower(h.Typed.Text))
	switch {
	case len(sub) == 0 || sub[0] == "help":
		return verdict{say: words.New("help", words.V{"commands": words.Lines(b.usages())})}
	case sub[0] == "status":
		return b.status(ctx, h)
	case sub[0] == "targets":
		return b.targets(ctx, h)
	case sub[0] == "freeze", sub[0] == "unfreeze":
		return b.freeze(ctx, h, sub[0])
	case sub[0] == "why":
		return b.why(ctx, h, strings.Fields(afterWord(h.Typed.Text)))
	case sub[0] == "can":
		return b.can(ctx, h, strings.Fields(afterWord(h.Typed.Text)))
	}
	v := words.V{"word": words.Code(commands.Short(sub[0]))}
	if near := words.Nearest(sub[0], subCommands()); near != "" {
		v["near"] = words.Code("/quell " + near)
		return verdict{say: words.New("mistake.quell-near", v)}
	}
	return verdict{say: words.New("mistake.quell", v)}
}

func subCommands() []string {
	return []string{"help", "status", "targets", "freeze", "unfreeze", "why", "can"}
}

// afterWord is a text without its first word.
func afterWord(text string) string {
	text = strings.TrimLeftFunc(text, unicode.IsSpace)
	i := strings.IndexFunc(text, unicode.IsSpace)
	if i < 0 {
		return ""
	}
	return text[i:]
}

// usages tells how to write the commands that there is something for.
func (b *Bot) usages() (all []words.Message) {
	for _, g := range commands.Grammars() {
		if len(b.names(g.Name)) > 0 {
			all = append(all, words.New("help."+g.Name, words.V{"usage": words.Code(g.Usage())}))
		}
	}
	return all
}

// targets tells somebody what they may act on from here, how that fares, and which of
// the vendors' permissions it takes. What they may not act on is not named to them.
func (b *Bot) targets(ctx context.Context, h Heard) verdict {
	rules := b.Policy()
	var lines []words.Message
	var no words.Message
	for _, g := range commands.Grammars() {
		if len(b.names(g.Name)) == 0 {
			continue
		}
		ask, why := b.ask(ctx, rules, commands.Request{Command: g.Name, By: h.From.Person, Channel: h.From.Channel, At: b.Now()})
		if why.IsZero() {
			why = policy.Unfit(ask.By, ask.Where)
		}
		if !why.IsZero() {
			return b.attempt(ctx, h, why)
		}
		names, why := b.offer(rules, ask)
		if len(names) == 0 {
			no = why
		}
		for _, name := range names {
			lines = append(lines, b.target(name, g.Name))
		}
	}
	if len(lines) == 0 {
		return b.attempt(ctx, h, no)
	}
	if len(lines) > statusMost {
		lines = append(lines[:statusMost], words.New("targets.more"))
	}
	return verdict{say: words.New("targets", words.V{"targets": words.Lines(lines)})}
}

func (b *Bot) target(name, command string) words.Message {
	kind := b.Targets[name].Kind
	return words.New("targets.one", words.V{
		"target": words.Code(name), "kind": words.Code(kind), "command": words.Code("/" + command),
		"health": words.Say(b.health.of(name)), "scopes": words.Text(strings.Join(policy.Needs(kind, command), ", ")),
	})
}

// statusMost is how many open cases one answer can carry.
const statusMost = 20

// status says how the bot fares and what is open. It names people and systems,
// so it is for members alone.
func (b *Bot) status(ctx context.Context, h Heard) verdict {
	if why := b.member(ctx, h); !why.IsZero() {
		return b.attempt(ctx, h, why)
	}
	open, err := b.Lists.Open(ctx, statusMost+1)
	if err != nil {
		b.Log.Error("the open cases could not be read", "err", err)
		return verdict{say: words.New("status.unread")}
	}
	return verdict{say: words.New("status", words.V{
		"since": words.At(b.since), "count": words.Count(len(b.Targets)), "targets": words.Text(sentence(b.names(""))), "policy": words.Digest(b.Policy().Hash()), "cases": words.Lines(slices.Concat(b.frozenNow(ctx), standings(open))),
	})}
}

// names lists the targets that take a command, or all for "".
func (b *Bot) names(command string) []string {
	names := make([]string, 0, len(b.Targets))
	for name, t := range b.Targets {
		if command == "" || t.Actions[command] != nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// sentence holds as many names as one can read.
func sentence(names []string) string {
	if len(names) > statusMost {
		names = append(names[:statusMost], "…")
	}
	return strings.Join(names, ", ")
}

func standings(open []approval.Case) []words.Message {
	if len(open) == 0 {
		return []words.Message{words.New("status.none")}
	}
	all := make([]words.Message, 0, len(open))
	for i, c := range open {
		if i == statusMost {
			return append(all, words.New("status.more"))
		}
		all = append(all, words.New("status.case", words.V{
			"case": words.Code(c.ID), "command": words.Code("/" + c.Request.Command), "target": words.Code(c.Request.Target),
			"state": words.Say(c.Word()), "by": words.User(c.Request.By.User), "channel": words.Channel(c.Request.Channel),
			"until": words.At(c.Deadline),
		}))
	}
	return all
}
