package integrations

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"sync"
)

// maxReads is how many reads a tape keeps between two Takes. Asking whether a
// scan is done yields some three a second.
const maxReads = 200

// Tape holds the exchanges of the calls made under one context, in the order in
// which they began. It is safe for concurrent use.
//
// It is bounded: past 200 reads the oldest read is left out, and the exchange
// after it says so (Exchange.Omitted). A write is never left out.
type Tape struct {
	mu    sync.Mutex
	kept  []taped
	reads int
	told  []*Tape // that were given this one (Replay)
}

// taped is an exchange with the answer that it is known by until it is taken; nil where it is
// not to be explained.
type taped struct {
	Exchange
	answer *http.Response
}

type tapeKey struct{}

// WithTape puts a new tape into the context. Each exchange that a vendor's client makes
// under it is on the tape by the time its call returns, also one
// that failed. Of several tapes in a context the innermost records.
func WithTape(ctx context.Context) (context.Context, *Tape) {
	t := new(Tape)
	return context.WithValue(ctx, tapeKey{}, t), t
}

func tapeOf(ctx context.Context) *Tape {
	t, _ := ctx.Value(tapeKey{}).(*Tape)
	return t
}

// Taken takes from the tape in ctx; nil if there is none.
func Taken(ctx context.Context) []Exchange {
	if t := tapeOf(ctx); t != nil {
		return t.Take()
	}
	return nil
}

// Add puts exchanges on the tape in ctx, if there is one: those of a client that NewClient
// did not make, and what was taken from it and could not be stored.
func Add(ctx context.Context, exchanges ...Exchange) {
	if t := tapeOf(ctx); t != nil {
		for _, e := range exchanges {
			t.add(taped{Exchange: e})
		}
	}
}

// Explain puts what the vendor said of a refusal beside the exchange whose answer it is: its
// code, its request id where no header gave one, and what it advises. The vendor's package has
// seen to it that no secret is in them. Nothing is said of a call that holds a credential
// (WithSecrets): a server can repeat it anywhere.
func Explain(ctx context.Context, answer *http.Response, e *Error, advice string) {
	t := tapeOf(ctx)
	if t == nil || answer == nil || hasSecrets(answer.Request) {
		return
	}
	said := *e
	if repeatsHeaders(e.RequestID, answer.Request) {
		said.RequestID = ""
	}
	t.explain(answer, &said, advice)
}

func (t *Tape) explain(answer *http.Response, e *Error, advice string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, k := range t.kept {
		if k.answer == answer {
			k.Code, k.Advice, k.RequestID = e.Code, Clean(advice, adviceMost), cmp.Or(k.RequestID, e.RequestID)
			t.kept[i] = k
		}
	}
}

// adviceMost is in characters.
const adviceMost = 160

// Take returns what came since the last Take, and forgets it.
func (t *Tape) Take() []Exchange {
	t.mu.Lock()
	defer t.mu.Unlock()
	var taken []Exchange
	for _, k := range t.kept {
		taken = append(taken, k.Exchange)
	}
	t.kept, t.reads = nil, 0
	return taken
}

// Replay adds what is on the tape to the one in ctx, if there is one: for calls
// that were made once and served several. The same tape is told only once.
func (t *Tape) Replay(ctx context.Context) {
	to := tapeOf(ctx)
	if to == nil || to == t {
		return
	}
	for _, e := range t.tell(to) {
		to.add(e)
	}
}

func (t *Tape) tell(to *Tape) []taped {
	t.mu.Lock()
	defer t.mu.Unlock()
	if slices.Contains(t.told, to) {
		return nil
	}
	t.told = append(t.told, to)
	return slices.Clone(t.kept)
}

func (t *Tape) add(e taped) {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := len(t.kept)
	for at > 0 && e.At.Before(t.kept[at-1].At) {
		at--
	}
	t.kept = slices.Insert(t.kept, at, e)
	if e.Change {
		return
	}
	t.reads++
	if t.reads > maxReads {
		t.omit()
	}
}

// omit needs a read on the tape, and another after it.
func (t *Tape) omit() {
	i := slices.IndexFunc(t.kept, func(e taped) bool { return !e.Change })
	t.kept[i+1].Omitted += t.kept[i].Omitted + 1
	t.kept = slices.Delete(t.kept, i, i+1)
	t.reads--
}
