package bot

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// Ask stores a request as a case, if policy admits the request, and plans the case: that takes
// as long as a look at the system takes. The request must say what to act on; for one that
// does not there is Pick.
func (b *Bot) Ask(ctx context.Context, s Speaker, r commands.Request) Verdict {
	r.By, r.Channel, r.At = s.Person, s.Channel, b.c.Now()
	if s.ID == "" {
		return b.Unknown(ctx, s)
	}
	t := attempted{detail: map[string]string{
		"command": r.Command, "target": r.Target, "things": strings.Join(r.Things, " "), "reason": r.Reason,
	}}
	r, wrong := wellFormed(r)
	if !wrong.Say.IsZero() {
		return wrong
	}
	if !r.Picked {
		r.Target = b.meant(r.Target)
	}
	target, _ := b.c.Systems.Target(r.Target)
	inForce := b.c.Policy()
	ask, err := b.ask(ctx, inForce, r)
	if err != nil {
		return b.unknown(ctx, s, t, err)
	}
	why := policy.Unfit(ask.By, ask.Where)
	if why.IsZero() && b.hidden(inForce, ask) {
		v := b.unknownTarget(ctx, s, t, inForce, ask)
		v.Field = TheTarget
		return v
	}
	if no := b.misfit(r); why.IsZero() && !no.IsZero() {
		return Verdict{Say: no, Field: TheThings, Mendable: true}
	}
	if !why.IsZero() {
		return b.refused(ctx, s, t, why, ask, inForce.Hash())
	}
	if d := inForce.Admit(ask); d.Verdict == policy.Refuse {
		t.judged, t.unseen = d, !b.sees(inForce, ask.By, r.Target)
		v := b.refused(ctx, s, t, d.Why, ask, inForce.Hash())
		v.Field, v.Cause, v.Mendable = fieldOf(d.Cause), d.Cause, !v.Open && mendable(d.Cause)
		return v
	}
	if !b.failing.Has(s.Person.Actor()) {
		v := words.V{"wait": words.For(failedWithin / failedPlans), "command": words.Code("/" + r.Command)}
		return b.attempt(ctx, s, t, words.New("ask.failing", v))
	}
	c := approval.Open(b.c.NewID(), r, target.Kind, b.c.Limits.With(target.Limits), b.c.Now())
	why, err = b.c.Engine.MayGo(ctx, c)
	if err != nil {
		b.c.Log.Error("what keeps a request from being done could not be read", "err", err)
		return unjudged()
	}
	if !why.IsZero() {
		return b.attempt(ctx, s, t, why)
	}
	return b.open(ctx, s, c, t)
}

// Send is Ask for a form that was sent. A verdict about one input of the form names that input
// in Field.
func (b *Bot) Send(ctx context.Context, s Speaker, f Sent) Verdict {
	if v := b.inChannel(ctx, s, f); !v.Say.IsZero() {
		return v
	}
	r, wrong := b.read(ctx, s, f)
	if !wrong.Say.IsZero() {
		return wrong
	}
	v := b.Ask(ctx, s, r)
	v.Field = cmp.Or(v.Field, TheThings)
	if v.Say.IsZero() || v.Open || v.Counts { // what is stored and waits closes the form
		v.Field = ""
		return v
	}
	if mendable(v.Cause) {
		v.Say = lacking(f.Reason, v.Say)
	}
	return v
}

// wellFormed checks the form of a request, whichever face it comes from. A malformed request is
// the asker's to mend and is not recorded as an attempt.
func wellFormed(r commands.Request) (commands.Request, Verdict) {
	reason, err := commands.CleanReason(r.Reason)
	if m, ok := errors.AsType[*commands.Mistake](err); ok {
		return r, Verdict{Say: m.Message, Field: TheReason, Mendable: true}
	}
	r.Reason = reason
	switch most := commands.GrammarOf(r.Command).Most; {
	case len(r.Things) == 0:
		return r, Verdict{Say: words.New("form.nothing"), Field: TheThings}
	case len(r.Things) > most && most > 0: // most is 0 for an unknown command, which is refused later
		return r, Verdict{Say: commands.TooMany(len(r.Things), most), Field: TheThings, Mendable: true}
	}
	return r, Verdict{}
}

