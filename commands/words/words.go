// Package words carries what Quell says to people.
//
// A sentence is never built where something happens. It travels as a Message:
// an id and typed values, so that it can be stored with a case, compared in a
// test and drawn later in the reader's language. Only a Catalogue turns it
// into text, and a Drawer says how each kind of value looks in the place where
// it is shown: on a Slack card, in a terminal, in a log.
//
// Because values are typed, escaping cannot be forgotten: text from outside
// has no way into a sentence but through the Drawer.
package words

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Message is a sentence that is still to be said. The zero Message says nothing.
type Message struct {
	ID     string `json:"id"`
	Values V      `json:"values,omitempty"`
}

// V holds a message's values by the names its sentence uses.
type V map[string]Value

// New makes a message. The id and the values' names are those of the catalogue.
func New(id string, values ...V) Message {
	m := Message{ID: id}
	if len(values) > 0 {
		m.Values = values[0]
	}
	return m
}

// String is the message for a log or a record, in no language: its id, and its
// values by their names.
func (m Message) String() string {
	s := m.ID
	for _, name := range slices.Sorted(maps.Keys(m.Values)) {
		s += " " + name + "=" + strconv.Quote(m.Values[name].Value)
	}
	return s
}

// Identifiers is the message with each identifier in it (Code), also those of the messages within it,
// replaced by what instead says for it, by the name of the value.
func (m Message) Identifiers(instead func(name, value string) string) Message {
	if len(m.Values) == 0 {
		return m
	}
	all := make(V, len(m.Values))
	for name, v := range m.Values {
		all[name] = v.identifiers(name, instead)
	}
	m.Values = all
	return m
}

func (v Value) identifiers(name string, instead func(name, value string) string) Value {
	if v.Kind == code {
		v.Value = instead(name, v.Value)
	}
	if v.Inner != nil {
		m := v.Inner.Identifiers(instead)
		v.Inner = &m
	}
	v.List = slices.Clone(v.List)
	for i := range v.List {
		v.List[i] = v.List[i].Identifiers(instead)
	}
	if len(v.Items) == 0 {
		return v
	}
	items := slices.Clone(v.Items)
	for i := range items {
		items[i] = items[i].identifiers(name, instead)
	}
	return list(v.Kind, items)
}

// Users are the people whom the message names, and those that the messages within it name, by their
// Slack user ids, each once.
func (m Message) Users() []string {
	var ids []string
	for _, v := range m.Values {
		ids = append(ids, v.users()...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (v Value) users() (ids []string) {
	if v.Kind == user {
		ids = append(ids, v.Value)
	}
	if v.Inner != nil {
		ids = append(ids, v.Inner.Users()...)
	}
	for _, m := range v.List {
		ids = append(ids, m.Users()...)
	}
	for _, item := range v.Items {
		ids = append(ids, item.users()...)
	}
	return ids
}

// IsZero reports whether the message says nothing.
func (m Message) IsZero() bool { return m.ID == "" }

// kind of a value: what a Drawer does with it.
type kind string

const (
	text     kind = "text"
	code     kind = "code"
	ofCase   kind = "case"
	user     kind = "user"
	channel  kind = "channel"
	group    kind = "group"
	link     kind = "link"
	count    kind = "count"
	moment   kind = "time"
	duration kind = "duration"
	inner    kind = "message"
	strong   kind = "strong"
	lines    kind = "lines"
	all      kind = "all"
	anyOf    kind = "any"
	document kind = "document"
)

// Value is one value of a message. Make it with the functions below.
type Value struct {
	Kind  kind      `json:"kind"`
	Value string    `json:"value,omitempty"`
	Inner *Message  `json:"message,omitempty"`
	List  []Message `json:"lines,omitempty"`
	Items []Value   `json:"items,omitempty"`
}

// Text is text from outside: it is escaped and never styled.
func Text(s string) Value { return Value{Kind: text, Value: s} }

// Code is an identifier, of ours or of a vendor, shown letter by letter.
func Code(s string) Value { return Value{Kind: code, Value: s} }

// Case is the id of a case, drawn as the way to it where the place has one.
func Case(id string) Value { return Value{Kind: ofCase, Value: id} }

// digestShown is how much of a hash people are shown: enough to tell two apart that
// nobody has made alike on purpose. Whatever compares takes the whole.
const digestShown = 12

// Digest is the beginning of a hash, for people.
func Digest(hash string) Value { return Code(hash[:min(len(hash), digestShown)]) }

// User is a Slack user id.
func User(id string) Value { return Value{Kind: user, Value: id} }

// Channel is a Slack channel id.
func Channel(id string) Value { return Value{Kind: channel, Value: id} }

// Group is a Slack user group id.
func Group(id string) Value { return Value{Kind: group, Value: id} }

// Link is an address that the place gave itself, such as that of a message: nothing from
// outside.
func Link(url string) Value { return Value{Kind: link, Value: url} }

// Count is a number of things; a value named "count" also chooses the plural form.
func Count(n int) Value { return Value{Kind: count, Value: strconv.Itoa(n)} }

// At is a moment, drawn in the reader's own time zone where the place can.
func At(t time.Time) Value {
	return Value{Kind: moment, Value: strconv.FormatInt(t.UnixMicro(), 10)}
}

// For is a length of time.
func For(d time.Duration) Value {
	return Value{Kind: duration, Value: strconv.FormatInt(int64(d), 10)}
}

// Say is a message within a message.
func Say(m Message) Value { return Value{Kind: inner, Inner: &m} }

// Strong is a message within a message that the eye should find first.
func Strong(m Message) Value { return Value{Kind: strong, Inner: &m} }

// Lines is a list of messages, one a line.
func Lines(ms []Message) Value { return Value{Kind: lines, List: ms} }

// Document is a text in Markdown, in pieces with an empty line between two, to be copied into a
// document: every place shows it as it is typed, and divides it, if it must, between its pieces.
func Document(pieces []Message) Value { return Value{Kind: document, List: pieces} }

// All is a list of values: "a, b and c".
func All(items ...Value) Value { return list(all, items) }

// Any is a choice of values: "a, b or c".
func Any(items ...Value) Value { return list(anyOf, items) }

// list is a list of values, of one that value alone. It has them as text, too, for a log, and for an
// older release that meets it in a case.
func list(k kind, items []Value) Value {
	switch len(items) {
	case 0:
		return Value{}
	case 1:
		return items[0]
	}
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = cmp.Or(item.Value, "…")
	}
	return Value{Kind: k, Value: strings.Join(texts, ", "), Items: items}
}

// Codes are identifiers, for a list.
func Codes(ids []string) (items []Value) {
	for _, id := range ids {
		items = append(items, Code(id))
	}
	return items
}

// Some is a list of the first identifiers, and of how many more there are past so many.
func Some(ids []string, most int) Value {
	if len(ids) <= most {
		return All(Codes(ids)...)
	}
	return All(append(Codes(ids[:most]), Say(New("list.more", V{"count": Count(len(ids) - most)})))...)
}

// number reads the values whose text is a number; a damaged one is zero.
func (v Value) number() int64 {
	n, _ := strconv.ParseInt(v.Value, 10, 64)
	return n
}
