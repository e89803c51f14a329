package bot

import (
	"context"
	"errors"
	"slices"

	"quell/bot/approval"
	"quell/bot/store"
	"quell/bot/words"
	"quell/commands"
	"quell/policy"
)

// askGlass opens the form in which the asker says why they act alone. Without the
// form nothing happens: it takes a typed reason.
func (b *Bot) askGlass(ctx context.Context, h Heard, c approval.Case) verdict {
	if why := b.mayBreak(ctx, h, c); !why.IsZero() {
		return b.attempt(ctx, h, why)
	}
	if h.Pressed.Trigger == "" {
		return verdict{say: words.New("form.too-late")}
	}
	if err := b.Screen.AskGlass(ctx, h.Pressed.Trigger, c); err != nil {
		b.Log.Warn("the form to act alone could not be opened", "case", c.ID, "err", err)
		return verdict{say: words.New("form.too-late")}
	}
	return verdict{}
}

// mayBreak says why somebody may not act alone now; zero if they may. It is asked
// again when the form is sent.
func (b *Bot) mayBreak(ctx context.Context, h Heard, c approval.Case) words.Message {
	e, why, _ := b.breaking(ctx, h, c, "?")
	if !why.IsZero() {
		return why
	}
	_, err := approval.Step(c, e, b.Now())
	if r, ok := errors.AsType[*approval.Refusal](err); ok {
		return r.Message
	}
	return words.Message{}
}

// breaking is the event of acting alone, if the stored and the current policy allow
// it to this person.
func (b *Bot) breaking(ctx context.Context, h Heard, c approval.Case, reason string) (e approval.BrokeGlass, why words.Message, wait bool) {
	e = approval.BrokeGlass{By: h.From.Person, Why: reason, Fingerprint: c.Plan.Fingerprint, From: h.ID}
	if c.State != approval.Pending || h.From.Person != c.Request.By {
		return e, words.Message{}, false // the case itself says why
	}
	rules := b.Policy()
	ask, whyAsk := b.ask(ctx, rules, c.Request)
	if !whyAsk.IsZero() {
		return e, whyAsk, true
	}
	now := decided(rules, ask, c.Plan)
	switch {
	case now.Verdict == policy.Refuse:
		return e, words.New("vote.policy", words.V{"why": words.Say(now.Why)}), false
	case now.Verdict == policy.Consult && now.Glass == nil:
		return e, words.New("glass.not-allowed"), false
	case now.Glass != nil:
		e.Now = *now.Glass
	}
	return e, words.Message{}, false
}

// breakGlass takes the form in which somebody says why they act alone.
func (b *Bot) breakGlass(ctx context.Context, h Heard) verdict {
	reason, err := commands.CleanReason(h.Alone.Why)
	if m, ok := errors.AsType[*commands.Mistake](err); ok {
		return verdict{say: m.Message, at: TheReason}
	}
	rec, err := b.Store.Load(ctx, h.Alone.Case)
	if errors.Is(err, store.ErrNotFound) {
		return b.attempt(ctx, h, words.New("vote.no-case"))
	}
	if err != nil {
		b.Log.Error("a case could not be read", "case", h.Alone.Case, "err", err)
		return kept()
	}
	if slices.Contains(rec.Case.Took, h.ID) {
		return verdict{}
	}
	e, why, _ := b.breaking(ctx, h, rec.Case, reason)
	if !why.IsZero() {
		return b.attempt(ctx, h, why)
	}
	e.Fingerprint = h.Alone.Fingerprint
	next, err := b.advance(ctx, rec.Case, e, actor(h.From.Person))
	unsigned, owes := errors.AsType[*store.Unsigned](err)
	r, refused := errors.AsType[*approval.Refusal](err)
	switch {
	case errors.Is(err, store.ErrMoved):
		return b.breakGlass(ctx, h)
	case owes:
		return b.attempt(ctx, h, words.New("glass.unsigned", words.V{"case": words.Code(unsigned.By)}))
	case refused:
		return b.attempt(ctx, h, r.Message)
	case err != nil:
		b.Log.Error("that somebody acts alone could not be stored", "case", rec.Case.ID, "err", err)
		return kept()
	}
	b.start(ctx, next.ID)
	return verdict{say: words.New("glass.broken", words.V{"until": words.At(next.Glass.Until)})}
}

// tellAlone tells the channel of the rule that somebody acts alone: before it knows,
// nothing is done. Then there is nothing to do until the time to stop it is over.
func (b *Bot) tellAlone(ctx context.Context, c approval.Case) bool {
	if !c.Glass.Told.IsZero() {
		return b.moved(b.advance(ctx, c, approval.Postponed{Until: c.Glass.Until}, program))
	}
	channel := c.Decision.Glass.Notice
	place, err := b.Directory.Channel(ctx, channel, b.Now().Add(-fresh))
	if err == nil && place.Place != policy.Workspace {
		err = errors.New("it is no channel of this workspace alone that the bot is in")
	}
	if err == nil {
		err = b.Screen.Announce(ctx, channel, words.New("glass.notice", words.V{
			"by": words.User(c.Glass.By.User), "case": words.Code(c.ID), "command": words.Code("/" + c.Request.Command), "target": words.Code(c.Request.Target),
			"reason": words.Text(c.Glass.Why), "until": words.At(c.Glass.Until), "channel": words.Channel(c.Request.Channel),
			"roles": policy.Roles(c.Decision.Glass.Review.From),
		}))
	}
	if err != nil {
		b.Log.Error("the channel that must know of break-glass could not be told", "case", c.ID, "channel", channel, "err", err)
		return b.moved(b.advance(ctx, c, approval.Postponed{Why: words.New("why.not-told", words.V{"channel": words.Channel(channel)}), Until: b.Now().Add(again)}, program))
	}
	return b.moved(b.advance(ctx, c, approval.Told{}, program))
}

// sign judges a signature under what somebody did alone.
func (b *Bot) sign(ctx context.Context, h Heard, c approval.Case) verdict {
	if !c.Unsigned() {
		return b.attempt(ctx, h, words.New("review.none", words.V{"case": words.Code(c.ID)}))
	}
	rules := b.Policy()
	signer, err := b.subject(ctx, rules, h.From.Person, b.Now().Add(-fresh))
	ask, why := b.ask(ctx, rules, c.Request)
	if err != nil || !why.IsZero() {
		b.Log.Warn("a signature waits for a look-up", "case", c.ID, "err", err)
		return verdict{say: words.New("review.waits"), open: true}
	}
	if why := rules.MaySign(*c.Decision.Glass, b.ballot(c, ask, signer, b.Now())); !why.IsZero() {
		return b.attempt(ctx, h, why)
	}
	return b.cast(ctx, h, c, approval.Signature{Vote: approval.Vote{By: h.From.Person, Choice: approval.Yes, At: b.Now()}, From: h.ID})
}
