package bot

import (
	"errors"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
)

// Speaker is who says something, and where.
type Speaker struct {
	// ID is an idempotency key: whatever is said under one id counts once. It is unique
	// among all people and faces; nothing is taken under "".
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
	// Open says that it is not judged yet, because a look-up or the store failed. The face
	// keeps the words and calls the verb again with the same Speaker.ID.
	Open bool
	// Case is the one that it opened or moved; "" if it did neither.
	Case string
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

// unjudged is the verdict on what the database keeps from being judged: it will be said again,
// so nobody may be told that nothing was done.
func unjudged() Verdict { return Verdict{Say: words.New("heard.kept"), Open: true} }

// refusal is what the table of states says against a move; zero if it says nothing.
func refusal(err error) words.Message {
	if r, ok := errors.AsType[*approval.Refusal](err); ok {
		return r.Message
	}
	return words.Message{}
}
