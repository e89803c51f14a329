package commands

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"

	"quell/commands/words"
	"quell/integrations"
)

// Command is one command on one system. Each command's own file makes it from the
// small interface that it needs; what all of them do alike is here.
type Command struct {
	name string
	// list reads what is live, at one place or everywhere for "".
	list func(ctx context.Context, place string) (integrations.Sighting, error)
	// reread reads things afresh by their ids; nil if list has to do it.
	reread func(ctx context.Context, ids []string) (integrations.Sighting, error)
	// single says that reread asks for each thing by itself, and learns what no list has.
	single bool
	// act sends the one call for a thing, and call shows it without secrets.
	act  func(ctx context.Context, t integrations.Thing) (integrations.Receipt, error)
	call func(t integrations.Thing) string
	// trace asks the vendor what became of one thing; nil if the list tells that.
	trace func(ctx context.Context, t integrations.Thing, r integrations.Receipt) (integrations.Trace, error)
	// afterCall says what the system's log has on a thing since its call; nil where it has none.
	afterCall func(ctx context.Context, t integrations.Thing, sent time.Time) integrations.Note
	// hold keeps a place for a look and the call that rests on it; nil where nothing there is in
	// the way of anything else.
	hold func(ctx context.Context, place string) (held context.Context, release func())
	// tryLook is a gentler read than list, for a system that has one (LookTrier); else nil.
	tryLook func(ctx context.Context) error
}

// Plan looks the asked things up.
func (c Command) Plan(ctx context.Context, r Request) (Plan, error) {
	seen, picked, err := c.find(ctx, r)
	if err != nil {
		return Plan{}, err
	}
	things := thingsOf(picked)
	if why := Together(things); !why.IsZero() {
		return Plan{}, &Mistake{Message: why, At: TheThings}
	}
	p := Plan{Place: things[0].Place, Looked: seen.At, Seen: seen.All(), Hurts: Hurts(c.name, things)}
	for _, one := range picked {
		p.Items = append(p.Items, Item{Thing: one.Thing, Call: c.call(one.Thing), Found: one.found()})
	}
	p.Fingerprint = fingerprint(r, p.Items)
	return p, nil
}

// find reads the list and picks from it. Things that can be read by their ids are
// found by them also where the list is too long to be read. Where they are not, what the vendor
// says of that very thing counts for more than that the list does not have it. Of several words
// some may be on the list, and others found by their ids.
func (c Command) find(ctx context.Context, r Request) (integrations.Sighting, []picked, error) {
	seen, err := c.List(integrations.Keeping(ctx, asked(r)), r.Place)
	if err != nil {
		return seen, nil, err
	}
	things, err := pick(r, seen)
	if err == nil || seen.Complete && !c.single || c.reread == nil {
		return seen, things, err
	}
	for _, ids := range idsOf(r) {
		known, errKnown := bounded(c.reread(ctx, ids))
		if integrations.KindOf(errKnown) == integrations.Unsupported { // it is there, and not for this target
			return seen, nil, errKnown
		}
		if errKnown != nil {
			continue
		}
		if named, errNamed := pick(r, known); errNamed == nil {
			return known, named, nil
		}
		things, err = wanted{r, seen, known}.pick()
		if err == nil || len(known.Told) > 0 {
			return seen, things, err
		}
	}
	return seen, things, err
}

// idsOf are the ids that a request may name: as typed, or else without all that is no part of an
// id.
func idsOf(r Request) [][]string {
	var ids []string
	for _, w := range r.Things {
		parts := listed(w)
		if len(parts) == 0 {
			parts = []string{w}
		}
		for _, part := range parts {
			spellings := Spellings(part)
			ids = append(ids, spellings[len(spellings)-1])
		}
	}
	if r.Picked || slices.Equal(ids, r.Things) {
		return [][]string{r.Things}
	}
	return [][]string{r.Things, ids}
}

