package bot

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/bucket"
	"quell/bot/engine"
	"quell/bot/people"
	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// The bucket of one person's freezes: the first ones are always taken, and then one a minute.
// Each is announced in several channels, which nobody may flood.
const (
	freezeBurst = 10
	freezeEvery = time.Minute
)

// freezer stops and lifts.
type freezer struct {
	*desk
	freezes *bucket.Buckets // of each person
}

// Freeze stops all claims, on a target or, for "", altogether, by the word of any one person
// who may ask for something there. It asks nothing about the place: a freeze may be said
// anywhere, also where the place cannot be looked up.
func (z *freezer) Freeze(ctx context.Context, s Speaker, target, reason string) Verdict {
	st := stop{sub: "freeze", typed: target, reason: reason, inForce: z.c.Policy()}
	target, v := z.stopped(ctx, s, &st)
	if v != nil {
		return *v
	}
	reason, err := commands.CleanReason(reason)
	switch {
	case err != nil:
		return Verdict{Say: words.New("freeze.reason-unfit", words.V{"why": words.Say(z.Mistaken(err).Say)})}
	case reason == "":
		return Verdict{Say: words.New("freeze.reason", words.V{"command": words.Code(freezeCommand(st.typed) + " …")})}
	case !z.freezes.Has(s.Person.Actor()) && (target != "" || z.frozen(ctx, "")):
		return z.attempt(ctx, s, st.attempted(), words.New("freeze.often", words.V{"command": words.Code("/quell freeze all …")}))
	}
	e := z.stopEntry(s, "freeze", target, reason)
	if st.rights != "" {
		e.Detail["rights"] = st.rights
	}
	f := store.Freeze{Target: target, By: e.Actor, Reason: reason, At: e.At}
	here := z.hears(ctx, s.Channel)
	var told []store.Saying
	err = z.c.Freezes.Freeze(ctx, s.ID, f, e, func(before store.Freeze, holds []approval.Case) []store.Saying {
		told = FreezeNews(f, before, s.ID, holds, here.channel, z.c.Audit)
		return told
	})
	if err != nil {
		z.c.Log.Error("a freeze could not be stored", "err", err)
		return unjudged()
	}
	z.freezes.Take(s.Person.Actor())
	hears := z.hearsOf(ctx, here, told)
	z.c.Outbox.Wake(ctx)
	if !z.frozen(ctx, target) { // the same request counted before, and two people have lifted that freeze since
		return Verdict{Say: words.New("unfreeze.none", words.V{"what": frozenWhat(target)})}
	}
	return Verdict{Say: frozenAnswer(target, here, hears)}
}

// AuditPlace is the place of a saying for the audit channel, whichever that is for the program
// that says it: at a shell it is not known.
const AuditPlace = "audit"

// FreezeNews are the sayings about a freeze: for some channels, and for those of the cases that
// it holds. before is the freeze of the same target that it takes the place of, if there is one; id is
// the idempotency key of the request for the freeze.
func FreezeNews(f, before store.Freeze, id string, holds []approval.Case, channels ...string) []store.Saying {
	for _, c := range holds {
		channels = append(channels, c.Request.Channel)
	}
	return sayings("freeze "+id, f.At, tellStop, engine.FrozenAgain(f, before), channels...)
}

// namedDeaf is why a saying was dropped whose place the answer to a freeze names as one that cannot
// be told.
const namedDeaf = "the answer to the freeze says that this place cannot be told"

