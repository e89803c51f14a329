// Package audit is the record: an audit trail that a third party can check.
//
// Each Entry says who did what to which case and when. Entries form a chain:
// an entry's hash covers the hash before it and a digest of its own canonical
// bytes, so that no entry can be changed, moved or taken out without every
// later hash giving it away. Because the chain covers the digest and not the
// bytes, the words of one entry can be erased (a reason that named a person,
// say) and the chain still holds; what was erased then shows as erased.
//
// The package is pure. The store appends in the same transaction as the move
// that an entry records: no entry, no move.
package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// Program is the actor of what time or the program itself did.
const Program = "quell"

// Entry is one line of the record.
type Entry struct {
	At    time.Time // microseconds count; finer is cut
	Actor string    // a Slack id "T…/U…", or "quell" where time or the program acted
	Event string    // "vote", "claim", …
	Case  string    // "" where an attempt came to no case
	Seq   int64     // the case's sequence after the event; 0 without a case
	From  string    // the case's state before
	To    string    // and after
	// Detail holds what else matters, by name. It never holds a secret.
	Detail map[string]string
}

// wire is the canonical form: fixed order, sorted detail, whole microseconds.
type wire struct {
	At     int64             `json:"at"`
	Actor  string            `json:"actor"`
	Event  string            `json:"event"`
	Case   string            `json:"case,omitempty"`
	Seq    int64             `json:"seq,omitempty"`
	From   string            `json:"from,omitempty"`
	To     string            `json:"to,omitempty"`
	Detail map[string]string `json:"detail,omitempty"`
}

// Canonical returns the bytes that the chain stands for: the same for equal
// entries, today and in ten years.
func (e Entry) Canonical() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(wire{e.At.UnixMicro(), e.Actor, e.Event, e.Case, e.Seq, e.From, e.To, e.Detail}); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Parse reads an entry back from its canonical bytes.
func Parse(canonical []byte) (Entry, error) {
	var w wire
	if err := json.Unmarshal(canonical, &w); err != nil {
		return Entry{}, fmt.Errorf("audit entry: %w", err)
	}
	return Entry{time.UnixMicro(w.At).UTC(), w.Actor, w.Event, w.Case, w.Seq, w.From, w.To, w.Detail}, nil
}

// Hash is one link of the chain. The zero Hash stands before the first entry.
type Hash [sha256.Size]byte

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Link is an entry as stored.
type Link struct {
	Number int64  // from 1, without a gap
	Body   []byte // canonical bytes; nil once erased
	Digest Hash   // of the canonical bytes
	Hash   Hash   // of the previous hash and the digest
}

// Next makes the link that follows prev, the hash of the link before it.
func Next(number int64, prev Hash, e Entry) (Link, error) {
	body, err := e.Canonical()
	if err != nil {
		return Link{}, err
	}
	digest := Hash(sha256.Sum256(body))
	return Link{number, body, digest, join(prev, digest)}, nil
}

func join(prev, digest Hash) Hash {
	return sha256.Sum256(append(prev[:], digest[:]...))
}
