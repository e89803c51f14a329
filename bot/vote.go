package bot

import (
	"context"
	"errors"
	"slices"
	"time"

	"quell/bot/approval"
	"quell/bot/store"
	"quell/bot/words"
	"quell/commands"
	"quell/policy"
)

// fresh is how old the knowledge may be on which a person's rights rest.
const fresh = 5 * time.Second

// press judges a click. Whatever comes of it, the clicker gets an answer they
// can see: the card that moves, or a sentence.
func (b *Bot) press(ctx context.Context, h Heard) verdict {
	rec, err := b.Store.Load(ctx, h.Pressed.Case)
	if errors.Is(err, store.ErrNotFound) {
		return b.attempt(ctx, h, words.New("vote.no-case"))
	}
	if err != nil {
		b.Log.Error("a case could not be read", "case", h.Pressed.Case, "err", err)
		return kept()
	}
	b.retire(ctx, h, rec)
	if slices.Contains(rec.Case.Took, h.ID) {
		return verdict{} // it counted before a crash
	}
	switch h.Pressed.Choice {
	case Look:
		return b.lookAgain(ctx, h, rec.Case)
	case Again:
		return b.askAgain(ctx, h, rec.Case)
	case Glass:
		return b.askGlass(ctx, h, rec.Case)
	case Sign:
		return b.sign(ctx, h, rec.Case)
	}
	return b.vote(ctx, h, rec.Case)
}

// vote judges a click that decides.
func (b *Bot) vote(ctx context.Context, h Heard, c approval.Case) verdict {
	e, why, wait := b.event(ctx, h, c)
	switch {
	case wait:
		return verdict{say: words.New("vote.waits", words.V{"until": words.At(c.Deadline)}), open: true}
	case !why.IsZero():
		return b.attempt(ctx, h, why)
	case c.Divisible():
		return verdict{say: words.New("vote.stopping"), open: true} // the next claim meets it, and waits until it is judged
	}
	return b.cast(ctx, h, c, e)
}

// retire takes the buttons from a card that is not the case's own. Slack's
// answer to its posting was lost, so another was posted; a click on either
// counts. The case's own is always the newer one: what is newer than the stored
// one was posted and could not be stored yet.
func (b *Bot) retire(ctx context.Context, h Heard, rec store.Record) {
	stray := h.Pressed.Card
	if stray.TS == "" || stray.Channel != rec.Card.Channel || stray.TS >= rec.Card.TS {
		return
	}
	name := stray.Channel + " " + stray.TS
	if !b.strays.take(name) {
		return
	}
	b.work.Go(func() {
		defer b.strays.give(name)
		if err := b.Screen.Retire(ctx, rec.Case, stray); err != nil {
			b.Log.Warn("a second card could not be retired", "case", rec.Case.ID, "err", err)
			return
		}
		b.strays.rest(name, b.Now().Add(time.Hour)) // a click that waits is judged again and again
	})
}

// askWhy opens the form for a reason. The no counts already; without the form
// it counts as well.
func (b *Bot) askWhy(ctx context.Context, h Heard, c approval.Case) {
	if h.Pressed.Choice != Deny || h.Pressed.Trigger == "" {
		return
	}
	b.work.Go(func() {
		if err := b.Screen.AskWhy(ctx, h.Pressed.Trigger, c); err != nil {
			b.Log.Warn("nobody could be asked why they said no", "case", c.ID, "err", err)
		}
	})
}

// explain keeps why somebody said no.
func (b *Bot) explain(ctx context.Context, h Heard) verdict {
	why, err := commands.CleanReason(h.Because.Why)
	if m, ok := errors.AsType[*commands.Mistake](err); ok {
		return verdict{say: m.Message}
	}
	if why == "" {
		return verdict{}
	}
	rec, err := b.Store.Load(ctx, h.Because.Case)
	if errors.Is(err, store.ErrNotFound) {
		return b.attempt(ctx, h, words.New("vote.no-case"))
	}
	if err == nil && slices.Contains(rec.Case.Took, h.ID) {
		return verdict{}
	}
	if err == nil {
		_, err = b.advance(ctx, rec.Case, approval.Explained{By: h.From.Person, Why: why, From: h.ID}, actor(h.From.Person))
	}
	if errors.Is(err, store.ErrMoved) {
		return b.explain(ctx, h)
	}
	if r, ok := errors.AsType[*approval.Refusal](err); ok {
		return b.attempt(ctx, h, r.Message)
	}
	if err != nil {
		b.Log.Error("why somebody said no could not be stored", "case", h.Because.Case, "err", err)
		return kept()
	}
	return verdict{}
}