// Unannounced tells whoever froze something, directly, that a channel takes no word of it and why:
// in time to tell people there themselves, and not a second time where the answer has told them. It
// reports false for what announces no freeze, and for a freeze by somebody at a shell.
func (z *freezer) Unannounced(ctx context.Context, s store.Saying, why words.Message) (bool, error) {
	if was, err := z.c.Freezes.ResultOf(ctx, s.Key); err != nil || was.Why == namedDeaf {
		return err == nil, err
	}
	all, err := z.c.Freezes.Freezes(ctx)
	i := slices.IndexFunc(all, func(f store.Freeze) bool { return announces(s.Message, f) })
	if err != nil || i < 0 {
		return false, err
	}
	team, user, ok := strings.Cut(all[i].By, "/")
	if !ok || team == "shell" {
		return false, nil
	}
	m := words.New("freeze.unannounced", words.V{"what": frozenWhat(all[i].Target), "channel": words.Channel(s.Place), "why": words.Say(why)})
	if why.IsZero() {
		m = words.New("freeze.unannounced-here", words.V{"what": frozenWhat(all[i].Target), "channel": words.Channel(s.Place)})
	}
	now := z.c.Now()
	return true, z.c.Policies.Say(ctx, store.Saying{
		Key: "unannounced " + s.Key, Place: store.ToOne(team, user, ""), Message: m, NotBefore: now, Until: now.Add(tellStop),
	})
}

// announces says that a message announces this freeze.
func announces(m words.Message, f store.Freeze) bool {
	as := engine.Frozen(f)
	same := func(name string) bool { return m.Values[name].Value == as.Values[name].Value }
	return same("target") && same("by") && same("reason") && same("command")
}

// place is where somebody spoke.
type place struct {
	channel string       // "" where nothing may be announced
	unsure  bool         // what kind of place it is could not be looked up
	kind    policy.Place // of one where nothing may be announced
}

// why says why a freeze is not announced in the place where it was said.
func (p place) why() words.Message {
	why, ok := map[policy.Place]words.Message{
		policy.Direct:       words.New("freeze.here.direct"),
		policy.Shared:       words.New("freeze.here.shared"),
		policy.Organisation: words.New("freeze.here.org"),
		policy.Absent:       words.New("freeze.here.absent"),
		policy.Hidden:       words.New("freeze.here.hidden"),
		policy.Archived:     words.New("freeze.here.archived"),
		policy.ReadOnly:     words.New("freeze.here.read-only"),
		policy.ThreadOnly:   words.New("freeze.here.thread-only"),
	}[p.kind]
	if !ok {
		return words.New("freeze.here.other")
	}
	return why
}

// deaf says why a place cannot be told of a freeze that was said in another.
func (p place) deaf() words.Message {
	why, ok := map[policy.Place]words.Message{
		policy.Absent:       words.New("freeze.deaf.absent"),
		policy.Hidden:       words.New("freeze.deaf.hidden"),
		policy.Archived:     words.New("freeze.deaf.archived"),
		policy.ReadOnly:     words.New("freeze.deaf.read-only"),
		policy.ThreadOnly:   words.New("freeze.deaf.thread-only"),
		policy.Shared:       words.New("freeze.deaf.shared"),
		policy.Organisation: words.New("freeze.deaf.org"),
	}[p.kind]
	if !ok {
		return words.New("freeze.deaf.other")
	}
	return why
}

// placeWithin bounds the look-up of a place that only decides who is told: a freeze waits for
// nothing else.
const placeWithin = time.Second

// hears says whether a place is one to announce things in: a channel of this workspace alone
// that the bot is in. What cannot be looked up is left to the outbox, which looks again before
// it says anything.
func (z *freezer) hears(ctx context.Context, channel string) place {
	ctx, cancel := context.WithTimeout(ctx, placeWithin)
	defer cancel()
	where, err := z.c.People.Channel(ctx, channel)
	switch {
	case err != nil:
		z.c.Log.Warn("a place could not be looked up", "channel", channel, "err", err)
		return place{channel: channel, unsure: true}
	case where.Place != policy.Workspace:
		return place{kind: where.Place}
	}
	return place{channel: channel}
}

// elsewhere are the places, other than the one where a freeze was said, that hear of it, and
// those that cannot, as lines for whoever froze something.
type elsewhere struct {
	told, untold []words.Message
}

