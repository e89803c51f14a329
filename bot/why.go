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

// Why explains to a member how a case was judged: by the stored decision, by what came of it, and by
// the policy in force now.
func (r *reader) Why(ctx context.Context, s Speaker, id string) Verdict {
	inForce := r.c.Policy()
	by, no, err := r.subject(ctx, inForce, s.Person)
	if err != nil {
		return r.unknown(ctx, s, attempted{}, err)
	}
	if !no.IsZero() {
		return r.attempt(ctx, s, attempted{}, no)
	}
	if id == "" {
		return Verdict{Say: words.New("why.usage")}
	}
	rec, err := r.lookUp(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && !r.seesCase(inForce, by, rec.Case):
		return Verdict{Say: words.New("why.no-case", words.V{"case": words.Code(commands.Short(id))})}
	case errors.Is(err, store.ErrNewer):
		return Verdict{Say: words.New("case.newer", words.V{"case": words.Case(strings.ToUpper(id))})}
	case err != nil:
		r.c.Log.Error("a case could not be read", "case", id, "err", err)
		return Verdict{Say: words.New("status.unread")}
	}
	c := rec.Case
	if c.State == approval.Planning {
		return Verdict{Say: words.New("why.unasked", words.V{"case": words.Case(c.ID), "status": words.Say(approval.Status(c))})}
	}
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
	ask.At = r.c.Now()
	now := append([]words.Message{words.New("why.now")}, inForce.Explain(draft(ask))...)
	return Verdict{Say: words.New("why", words.V{"lines": words.Lines(slices.Concat(then, passed, stands(c), now))})}
}

// stands is what the policy alone has not settled of a case: whom it waits for, or who or what ended
// it, and when. Of one whose calls were made its card tells.
func stands(c approval.Case) []words.Message {
	c = approval.ForChannel(c)
	byPolicy := c.State == approval.Refused && c.Why.String() == c.Decision.Why.String()
	switch status := approval.Status(c); {
	case c.State == approval.Pending:
		return []words.Message{status}
	case c.State.Terminal() && !byPolicy && (c.State != approval.Done || !c.Why.IsZero()):
		return []words.Message{words.New("why.ended", words.V{"at": words.At(c.Ended), "status": words.Say(status)})}
	}
	return nil
}

// lookUp finds a case by its id, in whatever spelling.
func (r *reader) lookUp(ctx context.Context, typed string) (rec store.CaseRow, err error) {
	for _, id := range commands.Spellings(typed) {
		if rec, err = r.c.Cases.Load(ctx, strings.ToUpper(id)); !errors.Is(err, store.ErrNotFound) {
			return rec, err
		}
	}
	return rec, err
}

// Can says to a member what a user of their workspace may do from here, before there is
// need for it. The zero values ask for its usage.
func (r *reader) Can(ctx context.Context, s Speaker, user, command, target string) Verdict {
	if v, ok := r.Member(ctx, s); !ok {
		return v
	}
	if user == "" {
		return Verdict{Say: words.New("can.usage")}
	}
	named := r.meant(target)
	if commands.GrammarOf(command).Name == "" {
		return Verdict{Say: words.New("can.command", words.V{"word": words.Code(commands.Short(command)), "commands": words.All(words.Codes(commands.Names())...)})}
	}
	inForce := r.c.Policy()
	speaker, why, err := r.subject(ctx, inForce, s.Person)
	if err != nil {
		return r.unknown(ctx, s, attempted{}, err)
	}
	if !why.IsZero() {
		return Verdict{Say: why}
	}
	_, known := r.c.Systems.Target(named)
	if told := r.sees(inForce, speaker, named); !told || !r.c.Systems.Can(named, command) {
		return Verdict{Say: r.noTarget(inForce, speaker, commands.Request{Command: command, Target: target}, known && told)}
	}
	asked := commands.Request{
		Command: command, Target: named, By: commands.Person{Team: s.Person.Team, User: user}, Channel: s.Channel, At: r.c.Now(),
	}
	ask, err := r.ask(ctx, inForce, asked)
	if err != nil {
		return r.unknown(ctx, s, attempted{}, err)
	}
	lines := inForce.Explain(draft(ask))
	if why, err := r.c.Engine.Hindered(ctx, approval.Case{Request: asked}); err == nil && !why.IsZero() {
		lines = append(lines, why)
	}
	if r.c.Systems.Never(named) {
		lines = append(lines, words.New("never.nothing", words.V{"target": words.Code(named)}))
	}
	return Verdict{Say: words.New("why", words.V{"lines": words.Lines(lines)})}
}
