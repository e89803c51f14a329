package integrations

import (
	"context"
	"sync"
)

// ListMost is how many things of one list are kept for whoever looks around.
const ListMost = 10_000

// Keep says which things of a list a look is for: those that it reports true for. It is asked
// about each thing of a list, about some more than once.
type Keep func(Thing) bool

// purpose is what one look, or several that share one, keep of a list: what each Keep wants, and
// the first ListMost of all if anybody looks around.
type purpose struct {
	keeps  []Keep
	around bool
}

type purposeKey struct{}

// Keeping marks reads that are for given things: a client keeps those of a list, counts the
// others (Sighting.Left) and reads to the end all the same.
func Keeping(ctx context.Context, keep Keep) context.Context {
	var one sync.Mutex // keep may count, and looks at several nodes call it side by side
	return context.WithValue(ctx, purposeKey{}, purpose{keeps: []Keep{func(t Thing) bool {
		one.Lock()
		defer one.Unlock()
		return keep(t)
	}}})
}

// KeepingFor is for one look that is shared by reads under several contexts: it keeps what each
// of them is for.
func KeepingFor(ctx context.Context, shared ...context.Context) context.Context {
	var all purpose
	for _, c := range shared {
		p := purposeOf(c)
		all.keeps, all.around = append(all.keeps, p.keeps...), all.around || p.around
	}
	return context.WithValue(ctx, purposeKey{}, all)
}

// LooksAround reports whether a read is for whoever looks around, and not for given things alone.
func LooksAround(ctx context.Context) bool { return purposeOf(ctx).around }

func purposeOf(ctx context.Context) purpose {
	p, ok := ctx.Value(purposeKey{}).(purpose)
	if !ok {
		return purpose{around: true}
	}
	return p
}

// wants reports whether a thing is to be kept beside so many others.
func (p purpose) wants(t Thing, kept int) bool {
	want := p.around && kept < ListMost
	for _, keep := range p.keeps {
		want = keep(t) || want // each is asked about each thing
	}
	return want
}

// Keeper collects the things of one look: those that the look is for, whole, and how many others
// there are.
type Keeper struct {
	Things  []Thing
	Left    int
	purpose purpose
}

// NewKeeper collects for a read under ctx.
func NewKeeper(ctx context.Context) *Keeper {
	return &Keeper{Things: []Thing{}, purpose: purposeOf(ctx)}
}

// Add takes the next thing of the list. It is asked for as it will be known later, when it came
// back from a store (Bounded).
func (k *Keeper) Add(t Thing) {
	asked := t
	asked.ID, asked.Name, asked.Lineage = valid(t.ID), valid(t.Name), boundedLineage(t.Lineage)
	if !k.purpose.wants(asked, len(k.Things)) {
		k.Left++
		return
	}
	k.Things = append(k.Things, t)
}

// For reports whether the look is for given things, and this may be one of them.
func (k *Keeper) For(t Thing) bool { return !k.purpose.around && k.purpose.wants(t, 0) }

// Of is the sighting with what was collected. For whoever looks around a list of which something
// was left out is not complete: that a thing is not on it means nothing.
func (k *Keeper) Of(ctx context.Context, seen Sighting) Sighting {
	seen.Things, seen.Left = k.Things, k.Left
	return seen.For(ctx)
}

// For is the sighting as it goes for a read under ctx, which may have shared a look with others.
func (s Sighting) For(ctx context.Context) Sighting {
	s.Complete = s.Complete && (s.Left == 0 || !purposeOf(ctx).around)
	return s
}

// All is how many things were on the list.
func (s Sighting) All() int { return len(s.Things) + s.Left }