// hearsOf looks up which places hear of a freeze: as many as one can read, within placeWithin
// altogether. The outbox looks again before it says anything. What was to be said in a place that
// cannot be told is dropped, because the answer names the place; after a crash the freeze is
// answered again.
func (z *freezer) hearsOf(ctx context.Context, here place, told []store.Saying) (e elsewhere) {
	ctx, cancel := context.WithTimeout(ctx, placeWithin)
	defer cancel()
	told = slices.DeleteFunc(slices.Clone(told), func(s store.Saying) bool { return s.Place == here.channel })
	for _, s := range told[:min(len(told), statusMost)] {
		p, v := z.hears(ctx, s.Place), words.V{"channel": words.Channel(s.Place)}
		switch {
		case p.unsure:
			e.told = append(e.told, words.New("freeze.told-unsure", v))
		case p.channel == "":
			v["why"] = words.Say(p.deaf())
			e.untold = append(e.untold, words.New("freeze.untold", v))
			z.drop(context.WithoutCancel(ctx), s)
		default:
			e.told = append(e.told, words.New("freeze.told", v))
		}
	}
	if left := len(told) - statusMost; left > 0 {
		e.told = append(e.told, words.New("freeze.told-more", words.V{"count": words.Count(left)}))
	}
	return e
}

// drop ends a saying whose place cannot be told. One that cannot be dropped is told of twice.
func (z *freezer) drop(ctx context.Context, s store.Saying) {
	if err := z.c.Freezes.Dropped(ctx, s.Key, namedDeaf, z.c.Now()); err != nil {
		z.c.Log.Warn("a saying that cannot be said could not be dropped", "key", s.Key, "err", err)
	}
}

// frozenAnswer tells whoever froze a target what that means, who else is told of it, and who
// cannot be.
func frozenAnswer(target string, here place, e elsewhere) words.Message {
	m := frozenHere(target, here, e)
	switch {
	case len(e.untold) > 0:
		return words.New("freeze.but-untold", words.V{"said": words.Say(m), "channels": words.Lines(e.untold)})
	case here.unsure && len(e.told) == 0:
		return words.New("freeze.tell-them", words.V{"said": words.Say(m)})
	}
	return m
}

// frozenHere is frozenAnswer without those who cannot be told: what a freeze means, and whether it
// is announced where it was said.
func frozenHere(target string, here place, e elsewhere) words.Message {
	v := words.V{"what": frozenWhat(target), "channels": words.Lines(e.told), "why": words.Say(here.why())}
	switch {
	case here.unsure && len(e.told) > 0:
		return words.New("freeze.done-elsewhere", v)
	case here.unsure:
		return words.New("freeze.done-unsure", v)
	case here.channel != "":
		return words.New("freeze.done", v)
	case len(e.told) > 0:
		return words.New("freeze.done-not-here", v)
	case len(e.untold) > 0:
		return words.New("freeze.done-none", v)
	case here.kind == policy.Direct:
		return words.New("freeze.done-untold", v)
	}
	return words.New("freeze.done-nowhere", v)
}

// Unfreeze takes one of the two requests that together lift a freeze: by two people, in a
// channel that the policy knows.
func (z *freezer) Unfreeze(ctx context.Context, s Speaker, target, reason string) Verdict {
	st := stop{sub: "unfreeze", typed: target, reason: reason, inForce: z.c.Policy()}
	target, v := z.stopped(ctx, s, &st)
	if v != nil {
		return *v
	}
	why, err := z.mayLiftHere(ctx, st.inForce, s)
	switch {
	case err != nil:
		return z.unknown(ctx, s, st.attempted(), err)
	case !why.IsZero():
		return z.attempt(ctx, s, st.attempted(), why)
	}
	reason, err = commands.CleanReason(reason)
	if err != nil {
		return Verdict{Say: words.New("unfreeze.reason-unfit", words.V{"why": words.Say(z.Mistaken(err).Say)})}
	}
	frozen, _ := z.freezesNow(ctx) // as far as they can be read
	l := lifting{by: s, at: z.c.Now(), target: target, freezes: frozen}
	done, err := z.c.Freezes.Unfreeze(ctx, target, z.stopEntry(s, "unfreeze asked", target, reason), func(u store.Unfreezing) []store.Saying {
		l.of, l.asked, l.holds = u.Of, u.Asked, u.Holds
		return l.news(u.Done, z.c.Audit)
	})
	switch {
	case errors.Is(err, store.ErrNotFound) && target == "":
		return Verdict{Say: words.New("unfreeze.none-all", words.V{"command": words.Code("/quell status")})}
	case errors.Is(err, store.ErrNotFound):
		return Verdict{Say: words.New("unfreeze.none", l.values())}
	case err != nil:
		z.c.Log.Error("a freeze could not be lifted", "err", err)
		return unjudged()
	}
	z.c.Outbox.Wake(ctx)
	return Verdict{Say: l.answer(done, func(target string) bool { return z.sees(st.inForce, st.by, target) })}
}

