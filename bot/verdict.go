package bot

import (
	"context"
	"encoding/json"
	"errors"
	"maps"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/words"
	"quell/commands"
	"quell/policy"
)

// Speaker is who says something, and where.
type Speaker struct {
	// ID is an idempotency key: whatever is said under one id counts once.
	ID      string
	Person  commands.Person
	Channel string
	// Typed is what was said in the speaker's own words, where there are any: the command
	// and its text, for the record of what was refused.
	Typed Typed
}

// Typed is a command as somebody typed it.
type Typed struct{ Command, Text string }

// Verdict is what came of something that was said.
type Verdict struct {
	// Say is for the speaker alone; zero if what is shown of the case says it all.
	Say words.Message
	// Field is the one of a form that Say is about; "" if it is about none.
	Field Field
	// Open says that it could not be judged for the moment: it is to be said again, under
	// the same id.
	Open bool
	// Counts says that it moved the case.
	Counts bool
}

// Field is a part of a form, where what is wrong with it can be said.
type Field string

const (
	TheTarget Field = "target"
	TheThings Field = "things"
	TheReason Field = "reason"
)

// kept is the verdict on what the database keeps from being judged: it will be said again,
// so nobody may be told that nothing was done.
func kept() Verdict { return Verdict{Say: words.New("heard.kept"), Open: true} }

// tried is what the record keeps of an attempt that came to nothing.
type tried struct {
	on     string // the case that it was about; "" for none
	detail map[string]string
}

// note records an attempt that moved nothing.
func (b *Bot) note(s Speaker, t tried, why words.Message) audit.Entry {
	e := audit.Entry{At: b.Now(), Actor: s.Person.Actor(), Event: "refused", Case: t.on, Detail: map[string]string{}}
	maps.Copy(e.Detail, t.detail)
	if s.Typed != (Typed{}) {
		e.Detail = map[string]string{"command": s.Typed.Command, "text": s.Typed.Text}
	}
	e.Detail["channel"], e.Detail["why"] = s.Channel, why.ID
	return e
}

// attempt records that somebody tried and was refused, and tells them why. What cannot be
// recorded stays open: no attempt is answered and then forgotten.
func (b *Bot) attempt(ctx context.Context, s Speaker, t tried, why words.Message) Verdict {
	return b.noted(ctx, s, why, b.note(s, t, why))
}

// refused is attempt, for what policy has judged: the record keeps what that rested on.
func (b *Bot) refused(ctx context.Context, s Speaker, t tried, why words.Message, a policy.Ask, hash string) Verdict {
	e := b.note(s, t, why)
	if body, err := json.Marshal(a); err == nil && !a.At.IsZero() {
		e.Detail["ask"], e.Detail["policy"] = string(body), hash
	}
	return b.noted(ctx, s, why, e)
}

func (b *Bot) noted(ctx context.Context, s Speaker, why words.Message, e audit.Entry) Verdict {
	if err := b.Cases.Note(ctx, s.ID, e); err != nil {
		b.Log.Error("a refused attempt could not be recorded", "id", s.ID, "err", err)
		return kept()
	}
	return Verdict{Say: why}
}

// Unknown is the verdict on something that makes no sense.
func (b *Bot) Unknown(ctx context.Context, s Speaker) Verdict {
	return b.attempt(ctx, s, tried{}, words.New("heard.unknown"))
}

// refusal is what the table of states says against a move; zero if it says nothing.
func refusal(err error) words.Message {
	if r, ok := errors.AsType[*approval.Refusal](err); ok {
		return r.Message
	}
	return words.Message{}
}
