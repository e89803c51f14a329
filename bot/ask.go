package bot

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/store"
	"quell/bot/words"
	"quell/commands"
	"quell/policy"
)

// Ask stores a request as a case, if policy admits it, and goes on with it. What it is to
// act on must be said: Pick is for a request that does not say so.
func (b *Bot) Ask(ctx context.Context, s Speaker, r commands.Request) Verdict {
	r.By, r.Channel, r.At = s.Person, s.Channel, b.Now()
	t := tried{detail: map[string]string{
		"command": r.Command, "target": r.Target, "things": strings.Join(r.Things, " "), "reason": r.Reason,
	}}
	target, known := b.Systems.Target(r.Target)
	rules := b.Policy()
	ask, why := b.ask(ctx, rules, r)
	if why.IsZero() {
		why = policy.Unfit(ask.By, ask.Where)
	}
	if why.IsZero() && !b.Systems.Can(r.Target, r.Command) {
		return Verdict{Say: b.noTarget(r, known), Field: TheTarget}
	}
	if !why.IsZero() {
		return b.refused(ctx, s, t, why, ask, rules.Hash())
	}
	if d := rules.Admit(ask); d.Verdict == policy.Refuse {
		v := b.refused(ctx, s, t, d.Why, ask, rules.Hash())
		v.Field = fieldOf(d.Cause)
		return v
	}
	c := approval.Open(b.NewID(), r, target.Kind, b.Limits.With(target.Limits), b.Now())
	why, err := b.Engine.MayGo(ctx, c)
	if err != nil {
		b.Log.Error("what keeps a request from being done could not be read", "err", err)
		return kept()
	}
	if !why.IsZero() {
		return b.attempt(ctx, s, t, why)
	}
	return b.open(ctx, s, c)
}

// Send takes a form that was sent. What it holds against itself it says at the field.
func (b *Bot) Send(ctx context.Context, s Speaker, f Sent) Verdict {
	r, wrong := b.read(ctx, s, f)
	if !wrong.Say.IsZero() {
		return wrong
	}
	v := b.Ask(ctx, s, r)
	v.Field = cmp.Or(v.Field, TheThings)
	if v.Say.IsZero() || v.Open { // what is stored and waits closes the form
		v.Field = ""
	}
	return v
}

// open stores a new case. A request that came to one before, under the same id, goes on
// with that.
func (b *Bot) open(ctx context.Context, s Speaker, c approval.Case) Verdict {
	r := c.Request
	c, err := b.Cases.Create(ctx, c, s.ID, audit.Entry{
		At: c.Opened, Actor: r.By.Actor(), Event: "ask", Case: c.ID, Seq: c.Seq, From: string(c.State), To: string(c.State),
		Detail: map[string]string{
			"command": r.Command, "target": r.Target, "things": strings.Join(r.Things, " "),
			"place": r.Place, "reason": r.Reason, "channel": r.Channel,
		},
	})
	if err != nil {
		b.Log.Error("a case could not be stored", "err", err)
		return kept()
	}
	return b.follow(ctx, c.ID)
}

func admit(rules *policy.Policy, a policy.Ask) words.Message {
	if d := rules.Admit(a); d.Verdict == policy.Refuse {
		return d.Why
	}
	return words.Message{}
}

// follow goes on with a new case and says what its asker must hear: why it came to
// nothing, if it did. Otherwise what is shown of it speaks. While somebody else is on the
// case there is no answer yet.
func (b *Bot) follow(ctx context.Context, id string) Verdict {
	b.Engine.Follow(ctx, id)
	rec, err := b.Cases.Load(ctx, id)
	if errors.Is(err, store.ErrNewer) {
		return Verdict{} // that release goes on with it
	}
	if err != nil {
		b.Log.Error("a case could not be read", "case", id, "err", err)
		return Verdict{Open: true}
	}
	if rec.Case.State.Over() && rec.Case.Decision.Verdict == policy.Refuse {
		return Verdict{Say: rec.Case.Why, Field: fieldOf(rec.Case.Decision.Cause)}
	}
	return Verdict{Open: rec.Case.State == approval.Planning}
}

// Resume is for a request that was said at a time and may have been lost since. One that
// came to a case goes on. One that did not, and whose asker has waited for longer than a
// plan may take, is not run: they are told instead. done is false for one that is still to
// be judged.
func (b *Bot) Resume(ctx context.Context, s Speaker, said time.Time) (v Verdict, done bool) {
	switch id, err := b.Cases.Opened(ctx, s.ID); {
	case err == nil:
		return b.follow(ctx, id), true
	case !errors.Is(err, store.ErrNotFound):
		b.Log.Error("a request's case could not be read", "id", s.ID, "err", err)
		return Verdict{Open: true}, true
	case b.Now().Sub(said) >= b.Limits.Plan:
		return Verdict{Say: words.New("heard.too-late", words.V{"at": words.At(said)})}, true
	}
	return Verdict{}, false
}
