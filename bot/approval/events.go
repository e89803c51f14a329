package approval

import (
	"fmt"
	"slices"
	"time"

	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

// Open makes a new case.
func Open(id string, r commands.Request, kind string, l Limits, now time.Time) Case {
	return Case{
		ID: id, Version: 1, Seq: 1, State: Planning, Request: r, Kind: kind, Limits: l,
		Opened: now, Deadline: now.Add(l.Plan), Due: now.Add(l.Plan / 8),
	}
}

// Planned brings the plan and what policy says of it.
type Planned struct {
	Plan     commands.Plan
	Decision policy.Decision
	Grounds  policy.Ask // what the decision rests on
	Shortage *Shortage  // nil unless definitely too few people can agree
	Never    bool       // its target is set to act: never
	Rings    []Ring     // whom it rings, a step each
}

func (Planned) Name() string { return "plan" }
func (Planned) at() []State  { return []State{Planning} }

func (e Planned) apply(c *Case, now time.Time) error {
	if !now.Before(c.Deadline) {
		return refusal("case.lapsed")
	}
	c.Plan, c.Decision, c.Grounds, c.Never = e.Plan, e.Decision, e.Grounds, e.Never
	c.Items = make([]Item, len(e.Plan.Items))
	for i := range c.Items {
		c.Items[i].Outcome = commands.Outcome{Done: commands.NotSent, Seen: commands.NotLooked}
	}
	c.Shortage, c.Rings = e.Shortage, e.Rings
	switch decided := e.Decision.Verdict == policy.Run || e.Decision.Verdict == policy.Consult; {
	case !decided:
		c.end(Refused, e.Decision.Why)
	case len(e.Plan.Guessed()) > 0:
		c.askAsker(now)
	default:
		c.proceed(now)
	}
	return nil
}

// proceed takes a case whose things are those that its asker meant on to people, or to its calls
// where policy asks nobody.
func (c *Case) proceed(now time.Time) {
	if c.Decision.Verdict != policy.Consult {
		c.agree(now)
		return
	}
	until := now.Add(c.Decision.Within)
	c.Consulted = now
	c.enter(Pending, until, until)
	c.Due = nextRing(*c)
}

func (c *Case) agree(now time.Time) {
	c.Agreed = now
	c.enter(Approved, now.Add(c.Limits.Run), now)
}

// PlanFailed ends a case whose things could not be looked up.
type PlanFailed struct {
	Why words.Message
	// Mistaken says that the asker asked for what cannot be, and can mend that.
	Mistaken bool
	// Told says that Why is the vendor's own word on a thing that was named.
	Told bool
}

func (PlanFailed) Name() string { return "plan failed" }
func (PlanFailed) at() []State  { return []State{Planning} }

func (e PlanFailed) apply(c *Case, _ time.Time) error {
	c.Mistaken, c.Told = e.Mistaken, e.Told
	c.end(Done, e.Why)
	return nil
}

// Voted is a yes or a no. Whether the voter may vote is a question to the policy, which was
// asked before; all else is judged here.
type Voted struct {
	Vote        Vote
	Fingerprint string // of the plan that the voter saw
	Need        int    // the quorum that the policy of now asks for
	OtherTeam   bool   // whether the policy of now asks for an approver of another team
	From        string // the delivery that brought it
}

func (e Voted) Name() string { return string(e.Vote.Choice) }

// at: a yes counts while the case is pending; a no also stops what has not begun.
func (e Voted) at() []State {
	if e.Vote.Choice == No {
		return []State{Pending, Approved}
	}
	return []State{Pending}
}

func (e Voted) apply(c *Case, now time.Time) error {
	switch {
	case !now.Before(c.Deadline):
		return refusal("vote.late")
	case e.Fingerprint != c.Plan.Fingerprint:
		return refusal("vote.stale")
	case e.Vote.By == c.Request.By:
		return refusal("vote.own")
	case c.Unconfirmed() && (e.Vote.Choice == Yes || c.Decision.Verdict == policy.Consult):
		return othersConfirmation(*c)
	case c.Decision.Verdict != policy.Consult:
		return refusal("vote.not-asked", words.V{"by": words.User(c.Request.By.User)})
	case e.Vote.Choice == Yes && c.AskerRenews():
		return othersRenewal(*c)
	case votedSo(*c, e.Vote):
		return refusal("vote.twice") // a no may still follow a yes: whoever sees the mistake can stop it
	}
	if c.Renewing() && e.Vote.Choice == Yes {
		c.renew(e.Vote.By, now)
	}
	if !c.Votes.hold(e.Vote) {
		c.Votes = append(c.Votes, e.Vote)
	}
	c.Deliveries = append(c.Deliveries, e.From)
	c.Waiting = c.Waiting.without(e.Vote.By)
	switch {
	case e.Vote.Choice == No:
		v := words.V{"by": words.User(e.Vote.By.User)}
		c.stop(Denied, words.New("case.denied", v), words.New("why.denied", v), now)
	case e.Vote.Choice == Yes && c.Votes.Yeses() >= max(e.Need, c.Decision.Need, 1) && (c.Votes.OtherTeamAgreed() || !c.Decision.OtherTeam && !e.OtherTeam):
		c.agree(now)
	}
	return nil
}

// Explained is the reason for a no (deny reason). The no counted before, with or without it.
type Explained struct {
	By   commands.Person
	Why  string // at most commands.MaxReason characters
	From string // the delivery that brought it
}

func (Explained) Name() string { return "explain" }
func (Explained) at() []State  { return []State{Denied, Verifying, Done} }

func (e Explained) apply(c *Case, _ time.Time) error {
	i := slices.IndexFunc(c.Votes, func(v Vote) bool { return v.By == e.By && v.Choice == No })
	switch {
	case i < 0:
		return refusal("vote.explain-other")
	case c.Votes[i].Why != "":
		return refusal("vote.explain-twice")
	}
	c.Votes[i].Why, c.Deliveries = e.Why, append(c.Deliveries, e.From)
	return nil
}

// Withdrawal is the asker's own "no".
type Withdrawal struct {
	By   commands.Person
	From string // the delivery that brought it
}

func (Withdrawal) Name() string { return "withdraw" }
func (Withdrawal) at() []State  { return []State{Pending, Approved} }

func (e Withdrawal) apply(c *Case, now time.Time) error {
	if e.By != c.Request.By {
		return refusal("vote.withdraw-other", words.V{"by": words.User(c.Request.By.User)})
	}
	c.Deliveries = append(c.Deliveries, e.From)
	v := words.V{"by": words.User(e.By.User)}
	c.stop(Withdrawn, words.New("case.withdrawn", v), words.New("why.withdrawn", v), now)
	return nil
}

// Timeout ends a case whose state's deadline has passed, or hands a call that
// nobody owns any more to verification. Between two calls it ends the calls of a
// case whose time to run is over.
type Timeout struct{}

func (Timeout) Name() string { return "timeout" }
func (Timeout) at() []State  { return []State{Planning, Pending, Approved, Running, Verifying} }

func (Timeout) apply(c *Case, now time.Time) error {
	if now.Before(c.Deadline) && (c.Items.CallInFlight() || !c.TimeIsUp(now)) {
		return refusal("case.not-yet")
	}
	switch c.State {
	case Planning:
		c.end(Lapsed, words.New("case.plan-lapsed"))
	case Pending:
		c.stop(Expired, unanswered(*c), words.New("why.not-renewed"), now)
	case Approved:
		c.lapse(waitingFor(*c), now)
	case Running:
		c.Items.loseCalls()
		c.Items.leaveRest(interrupted(*c, now))
		c.endCalls(now)
	case Verifying:
		c.end(Done, words.Message{})
	}
	return nil
}

// interrupted is why a case does not go on with its calls: its time is over, or its replica died or
// paused between two of them.
func interrupted(c Case, now time.Time) words.Message {
	if c.TimeIsUp(now) {
		return words.New("case.lapsed")
	}
	return words.New("why.interrupted")
}

// unanswered is why a case expired to which nobody but its asker could say yes; zero for another.
func unanswered(c Case) words.Message {
	by := words.V{"by": words.User(c.Request.By.User)}
	switch {
	case c.Unconfirmed():
		return words.New("case.not-confirmed", by)
	case c.Renewing() && c.AskerRenews():
		return words.New("case.not-renewed", by)
	}
	return words.Message{}
}

// waitingFor is why an approved case did not run: what it waited for, if anything.
func waitingFor(c Case) words.Message {
	if c.Why.IsZero() {
		return words.New("case.lapsed")
	}
	return c.Why
}

// EndedBeforeCall ends an approved case before its next call: its things are gone already or
// are no longer the things that were approved, or the policy of now does not allow the case.
type EndedBeforeCall struct {
	State State // Done or Refused
	// AlreadyGone says that all things are gone that are still to be called. A case that has a call
	// behind it ends as after its last call.
	AlreadyGone bool
	Seen        integrations.Sighting // the look that showed them gone
	Why         words.Message
	Cause       words.Message // for the record alone: it may speak to one person
}

func (EndedBeforeCall) Name() string { return "end" }
func (EndedBeforeCall) at() []State  { return []State{Approved} }

func (e EndedBeforeCall) apply(c *Case, now time.Time) error {
	if e.State != Done && e.State != Refused {
		return fmt.Errorf("case %s: %q is no end before a call", c.ID, e.State)
	}
	if e.AlreadyGone && c.Items.HasClaimed() {
		c.passOver(e.Seen)
		c.endCalls(now)
		return nil
	}
	c.stop(e.State, e.Why, e.Why, now)
	c.AlreadyGone = e.AlreadyGone && c.State == Done
	return nil
}

// stop keeps the open items from being called. A case without a call ends with that, in
// state s. A case with calls goes on to verification, and its open items say why they were
// not called (rest).
func (c *Case) stop(s State, why, rest words.Message, now time.Time) {
	if !c.Items.Acted() {
		c.end(s, why)
		return
	}
	for i := range c.Items {
		if c.Items[i].open() {
			c.Items[i].Why = rest
		}
	}
	c.endCalls(now)
}

// Postponed keeps an approved case waiting until a time (backoff), because something keeps it
// from its call for the moment. A case between two calls goes back to approved with it. Where
// that is known to last longer than the case may wait, nothing is waited for.
type Postponed struct {
	Why   words.Message
	Until time.Time
	// Over is when that is over, where somebody named a time (Retry-After, a budget's); else zero.
	Over time.Time
}

func (Postponed) Name() string { return "postpone" }
func (Postponed) at() []State  { return []State{Approved, Running} }

func (e Postponed) apply(c *Case, now time.Time) error {
	if c.Items.InFlight() >= 0 {
		return refusal("case.under-way")
	}
	if tooLong(*c, e.Over) {
		c.AskFrom = e.Over
		c.lapse(e.Why, now)
		return nil
	}
	c.wait(e.Why, e.Until)
	return nil
}

// wait makes an approved case due again at a time; its deadline stays.
func (c *Case) wait(why words.Message, until time.Time) {
	c.Why, c.Owner = why, ""
	c.enter(Approved, c.RunsUntil(), until)
}
