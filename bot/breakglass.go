package bot

import (
	"context"
	"errors"

	"quell/bot/approval"
	"quell/bot/people"
	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// MayBreakGlass returns the case if the speaker may act alone now, for the face to show what
// follows; else the zero case, and the verdict says why. BreakGlass checks again.
func (b *Bot) MayBreakGlass(ctx context.Context, s Speaker, on On) (approval.Case, Verdict) {
	t := pressed(on, "glass")
	c, v := b.load(ctx, s, t)
	if c.ID == "" {
		return c, v
	}
	e, why, err := b.brokeGlass(ctx, s, c, "?")
	if err != nil {
		return approval.Case{}, b.unknown(ctx, s, t, err)
	}
	if why.IsZero() {
		e.Fingerprint = c.Plan.Fingerprint
		_, err = approval.Step(c, e, b.c.Now())
		why = refusal(err)
	}
	if why.IsZero() {
		why = b.unsigned(ctx, s)
	}
	if !why.IsZero() {
		return approval.Case{}, b.attempt(ctx, s, t, why)
	}
	return c, Verdict{}
}

// unsigned says that the speaker acted alone before, or does so now, and that this is not signed yet;
// zero if it is, or could not be read: the store asks again.
func (b *Bot) unsigned(ctx context.Context, s Speaker) words.Message {
	owed, err := b.c.Lists.OwedBy(ctx, s.Person)
	switch {
	case err != nil:
		b.c.Log.Error("whether a review is owed could not be read", "err", err)
		return words.Message{}
	case owed == "":
		return words.Message{}
	}
	return words.New("glass.unsigned", words.V{"case": words.Case(owed)})
}

// BreakGlass has the speaker act alone on their own case, which others were asked to approve,
// and for which they give a reason.
func (b *Bot) BreakGlass(ctx context.Context, s Speaker, on On, reason string) Verdict {
	said, err := commands.CleanReason(reason)
	if err != nil {
		v := b.Mistaken(err)
		v.Field = TheReason
		return v
	}
	t := attempted{on: on.Case, detail: map[string]string{"reason": reason}}
	next, v := b.act(ctx, s, t, func(c approval.Case) (approval.Event, Verdict) {
		e, why, err := b.brokeGlass(ctx, s, c, said)
		switch {
		case err != nil:
			return nil, b.unknown(ctx, s, t, err)
		case !why.IsZero():
			return nil, b.attempt(ctx, s, t, why)
		}
		e.Fingerprint = on.Fingerprint
		return e, Verdict{}
	})
	if said == "" {
		v.Field = TheReason
	}
	if v.Counts {
		v.Say = approval.Rehearsed(next, words.New("glass.broken", words.V{"until": words.At(next.BreakGlass.Until)}))
	}
	return v
}

// brokeGlass is the event of a break-glass, if the policy in force allows it to the speaker.
// All else that may forbid it is checked by the event itself.
func (b *Bot) brokeGlass(ctx context.Context, s Speaker, c approval.Case, reason string) (e approval.BrokeGlass, why words.Message, err error) {
	e = approval.BrokeGlass{By: s.Person, Why: reason, From: s.ID}
	if why, err = b.outsider(ctx, s, c); err != nil || !why.IsZero() {
		return e, why, err
	}
	if c.State != approval.Pending || s.Person != c.Request.By {
		return e, words.Message{}, nil
	}
	inForce := b.c.Policy()
	ask, err := b.ask(ctx, inForce, c.Request)
	if err != nil {
		return e, words.Message{}, err
	}
	now := decided(inForce, ask, c.Plan)
	switch {
	case now.Verdict == policy.Refuse:
		why = words.New("vote.policy", words.V{"why": words.Say(now.Why)})
	case now.Verdict == policy.Consult && now.BreakGlass == nil:
		why = words.New("glass.not-allowed")
	case now.BreakGlass != nil:
		e.Now = *now.BreakGlass
	}
	return e, why, nil
}

// Sign signs the review of a case in which somebody acted alone.
func (b *Bot) Sign(ctx context.Context, s Speaker, on On) Verdict {
	t := pressed(on, "sign")
	_, v := b.act(ctx, s, t, func(c approval.Case) (approval.Event, Verdict) {
		if !c.Unsigned() {
			return nil, b.attempt(ctx, s, t, words.New("review.none", words.V{"case": words.Case(c.ID)}))
		}
		inForce := b.c.Policy()
		signer, err := b.c.People.Subject(ctx, inForce, s.Person)
		if errors.Is(err, people.ErrNoGroups) {
			return nil, b.attempt(ctx, s, t, people.Unknown(err))
		}
		ask, errAsk := b.ask(ctx, inForce, c.Request)
		if err = errors.Join(err, errAsk); err != nil {
			b.c.Log.Warn("a signature waits for a look-up", "case", c.ID, "err", err)
			return nil, Verdict{Say: words.New("review.waits"), Open: true}
		}
		if why := inForce.MaySign(*c.Decision.BreakGlass, c.Ballot(ask, signer, b.c.Now(), b.c.Now())); !why.IsZero() {
			return nil, b.attempt(ctx, s, t, why)
		}
		return approval.Signature{Vote: approval.Vote{By: s.Person, Choice: approval.Yes, At: b.c.Now()}, From: s.ID}, Verdict{}
	})
	return v
}
