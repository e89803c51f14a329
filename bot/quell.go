package bot

import (
	"context"
	"slices"
	"strings"

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
		return verdict{say: words.New("help", words.V{"usage": words.Code(commands.KillSessionGrammar().Usage())})}
	case sub[0] == "status":
		return b.status(ctx, h)
	}
	v := words.V{"word": words.Code(commands.Short(sub[0]))}
	if near := words.Nearest(sub[0], []string{"help", "status"}); near != "" {
		v["near"] = words.Code("/quell " + near)
		return verdict{say: words.New("mistake.quell-near", v)}
	}
	return verdict{say: words.New("mistake.quell", v)}
}

// statusMost is how many open cases one answer can carry.
const statusMost = 20

// status says how the bot fares and what is open. It names people and systems,
// so it is for members alone.
func (b *Bot) status(ctx context.Context, h Heard) verdict {
	who, err := b.Directory.Subject(ctx, h.From.Person, b.Now().Add(-fresh))
	if err != nil {
		b.Log.Error("a person could not be looked up", "user", h.From.Person.User, "err", err)
		return verdict{say: words.New("refused.lookup")}
	}
	if who.Standing != policy.Member {
		return b.attempt(ctx, h, words.New("refused.standing."+string(who.Standing)))
	}
	open, err := b.Lists.Open(ctx, statusMost+1)
	if err != nil {
		b.Log.Error("the open cases could not be read", "err", err)
		return verdict{say: words.New("status.unread")}
	}
	return verdict{say: words.New("status", words.V{
		"since": words.At(b.since), "count": words.Count(len(b.Targets)), "targets": words.Text(sentence(b.names(""))), "policy": words.Code(b.Policy.Hash()), "cases": words.Lines(standings(open)),
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
			"state": words.Say(c.State.Word()), "by": words.User(c.Request.By.User), "channel": words.Channel(c.Request.Channel),
			"until": words.At(c.Deadline),
		}))
	}
	return all
}
