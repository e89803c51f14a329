package approval

import (
	"time"

	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

// Confirming is that a thing of the case was found otherwise than by its exact id: only the asker
// knows whether it is the one they meant, and says so before others are asked, or anything is done.
// It is no vote.
type Confirming struct {
	Asked     time.Time `json:"asked"`
	Confirmed time.Time `json:"confirmed,omitzero"` // when the asker said so; zero while they have not
}

// askAsker puts a case to its asker, who has as long as a case may wait for its call.
func (c *Case) askAsker(now time.Time) {
	c.Consulted, c.Confirming = now, &Confirming{Asked: now}
	until := now.Add(c.Limits.Run)
	c.enter(Pending, until, until)
}

// Confirmed is the asker's word that the things of a case are those that they meant.
type Confirmed struct {
	By          commands.Person
	Fingerprint string // of the plan that they saw
	From        string // the delivery that brought it
}

func (Confirmed) Name() string { return "confirm" }
func (Confirmed) at() []State  { return []State{Pending} }

func (e Confirmed) apply(c *Case, now time.Time) error {
	switch {
	case !now.Before(c.Deadline):
		return refusal("vote.late")
	case !c.Unconfirmed():
		return refusal("vote.own")
	case e.By != c.Request.By:
		return othersConfirmation(*c)
	case e.Fingerprint != c.Plan.Fingerprint:
		return refusal("vote.stale")
	}
	n := *c.Confirming
	n.Confirmed = now
	c.Confirming, c.Deliveries = &n, append(c.Deliveries, e.From)
	c.proceed(now)
	return nil
}

// othersConfirmation refuses somebody's word on what the asker alone knows, and has not said yet.
func othersConfirmation(c Case) error {
	by := words.V{"by": words.User(c.Request.By.User)}
	if c.Decision.Verdict == policy.Consult {
		return refusal("vote.confirm-first", by)
	}
	return refusal("vote.confirm-other", by)
}

// Unconfirmed says that the case waits for its asker to say that it is about what they meant.
func (c Case) Unconfirmed() bool {
	return c.State == Pending && c.Confirming != nil && c.Confirming.Confirmed.IsZero()
}

// FoundBy says how the i-th thing was found, where that was not by its exact id, with as much of
// what was typed as there is room for, in characters. The name that stands beside it may be what
// was typed, and is then no less a name that another thing can have.
func FoundBy(c Case, i, most int) words.Message {
	it := c.Plan.Items[i]
	if it.Found.By == commands.ByID {
		return words.Message{}
	}
	return words.New("card.found."+string(it.Found.By), words.V{"typed": words.Code(integrations.Clean(it.Found.Typed, most))})
}