// Hurts is the damage that an approver must know of: what the command does to any thing, then
// what the vendor's documents say of these things.
func Hurts(command string, things []integrations.Thing) []words.Message {
	all := []words.Message{words.New("hurts."+command, words.V{"count": words.Count(len(things))})}
	var said []integrations.Note
	for _, t := range things {
		for _, n := range t.Warn {
			if !slices.ContainsFunc(said, func(o integrations.Note) bool { return o.Hint == n.Hint && slices.Equal(o.Values, n.Values) }) {
				said = append(said, n)
				all = append(all, Say(n))
			}
		}
	}
	return all
}

// List reads what is live at one place, or everywhere for "", for somebody who
// looks around, or for given things (integrations.Keeping). There is no list of places to compare
// a typed one with: it is read as it was typed, and in ordinary letters only where the system says
// that it has no such place.
func (c Command) List(ctx context.Context, place string) (integrations.Sighting, error) {
	ctx = integrations.Browsing(ctx)
	seen, err := bounded(c.list(ctx, place))
	if ordinary := narrow(place); ordinary != place && noSuchPlace(err) {
		return bounded(c.list(ctx, ordinary))
	}
	return seen, err
}

// noSuchPlace says that a system has no place of that name, or that ours is bound to another one.
// Any other error says nothing of the name: there may be such a place.
func noSuchPlace(err error) bool {
	e, ok := errors.AsType[*integrations.Error](err)
	if !ok {
		return false
	}
	bound := e.Kind == integrations.Unsupported && !e.Answered()
	return bound || e.Kind == integrations.NotFound || e.Kind == integrations.Invalid
}

// bounded is a look as it can be kept, whatever the vendor's fields are filled with.
func bounded(seen integrations.Sighting, err error) (integrations.Sighting, error) {
	return seen.Bounded(), err
}

// Look reads the plan's things afresh.
func (c Command) Look(ctx context.Context, p Plan) (integrations.Sighting, error) {
	ctx = integrations.Keeping(ctx, planned(p))
	if c.reread != nil {
		return bounded(c.reread(ctx, p.IDs()))
	}
	return bounded(c.list(ctx, p.Place))
}

// Hold keeps the place of a plan for a look and the calls that rest on it, where the system does
// one thing at a time, until release.
func (c Command) Hold(ctx context.Context, p Plan) (held context.Context, release func()) {
	if c.hold == nil {
		return ctx, func() {}
	}
	return c.hold(ctx, p.Place)
}

// Act sends the one call of an item.
func (c Command) Act(ctx context.Context, it Item) (integrations.Receipt, error) {
	return c.act(ctx, it.Thing)
}

// KnownCall is what is known of an item's call, for Verify.
type KnownCall struct {
	Claimed       bool                 // a call was made, or may have been, and what became of it is to be seen
	Sent          time.Time            // when
	LineageBefore []string             // ids of the thing's lineage before the call; none if nobody knows
	Successor     string               // the name of what is known to be back in its place
	Receipt       integrations.Receipt // its At is when the call was sent, if no answer came
}

// Verify looks at the plan's things, item by item, and says when that look began. An item that
// could not be looked at is NotLooked, and the error says why.
func (c Command) Verify(ctx context.Context, p Plan, made []KnownCall) ([]Sight, time.Time, error) {
	if c.trace != nil {
		return c.traceAll(ctx, p, made)
	}
	seen, err := c.Look(ctx, p)
	if err != nil {
		return unseen(len(p.Items)), seen.At, err
	}
	sights := sightsOf(p.Items, made, seen)
	for i, it := range p.Items {
		if note := c.evidence(ctx, it.Thing, made[i], sights[i].Seen, seen); !note.IsZero() {
			sights[i].Note = note
		}
	}
	return sights, seen.At, nil
}

// evidence is what else than the thing itself shows what its call did; zero for nothing.
func (c Command) evidence(ctx context.Context, t integrations.Thing, made KnownCall, saw Seen, all integrations.Sighting) words.Message {
	over := saw == Gone || saw == CameBack
	switch {
	case !made.Claimed:
		return words.Message{}
	case c.afterCall != nil && over:
		return Say(c.afterCall(ctx, t, made.Sent))
	}
	return companionsOf(t, all)
}