// open stores a new case. If the same request, by its idempotency key, opened a case before,
// it goes on with that case. Whoever has too many open ones is refused.
func (b *Bot) open(ctx context.Context, s Speaker, c approval.Case, t attempted) Verdict {
	r := c.Request
	c, err := b.c.Cases.Create(ctx, c, s.ID, audit.Entry{
		At: c.Opened, Actor: r.By.Actor(), Event: "ask", Case: c.ID, Seq: c.Seq, From: string(c.State), To: string(c.State),
		Detail: map[string]string{
			"command": r.Command, "target": r.Target, "things": strings.Join(r.Things, " "),
			"place": r.Place, "reason": r.Reason, "channel": r.Channel,
		},
	})
	if full, ok := errors.AsType[*store.TooManyOpen](err); ok {
		return b.attempt(ctx, s, t, words.New("ask.too-many-open", words.V{"most": words.Count(full.Most), "command": words.Code("/quell status")}))
	}
	if err != nil {
		b.c.Log.Error("a case could not be stored", "err", err)
		return unjudged()
	}
	v := b.follow(ctx, c.ID)
	if !v.Say.IsZero() && !v.Counts {
		b.failing.Take(s.Person.Actor())
	}
	return v
}

// A plan that fails is a case with entries of its own, unlike a refusal, which the record counts
// with others of its kind. So of one person only so many may fail within a time: past that,
// requests are refused before a case is stored.
const (
	failedPlans  = 10
	failedWithin = time.Minute
)

func admit(inForce *policy.Policy, a policy.Ask) words.Message {
	if d := inForce.Admit(a); d.Verdict == policy.Refuse {
		return d.Why
	}
	return words.Message{}
}

// follow plans a new case. If it was refused, the verdict says why; if it was planned, the
// verdict says nothing and what is shown of the case speaks, but for a case that too few people
// can agree to now; while another process plans it,
// the verdict is open.
func (b *Bot) follow(ctx context.Context, id string) Verdict {
	b.c.Engine.Follow(ctx, id)
	rec, err := b.c.Cases.Load(ctx, id)
	if errors.Is(err, store.ErrNewer) {
		return Verdict{Case: id} // that release goes on with it
	}
	if err != nil {
		b.c.Log.Error("a case could not be read", "case", id, "err", err)
		return Verdict{Case: id, Open: true}
	}
	if c := rec.Case; c.State.Terminal() && c.Decision.Verdict == policy.Refuse {
		cause := c.Decision.Cause
		return Verdict{Case: id, Say: c.Decision.Answer(c.Why), Field: fieldOf(cause), Cause: cause, Mendable: c.Mistaken || mendable(cause), Told: c.Told}
	}
	if rec.Case.Short() {
		return Verdict{Case: id, Say: approval.ShortNow(rec.Case), Counts: true}
	}
	return Verdict{Case: id, Open: rec.Case.State == approval.Planning}
}

// Resume is for a stored request that is judged later than it was made. If the request opened a
// case, the case goes on. If it did not, it may be TooLate. Otherwise done is false, and the
// request is to be judged as new.
func (b *Bot) Resume(ctx context.Context, s Speaker, said time.Time) (v Verdict, done bool) {
	switch id, err := b.c.Cases.Opened(ctx, s.ID); {
	case err == nil:
		return b.follow(ctx, id), true
	case !errors.Is(err, store.ErrNotFound):
		b.c.Log.Error("a request's case could not be read", "id", s.ID, "err", err)
		return Verdict{Open: true}, true
	}
	return b.late(said)
}

// TooLate is for stored words about a case, or about none (""), that are judged later than they
// were said. If they are older than a plan may take, the speaker is told that nothing came of them,
// unless they count already. Otherwise done is false, and they are to be judged as new.
func (b *Bot) TooLate(ctx context.Context, s Speaker, id string, said time.Time) (v Verdict, done bool) {
	v, done = b.late(said)
	if !done || id == "" {
		return v, done
	}
	rec, err := b.c.Cases.Load(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrNewer), err == nil && slices.Contains(rec.Case.Deliveries, s.ID):
		return Verdict{}, false
	case err != nil:
		b.c.Log.Error("a case could not be read", "case", id, "err", err)
		return unjudged(), true
	}
	return v, true
}

// late is the verdict on what was said longer ago than a plan may take.
func (b *Bot) late(said time.Time) (v Verdict, done bool) {
	if b.c.Now().Sub(said) < b.c.Limits.Plan {
		return Verdict{}, false
	}
	return Verdict{Say: words.New("heard.too-late", words.V{"at": words.At(said)})}, true
}
