package commands

import (
	"slices"

	"quell/commands/words"
	"quell/integrations"
)

// endsWith says that the call for a thing ends another one too.
func endsWith(t, other integrations.Thing) bool {
	return slices.ContainsFunc(t.With, func(c integrations.Companion) bool { return c.ID == other.ID })
}

// companionsOf says what a sighting shows of the things that the call for another one ends too;
// zero where there are none. A look at another system shows nothing of them.
func companionsOf(t integrations.Thing, s integrations.Sighting) words.Message {
	if len(t.With) == 0 || s.System != t.System {
		return words.Message{}
	}
	var there, gone []string
	for _, c := range t.With {
		if _, found := s.Find(c.ID); found {
			there = append(there, c.Name)
		} else {
			gone = append(gone, c.Name)
		}
	}
	names := func(of []string) words.Value { return words.All(words.Codes(of)...) }
	switch {
	case len(gone) == 0:
		return words.New("outcome.with-there", words.V{"others": names(there)})
	case !s.Complete:
		return words.New("outcome.with-unseen", words.V{"others": names(gone)})
	case len(there) == 0:
		return words.New("outcome.with-gone", words.V{"others": names(gone)})
	}
	return words.New("outcome.with-partly", words.V{"gone": names(gone), "there": names(there)})
}