func (c Command) traceAll(ctx context.Context, p Plan, made []KnownCall) (sights []Sight, at time.Time, err error) {
	sights = unseen(len(p.Items))
	for i, it := range p.Items {
		if !made[i].Claimed {
			continue
		}
		t, errOne := c.trace(ctx, it.Thing, made[i].Receipt)
		if errOne != nil {
			err = errors.Join(err, errOne)
			continue
		}
		sights[i] = traced(t)
		if at.IsZero() || t.At.Before(at) {
			at = t.At
		}
	}
	return sights, at, err
}

func unseen(n int) []Sight {
	sights := make([]Sight, n)
	for i := range sights {
		sights[i].Seen = NotLooked
	}
	return sights
}

// Say is a vendor's note as a message. Its values are the vendor's, never markup, and as
// much of each as a person reads.
func Say(n integrations.Note) words.Message {
	if n.IsZero() {
		return words.Message{}
	}
	return words.New(n.Hint, values(n.Values))
}

func values(fields []integrations.Field) words.V {
	if len(fields) == 0 {
		return nil
	}
	v := words.V{}
	for _, f := range fields {
		v[f.Name] = value(f)
	}
	return v
}

func value(f integrations.Field) words.Value {
	if at, err := time.Parse(time.RFC3339Nano, f.Value); err == nil && f.Unit == integrations.Instant {
		return words.At(at)
	}
	return words.Code(integrations.Clean(f.Value, integrations.Shown))
}

// pick finds the things that a person asked for in a sighting. A word that fits two things is
// refused as ambiguous, and so are more things than the command takes, as a list with commas
// may hold.
func pick(r Request, seen integrations.Sighting) ([]picked, error) {
	return wanted{Request: r, seen: seen}.pick()
}

func (w wanted) pick() ([]picked, error) {
	things, unfit, twice := w.all()
	switch {
	case len(unfit) > 0:
		return nil, &Mistake{Message: AllUnfit(unfit, w.seen), Told: len(unfit) == 1 && !(w.told(unfit[0].Name).IsZero() && w.byID().told(unfit[0].Name).IsZero())}
	case len(twice) > 0:
		return nil, mistake("mistake.thing-twice", words.V{"thing": words.Code(twice[0])})
	}
	if most := GrammarOf(w.Command).Most; len(things) > most && most > 0 {
		return nil, &Mistake{Message: TooMany(len(things), most), At: TheThings}
	}
	return things, nil
}

// Unfit is a name that was typed and stands for no thing of a list, or for several.
type Unfit struct {
	Name    string
	Why     words.Message
	Several bool // it fits several, and not none
}

// Found are the things of a list that the words of a request name, each once, and the names that
// fit none, or several.
func Found(r Request, list integrations.Sighting) (things []integrations.Thing, unfit []Unfit) {
	all, unfit, _ := wanted{Request: r, seen: list}.all()
	return thingsOf(all), unfit
}

// Fitting are the things of a list that any word of a request fits, also where it fits several.
func Fitting(r Request, list integrations.Sighting) (things []integrations.Thing) {
	w := wanted{Request: r, seen: list}
	for _, word := range r.Things {
		for _, name := range w.names(word) {
			for _, h := range w.fitting(name) {
				if !slices.ContainsFunc(things, func(o integrations.Thing) bool { return o.ID == h.ID }) {
					things = append(things, h.Thing)
				}
			}
		}
	}
	return things
}

// AllUnfit says of one name why it is unfit on a list, and of more which of them are not there,
// and which fit several; zero for none.
func AllUnfit(unfit []Unfit, list integrations.Sighting) words.Message {
	switch {
	case len(unfit) == 0:
		return words.Message{}
	case len(unfit) == 1:
		return unfit[0].Why
	case !list.Complete:
		return words.New("mistake.things-not-seen", namesUnfit(unfit))
	}
	several := slices.DeleteFunc(slices.Clone(unfit), func(u Unfit) bool { return !u.Several })
	absent := slices.DeleteFunc(slices.Clone(unfit), func(u Unfit) bool { return u.Several })
	switch v := namesUnfit(unfit); {
	case len(absent) == 0:
		return words.New("mistake.things-ambiguous", v)
	case len(several) > 0:
		return words.New("unfit.both", words.V{"absent": words.Say(AllUnfit(absent, list)), "several": words.Say(AllUnfit(several, list))})
	case !list.Limits.IsZero():
		v["why"] = words.Say(Say(list.Limits))
		return words.New("mistake.things-not-listed", v)
	default:
		return words.New("mistake.things-absent", v)
	}
}

