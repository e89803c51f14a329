package bot

import (
	"context"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// LookAgain adds a follow-up look to a case whose outcome is not certain. The speaker must be
// one who may ask for the case's command on its target.
func (b *Bot) LookAgain(ctx context.Context, s Speaker, on On) Verdict {
	ctx, _ = integrations.WithTape(ctx)
	t := pressed(on, "look")
	_, v := b.act(ctx, s, t, func(c approval.Case) (approval.Event, Verdict) {
		if !c.Uncertain() {
			return nil, b.attempt(ctx, s, t, words.New("vote.settled", words.V{"case": words.Case(c.ID)}))
		}
		why, err := b.mayRead(ctx, s, c)
		switch {
		case err != nil:
			return nil, b.unknown(ctx, s, t, err)
		case !why.IsZero():
			return nil, b.attempt(ctx, s, t, why)
		}
		seen, err := b.c.Engine.Look(ctx, c)
		if err != nil {
			b.c.Log.Warn("a look that was asked for failed", "case", c.ID, "err", err)
			return nil, Verdict{Say: words.New("look.failed", words.V{"why": words.Say(b.c.Systems.Trouble(err, c.Request.Target))})}
		}
		return approval.LookedAgain{Evidence: approval.Evidence{By: s.Person, At: seen.At, Seen: seen.Seen}, From: s.ID}, Verdict{}
	})
	return v
}

// mayRead asks policy whether the speaker may look at what a case is about.
func (b *Bot) mayRead(ctx context.Context, s Speaker, c approval.Case) (words.Message, error) {
	inForce := b.c.Policy()
	r := commands.Request{Command: c.Request.Command, Target: c.Request.Target, By: s.Person, Channel: c.Request.Channel, At: b.c.Now()}
	ask, err := b.ask(ctx, inForce, r)
	if err != nil {
		return words.Message{}, err
	}
	return admit(inForce, draft(ask)), nil
}

// AskAgain proposes a form that is filled in from a case: with those of its things that are
// still there, and with the things that came back. See Pick.
func (b *Bot) AskAgain(ctx context.Context, s Speaker, on On) (Form, Verdict) {
	t := pressed(on, "again")
	c, v := b.load(ctx, s, t)
	if c.ID == "" {
		return Form{}, v
	}
	want := c.Plan.IDs()
	for _, it := range c.Items {
		if it.Successor != "" {
			want = append(want, it.Successor)
		}
	}
	if why, err := b.details(ctx, s, c); err != nil || !why.IsZero() { // which they are is not for them
		want = nil
	}
	r := commands.Request{Command: c.Request.Command, Target: c.Request.Target, Reason: c.Request.Reason, Channel: c.Request.Channel}
	return b.pick(ctx, s, r, t, Form{Want: want})
}