// mayLiftHere says why no freeze can be lifted in the place where somebody speaks; zero if one
// can. What is lifted goes on, so people of the policy's own channels have to see that.
func (z *freezer) mayLiftHere(ctx context.Context, inForce *policy.Policy, s Speaker) (words.Message, error) {
	where, err := z.c.People.Channel(ctx, s.Channel)
	if err != nil {
		z.c.Log.Error("a channel could not be looked up", "channel", s.Channel, "err", err)
		return words.Message{}, err
	}
	if why := policy.Unfit(policy.Subject{Standing: policy.Member}, where); !why.IsZero() {
		return why, nil
	}
	if !inForce.Knows(where) && where.ID != z.c.Audit {
		return words.New("unfreeze.place"), nil
	}
	return words.Message{}, nil
}

// stop is a freeze, or the lifting of one, that somebody asks for.
type stop struct {
	sub     string // "freeze" or "unfreeze"
	typed   string // the target
	reason  string
	inForce *policy.Policy
	by      policy.Subject
	rights  string // what the right of the speaker rests on, for the record; "" for a look-up
}

func (st stop) attempted() attempted {
	return attempted{detail: map[string]string{"command": "quell " + st.sub, "target": st.typed, "reason": st.reason}}
}

// stopped is the target that somebody means to freeze, or to lift the freeze of; "" is all. A
// verdict says why they may not, or that there is no such target. Whoever may not be told of a
// target is answered as if there were none, and whoever may freeze nothing learns nothing.
func (z *freezer) stopped(ctx context.Context, s Speaker, st *stop) (string, *Verdict) {
	if s.ID == "" {
		v := z.Unknown(ctx, s)
		return "", &v
	}
	by, why, err := z.subject(ctx, st.inForce, s.Person)
	if err != nil && st.sub == "freeze" {
		by, err = z.lastKnown(ctx, s, st, err)
	}
	if err != nil {
		v := z.unchecked(ctx, s, st, err)
		return "", &v
	}
	if st.by = by; why.IsZero() && !st.inForce.Responder(by, policy.Target{}, z.c.Now()) {
		why = notResponder(st.inForce, policy.Target{})
	}
	if !why.IsZero() {
		v := z.attempt(ctx, s, st.attempted(), why)
		return "", &v
	}
	if st.typed == "" {
		return "", nil
	}
	if z.namesSeveral(ctx, st) {
		return "", &Verdict{Say: words.New("freeze.one-system", words.V{"typed": words.Code(commands.Short(st.typed)), "command": words.Code("/quell " + st.sub + " all …")})}
	}
	target, known := st.typed, false
	if meant := commands.Meant(st.typed, z.stoppable(ctx, st.sub)); len(meant) == 1 {
		target, known = meant[0], true
	}
	if known && st.inForce.Responder(by, z.judgedAs(st.inForce, target), z.c.Now()) {
		return target, nil
	}
	v := Verdict{Say: z.noStop(st)}
	if known {
		v = z.attempt(ctx, s, st.attempted(), notResponder(st.inForce, z.judgedAs(st.inForce, target)))
	}
	if known && !v.Open && !z.sees(st.inForce, by, target) {
		v.Say = z.noStop(st)
	}
	return "", &v
}