func namesUnfit(unfit []Unfit) words.V {
	var names []string
	for _, u := range unfit {
		names = append(names, u.Name)
	}
	return words.V{"count": words.Count(len(unfit)), "names": words.Some(names, shownHits)}
}

// Prose are those of some unfit names that may be words of a reason: they are letters alone, and
// nothing is called so.
func Prose(unfit []Unfit) (names []string) {
	for _, u := range unfit {
		if !u.Several && strings.IndexFunc(u.Name, func(r rune) bool { return !unicode.IsLetter(r) }) < 0 {
			names = append(names, u.Name)
		}
	}
	return names
}

// wanted is what somebody asks for, and where it is looked for.
type wanted struct {
	Request
	seen  integrations.Sighting
	known integrations.Sighting // what was read by its id; zero where nothing was
}

// byID looks for the same among what was read by its id.
func (w wanted) byID() wanted { return wanted{Request: w.Request, seen: w.known} }

// all are the things that the words name, each once, the names that are unfit, and the words by
// which a thing is named once more.
func (w wanted) all() (things []picked, unfit []Unfit, twice []string) {
	for _, word := range w.Things {
		for _, name := range w.names(word) {
			h, why := w.one(name)
			switch {
			case !why.IsZero():
				several := len(w.fitting(name)) > 1 || len(w.byID().fitting(name)) > 1
				unfit = append(unfit, Unfit{lastPart(name), why, several})
			case slices.ContainsFunc(things, func(o picked) bool { return o.ID == h.ID }):
				twice = append(twice, word)
			default:
				things = append(things, picked{h, name})
			}
		}
	}
	return things, unfit, twice
}

// names are what a word names: itself, or else the names of a list with commas.
func (w wanted) names(word string) []string {
	names := listed(word)
	if w.Picked || len(names) == 0 || len(w.fitting(word)) > 0 {
		return []string{word}
	}
	return names
}

// one is what a word names on the list, or else among what was read by its id.
func (w wanted) one(asked string) (h hit, why words.Message) {
	h, why = w.onList(asked)
	if why.IsZero() {
		return h, why
	}
	known, whyNot := w.byID().onList(asked)
	if whyNot.IsZero() || !w.byID().told(asked).IsZero() {
		return known, whyNot
	}
	return h, why
}

// onList takes the vendor's id, as a form does, or what a person types. Why says why it is unfit.
func (w wanted) onList(asked string) (h hit, why words.Message) {
	if t, ok := w.seen.Find(asked); ok {
		return hit{Thing: t}, words.Message{}
	}
	hits := w.fitting(asked)
	switch {
	case w.replaced(asked):
		return hit{}, words.New("mistake.thing-replaced", words.V{"thing": words.Code(lastPart(asked))})
	case len(hits) == 1 && hits[0].Name != asked && !w.seen.Complete:
		return hit{}, words.New("mistake.thing-maybe-more", words.V{"thing": words.Code(lastPart(asked)), "name": words.Code(hits[0].Name)})
	case len(hits) == 1:
		return hits[0], words.Message{}
	case len(hits) > 1:
		return hit{}, w.ambiguous(lastPart(asked), hits)
	}
	if said := w.told(asked); !said.IsZero() {
		return hit{}, words.New("mistake.thing-told", words.V{"thing": words.Code(lastPart(asked)), "why": words.Say(Say(said))})
	}
	return hit{}, w.absent(lastPart(asked))
}

// told is what the vendor said of a thing that a word names; zero if it said nothing.
func (w wanted) told(asked string) integrations.Note {
	for _, fits := range readings(asked) {
		for _, t := range w.seen.Told {
			if fits(t.ID) || fits(t.Name) || slices.ContainsFunc(t.Aliases, fits) {
				return t.Note
			}
		}
	}
	return integrations.Note{}
}

