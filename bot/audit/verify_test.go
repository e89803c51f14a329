package audit_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/bot/audit"
)

// record is a chain of six links.
func record(t *testing.T) []audit.Link {
	t.Helper()
	var links []audit.Link
	var head audit.Hash
	for n := int64(1); n <= 6; n++ {
		e := vote()
		e.Seq = n
		e.Detail["yes"] = strconv.FormatInt(n, 10)
		l, err := audit.Next(n, head, e)
		require.NoError(t, err)
		links, head = append(links, l), l.Hash
	}
	return links
}

// verify checks a chain up to the first error.
func verify(links []audit.Link) (audit.Verifier, error) {
	var v audit.Verifier
	for _, l := range links {
		if err := v.Check(l); err != nil {
			return v, err
		}
	}
	return v, nil
}

func TestAWholeRecordHolds(t *testing.T) {
	links := record(t)
	v, err := verify(links)
	require.NoError(t, err)
	require.Equal(t, audit.Verifier{Head: links[5].Hash, Number: 6}, v)

	v, err = verify(nil)
	require.NoError(t, err)
	require.Zero(t, v)
}

func TestErasedWordsHoldAndAreCounted(t *testing.T) {
	links := record(t)
	head := links[5].Hash
	links[0].Body, links[3].Body, links[5].Body = nil, nil, nil
	v, err := verify(links)
	require.NoError(t, err)
	require.Equal(t, audit.Verifier{Head: head, Number: 6, Erased: 3}, v)
}

// rewritten gives a link other words and makes it fit to itself, as somebody
// with the database in hand could.
func rewritten(l audit.Link) audit.Link {
	l.Body = bytes.ReplaceAll(l.Body, []byte("U0BEN"), []byte("U0EVE"))
	l.Digest = sha256.Sum256(l.Body)
	return l
}

func TestTamperingShowsAndWhere(t *testing.T) {
	const (
		changed  = "its words were changed"
		unlinked = "it does not follow from the entry before it"
	)
	type chain = []audit.Link
	flip := func(h audit.Hash) audit.Hash { h[31] ^= 1; return h }
	renumber := func(l chain) chain {
		for i := range l {
			l[i].Number = int64(i + 1)
		}
		return l
	}
	tests := []struct {
		name   string
		tamper func(chain) chain
		at     int64
		what   string
	}{
		{"a word is changed", func(l chain) chain { l[2].Body = rewritten(l[2]).Body; return l }, 3, changed},
		{"a byte more", func(l chain) chain { l[2].Body = append(l[2].Body, ' '); return l }, 3, changed},
		{"the words are emptied and not erased", func(l chain) chain { l[2].Body = []byte{}; return l }, 3, changed},
		{"a word is changed with its digest", func(l chain) chain { l[2] = rewritten(l[2]); return l }, 3, unlinked},
		{"a word is changed with its digest and its hash", func(l chain) chain {
			l[2] = rewritten(l[2])
			l[2].Hash = sha256.Sum256(slices.Concat(l[1].Hash[:], l[2].Digest[:]))
			return l
		}, 4, unlinked},
		{"two bodies are swapped", func(l chain) chain { l[1].Body, l[2].Body = l[2].Body, l[1].Body; return l }, 2, changed},
		{"two are swapped", func(l chain) chain { l[1], l[2] = l[2], l[1]; return l }, 2, "missing; the next one found is 3"},
		{"two are swapped and numbered anew", func(l chain) chain { l[1], l[2] = l[2], l[1]; return renumber(l) }, 2, unlinked},
		{"one is cut from the middle", func(l chain) chain { return slices.Delete(l, 2, 3) }, 3, "missing; the next one found is 4"},
		{"some are cut from the middle", func(l chain) chain { return slices.Delete(l, 1, 4) }, 2, "missing; the next one found is 5"},
		{"one is cut and the rest numbered anew", func(l chain) chain { return renumber(slices.Delete(l, 2, 3)) }, 3, unlinked},
		{"the first is missing", func(l chain) chain { return l[1:] }, 1, "missing; the next one found is 2"},
		{"the first is missing and the rest numbered anew", func(l chain) chain { return renumber(l[1:]) }, 1, unlinked},
		{"one is there twice", func(l chain) chain { return slices.Insert(l, 3, l[2]) }, 4, "missing; the next one found is 3"},
		{"one is put in", func(l chain) chain { return renumber(slices.Insert(l, 3, l[2])) }, 4, unlinked},
		{"a digest is changed", func(l chain) chain { l[4].Digest = flip(l[4].Digest); return l }, 5, changed},
		{"a hash is changed", func(l chain) chain { l[4].Hash = flip(l[4].Hash); return l }, 5, unlinked},
		{"the last hash is changed", func(l chain) chain { l[5].Hash = flip(l[5].Hash); return l }, 6, unlinked},
		{"a hash is taken away", func(l chain) chain { l[0].Hash = audit.Hash{}; return l }, 1, unlinked},
		{"erased, and its digest changed", func(l chain) chain { l[4].Body, l[4].Digest = nil, flip(l[4].Digest); return l }, 5, unlinked},
		{"erased, and its hash changed", func(l chain) chain { l[4].Body, l[4].Hash = nil, flip(l[4].Hash); return l }, 5, unlinked},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v, err := verify(tt.tamper(record(t)))
			broken, ok := errors.AsType[*audit.Broken](err)
			require.True(t, ok, "%v", err)
			require.Equal(t, audit.Broken{Number: tt.at, What: tt.what}, *broken)
			require.Equal(t, "audit entry "+strconv.FormatInt(tt.at, 10)+": "+tt.what, err.Error())
			require.Equal(t, tt.at-1, v.Number, "the last good one is the one before")
			require.Zero(t, v.Erased)
		})
	}
}

// A chain cannot show that its tail was cut: its head does, to whoever wrote an
// earlier one down.
func TestACutTailShowsInTheHead(t *testing.T) {
	links := record(t)
	v, err := verify(links[:4])
	require.NoError(t, err)
	require.Equal(t, int64(4), v.Number)
	require.NotEqual(t, links[5].Hash, v.Head)
}

func TestNothingBehindABreakIsTaken(t *testing.T) {
	links := record(t)
	good := links[2]
	links[2].Hash[0] ^= 1
	v, err := verify(links[:3])
	require.Error(t, err)
	before := v
	require.Error(t, v.Check(links[3]))
	require.Equal(t, before, v)
	require.NoError(t, v.Check(good), "the true link still fits")
}
