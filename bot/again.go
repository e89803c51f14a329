package bot

import (
	"context"
	"errors"

	"quell/bot/approval"
	"quell/bot/store"
	"quell/bot/words"
	"quell/commands"
	"quell/integrations"
)

// lookAgain adds a look to a case whose outcome is not certain. Whoever may ask
// for such a thing may look at it.
func (b *Bot) lookAgain(ctx context.Context, h Heard, c approval.Case) verdict {
	if !c.Uncertain() {
		return b.attempt(ctx, h, words.New("vote.settled", words.V{"case": words.Code(c.ID)}))
	}
	if why := b.mayRead(ctx, h, c); !why.IsZero() {
		return b.attempt(ctx, h, why)
	}
	seen, err := b.sighted(ctx, c)
	if err != nil {
		b.Log.Warn("a look that was asked for failed", "case", c.ID, "err", err)
		return verdict{say: words.New("look.failed", words.V{"why": words.Say(blame(err, c.Request.Target))})}
	}
	e := approval.LookedAgain{Evidence: approval.Evidence{By: h.From.Person, At: seen.At, Seen: seen.Seen}, From: h.ID}
	return b.cast(ctx, h, c, e)
}

// mayRead asks policy whether a person may look at what a case is about.
func (b *Bot) mayRead(ctx context.Context, h Heard, c approval.Case) words.Message {
	r := commands.Request{Command: c.Request.Command, Target: c.Request.Target, By: h.From.Person, Channel: c.Request.Channel, At: b.Now()}
	rules := b.Policy()
	ask, why := b.ask(ctx, rules, r)
	if why.IsZero() {
		why = admit(rules, willed(ask))
	}
	return why
}

// askAgain opens a form that is filled in as a case was: with what of it is still
// there, and what came back of it.
func (b *Bot) askAgain(ctx context.Context, h Heard, c approval.Case) verdict {
	r := commands.Request{
		Command: c.Request.Command, Target: c.Request.Target, Reason: c.Request.Reason,
		By: h.From.Person, Channel: c.Request.Channel, At: b.Now(),
	}
	want := c.Plan.IDs()
	for _, it := range c.Items {
		if it.Successor != "" {
			want = append(want, it.Successor)
		}
	}
	return b.form(ctx, h, r, h.Pressed.Trigger, want)
}

// noteList records that somebody had a list read.
func (b *Bot) noteList(ctx context.Context, h Heard, f Form) {
	e := b.note(h, f.Why)
	e.Event = "list"
	e.Detail["target"], e.Detail["command"] = f.Target, f.Command
	e.Detail = with(e.Detail, integrations.Taken(ctx))
	if err := b.Store.Note(ctx, "", e); err != nil && !errors.Is(err, store.ErrNotFound) {
		b.Log.Error("a list that was read could not be recorded", "err", err)
	}
}