// replaced says that what had an id is gone, and another thing has its name. A list of one place
// says nothing of what somebody looks for there by the id of another.
func (w wanted) replaced(asked string) bool {
	name := lastPart(asked)
	whole := w.seen.Complete && (w.Place == "" || w.Picked)
	return whole && name != asked && slices.ContainsFunc(w.seen.Things, func(t integrations.Thing) bool { return t.Name == name })
}

// ambiguous says what a word fits. What may not be ended is nothing to choose, but is there.
func (w wanted) ambiguous(word string, hits []hit) words.Message {
	var free, all []integrations.Thing
	for _, h := range hits {
		all = append(all, h.Thing)
		if Protected(h.Thing).IsZero() && (w.Shielded == nil || !w.Shielded(h.Thing)) {
			free = append(free, h.Thing)
		}
	}
	v := words.V{"thing": words.Code(word), "count": words.Count(len(hits)), "names": namesOf(all)}
	if len(free) == len(all) {
		return words.New("mistake.thing-ambiguous", v)
	}
	v["barred"] = words.Count(len(all) - len(free))
	if len(free) == 0 {
		return words.New("mistake.thing-all-barred", v)
	}
	v["names"] = namesOf(free)
	return words.New("mistake.thing-some-barred", v)
}

// shownHits bounds what a sentence names.
const shownHits = 5

// namesOf lists things for a person to choose from; an id where the names are alike.
func namesOf(hits []integrations.Thing) words.Value {
	var names []string
	for _, t := range hits {
		name := t.Name
		if slices.ContainsFunc(hits, func(o integrations.Thing) bool { return o.ID != t.ID && o.Name == t.Name }) {
			name = t.ID
		}
		names = append(names, name)
	}
	return words.Some(names, shownHits)
}

// absent says that no thing is called so, and which names are near: one that is asked for already
// was not mistyped, and a number is never near to another. That a thing may be gone is said only
// of one that was seen, on a list that would have it.
func (w wanted) absent(name string) words.Message {
	v := words.V{"thing": words.Code(name), "target": words.Code(w.Target), "count": words.Count(w.seen.All())}
	switch near := w.near(name); {
	case !w.seen.Complete:
		return words.New("mistake.thing-not-seen", words.V{"thing": words.Code(name)})
	case !w.seen.Limits.IsZero():
		return w.limited(name, near)
	case w.met(name):
		return words.New("mistake.thing-gone", v)
	case w.short(name):
		return words.New("mistake.thing-short", words.V{"thing": words.Code(name), "least": words.Count(leastBeginning)})
	case len(near) == 1:
		return words.New("mistake.thing-near", words.V{"thing": words.Code(name), "near": words.Code(near[0])})
	case len(near) > 1:
		return words.New("mistake.thing-near-several", words.V{"thing": words.Code(name), "near": words.Some(near, shownHits)})
	case w.Place != "":
		v["place"] = words.Code(w.Place)
		return words.New("mistake.thing-not-at", v)
	}
	return words.New("mistake.thing-not-found", v)
}

// limited says that what is not on a list may be outside of what that list is of.
func (w wanted) limited(name string, near []string) words.Message {
	v := words.V{"thing": words.Code(name), "why": words.Say(Say(w.seen.Limits))}
	if len(near) != 1 {
		return words.New("mistake.thing-limited", v)
	}
	v["near"] = words.Code(near[0])
	return words.New("mistake.thing-limited-near", v)
}

// met says that a thing with that id was seen on the target, where its list would have it: what
// was picked stood on one.
func (w wanted) met(name string) bool {
	return w.Picked || w.Place == "" && w.Met != nil && w.Met(name)
}

// near are the names that are near to one, each once.
func (w wanted) near(name string) (names []string) {
	for _, t := range w.seen.Things {
		if isNear(t.Name, name) && !slices.Contains(w.Things, t.Name) && !slices.Contains(names, t.Name) {
			names = append(names, t.Name)
		}
	}
	return names
}
