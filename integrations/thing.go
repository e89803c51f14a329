package integrations

import (
	"slices"
	"strconv"
	"time"
)

// Field is one fact with its name. Names are short and stable ("peer", "age");
// the floor that draws them knows how to say them, and cleans and cuts. Values are as
// the vendor sent them.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Unit  string `json:"unit,omitempty"` // "s" for seconds, Instant; "" for text and counts
}

// Instant is the Unit of a moment in time, in RFC 3339. Notes have such values.
const Instant = "instant"

// Thing is one live session, task, agent or proxy at a vendor.
type Thing struct {
	// ID names the thing among all things of its kind, for as long as it lives,
	// in the vendor's own ids. Two reads of the same thing give the same ID.
	ID string `json:"id"`
	// Name is what a person reads and types, such as "10.63.238.158:2048".
	Name string `json:"name"`
	// Aliases are other words that a person may type for it.
	Aliases []string `json:"aliases,omitempty"`
	// Place is the part of the system it lives in (DCS: the node id). One case
	// acts within one place.
	Place string `json:"place,omitempty"`
	// System is that of the look it was seen in (Sighting.System).
	System string `json:"system,omitempty"`
	// Identity is what must not change between approval and act, in the
	// vendor's order. Facts that move (age, idle, status) never belong here.
	Identity []Field `json:"identity"`
	// Called is what its owner calls it, where that is not its Name: who chooses among many
	// reads both.
	Called string `json:"called,omitempty"`
	// Facts are what the live look says, for people and for nothing else: raw, in the
	// vendor's own order. What tells most stands first, for there may be room for little; a
	// number that identifies it stands before that.
	Facts []Field `json:"facts,omitempty"`
	// Traits are what of the same look a policy protects it by.
	Traits Traits `json:"traits,omitzero"`
	// Idle is how long it has done nothing; 0 where it did something a moment ago, or where
	// the vendor says that of no thing, and less where it does not say it of this one.
	Idle time.Duration `json:"idle,omitempty"`
	// Lineage is the same for a thing and for the one that replaces it when its
	// owner connects again; empty if the vendor gives nothing to tell by.
	Lineage string `json:"lineage,omitempty"`
	// Bar says why the thing is not for people to end, or cannot be; zero if it
	// may be asked for. What the documents do not settle is no bar: the vendor
	// decides.
	Bar Note `json:"bar,omitzero"`
	// Warn is what the vendor's documents say that ending this thing does.
	Warn []Note `json:"warn,omitempty"`
	// With are the other things that the call for this one ends too, because it cannot tell them
	// apart. Their traits are among Traits.
	With []Companion `json:"with,omitempty"`
	// Own says that it belongs to the account that the bot itself uses there; see
	// Traits.MaybeOwn for where that cannot be told.
	Own bool `json:"own,omitempty"`
	// Leaving says that the vendor has begun to end it, whoever asked.
	Leaving bool `json:"leaving,omitempty"`
	// Since is when it began, by our clock and as far as the vendor's whole seconds tell;
	// zero where the vendor does not say. It flickers from look to look, so it is no part of
	// Identity: BeganAfter compares.
	Since time.Time `json:"since,omitzero"`
}

// sinceWithin is by how much Since may differ between two looks at one thing: a second that
// is rounded at either end of an age, twice, and the way of an answer.
const sinceWithin = 3 * time.Second

// BeganAfter says that the thing cannot be the one that was seen before, whatever they have
// in common: it began later. Where the vendor did not say, of either, nothing is said.
func (t Thing) BeganAfter(before Thing) bool {
	return !before.Since.IsZero() && t.Since.After(before.Since.Add(sinceWithin))
}

// Companion is a thing that ends when another one does.
type Companion struct {
	ID   string `json:"id"`
	Name string `json:"name"` // what tells it from the other, for people
}

// EndsMoreThan are the names of what the call for the thing would end and would not have ended
// when the thing was seen before.
func (t Thing) EndsMoreThan(before Thing) (names []string) {
	for _, c := range t.With {
		if !slices.ContainsFunc(before.With, func(o Companion) bool { return o.ID == c.ID }) {
			names = append(names, c.Name)
		}
	}
	return names
}

