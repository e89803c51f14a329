package bot

import (
	"context"
	"errors"
	"slices"
	"strings"

	"quell/bot/approval"
	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
)

// Why explains to a member how a case was decided: by the stored decision, and by the policy
// in force now.
func (b *Bot) Why(ctx context.Context, s Speaker, id string) Verdict {
	inForce := b.c.Policy()
	by, no, err := b.subject(ctx, inForce, s.Person)
	if err != nil {
		return b.unknown(ctx, s, attempted{}, err)
	}
	if !no.IsZero() {
		return b.attempt(ctx, s, attempted{}, no)
	}
	if id == "" {
		return Verdict{Say: words.New("why.usage")}
	}
	rec, err := b.lookUp(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && !b.seesCase(inForce, by, rec.Case):
		return Verdict{Say: words.New("why.no-case", words.V{"case": words.Code(commands.Short(id))})}
	case errors.Is(err, store.ErrNewer):
		return Verdict{Say: words.New("case.newer", words.V{"case": words.Case(strings.ToUpper(id))})}
	case err != nil:
		b.c.Log.Error("a case could not be read", "case", id, "err", err)
		return Verdict{Say: words.New("status.unread")}
	}
	c := rec.Case
	if c.Decision.Policy == "" {
		return Verdict{Say: words.New("why.undecided", words.V{"case": words.Case(c.ID), "why": words.Say(c.Why)})}
	}
	passed := []words.Message{}
	for _, s := range c.Decision.Trace {
		passed = append(passed, words.New("why.passed", words.V{"rule": words.Code(s.Rule), "why": words.Say(s.Why)}))
	}
	then := []words.Message{words.New("why.then", words.V{
		"case": words.Case(c.ID), "why": words.Say(c.Decision.Why), "policy": words.Digest(c.Decision.Policy), "at": words.At(c.Grounds.At),
	})}
	then = append(then, c.Decision.WouldHave()...)
	if role := c.Decision.Binding; role.Role != "" {
		then = append(then, words.New("why.held", words.V{"who": words.User(c.Request.By.User), "role": words.Code(role.Role), "by": words.Code(role.By), "line": words.Count(role.Line)}))
	}
	ask := c.Grounds
	ask.At = b.c.Now()
	now := append([]words.Message{words.New("why.now")}, inForce.Explain(draft(ask))...)
	return Verdict{Say: words.New("why", words.V{"lines": words.Lines(slices.Concat(then, passed, now))})}
}

// lookUp finds a case by its id, in whatever spelling.
func (b *Bot) lookUp(ctx context.Context, typed string) (rec store.CaseRow, err error) {
	for _, id := range commands.Spellings(typed) {
		if rec, err = b.c.Cases.Load(ctx, strings.ToUpper(id)); !errors.Is(err, store.ErrNotFound) {
			return rec, err
		}
	}
	return rec, err
}

// Can says to a member what a user of their workspace may do from here, before there is
// need for it. The zero values ask for its usage.
func (b *Bot) Can(ctx context.Context, s Speaker, user, command, target string) Verdict {
	if v, ok := b.Member(ctx, s); !ok {
		return v
	}
	if user == "" {
		return Verdict{Say: words.New("can.usage")}
	}
	named := b.meant(target)
	if commands.GrammarOf(command).Name == "" {
		return Verdict{Say: words.New("can.command", words.V{"word": words.Code(commands.Short(command)), "commands": words.All(words.Codes(commands.Names())...)})}
	}
	inForce := b.c.Policy()
	speaker, why, err := b.subject(ctx, inForce, s.Person)
	if err != nil {
		return b.unknown(ctx, s, attempted{}, err)
	}
	if !why.IsZero() {
		return Verdict{Say: why}
	}
	_, known := b.c.Systems.Target(named)
	if told := b.sees(inForce, speaker, named); !told || !b.c.Systems.Can(named, command) {
		return Verdict{Say: b.noTarget(inForce, speaker, commands.Request{Command: command, Target: target}, known && told)}
	}
	r := commands.Request{
		Command: command, Target: named, By: commands.Person{Team: s.Person.Team, User: user}, Channel: s.Channel, At: b.c.Now(),
	}
	ask, err := b.ask(ctx, inForce, r)
	if err != nil {
		return b.unknown(ctx, s, attempted{}, err)
	}
	lines := inForce.Explain(draft(ask))
	if why, err := b.c.Engine.Hindered(ctx, approval.Case{Request: r}); err == nil && !why.IsZero() {
		lines = append(lines, why)
	}
	if b.c.Systems.Never(named) {
		lines = append(lines, words.New("never.nothing", words.V{"target": words.Code(named)}))
	}
	return Verdict{Say: words.New("why", words.V{"lines": words.Lines(lines)})}
}
