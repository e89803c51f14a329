package bot

import (
	"context"
	"errors"
	"slices"

	"quell/bot/audit"
	"quell/bot/engine"
	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// Freeze stops all claims, on a target or, for "", altogether, by the word of any one person
// who may ask for something there.
func (b *Bot) Freeze(ctx context.Context, s Speaker, target, reason string) Verdict {
	v, may := b.mayStop(ctx, s, "freeze", target, reason)
	reason, err := commands.CleanReason(reason)
	switch {
	case !may:
		return v
	case err != nil:
		return b.Mistaken(err)
	case reason == "":
		return Verdict{Say: words.New("freeze.reason")}
	}
	e := b.stopEntry(s, "freeze", target, reason)
	f := store.Freeze{Target: target, By: e.Actor, Reason: reason, At: e.At}
	if err := b.c.Freezes.Freeze(ctx, f, e, FreezeNews(f, s.ID, s.Channel, b.c.Audit)...); err != nil {
		b.c.Log.Error("a freeze could not be stored", "err", err)
		return unjudged()
	}
	b.c.Outbox.Wake(ctx)
	if !b.frozen(ctx, target) { // the same request counted before, and two people have lifted that freeze since
		return Verdict{Say: words.New("unfreeze.none", words.V{"what": frozenWhat(target)})}
	}
	return Verdict{Say: words.New("freeze.done", words.V{"what": frozenWhat(target)})}
}

// FreezeNews are the sayings about a freeze for some channels. id is the idempotency key of the
// request for the freeze.
func FreezeNews(f store.Freeze, id string, channels ...string) []store.Saying {
	return sayings("freeze "+id, f.At, tellStop, engine.Frozen(f), channels...)
}

// Unfreeze takes one of the two requests that together lift a freeze: by two people.
func (b *Bot) Unfreeze(ctx context.Context, s Speaker, target, reason string) Verdict {
	if v, may := b.mayStop(ctx, s, "unfreeze", target, reason); !may {
		return v
	}
	reason, err := commands.CleanReason(reason)
	if err != nil {
		return b.Mistaken(err)
	}
	v := words.V{"by": words.User(s.Person.User), "what": frozenWhat(target), "command": words.Code(engine.UnfreezeCommand(target))}
	e := b.stopEntry(s, "unfreeze asked", target, reason)
	done, err := b.c.Freezes.Unfreeze(ctx, target, e, func(done bool) []store.Saying {
		if done {
			return sayings("unfreeze "+s.ID, e.At, tellStop, words.New("unfreeze.done", v), s.Channel, b.c.Audit)
		}
		return sayings("asks to unfreeze "+s.ID, e.At, tellStop, words.New("unfreeze.one", v), s.Channel, b.c.Audit)
	})
	switch {
	case errors.Is(err, store.ErrNotFound) && target == "":
		return Verdict{Say: words.New("unfreeze.none-all", words.V{"command": words.Code("/quell status")})}
	case errors.Is(err, store.ErrNotFound):
		return Verdict{Say: words.New("unfreeze.none", v)}
	case err != nil:
		b.c.Log.Error("a freeze could not be lifted", "err", err)
		return unjudged()
	}
	b.c.Outbox.Wake(ctx)
	if !done {
		return Verdict{Say: words.New("unfreeze.waits", v)}
	}
	return Verdict{Say: words.New("unfreeze.lifted", v)}
}

// mayStop says whether the speaker may freeze a target, or lift its freeze, and whether there
// is such a target.
func (b *Bot) mayStop(ctx context.Context, s Speaker, sub, target, reason string) (Verdict, bool) {
	if s.ID == "" {
		return b.Unknown(ctx, s), false
	}
	_, known := b.c.Systems.Target(target)
	known = known || target == "" // everything
	r := commands.Request{Command: "quell " + sub, Target: target, By: s.Person, Channel: s.Channel, At: b.c.Now()}
	if why := b.mayFreeze(ctx, r, known); !why.IsZero() {
		t := attempted{detail: map[string]string{"command": r.Command, "target": target, "reason": reason}}
		return b.attempt(ctx, s, t, why), false
	}
	if !known {
		return Verdict{Say: b.noTarget(r, false)}, false
	}
	return Verdict{}, true
}

// mayFreeze says why somebody may not freeze a target, or lift its freeze; zero if they may. An
// unknown name is judged as if it meant any target: the right is checked first, because the
// answer to an unknown name lists the targets.
func (b *Bot) mayFreeze(ctx context.Context, r commands.Request, known bool) words.Message {
	if !known {
		r.Target = ""
	}
	inForce := b.c.Policy()
	ask, why := b.ask(ctx, inForce, r)
	if why.IsZero() {
		why = policy.Unfit(ask.By, ask.Where)
	}
	if why.IsZero() && !inForce.Responder(ask.By, ask.Target, ask.At) {
		why = words.New("freeze.role")
	}
	return why
}

func (b *Bot) stopEntry(s Speaker, event, target, reason string) audit.Entry {
	return audit.Entry{At: b.c.Now(), Actor: s.Person.Actor(), Event: event, Detail: map[string]string{
		"target": target, "reason": reason, "channel": s.Channel,
	}}
}

func frozenWhat(target string) words.Value {
	if target == "" {
		return words.Say(words.New("freeze.everything"))
	}
	return words.Code(target)
}

// frozen reports whether a target is frozen. If that cannot be read, the target counts as
// frozen.
func (b *Bot) frozen(ctx context.Context, target string) bool {
	all, err := b.c.Freezes.Freezes(ctx)
	return err != nil || slices.ContainsFunc(all, func(f store.Freeze) bool { return f.Target == target })
}

// frozenNow lists what is frozen, for people.
func (b *Bot) frozenNow(ctx context.Context) []words.Message {
	all, err := b.c.Freezes.Freezes(ctx)
	if err != nil {
		b.c.Log.Error("what is frozen could not be read", "err", err)
	}
	var said []words.Message
	for _, f := range all {
		said = append(said, engine.Frozen(f))
	}
	return said
}
