package engine

import (
	"context"
	"errors"
	"time"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/people"
	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

// next does whatever a case's state calls for, until there is nothing to do
// now.
func (eng *Engine) next(ctx context.Context, id string) {
	ctx, _ = integrations.WithTape(ctx)
	for {
		rec, err := eng.Store.Load(ctx, id)
		if err != nil {
			eng.Log.Error("a case could not be read", "case", id, "err", err)
			return
		}
		if rec.Case.State.Terminal() || eng.Now().Before(rec.Case.Due) && rec.Case.State != approval.Planning {
			return
		}
		if !eng.step(ctx, rec.Case) {
			return
		}
	}
}

// step takes one step with a case. It reports whether the case may have moved.
func (eng *Engine) step(ctx context.Context, c approval.Case) bool {
	if !eng.Now().Before(c.Deadline) {
		return eng.moved(eng.Move(ctx, c, approval.Timeout{}, audit.Program))
	}
	switch c.State {
	case approval.Planning:
		e := eng.plan(ctx, c)
		if e == nil {
			return false
		}
		return eng.moved(eng.Move(ctx, c, e, audit.Program))
	case approval.Pending:
		return approval.RingsDue(c, eng.Now()) && eng.moved(eng.Move(ctx, c, approval.Rang{}, audit.Program))
	case approval.Approved:
		return eng.run(ctx, c)
	case approval.Verifying:
		return eng.moved(eng.Move(ctx, c, eng.verify(ctx, c), audit.Program))
	}
	return false
}

// moved reports whether to go on with a case after a move: also if another replica moved the
// case first (store.ErrMoved), for then there is something new to read.
func (eng *Engine) moved(c approval.Case, err error) bool {
	switch {
	case err == nil, errors.Is(err, store.ErrMoved):
		return true
	default:
		eng.Log.Error("a case could not move", "case", c.ID, "state", c.State, "err", err)
		return false
	}
}

// Move applies an event to a case and stores the result with its audit entry, with the
// exchanges that were taped since the move before, and with what people must be told.
func (eng *Engine) Move(ctx context.Context, c approval.Case, e approval.Event, who string) (approval.Case, error) {
	next, err := approval.Step(c, e, eng.Now())
	if err != nil {
		return c, err
	}
	calls := integrations.Taken(ctx)
	_, deed := e.(approval.CallEnded)
	var guards store.Guards
	if claim, ok := e.(approval.Claim); ok {
		guards = eng.guards(c.Request.Target, claim.Policy)
	}
	err = eng.Store.Advance(ctx, store.Move{
		From: c.Seq, To: next, Entry: entry(c, next, eng.Now(), who, e.Name(), WithExchanges(detail(next, e), calls)), Exchanges: approval.Exchanges(calls, deed), Guards: guards, Say: sayings(c, next, e, eng.Now()),
	})
	if err != nil {
		integrations.Add(ctx, calls...) // back on the tape, for the next move that is stored
	}
	if held, ok := errors.AsType[*store.Held](err); ok && c.State == approval.Planning {
		return eng.Move(ctx, c, approval.PlanFailed{Why: words.New("case.joined", words.V{"case": words.Case(held.By)})}, who)
	}
	if err != nil {
		return c, err
	}
	eng.Display.Paint(ctx, c.ID)
	eng.Log.Info("case moved", "case", c.ID, "event", e.Name(), "from", c.State, "to", next.State, "by", who)
	return next, nil
}

// sayings are what people must be told of a move.
func sayings(before, next approval.Case, e approval.Event, now time.Time) (all []store.Saying) {
	next = approval.ForChannel(next)
	switch e.(type) {
	case approval.BrokeGlass:
		all = append(all, notice(next))
	case approval.Unshown:
		all = append(all, unshownRefusal(next, now))
	}
	if next.BreakGlass != nil && next.State.Terminal() && !before.State.Terminal() {
		all = append(all, noticeOver(next, now))
	}
	return append(all, rings(before, next, now)...)
}

// planWithin bounds the live look-up of a plan.
const planWithin = 30 * time.Second

// plan looks up who asks and what they asked for, and asks policy. It returns nil where the look-up
// of who asks had no turn: the case stays as it is, and the request open, which plans it again. No
// vendor is read before that look-up: nothing would be stored that keeps the exchanges. Since the
// vendor may take long, who asks is looked up once more after it.
func (eng *Engine) plan(ctx context.Context, c approval.Case) approval.Event {
	action, ok := eng.action(c)
	if !ok {
		return approval.PlanFailed{Why: words.New("case.no-target", words.V{"target": words.Code(c.Request.Target)})}
	}
	inForce := eng.Policy()
	ask, err := eng.People.LookUp(ctx, inForce, c.Request, eng.Systems.Named(c.Request.Target))
	switch {
	case errors.Is(err, people.ErrBusy):
		return nil
	case err != nil:
		return approval.PlanFailed{Why: people.Unknown(err)}
	}
	lookCtx, cancel := context.WithTimeout(ctx, planWithin)
	defer cancel()
	r := c.Request
	r.Met = eng.Met(ctx, r.Target)
	p, err := action.Plan(lookCtx, r)
	if m, ok := errors.AsType[*commands.Mistake](err); ok {
		return approval.PlanFailed{Why: m.Message, Mistaken: true, Told: m.Told}
	}
	if err != nil {
		eng.Log.Warn("a plan could not be looked up", "case", c.ID, "err", err)
		why := words.Say(eng.Systems.Trouble(err, r.Target))
		if r.Place != "" && !r.Picked && AboutPlace(err) { // its asker typed the place, and can leave it out
			return approval.PlanFailed{Why: words.New("mistake.place", words.V{"place": words.Code(r.Place), "why": why}), Mistaken: true}
		}
		return approval.PlanFailed{Why: words.New("case.unplanned", words.V{"why": why})}
	}
	later, err := eng.People.LookUp(ctx, inForce, c.Request, ask.Target)
	switch {
	case err == nil:
		ask = later
	case !errors.Is(err, people.ErrBusy): // for want of a turn what was known before the read stands
		return approval.PlanFailed{Why: people.Unknown(err)}
	}
	d := inForce.Decide(ask, p)
	return approval.Planned{
		Plan: p, Decision: d, Grounds: ask, Shortage: eng.shortage(ctx, inForce, d, ask), Never: eng.Systems.Never(c.Request.Target),
		Rings: eng.People.Rings(ctx, inForce, d, ask),
	}
}

// shortage is that too few people can agree to what was just planned; nil unless that is definite.
func (eng *Engine) shortage(ctx context.Context, inForce *policy.Policy, d policy.Decision, a policy.Ask) *approval.Shortage {
	if d.Verdict != policy.Consult {
		return nil
	}
	r, definite := eng.People.TooFew(ctx, inForce, d, a)
	if !definite {
		return nil
	}
	return &approval.Shortage{Can: r.Can, NoOtherTeam: r.Can >= d.Need, At: a.At}
}

func (eng *Engine) action(c approval.Case) (Action, bool) {
	return eng.Systems.action(eng.Policy(), c.Request.Target, c.Request.Command)
}