// cast stores the event of a click, and goes on with the case.
func (b *Bot) cast(ctx context.Context, h Heard, c approval.Case, e approval.Event) verdict {
	next, err := b.advance(ctx, c, e, actor(h.From.Person))
	if errors.Is(err, store.ErrMoved) {
		return b.press(ctx, h) // somebody was faster: look again at what there is now
	}
	if r, ok := errors.AsType[*approval.Refusal](err); ok {
		return b.attempt(ctx, h, r.Message)
	}
	if err != nil {
		b.Log.Error("a click could not be stored", "case", c.ID, "err", err)
		return kept()
	}
	b.askWhy(ctx, h, next)
	b.start(ctx, c.ID)
	return verdict{}
}

// event is what a click means. wait says that it cannot be told for the moment:
// only a definite answer refuses a vote.
func (b *Bot) event(ctx context.Context, h Heard, c approval.Case) (e approval.Event, why words.Message, wait bool) {
	if h.Pressed.Choice == Withdraw && c.Divisible() && h.From.Person != c.Request.By {
		return nil, words.New("vote.withdraw-other", words.V{"by": words.User(c.Request.By.User)}), false
	}
	if h.Pressed.Choice == Withdraw {
		return approval.Withdrawal{By: h.From.Person, From: h.ID}, words.Message{}, false
	}
	if !votable(c, h.Pressed.Choice) {
		return nil, over(c), false
	}
	since := b.Now().Add(-fresh)
	rules := b.Policy()
	voter, err := b.subject(ctx, rules, h.From.Person, since)
	ask, whyAsk := b.ask(ctx, rules, c.Request)
	if err != nil || !whyAsk.IsZero() {
		b.Log.Warn("a vote waits for a look-up", "case", c.ID, "err", err)
		return nil, words.Message{}, true
	}
	return b.voted(h, c, rules, ask, voter)
}

// voted asks the stored and the current policy. Both must agree that the request
// may be made and that this vote counts.
func (b *Bot) voted(h Heard, c approval.Case, rules Judge, ask policy.Ask, voter policy.Subject) (approval.Event, words.Message, bool) {
	now := decided(rules, ask, c.Plan)
	if now.Verdict == policy.Refuse {
		return nil, words.New("vote.policy", words.V{"why": words.Say(now.Why)}), false
	}
	for _, d := range []policy.Decision{c.Decision, now} {
		if d.Verdict != policy.Consult {
			continue
		}
		if why := rules.MayApprove(d, b.ballot(c, ask, voter, b.Now())); !why.IsZero() {
			return nil, why, false
		}
	}
	v := approval.Vote{By: h.From.Person, Choice: h.Pressed.Choice.choice(), At: b.Now(), Elsewhere: rules.Elsewhere(ask.By, voter)}
	return approval.Voted{Vote: v, Fingerprint: h.Pressed.Fingerprint, Need: now.Need, Another: now.Another, From: h.ID}, words.Message{}, false
}

// ballot is a vote on a case, cast at a time.
func (b *Bot) ballot(c approval.Case, ask policy.Ask, voter policy.Subject, cast time.Time) policy.Ballot {
	return policy.Ballot{Asker: ask.By, Voter: voter, Where: ask.Where, Waited: c.Waited(cast), At: b.Now()}
}

// votable says whether a choice can still matter. A no also stops what people
// agreed to and what has not begun.
func votable(c approval.Case, choice Choice) bool {
	agreed := c.Decision.Verdict == policy.Consult && (c.State == approval.Approved || c.Divisible())
	return c.State == approval.Pending || choice == Deny && agreed
}

// over says that a case is past voting, and what became of it.
func over(c approval.Case) words.Message {
	return words.New("vote.over", words.V{"case": words.Code(c.ID), "state": words.Say(c.Word())})
}