// lastKnown is who the speaker of a freeze was when that was known last, where they cannot be looked
// up (err): a stop must not wait for Slack, and one too many does no harm. It is an error if they
// held no right to freeze anything then.
func (z *freezer) lastKnown(ctx context.Context, s Speaker, st *stop, err error) (policy.Subject, error) {
	last, known := z.c.People.LastKnown(ctx, st.inForce, s.Person)
	if errors.Is(err, people.ErrNoGroups) || !known || !st.inForce.Responder(last, policy.Target{}, z.c.Now()) {
		return last, err
	}
	st.rights = "as last known"
	return last, nil
}

// unchecked is the verdict on a stop whose speaker could not be looked up. A freeze never waits for
// a turn: whoever believes that it waits believes that something is stopped.
func (z *freezer) unchecked(ctx context.Context, s Speaker, st *stop, err error) Verdict {
	if st.sub == "freeze" && errors.Is(err, people.ErrBusy) {
		return Verdict{Say: words.New("freeze.busy")}
	}
	return z.unknown(ctx, s, st.attempted(), err)
}

// Separators part the names of a list, as people type one.
const Separators = ",;、，；"

// namesSeveral says that somebody typed a list of systems. A list is taken for none of its names:
// people would believe the others frozen as well. A separator alone, before a reason, is none.
func (z *freezer) namesSeveral(ctx context.Context, st *stop) bool {
	one := strings.TrimRight(st.typed, Separators)
	if strings.ContainsAny(one, Separators) {
		return !slices.Contains(z.stoppable(ctx, st.sub), st.typed)
	}
	next := strings.Fields(st.reason)
	if one == st.typed || len(next) == 0 {
		return false
	}
	return len(commands.Meant(next[0], z.seen(st.inForce, st.by, z.stoppable(ctx, st.sub)))) > 0
}

// notResponder says that somebody may freeze nothing on a target, and who may.
func notResponder(inForce *policy.Policy, target policy.Target) words.Message {
	return words.New("freeze.responders", words.V{"roles": policy.Roles(inForce.Responders(target))})
}

// stoppable are the names that a freeze, or its lifting, can mean. What is frozen can be lifted
// although the file does not name it any more.
func (z *freezer) stoppable(ctx context.Context, sub string) []string {
	names := z.c.Systems.Names("")
	if sub == "unfreeze" {
		all, _ := z.freezesNow(ctx)
		for _, f := range all {
			if !slices.Contains(names, f.Target) {
				names = append(names, f.Target)
			}
		}
	}
	return names
}

// noStop says that there is no target of the name that somebody typed. Nothing is frozen by a
// word that may have been meant as a reason.
func (z *freezer) noStop(st *stop) words.Message {
	m := z.noTarget(st.inForce, st.by, commands.Request{Command: "quell " + st.sub, Target: st.typed}, false)
	if st.sub == "freeze" {
		return words.New("freeze.no-target", words.V{"why": words.Say(m), "command": words.Code("/quell freeze all …")})
	}
	return m
}

func (z *freezer) stopEntry(s Speaker, event, target, reason string) audit.Entry {
	return audit.Entry{At: z.c.Now(), Actor: s.Person.Actor(), Event: event, Detail: map[string]string{
		"target": target, "reason": reason, "channel": s.Channel,
	}}
}

func frozenWhat(target string) words.Value {
	if target == "" {
		return words.Say(words.New("freeze.everything"))
	}
	return words.Code(target)
}

// freezeCommand is what people type to freeze a target.
func freezeCommand(target string) string {
	if target == "" {
		return "/quell freeze all"
	}
	return "/quell freeze " + target
}

// frozen reports whether a target is frozen. If that cannot be read, the target counts as
// frozen.
func (z *freezer) frozen(ctx context.Context, target string) bool {
	all, err := z.c.Freezes.Freezes(ctx)
	return err != nil || slices.ContainsFunc(all, func(f store.Freeze) bool { return f.Target == target })
}
