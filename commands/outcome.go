package commands

import (
	"time"

	"quell/bot/words"
	"quell/integrations"
)

// Done is what is known of an item's one call.
type Done string

const (
	NotSent  Done = "not sent" // provably never left, or nothing was tried
	Answered Done = "answered" // the vendor took the request
	Declined Done = "declined" // the vendor refused before doing anything
	Unknown  Done = "unknown"  // it may have been done; nobody knows
)

// Seen is what reading showed afterwards.
type Seen string

const (
	NotLooked  Seen = "not looked" // no complete look was had
	Gone       Seen = "gone"
	StillThere Seen = "still there"
	CameBack   Seen = "came back" // gone, and its owner is back under a new identity
)

// Outcome is what may be said of one item: what was done × what was seen. The
// two are kept apart, so that a session which vanished after an unanswered call
// is never claimed as ours.
type Outcome struct {
	Done Done `json:"done"`
	Seen Seen `json:"seen"`
	// Why explains a call that failed; zero otherwise.
	Why words.Message `json:"why,omitzero"`
	// Sent and Answered bracket the call; zero when they did not happen.
	Sent     time.Time            `json:"sent,omitzero"`
	Receipt  integrations.Receipt `json:"receipt,omitzero"`
	LookedAt time.Time            `json:"looked_at,omitzero"`
	// Successor is the thing that came back, as people read it.
	Successor string `json:"successor,omitempty"`
}

// Label is the sentence for people. It never claims more than both halves.
func (o Outcome) Label() words.Message {
	id := map[Done]string{NotSent: "not-sent", Answered: "answered", Declined: "declined", Unknown: "unknown"}[o.Done] +
		"." + map[Seen]string{NotLooked: "not-looked", Gone: "gone", StillThere: "still-there", CameBack: "came-back"}[o.Seen]
	return words.New("outcome."+id, words.V{"successor": words.Code(o.Successor)})
}

// Kin are the ids of what a look saw of a thing's lineage, itself among them.
func Kin(t integrations.Thing, s integrations.Sighting) []string {
	var ids []string
	for _, other := range s.Things {
		if t.Lineage != "" && other.Lineage == t.Lineage {
			ids = append(ids, other.ID)
		}
	}
	return ids
}

// Judge says what a look shows of a thing. known are the ids of its kin before
// the call: somebody of the same lineage who was not there is the thing, back.
func Judge(t integrations.Thing, known []string, s integrations.Sighting) (Seen, string) {
	if _, there := s.Find(t.ID); there {
		return StillThere, ""
	}
	if !s.Complete {
		return NotLooked, ""
	}
	if next, back := successor(t, known, s); back {
		return CameBack, next.Name
	}
	return Gone, ""
}

func successor(t integrations.Thing, known []string, s integrations.Sighting) (integrations.Thing, bool) {
	if t.Lineage == "" {
		return integrations.Thing{}, false
	}
	before := make(map[string]bool, len(known))
	for _, id := range known {
		before[id] = true
	}
	for _, other := range s.Things {
		if other.Lineage == t.Lineage && !before[other.ID] {
			return other, true
		}
	}
	return integrations.Thing{}, false
}
