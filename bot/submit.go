package bot

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/words"
	"quell/commands"
	"quell/policy"
)

// submit takes a slash command up to a stored case, and on to its plan. One that
// does not say what to act on gets a form.
func (b *Bot) submit(ctx context.Context, h Heard) verdict {
	r, err := b.parse(h)
	if err != nil {
		return verdict{say: b.mistaken(ctx, h, err)}
	}
	if len(r.Things) == 0 {
		return b.form(ctx, h, r, h.Typed.Trigger, nil)
	}
	return b.enter(ctx, h, r)
}

// enter stores a request as a case, if policy admits it, and goes on with it.
func (b *Bot) enter(ctx context.Context, h Heard, r commands.Request) verdict {
	t, ok := b.Targets[r.Target]
	rules := b.Policy()
	ask, why := b.ask(ctx, rules, r)
	if why.IsZero() {
		why = policy.Unfit(ask.By, ask.Where)
	}
	if why.IsZero() && t.Actions[r.Command] == nil {
		return verdict{say: b.noTarget(r, ok)}
	}
	if why.IsZero() {
		why = admit(rules, ask)
	}
	if !why.IsZero() {
		return b.refused(ctx, h, why, ask, rules.Hash())
	}
	c := approval.Open(b.NewID(), r, t.Kind, b.Limits.With(t.Limits), b.Now())
	why, err := b.mayGo(ctx, c)
	if err != nil {
		b.Log.Error("what keeps a request from being done could not be read", "err", err)
		return kept()
	}
	if !why.IsZero() {
		return b.attempt(ctx, h, why)
	}
	c, err = b.Store.Create(ctx, c, h.ID, b.entry(c, c, actor(r.By), "ask", asked(r)))
	if err != nil {
		b.Log.Error("a case could not be stored", "err", err)
		return kept()
	}
	return b.follow(ctx, c.ID)
}

func admit(rules Judge, a policy.Ask) words.Message {
	if d := rules.Admit(a); d.Verdict == policy.Refuse {
		return d.Why
	}
	return words.Message{}
}

// follow goes on with a new case and says what its asker must hear: why it came
// to nothing, if it did. Otherwise the card speaks. While somebody else is on
// the case there is no answer yet.
func (b *Bot) follow(ctx context.Context, id string) verdict {
	if b.busy.take(id) {
		defer b.busy.give(id)
		b.next(ctx, id)
	}
	rec, err := b.Store.Load(ctx, id)
	if err != nil {
		b.Log.Error("a case could not be read", "case", id, "err", err)
		return verdict{open: true}
	}
	if rec.Case.State.Over() && rec.Case.Decision.Verdict == policy.Refuse {
		return verdict{say: rec.Case.Why}
	}
	return verdict{open: rec.Case.State == approval.Planning}
}

func (b *Bot) parse(h Heard) (commands.Request, error) {
	r, err := commands.Parse(h.Typed.Command, h.Typed.Text)
	r.By, r.Channel, r.At = h.From.Person, h.From.Channel, b.Now()
	return r, err
}

// mistaken answers what a person can mend: it is no attempt and leaves no entry.
func (b *Bot) mistaken(ctx context.Context, h Heard, err error) words.Message {
	if m, ok := errors.AsType[*commands.Mistake](err); ok {
		return m.Message
	}
	b.Log.ErrorContext(ctx, "a command could not be read", "id", h.ID, "err", err)
	return words.New("heard.unknown")
}

// attempt records that somebody tried and was refused, and tells them why. What
// cannot be recorded stays open: no attempt is answered and then forgotten.
func (b *Bot) attempt(ctx context.Context, h Heard, why words.Message) verdict {
	return b.noted(ctx, h, why, b.note(h, why))
}

func (b *Bot) noted(ctx context.Context, h Heard, why words.Message, e audit.Entry) verdict {
	if err := b.Store.Note(ctx, h.ID, e); err != nil {
		b.Log.Error("a refused attempt could not be recorded", "id", h.ID, "err", err)
		return kept()
	}
	return verdict{say: why}
}

// refused is attempt, for what policy has judged: the record keeps what that rested on.
func (b *Bot) refused(ctx context.Context, h Heard, why words.Message, a policy.Ask, hash string) verdict {
	e := b.note(h, why)
	if body, err := json.Marshal(a); err == nil && !a.At.IsZero() {
		e.Detail["ask"], e.Detail["policy"] = string(body), hash
	}
	return b.noted(ctx, h, why, e)
}

// noTarget names the nearest target, which is not for the ears of outsiders.
func (b *Bot) noTarget(r commands.Request, known bool) words.Message {
	v := words.V{"target": words.Code(r.Target), "command": words.Code("/" + r.Command)}
	if known {
		return words.New("mistake.target-cannot", v)
	}
	names := b.names(r.Command)
	if commands.GrammarOf(r.Command).Name == "" { // it is for systems of any kind
		names = b.names("")
	}
	if near := words.Nearest(strings.ToLower(r.Target), names); near != "" {
		v["near"] = words.Code(near)
		return words.New("mistake.target-near", v)
	}
	v["targets"] = words.Text(sentence(names))
	return words.New("mistake.target-unknown", v)
}

// ask gathers what policy judges by. What cannot be looked up is refused.
func (b *Bot) ask(ctx context.Context, rules Judge, r commands.Request) (policy.Ask, words.Message) {
	since := b.Now().Add(-fresh)
	by, err := b.subject(ctx, rules, r.By, since)
	if err != nil {
		b.Log.Error("a person could not be looked up", "user", r.By.User, "err", err)
		return policy.Ask{}, words.New("refused.lookup")
	}
	where, err := b.Directory.Channel(ctx, r.Channel, since)
	if err != nil {
		b.Log.Error("a channel could not be looked up", "channel", r.Channel, "err", err)
		return policy.Ask{}, words.New("refused.lookup")
	}
	return policy.Ask{Request: r, Target: b.named(r.Target), By: by, Where: where, At: b.Now()}, words.Message{}
}

// named is a target as policy sees it. One that is not there, or not today, has a name
// and nothing else.
func (b *Bot) named(target string) policy.Target {
	t := b.Targets[target]
	return policy.Target{Name: target, Kind: t.Kind, Labels: t.Labels}
}
