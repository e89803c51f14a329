package bot

import (
	"context"
	"encoding/json"
	"errors"
	"maps"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/people"
	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// desk is what all verbs share: looking up what policy judges by, and recording an attempt
// that was refused.
type desk struct{ c Config }

// ask looks up what policy judges a request by.
func (d *desk) ask(ctx context.Context, inForce *policy.Policy, r commands.Request) (policy.Ask, error) {
	return d.c.People.LookUp(ctx, inForce, r, d.c.Systems.Named(r.Target))
}

// freezesNow are all freezes.
func (d *desk) freezesNow(ctx context.Context) ([]store.Freeze, error) {
	all, err := d.c.Freezes.Freezes(ctx)
	if err != nil {
		d.c.Log.Error("what is frozen could not be read", "err", err)
	}
	return all, err
}

// misfit says which part of a request does not suit the kind of its target; zero if all of it
// does.
func (d *desk) misfit(r commands.Request) words.Message {
	t, _ := d.c.Systems.Target(r.Target)
	return commands.Misfit(r, t.Profile)
}

// meant is the target that a typed name stands for; a name that stands for none, or for several,
// stays as it is.
func (d *desk) meant(typed string) string {
	if meant := d.c.Systems.Meant(typed); len(meant) == 1 {
		return meant[0]
	}
	return typed
}

// attempted is what somebody tried, for the record if it is refused.
type attempted struct {
	on     string // the id of the case; "" for none
	stops  bool   // whether it would stop that case
	detail map[string]string
	// judged is what policy said, for what monitor rules would have said beside it; the zero
	// Decision has none.
	judged policy.Decision
	unseen bool // whether its target is one that they may not be told of
}

// attemptEntry is the audit entry of an attempt that was refused.
func (d *desk) attemptEntry(s Speaker, t attempted, why words.Message) audit.Entry {
	e := audit.Entry{At: d.c.Now(), Actor: s.Person.Actor(), Event: "refused", Case: t.on, Detail: map[string]string{}}
	maps.Copy(e.Detail, t.detail)
	if s.Typed != (Typed{}) {
		e.Detail = map[string]string{"command": s.Typed.Command, "text": s.Typed.Text}
	}
	e.Detail["channel"], e.Detail["why"] = s.Channel, why.ID
	if dry := t.judged.Record(); dry != "" {
		e.Detail["monitor"] = dry
	}
	return e
}

// answer is why nothing came of an attempt, for whoever made it. What monitor rules would have said
// tells that there is the target.
func (t attempted) answer(why words.Message) words.Message {
	if t.unseen {
		return why
	}
	return t.judged.Answer(why)
}

// attempt records that somebody tried and was refused, and tells them why. What cannot be
// recorded stays open: no attempt is answered and then forgotten.
func (d *desk) attempt(ctx context.Context, s Speaker, t attempted, why words.Message) Verdict {
	return d.recordAttempt(ctx, s, t.answer(why), d.attemptEntry(s, t, why))
}

// refused is attempt for a refusal by policy: the entry also keeps the grounds of the refusal,
// for quell policy replay.
func (d *desk) refused(ctx context.Context, s Speaker, t attempted, why words.Message, a policy.Ask, hash string) Verdict {
	e := d.attemptEntry(s, t, why)
	if body, err := json.Marshal(a); err == nil && !a.At.IsZero() {
		e.Detail["ask"], e.Detail["policy"] = string(body), hash
	}
	return d.recordAttempt(ctx, s, t.answer(why), e)
}

func (d *desk) recordAttempt(ctx context.Context, s Speaker, why words.Message, e audit.Entry) Verdict {
	if err := d.c.Cases.Note(ctx, s.ID, e); err != nil {
		d.c.Log.Error("a refused attempt could not be recorded", "id", s.ID, "err", err)
		return unjudged()
	}
	return Verdict{Say: why}
}

// Member reports whether the speaker may read about cases and people; the verdict says why
// they may not.
func (d *desk) Member(ctx context.Context, s Speaker) (Verdict, bool) {
	why, err := d.c.People.Member(ctx, d.c.Policy(), s.Person)
	switch {
	case err != nil:
		return d.unknown(ctx, s, attempted{}, err), false
	case !why.IsZero():
		return d.attempt(ctx, s, attempted{}, why), false
	}
	return Verdict{}, true
}

// outsider says why somebody may not be told whose request a case is; zero for whoever made it
// and for members. It comes before any answer that rests on who asked.
func (d *desk) outsider(ctx context.Context, s Speaker, c approval.Case) (words.Message, error) {
	if s.Person == c.Request.By {
		return words.Message{}, nil
	}
	return d.c.People.Member(ctx, d.c.Policy(), s.Person)
}

// notOutside reports whether the speaker may be told whose request a case is; the verdict says
// why they may not.
func (d *desk) notOutside(ctx context.Context, s Speaker, t attempted, c approval.Case) (Verdict, bool) {
	why, err := d.outsider(ctx, s, c)
	switch {
	case err != nil:
		return d.unknown(ctx, s, t, err), false
	case !why.IsZero():
		return d.attempt(ctx, s, t, why), false
	}
	return Verdict{}, true
}

// unknown is the verdict on words for which somebody or something had to be looked up and could
// not be. Where that was only for want of a turn, the words stay open, and nobody is refused.
func (d *desk) unknown(ctx context.Context, s Speaker, t attempted, err error) Verdict {
	if errors.Is(err, people.ErrBusy) {
		return Verdict{Say: words.New("heard.busy"), Open: true}
	}
	return d.attempt(ctx, s, t, people.Unknown(err))
}

// Unplaced is the verdict on words whose speaker could not be looked up (err), about a case or,
// for "", about none.
func (d *desk) Unplaced(ctx context.Context, s Speaker, id string, err error) Verdict {
	return d.unknown(ctx, s, attempted{on: id}, err)
}

// Unknown is the verdict on something that makes no sense.
func (d *desk) Unknown(ctx context.Context, s Speaker) Verdict {
	return d.attempt(ctx, s, attempted{}, words.New("heard.unknown"))
}

// Mistaken answers a mistake that the speaker can mend: it is no attempt and leaves no entry.
func (d *desk) Mistaken(err error) Verdict {
	if m, ok := errors.AsType[*commands.Mistake](err); ok {
		return Verdict{Say: m.Message, Field: Field(m.At), Mendable: true}
	}
	d.c.Log.Error("a command could not be read", "err", err)
	return Verdict{Say: words.New("heard.unknown")}
}
