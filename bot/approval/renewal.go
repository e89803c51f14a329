package approval

import (
	"cmp"
	"time"

	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// Renewal is that a case waited for a long freeze after people had agreed, so that it needs one
// yes more: what they agreed to may be another matter by now.
type Renewal struct {
	At     time.Time `json:"at"` // when the case was put to people once more
	Frozen time.Time `json:"frozen"`
	Lifted time.Time `json:"lifted"`
	Kept   time.Time `json:"kept,omitzero"` // since when it kept the case: from the approval on, where that came later
	Why    string    `json:"why"`           // the reason of the freeze, as it was typed
	// By is whoever agreed once more; zero while nobody has. A break-glass needs nobody.
	By      commands.Person `json:"by,omitzero"`
	Renewed time.Time       `json:"renewed,omitzero"`
}

// RenewalAsked puts an approved case to people once more, after a long freeze was lifted. It
// can happen to a case once.
type RenewalAsked struct {
	Frozen, Lifted time.Time
	Why            string // the reason of the freeze
}

func (RenewalAsked) Name() string { return "renewal asked" }
func (RenewalAsked) at() []State  { return []State{Approved} }

func (e RenewalAsked) apply(c *Case, now time.Time) error {
	switch {
	case !now.Before(c.Deadline):
		return refusal("case.lapsed")
	case c.AskedOnceMore():
		return refusal("case.frozen-again")
	case c.BreakGlass.MustWait(now): // people have the time to stop it anyway
		return refusal("glass.waits")
	}
	c.Renewal = &Renewal{At: now, Frozen: e.Frozen, Lifted: e.Lifted, Kept: later(e.Frozen, c.Agreed), Why: e.Why}
	c.Why = words.Message{}
	within := c.Limits.Run
	if !c.AskerRenews() {
		within = cmp.Or(c.Decision.Within, within)
	}
	c.enter(Pending, now.Add(within), now.Add(within))
	return nil
}

// AskedOnceMore says that people were asked once more after a long freeze: a second one ends the
// case.
func (c Case) AskedOnceMore() bool { return c.Renewal != nil }

// Renewed is the asker's word that a case goes on after a freeze, where nobody else agreed to
// it: the policy asked nobody, or they act alone.
type Renewed struct {
	By          commands.Person
	Fingerprint string // of the plan that they saw
	From        string // the delivery that brought it
}

func (Renewed) Name() string { return "renewed" }
func (Renewed) at() []State  { return []State{Pending} }

func (e Renewed) apply(c *Case, now time.Time) error {
	switch {
	case !now.Before(c.Deadline):
		return refusal("vote.late")
	case !c.Renewing() || !c.AskerRenews():
		return refusal("vote.own")
	case e.By != c.Request.By:
		return othersRenewal(*c)
	case e.Fingerprint != c.Plan.Fingerprint:
		return refusal("vote.stale")
	}
	c.renew(e.By, now)
	c.Deliveries = append(c.Deliveries, e.From)
	c.agree(now)
	return nil
}

// othersRenewal refuses somebody's yes to a case that its asker alone renews: nobody else was
// asked, or others were, and the asker acts alone.
func othersRenewal(c Case) error {
	by := words.V{"by": words.User(c.Request.By.User)}
	if c.BreakGlass != nil {
		return refusal("vote.renew-alone", by)
	}
	return refusal("vote.renew-other", by)
}

// renew notes who agreed once more.
func (c *Case) renew(by commands.Person, now time.Time) {
	r := *c.Renewal
	r.By, r.Renewed = by, now
	c.Renewal = &r
}

// Renewing says that the case waits for the yes that it needs after a freeze.
func (c Case) Renewing() bool {
	return c.State == Pending && c.Renewal != nil && c.Renewal.Renewed.IsZero()
}

// kept is how long the freeze kept the case after people had agreed. An older release stored no
// Kept: until somebody agrees once more, Agreed still tells it.
func kept(c Case) time.Duration {
	since := c.Renewal.Kept
	if since.IsZero() {
		since = c.Renewal.Frozen
	}
	if c.Renewing() {
		since = later(since, c.Agreed)
	}
	return max(0, c.Renewal.Lifted.Sub(since))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// AskerRenews says that the asker alone can say that the case goes on after a freeze.
func (c Case) AskerRenews() bool { return c.Decision.Verdict != policy.Consult || c.BreakGlass != nil }

// PutToPeople is when people were asked last.
func (c Case) PutToPeople() time.Time {
	if c.Renewal != nil {
		return c.Renewal.At
	}
	return c.Consulted
}

// mayActAlone says that a break-glass means something: people are asked, nobody acts alone already,
// and nothing was done that only a notice beforehand would have allowed.
func mayActAlone(c Case) bool {
	return c.Decision.BreakGlass != nil && c.BreakGlass == nil && c.Ran.IsZero() && !c.Unconfirmed()
}

// votedSo says that somebody's voice for the same is in already, and does not count once more.
func votedSo(c Case, v Vote) bool {
	if v.Choice == Yes && c.Renewing() {
		return false
	}
	return c.Votes.hold(v)
}
