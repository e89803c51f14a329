package approval

import (
	"slices"
	"time"

	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// BreakGlass is a break-glass: the asker acts alone on a case that others were asked to
// approve.
type BreakGlass struct {
	By       commands.Person `json:"by"`
	At       time.Time       `json:"at"`
	Why      string          `json:"why"`           // typed for this alone
	Until    time.Time       `json:"until"`         // the end of the time to stop it
	Notified time.Time       `json:"told,omitzero"` // when the channel of the rule was told
	Signed   []Vote          `json:"signed,omitempty"`
}

// MustWait says that somebody acts alone and that the time to stop it still runs, or that
// nobody was told.
func (g *BreakGlass) MustWait(now time.Time) bool {
	return g != nil && (g.Notified.IsZero() || now.Before(g.Until))
}

// BrokeGlass is the asker's word that they act alone, as nobody answered in time.
type BrokeGlass struct {
	By          commands.Person
	Why         string
	Fingerprint string            // of the plan that they saw
	Now         policy.BreakGlass // what policy asks for now; the stored one counts as well
	From        string            // the delivery that brought it
}

func (BrokeGlass) Name() string { return "break glass" }
func (BrokeGlass) at() []State  { return []State{Pending} }

func (e BrokeGlass) apply(c *Case, now time.Time) error {
	g := c.Decision.BreakGlass
	switch {
	case !now.Before(c.Deadline):
		return refusal("vote.late")
	case e.By != c.Request.By:
		return refusal("glass.other", words.V{"by": words.User(c.Request.By.User)})
	case c.Unconfirmed():
		return othersConfirmation(*c)
	case !mayActAlone(*c):
		return refusal("glass.not-allowed")
	case e.Fingerprint != c.Plan.Fingerprint:
		return refusal("vote.stale")
	case e.Why == "":
		return refusal("glass.why")
	}
	if from := c.PutToPeople().Add(max(g.NotBefore, e.Now.NotBefore)); now.Before(from) {
		return refusal("glass.too-early", words.V{"at": words.At(from)})
	}
	until := now.Add(max(g.Cancel, e.Now.Cancel))
	c.BreakGlass = &BreakGlass{By: e.By, At: now, Why: e.Why, Until: until}
	c.Deliveries = append(c.Deliveries, e.From)
	c.Agreed = until // nobody agreed; from then on it may run
	c.enter(Approved, until.Add(c.Limits.Run), now)
	return nil
}

// Notified says that the notice of a break-glass is posted in the channel of its rule. Before
// that nothing is done. If the notice was posted so late that less than half of the
// cancellation time is left, that time begins anew: nobody can stop what they do not know of.
type Notified struct{}

func (Notified) Name() string { return "tell" }
func (Notified) at() []State  { return []State{Approved} }

func (Notified) apply(c *Case, now time.Time) error {
	if c.BreakGlass == nil || !c.BreakGlass.Notified.IsZero() {
		return refusal("glass.not-allowed")
	}
	g := *c.BreakGlass
	g.Notified = now
	if cancel := g.Until.Sub(g.At); g.Until.Sub(now) < cancel/2 {
		g.Until = now.Add(cancel)
		c.Agreed, c.Deadline = g.Until, g.Until.Add(c.Limits.Run)
	}
	c.BreakGlass, c.Why = &g, words.Message{}
	c.enter(Approved, c.Deadline, g.Until)
	return nil
}

// Signature is a reviewer's word that they have read what was done by a break-glass.
type Signature struct {
	Vote Vote
	From string // the delivery that brought it
}

func (Signature) Name() string { return "sign" }
func (Signature) at() []State  { return []State{Done} }

func (e Signature) apply(c *Case, _ time.Time) error {
	switch {
	case !c.Unsigned():
		return refusal("review.none", words.V{"case": words.Case(c.ID)})
	case e.Vote.By == c.BreakGlass.By:
		return refusal("review.own")
	case slices.ContainsFunc(c.BreakGlass.Signed, func(v Vote) bool { return v.By == e.Vote.By }):
		return refusal("review.twice")
	}
	g := *c.BreakGlass
	g.Signed = append(slices.Clone(g.Signed), e.Vote)
	c.BreakGlass, c.Deliveries = &g, append(c.Deliveries, e.From)
	return nil
}

// Notice tells the channel of a break-glass who acts alone, on what, why, and who can stop it until
// when. Those are rung elsewhere (ActsAlone).
func Notice(c Case) words.Message { return words.New("glass.alarm", noticed(c)) }

// NoticeOver takes the place of a Notice once its case is over.
func NoticeOver(c Case) words.Message {
	switch {
	case c.Items.Acted():
		return words.New("glass.acted", noticed(c))
	case c.Declined(): // so nobody has to sign
		return words.New("glass.declined", noticed(c))
	}
	return words.New("glass.stopped", noticed(c))
}

func noticed(c Case) words.V {
	g := c.BreakGlass
	return words.V{
		"by": words.User(g.By.User), "deed": words.Strong(Deed(c)), "things": words.Say(Named(c)), "who": policy.Roles(c.Decision.Approvers(g.At.Sub(c.Consulted))), "until": words.At(g.Until),
		"reason": words.Text(g.Why), "case": words.Case(c.ID), "channel": words.Channel(c.Request.Channel),
		"roles": policy.Roles(c.Decision.BreakGlass.Review.From), "title": words.Say(Title(c)), "status": words.Say(Status(c)),
	}
}

// ActsAlone rings those who can stop it in the thread of the card, as somebody begins to act alone by a
// step that led from was to c; zero for any other step.
func ActsAlone(was, c Case) Reply {
	if was.BreakGlass != nil || !c.Stoppable() {
		return Reply{}
	}
	v := ringOf(c, mentions(c, StepsPassedOver(c)...))
	v["until"] = words.At(c.BreakGlass.Until)
	return Reply{words.New("ring.acts-alone", v), Push(ForChannel(c))}
}

// StepsPassedOver are the steps of the escalation whose people can stop somebody who acts alone.
func StepsPassedOver(c Case) []int {
	if !c.Stoppable() {
		return nil
	}
	return steps(c, c.BreakGlass.At)
}

// Stoppable says that somebody acts alone, and that it has not begun: a no stops it.
func (c Case) Stoppable() bool { return c.State == Approved && c.BreakGlass != nil && c.Ran.IsZero() }

// OwesReview says that the case has, or will have, a review that is not signed. Until it is
// signed, the one who acted alone may not act alone again.
func (c Case) OwesReview() bool {
	return c.BreakGlass != nil && (!c.State.Terminal() || c.Unsigned())
}

// Unsigned says that a break-glass acted and that its review lacks a signature.
func (c Case) Unsigned() bool {
	return c.BreakGlass != nil && c.State.Terminal() && c.Items.Acted() && len(c.BreakGlass.Signed) < c.Decision.BreakGlass.Review.Need
}
