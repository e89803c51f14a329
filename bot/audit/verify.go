package audit

import (
	"crypto/sha256"
	"fmt"
)

// Verifier checks a chain link by link, in order, in constant memory.
type Verifier struct {
	Head   Hash  // of the last good link
	Number int64 // of the last good link
	Erased int64 // links whose words are gone but whose digest holds
}

// Broken says where a chain stops being true.
type Broken struct {
	Number int64
	What   string
}

func (b *Broken) Error() string { return fmt.Sprintf("audit entry %d: %s", b.Number, b.What) }

// Check takes the next link. The first error is the place: what follows a
// broken link proves nothing.
func (v *Verifier) Check(l Link) error {
	switch {
	case l.Number != v.Number+1:
		return &Broken{v.Number + 1, fmt.Sprintf("missing; the next one found is %d", l.Number)}
	case l.Body != nil && Hash(sha256.Sum256(l.Body)) != l.Digest:
		return &Broken{l.Number, "its words were changed"}
	case join(v.Head, l.Digest) != l.Hash:
		return &Broken{l.Number, "it does not follow from the entry before it"}
	}
	if l.Body == nil {
		v.Erased++
	}
	v.Head, v.Number = l.Hash, l.Number
	return nil
}