// Filled are the fields that have a value.
func Filled(fields ...Field) (filled []Field) {
	for _, f := range fields {
		if f.Value != "" {
			filled = append(filled, f)
		}
	}
	return filled
}

// Note is something to say to people about a thing: the name of a sentence, such
// as "hulft.too-old", and the values in it, as the vendor sent them.
type Note struct {
	Hint   string  `json:"hint"`
	Values []Field `json:"values,omitempty"`
}

// NewNote makes a Note of a hint and of its values, each behind its name.
func NewNote(hint string, values ...string) Note {
	n := Note{Hint: hint}
	for i := 0; i+1 < len(values); i += 2 {
		n.Values = append(n.Values, Field{Name: values[i], Value: values[i+1]})
	}
	return n
}

// At is the note with a moment in time.
func (n Note) At(name string, at time.Time) Note {
	n.Values = append(slices.Clone(n.Values), Field{Name: name, Value: at.UTC().Format(time.RFC3339Nano), Unit: Instant})
	return n
}

// IsZero says that there is nothing to say.
func (n Note) IsZero() bool { return n.Hint == "" }

// IdentityField returns the value of the identity field called name, or "". Facts have no
// such way in: nothing is decided by what is drawn.
func (t Thing) IdentityField(name string) string {
	for _, f := range t.Identity {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// Sighting is what one look at a system saw.
type Sighting struct {
	Things []Thing `json:"things"`
	// Left is how many more things were on the list and are not kept: the look was not for
	// them (Keeping), or there are more than are kept for whoever looks around (ListMost).
	Left int `json:"left,omitempty"`
	// Complete says that the whole list was read, and that whatever the look was for is among
	// Things. Only then does a missing thing mean that it is gone.
	Complete bool `json:"complete"`
	// Unread is how many entries of the vendor's list were not read. Whether they are any of
	// what the look is about is not known.
	Unread int `json:"unread,omitempty"`
	// Limits says what no look of this kind shows, though it may be there: it is the account's
	// rights that limit it, or the target's own configuration. Zero where nothing does.
	Limits Note `json:"limits,omitzero"`
	// Told is what the vendor said of things that are not among Things, such as that one has
	// ended, where the look was for given ones.
	Told []Told `json:"told,omitempty"`
	// System says which run of which system answered; "" where the vendor does not say. What
	// a look says of a thing holds only where it is the thing's own: another one does not
	// know the thing, and its list says nothing of it.
	System string `json:"system,omitempty"`
	// At is when the look began, by our clock: the list holds nothing older.
	At time.Time `json:"at"`
	// AsOf is the vendor's own word for the moment of its list, as it came.
	AsOf string `json:"as_of,omitempty"`
}

// Told is what was said of one thing that is not on the list, or not for this target.
type Told struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Aliases []string `json:"aliases,omitempty"`
	Note    Note     `json:"note"`
}

// Find returns the thing with that ID.
func (s Sighting) Find(id string) (Thing, bool) {
	for _, t := range s.Things {
		if t.ID == id {
			return t, true
		}
	}
	return Thing{}, false
}

// Receipt is a vendor's answer to a write. A yes says that the request was taken, never
// that the thing is gone.
type Receipt struct {
	At     time.Time `json:"at"`
	Status int       `json:"status"` // of HTTP; 0 where it was not HTTP that answered
	// Answer is the short word of any other protocol for its answer: a number, or the
	// code of an error.
	Answer    string `json:"answer,omitempty"`
	RequestID string `json:"request_id,omitempty"`
	Job       string `json:"job,omitempty"` // for vendors that work in the background
	// Warning is what the vendor said beside its answer, fit to be shown.
	Warning string `json:"warning,omitempty"`
}

// Said is the answer in the protocol's own short word; "" for none.
func (r Receipt) Said() string {
	if r.Answer == "" && r.Status > 0 {
		return strconv.Itoa(r.Status)
	}
	return r.Answer
}
