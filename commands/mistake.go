package commands

import (
	"errors"

	"quell/commands/words"
)

// Part is a part of a request, where what is wrong with it can be said; "" is none of them.
type Part string

const (
	TheTarget Part = "target"
	TheThings Part = "things"
	TheReason Part = "reason"
)

// Mistake is an error that the asking person can mend. Its message is theirs
// alone; it is never the fault of a system.
type Mistake struct {
	Message words.Message
	At      Part // what it is about
	// Told says that the message is the vendor's own word on a thing that was named: a list
	// without the thing tells less.
	Told bool
}

func (m *Mistake) Error() string { return "mistake: " + m.Message.ID }

func mistake(id string, values ...words.V) error {
	return &Mistake{Message: words.New(id, values...)}
}

// at says which part of a request an error is about, if it is a Mistake. nil stays nil.
func at(part Part, err error) error {
	if m, ok := errors.AsType[*Mistake](err); ok {
		return &Mistake{m.Message, part, m.Told}
	}
	return err
}
