package engine

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

// health is how the systems answered this process when it last read them.
type health struct {
	now func() time.Time

	mu    sync.Mutex
	reads map[string]reading // by target
	looks map[string]sight   // by target
	stale map[string]bool    // by target: its credentials are those from before
}

// sight is whether what becomes of a call could be seen when that was last tried: after a call, or
// at the start (TryLooks).
type sight struct {
	at      time.Time
	trouble words.Message // zero if it could
}

// observeLook keeps how a look that is made after a call ended.
func (h *health) observeLook(target string, err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	s := sight{at: h.now()}
	if err != nil {
		s.trouble = commands.Trouble(err, target)
	}
	h.looks[target] = s
}

type reading struct {
	good    time.Time     // of the last read that went well; zero if none did yet
	trouble words.Message // why the last read failed; zero if it went well
}

// observe keeps how a read of a target ended. A mistake of the asker (commands.Mistake) is no
// trouble of the system, which was read.
func (h *health) observe(target string, err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.reads[target]
	r.trouble = words.Message{}
	if _, mistaken := errors.AsType[*commands.Mistake](err); err == nil || mistaken {
		r.good = h.now()
	} else {
		r.trouble = commands.Trouble(err, target)
	}
	h.reads[target] = r
}

func (h *health) setStale(target string, is bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stale[target] = is
}

// say says how a target fares, to people: how reads of it go, whether what becomes of a call
// there can be seen, as far as that is known, and whether its credentials are those from before.
func (h *health) say(target string) words.Message {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := h.reads[target].say()
	switch s := h.looks[target]; {
	case s.at.IsZero():
	case s.trouble.IsZero():
		all = words.New("health.sees", words.V{"reads": words.Say(all), "at": words.At(s.at)})
	default:
		all = words.New("health.blind", words.V{"reads": words.Say(all), "at": words.At(s.at), "why": words.Say(s.trouble)})
	}
	if h.stale[target] {
		return words.New("health.stale", words.V{"health": words.Say(all)})
	}
	return all
}

func (r reading) say() words.Message {
	v := words.V{"at": words.At(r.good), "why": words.Say(r.trouble)}
	switch {
	case r.trouble.IsZero() && r.good.IsZero():
		return words.New("health.unread")
	case r.trouble.IsZero():
		return words.New("health.good", v)
	case r.good.IsZero():
		return words.New("health.never", v)
	}
	return words.New("health.trouble", v)
}

// watched is an Action whose reads are observed for the health of the system, and whose
// things are barred if the policy protects them.
type watched struct {
	Action
	target  string
	health  *health
	inForce *policy.Policy
}

// barProtected bars every thing that the policy protects. Forms do not offer a barred thing,
// and precheck ends a case whose thing became protected after the approval.
func (w watched) barProtected(s integrations.Sighting) integrations.Sighting {
	s.Things = slices.Clone(s.Things)
	for i, t := range s.Things {
		if rule := w.inForce.Protects(w.target, t); rule != "" && t.Bar.IsZero() {
			s.Things[i].Bar = integrations.Note{Hint: "bar.policy", Values: []integrations.Field{{Name: "rule", Value: rule}}}
		}
	}
	return s
}

// observeAt is observe for a read at a place that its asker named. A failure that may be about
// that place is no trouble of the system, and no word on it either.
func (w watched) observeAt(place string, err error) {
	if place == "" || !AboutPlace(err) {
		w.health.observe(w.target, err)
	}
}

// AboutPlace says that a failure to read at a place may be about that place.
func AboutPlace(err error) bool {
	about := []integrations.Kind{integrations.NotFound, integrations.Unsupported, integrations.Invalid}
	return slices.Contains(about, integrations.KindOf(err))
}

func (w watched) Plan(ctx context.Context, r commands.Request) (commands.Plan, error) {
	r.Shielded = func(t integrations.Thing) bool { return w.inForce.Protects(w.target, t) != "" }
	p, err := w.Action.Plan(ctx, r)
	w.observeAt(r.Place, err)
	return p, err
}

func (w watched) List(ctx context.Context, place string) (integrations.Sighting, error) {
	s, err := w.Action.List(ctx, place)
	w.observeAt(place, err)
	return w.barProtected(s), err
}

// Hold implements Holder.
func (w watched) Hold(ctx context.Context, p commands.Plan) (held context.Context, release func()) {
	return hold(ctx, w.Action, p)
}

func (w watched) Look(ctx context.Context, p commands.Plan) (integrations.Sighting, error) {
	s, err := w.Action.Look(ctx, p)
	w.health.observe(w.target, err)
	return w.barProtected(s), err
}

func (w watched) Verify(ctx context.Context, p commands.Plan, made []commands.KnownCall) ([]commands.Sight, time.Time, error) {
	seen, at, err := w.Action.Verify(ctx, p, made)
	w.health.observe(w.target, err)
	w.health.observeLook(w.target, err)
	return seen, at, err
}
