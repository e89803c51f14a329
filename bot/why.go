package bot

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"quell/bot/approval"
	"quell/bot/store"
	"quell/bot/words"
	"quell/commands"
	"quell/policy"
)

// why explains to a member how a case was decided: as it was recorded, and as the
// policy of now would decide it.
func (b *Bot) why(ctx context.Context, h Heard, args []string) verdict {
	if why := b.member(ctx, h); !why.IsZero() {
		return b.attempt(ctx, h, why)
	}
	if len(args) != 1 {
		return verdict{say: words.New("why.usage")}
	}
	rec, err := b.Store.Load(ctx, strings.ToUpper(args[0]))
	switch {
	case errors.Is(err, store.ErrNotFound):
		return verdict{say: words.New("why.no-case", words.V{"case": words.Code(commands.Short(args[0]))})}
	case err != nil:
		b.Log.Error("a case could not be read", "case", args[0], "err", err)
		return verdict{say: words.New("status.unread")}
	}
	c := rec.Case
	if c.Decision.Policy == "" {
		return verdict{say: words.New("why.undecided", words.V{"case": words.Code(c.ID), "why": words.Say(c.Why)})}
	}
	passed := []words.Message{}
	for _, s := range c.Decision.Trace {
		passed = append(passed, words.New("why.passed", words.V{"rule": words.Code(s.Rule), "why": words.Say(s.Why)}))
	}
	then := []words.Message{words.New("why.then", words.V{
		"case": words.Code(c.ID), "why": words.Say(c.Decision.Why), "policy": words.Digest(c.Decision.Policy), "at": words.At(c.Grounds.At),
	})}
	if role := c.Decision.Holds; role.Role != "" {
		then = append(then, words.New("why.held", words.V{"who": words.User(c.Request.By.User), "role": words.Code(role.Role), "by": words.Code(role.By), "line": words.Count(role.Line)}))
	}
	ask := c.Grounds
	ask.At = b.Now()
	now := append([]words.Message{words.New("why.now")}, b.Policy().Explain(willed(ask))...)
	return verdict{say: words.New("why", words.V{"lines": words.Lines(slices.Concat(then, passed, now))})}
}

// can says to a member what somebody may do from here, before there is need for it.
func (b *Bot) can(ctx context.Context, h Heard, args []string) verdict {
	if why := b.member(ctx, h); !why.IsZero() {
		return b.attempt(ctx, h, why)
	}
	if len(args) != 3 {
		return verdict{say: words.New("can.usage")}
	}
	user := mentioned(args[0])
	if user == "" {
		return verdict{say: words.New("can.person", words.V{"word": words.Code(commands.Short(args[0]))})}
	}
	command, target := strings.TrimPrefix(args[1], "/"), args[2]
	if commands.GrammarOf(command).Name == "" {
		return verdict{say: words.New("can.command", words.V{"word": words.Code(commands.Short(command)), "commands": words.Text(strings.Join(commands.Names(), ", "))})}
	}
	if t, ok := b.Targets[target]; t.Actions[command] == nil {
		return verdict{say: b.noTarget(commands.Request{Command: command, Target: target}, ok)}
	}
	r := commands.Request{
		Command: command, Target: target, By: commands.Person{Team: h.From.Person.Team, User: user}, Channel: h.From.Channel, At: b.Now(),
	}
	rules := b.Policy()
	ask, why := b.ask(ctx, rules, r)
	if !why.IsZero() {
		return verdict{say: why}
	}
	lines := rules.Explain(willed(ask))
	if why, err := b.mayGo(ctx, approval.Case{Request: r}); err == nil && !why.IsZero() {
		lines = append(lines, why)
	}
	return verdict{say: words.New("why", words.V{"lines": words.Lines(lines)})}
}

// member says why somebody is none that may read about cases and people.
func (b *Bot) member(ctx context.Context, h Heard) words.Message {
	who, err := b.subject(ctx, b.Policy(), h.From.Person, b.Now().Add(-fresh))
	if err != nil {
		b.Log.Error("a person could not be looked up", "user", h.From.Person.User, "err", err)
		return words.New("refused.lookup")
	}
	if who.Standing != policy.Member {
		return policy.Unfit(who, policy.Channel{Place: policy.Workspace})
	}
	return words.Message{}
}

// mentioned is the id of whoever a word names: "<@U0123ABCD|ben>", as Slack writes a
// mention where the command asks it to, or the id itself; "" for a name, which may be
// anybody's.
func mentioned(word string) string {
	m := regexp.MustCompile(`^(?:<@([UW][A-Z0-9]{2,})(?:\|[^>]*)?>|@?([UW][A-Z0-9]{2,}))$`).FindStringSubmatch(word)
	if m == nil {
		return ""
	}
	return m[1] + m[2]
}
