package commands

import "quell/commands/words"

// Mistake is an error that the asking person can mend. Its message is theirs
// alone; it is never the fault of a system.
type Mistake struct{ Message words.Message }

func (m *Mistake) Error() string { return "mistake: " + m.Message.ID }

func mistake(id string, values ...words.V) error {
	return &Mistake{words.New(id, values...)}
}
