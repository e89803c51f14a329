package bot

import (
	"errors"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// Speaker is who says something, and where.
type Speaker struct {
	// ID is an idempotency key: whatever is said under one id counts once. It is unique
	// among all people and faces; nothing is taken under "".
	ID      string
	Person  commands.Person
	Channel string
	// Named is whom a face takes them for before it looked them up; zero where it need not.
	Named commands.Person
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
	// Field is the input of a form that Say is about; "" if Say is about none.
	Field Field
	// Cause is why the policy refused; "" if it did not.
	Cause policy.Cause
	// Mendable says that Say is about a mistake which the speaker can mend in a form that is filled
	// in with the rest (Mend).
	Mendable bool
	// Told says that Say is the vendor's own word on a thing that was named.
	Told bool
	// Open says that the words are not judged yet, because a look-up or the store failed. The
	// face keeps them and calls the verb again with the same Speaker.ID.
	Open bool
	// Case is the id of the case that was opened or moved; "" for none.
	Case string
	// Counts says that the words moved the case.
	Counts bool
}

// Field is a part of a form, where what is wrong with it can be said.
type Field string

const (
	TheTarget = Field(commands.TheTarget)
	TheThings = Field(commands.TheThings)
	TheReason = Field(commands.TheReason)
	// TheChannel is an input of a form alone: a command is typed in its channel.
	TheChannel Field = "channel"
)

// unjudged is the verdict if the database fails: the face says the words again, so nobody may
// be told that nothing was done.
func unjudged() Verdict { return Verdict{Say: words.New("heard.kept"), Open: true} }

// refusal is why the state machine refused an event; zero if err is no refusal.
func refusal(err error) words.Message {
	if r, ok := errors.AsType[*approval.Refusal](err); ok {
		return r.Message
	}
	return words.Message{}
}
