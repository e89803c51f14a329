package commands

import (
	"time"

	"quell/commands/words"
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
	Gone       Seen = "gone"       // not there any more; of a restart: it is over
	StillThere Seen = "still there"
	UnderWay   Seen = "under way" // still there, and the vendor is working on it
	CameBack   Seen = "came back" // gone, and back under a new identity: the same lineage
)

// Sight is what one look showed of one thing.
type Sight struct {
	Seen      Seen   `json:"seen"`
	Successor string `json:"successor,omitempty"` // what came back, as people read it
	// Note is the vendor's own last word; zero if it had none.
	Note words.Message `json:"note,omitzero"`
	// Final says that no later look will show anything else.
	Final bool `json:"final,omitempty"`
}

func traced(t integrations.Trace) Sight {
	s := Sight{Note: Say(t.Note), Final: t.Fate == integrations.Over || t.Fate == integrations.Failed}
	switch t.Fate {
	case integrations.Over:
		s.Seen = Gone
	case integrations.Leaving:
		s.Seen = UnderWay
	case integrations.Staying, integrations.Failed:
		s.Seen = StillThere
	default:
		s.Seen = NotLooked
	}
	return s
}

// Outcome is what may be said of one item: what was done × what was seen. The
// two are kept apart, so that a session which vanished after an unanswered call
// is never claimed as ours.
type Outcome struct {
	Done Done `json:"done"`
	Seen Seen `json:"seen"`
	// Why explains a call that failed; zero otherwise.
	Why words.Message `json:"why,omitzero"`
	// Sent and Answered bracket the call; zero when they did not happen.
	Sent    time.Time            `json:"sent,omitzero"`
	Receipt integrations.Receipt `json:"receipt,omitzero"`
	// Failed says that the vendor answered that it tried, and failed: of such a call it is
	// Unknown how far it came, and not what was answered.
	Failed   bool      `json:"failed,omitempty"`
	LookedAt time.Time `json:"looked_at,omitzero"`
	// Successor is the thing that came back, by the name that people read.
	Successor string `json:"successor,omitempty"`
	// Note is the vendor's own last word on it, and Final says that it is the last.
	Note  words.Message `json:"note,omitzero"`
	Final bool          `json:"final,omitempty"`
}

// Label is the sentence for people. It never claims more than both halves.
func (o Outcome) Label(command string) words.Message { return o.label(o.aftermath(command)) }

// OlderLabel is Label for what was seen at a time that is not now, and could not be looked at
// since.
func (o Outcome) OlderLabel(command string) words.Message {
	return o.label(words.New("seen.older", words.V{"at": words.At(o.LookedAt), "ending": words.Say(Ending(command, o.Seen))}))
}

func (o Outcome) label(seen words.Message) words.Message {
	v := words.V{"seen": words.Say(seen)}
	switch {
	case o.Done == NotSent:
		return words.New("outcome.not-sent")
	case o.Done == Declined:
		return words.New("outcome.declined")
	case o.Done == Answered:
		return words.New("outcome.answered", v)
	case o.Failed && (o.Seen == Gone || o.Seen == CameBack):
		return words.New("outcome.failed-unclear", v)
	case o.Failed:
		return words.New("outcome.failed", v)
	case o.Seen == Gone, o.Seen == CameBack:
		return words.New("outcome.unclear", v)
	}
	return words.New("outcome.unknown", v)
}

func (o Outcome) aftermath(command string) words.Message {
	which := command + "." + string(o.Seen)
	return words.New("seen."+which, words.V{"successor": words.Code(o.Successor)})
}

// Ending is the short word for what was seen of a command's thing.
func Ending(command string, s Seen) words.Message {
	which := command + "." + string(s)
	return words.New("ending." + which)
}

// sightOf says what a sighting shows of a thing, whoever may be back in its place. A look at
// another system shows nothing of it.
func sightOf(t integrations.Thing, s integrations.Sighting) Sight {
	if s.System != t.System {
		return Sight{Seen: NotLooked, Note: words.New("outcome.other-system")}
	}
	now, there := s.Find(t.ID)
	switch {
	case there && now.Leaving:
		return Sight{Seen: UnderWay}
	case there:
		return Sight{Seen: StillThere}
	case !s.Complete:
		return Sight{Seen: NotLooked}
	}
	return Sight{Seen: Gone}
}
