package bot

import (
	"context"
	"errors"
	"slices"

	"quell/bot/audit"
	"quell/bot/store"
	"quell/bot/words"
	"quell/commands"
	"quell/policy"
)

// freeze stops all claims, on a target or altogether, by the word of any one person
// who may ask for something there; unfreeze lifts that by the word of two.
func (b *Bot) freeze(ctx context.Context, h Heard, sub string) verdict {
	typed, err := commands.FreezeGrammar(sub).Parse(afterWord(h.Typed.Text))
	if err != nil {
		return verdict{say: b.mistaken(ctx, h, err)}
	}
	target := typed.Target
	r := commands.Request{Command: "quell " + sub, Target: target, By: h.From.Person, Channel: h.From.Channel, At: b.Now()}
	_, known := b.Targets[target]
	known = known || target == "" // everything
	if why := b.mayFreeze(ctx, r, known); !why.IsZero() {
		return b.attempt(ctx, h, why)
	}
	switch {
	case !known:
		return verdict{say: b.noTarget(r, false)}
	case sub == "freeze" && typed.Flags["reason"] == "":
		return verdict{say: words.New("freeze.reason")}
	}
	e := b.stopEntry(h, sub, target, typed.Flags["reason"])
	if sub == "freeze" {
		return b.stopAll(ctx, h, target, e)
	}
	return b.thaw(ctx, h, target, e)
}

// mayFreeze says why somebody may not stop a target, or lift that; zero if they may. A
// name that is no target's is judged as if they meant any: who somebody is comes before
// an answer that names what there is.
func (b *Bot) mayFreeze(ctx context.Context, r commands.Request, known bool) words.Message {
	if !known {
		r.Target = ""
	}
	rules := b.Policy()
	ask, why := b.ask(ctx, rules, r)
	if why.IsZero() {
		why = policy.Unfit(ask.By, ask.Where)
	}
	if why.IsZero() && !rules.Responder(ask.By, ask.Target, ask.At) {
		why = words.New("freeze.role")
	}
	return why
}

func (b *Bot) stopEntry(h Heard, sub, target, reason string) audit.Entry {
	return audit.Entry{At: b.Now(), Actor: actor(h.From.Person), Event: sub, Detail: map[string]string{
		"target": target, "reason": reason, "channel": h.From.Channel,
	}}
}

func (b *Bot) stopAll(ctx context.Context, h Heard, target string, e audit.Entry) verdict {
	f := store.Freeze{Target: target, By: e.Actor, Reason: e.Detail["reason"], At: e.At}
	if err := b.Store.Freeze(ctx, f, e); err != nil {
		b.Log.Error("a freeze could not be stored", "err", err)
		return kept()
	}
	b.proclaim(ctx, h.From.Channel, Frozen(f))
	return verdict{say: words.New("freeze.done", words.V{"what": frozenWhat(target)})}
}

// thaw takes one of the two words that lift a freeze.
func (b *Bot) thaw(ctx context.Context, h Heard, target string, e audit.Entry) verdict {
	e.Event = "unfreeze asked"
	done, err := b.Store.Thaw(ctx, target, e)
	v := words.V{"by": words.User(h.From.Person.User), "what": frozenWhat(target), "command": words.Code(thawCommand(target))}
	switch {
	case errors.Is(err, store.ErrNotFound) && target == "":
		return verdict{say: words.New("unfreeze.none-all", words.V{"command": words.Code("/quell status")})}
	case errors.Is(err, store.ErrNotFound):
		return verdict{say: words.New("unfreeze.none", v)}
	case err != nil:
		b.Log.Error("a freeze could not be lifted", "err", err)
		return kept()
	case !done:
		b.proclaim(ctx, h.From.Channel, words.New("unfreeze.one", v))
		return verdict{say: words.New("unfreeze.waits", v)}
	}
	b.proclaim(ctx, h.From.Channel, words.New("unfreeze.done", v))
	return verdict{say: words.New("unfreeze.lifted", v)}
}

func frozenWhat(target string) words.Value {
	if target == "" {
		return words.Say(words.New("freeze.everything"))
	}
	return words.Code(target)
}

func thawCommand(target string) string {
	if target == "" {
		return "/quell unfreeze"
	}
	return "/quell unfreeze " + target
}

// proclaim tells a channel, and the audit channel, what everybody has to know. What is
// stored counts, whether or not it could be told.
func (b *Bot) proclaim(ctx context.Context, channel string, m words.Message) {
	channels := []string{channel, b.Audit}
	slices.Sort(channels)
	for _, to := range slices.Compact(channels) {
		if to == "" {
			continue
		}
		if err := b.Screen.Announce(ctx, to, m); err != nil {
			b.Log.Warn("a channel could not be told", "channel", to, "message", m.ID, "err", err)
		}
	}
}

// frozenNow lists what is frozen, for people.
func (b *Bot) frozenNow(ctx context.Context) []words.Message {
	all, err := b.Store.Freezes(ctx)
	if err != nil {
		b.Log.Error("what is frozen could not be read", "err", err)
	}
	var said []words.Message
	for _, f := range all {
		said = append(said, Frozen(f))
	}
	return said
}
