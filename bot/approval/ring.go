package approval

import (
	"slices"
	"time"

	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// An edit of a message rings nobody, so people are rung by what is new: the card as it is first
// posted mentions those who may agree, and a reply in its thread does whatever comes later. Each is
// said once.

// Ring is whom a step of a case rings: those who may agree from the beginning, or those of one step of
// the escalation, without those of the steps before and without the asker.
type Ring struct {
	Groups []string `json:"groups,omitempty"` // user groups, each as a whole
	Users  []string `json:"users,omitempty"`  // people who are bound by their own id
	Direct []string `json:"direct,omitempty"` // people who are told directly as well
}

// mentionMost is how many people are mentioned by name at once. Of more, their groups are, or the
// roles are named.
const mentionMost = 5

// Rang is that the time has come to ring those of a later step, or to remind people.
type Rang struct{}

func (Rang) Name() string { return "ring" }
func (Rang) at() []State  { return []State{Pending} }

func (Rang) apply(c *Case, now time.Time) error {
	if !RingsDue(*c, now) {
		return refusal("case.not-yet")
	}
	c.Rung = now
	c.Due = nextRing(*c)
	return nil
}

// RingsDue says that somebody is to be rung now.
func RingsDue(c Case, now time.Time) bool {
	return ringing(c) && now.Before(c.Deadline) && !now.Before(nextRing(c))
}

// ringing says that the case waits for people who are rung.
func ringing(c Case) bool {
	return c.State == Pending && len(c.Rings) > 0 && !c.Unconfirmed() && c.Renewal == nil && c.Decision.Verdict == policy.Consult
}

// nextRing is when somebody is to be rung next; the deadline where nobody is before that.
func nextRing(c Case) time.Time {
	next := c.Deadline
	if len(c.Rings) == 0 { // an older release stored the case
		return next
	}
	for _, after := range ringTimes(c) {
		at := c.Consulted.Add(after)
		if at.After(later(c.Rung, c.Consulted)) && at.Before(next) {
			next = at
		}
	}
	return next
}

// ringTimes are how long after it was put to people somebody is rung.
func ringTimes(c Case) (all []time.Duration) {
	if c.Decision.Remind > 0 {
		all = append(all, c.Decision.Remind)
	}
	for _, t := range c.Decision.Escalation {
		all = append(all, t.After)
	}
	if g := c.Decision.BreakGlass; g != nil {
		all = append(all, g.NotBefore)
	}
	return all
}

// Reply is what rings people from the thread of a card: what stands there, which mentions nobody but
// those it rings, and the line that their phones show, which says it all, as nothing else is shown
// there.
type Reply struct{ Said, Push words.Message }

// ringOf are the values of a Reply that rings somebody.
func ringOf(c Case, who words.Value) words.V {
	seen := ForChannel(c)
	return words.V{
		"who": who, "title": words.Say(Title(seen)), "until": words.At(c.Deadline), "case": words.Case(c.ID), "push": words.Say(Push(seen)),
	}
}

// Rung is what people are told by a Rang that led from was to c, for the thread of the card.
func Rung(was, c Case) (all []Reply) {
	since := later(was.Rung, c.Consulted)
	came := func(after time.Duration) bool {
		at := c.Consulted.Add(after)
		return at.After(since) && !at.After(c.Rung)
	}
	if c.Decision.Remind > 0 && came(c.Decision.Remind) {
		v := ringOf(c, mentions(c, steps(c, since)...)) // a later step has a reply of its own
		all = append(all, Reply{words.New("ring.reminder", v), words.New("ring.reminder-push", v)})
	}
	for i, t := range c.Decision.Escalation {
		if came(t.After) {
			v := ringOf(c, mentions(c, i+1))
			all = append(all, Reply{words.New("ring.later", v), words.New("ring.later-push", v)})
		}
	}
	if g := c.Decision.BreakGlass; g != nil && mayActAlone(c) && came(g.NotBefore) {
		v := ringOf(c, words.User(c.Request.By.User))
		all = append(all, Reply{words.New("ring.alone", v), words.New("ring.alone-push", v)})
	}
	return all
}

// aloneOpens says that the time from which the asker may act alone has come, so that the card offers
// it. A case that an older release stored, or that asks once more, is not drawn anew at that time: it
// offers it from the beginning, and a click before its time says when that is.
func aloneOpens(c Case) bool {
	return len(c.Rings) == 0 || c.Renewal != nil || !c.Rung.Before(c.Consulted.Add(c.Decision.BreakGlass.NotBefore))
}

// steps are those of the escalation that are reached at a time, the first of all among them.
func steps(c Case, at time.Time) []int {
	all := []int{0}
	for i, t := range c.Decision.Escalation {
		if !at.Before(c.Consulted.Add(t.After)) {
			all = append(all, i+1)
		}
	}
	return all
}

// StepsRung are the steps of the escalation that a Rang from was to c reached: 1 for the first.
func StepsRung(was, c Case) []int {
	return slices.DeleteFunc(steps(c, c.Rung), func(i int) bool { return slices.Contains(steps(was, later(was.Rung, c.Consulted)), i) })
}

// mentions names those of some steps so that they are rung: their groups, and the people, where
// those are few and have not voted. Where nobody is to be mentioned it names their roles.
func mentions(c Case, steps ...int) words.Value {
	var all []words.Value
	var users []string
	for _, i := range steps {
		for _, g := range ringAt(c, i).Groups {
			all = append(all, words.Group(g))
		}
		users = append(users, unheard(c, ringAt(c, i).Users)...)
	}
	if len(users) <= mentionMost {
		for _, u := range users {
			all = append(all, words.User(u))
		}
	}
	if len(all) == 0 {
		return policy.Roles(rolesOf(c, steps))
	}
	v := all[0]
	for _, next := range all[1:] {
		v = words.Say(words.New("list.beside", words.V{"first": v, "second": next}))
	}
	return v
}

func ringAt(c Case, step int) Ring {
	if step < len(c.Rings) {
		return c.Rings[step]
	}
	return Ring{} // an older release stored the case
}

func rolesOf(c Case, steps []int) (roles []string) {
	for _, i := range steps {
		if i == 0 {
			roles = append(roles, c.Decision.From...)
			continue
		}
		roles = append(roles, c.Decision.Escalation[i-1].From...)
	}
	return roles
}

// unheard are those of some people who have not voted, nor ask. After a freeze whoever agreed is asked
// once more.
func unheard(c Case, users []string) []string {
	return slices.DeleteFunc(slices.Clone(users), func(u string) bool {
		who := commands.Person{Team: c.Request.By.Team, User: u}
		return who == c.Request.By || !c.Renewing() && (c.Votes.Of(who) || c.Waiting.Of(who))
	})
}

// Asked mentions those who may agree from the beginning; zero for a case that rings nobody.
func Asked(c Case) words.Message {
	if !ringing(c) {
		return words.Message{}
	}
	return words.New("ring.asked", words.V{"who": mentions(c, 0)})
}

// AskedLate is Asked where it is a reply of its own.
func AskedLate(c Case) Reply {
	return Reply{words.New("ring.asked-late", ringOf(c, mentions(c, 0))), Push(ForChannel(c))}
}

// RungLate says that the card was posted before people were asked, so that Asked has to be said anew.
func RungLate(c Case) bool { return ringing(c) && c.Confirming != nil }

// RungAnew rings those who are asked once more after a freeze that led from was to c, or the asker where
// that is up to them; zero for any other step.
func RungAnew(was, c Case) Reply {
	if was.Renewal != nil || !c.Renewing() {
		return Reply{}
	}
	v := ringOf(c, words.User(c.Request.By.User))
	if ringsAnew(c) {
		v = ringOf(c, mentions(c, StepsAnew(c)...))
	}
	return Reply{words.New("ring.renewal", v), words.New("ring.renewal-push", v)}
}

// ringsAnew says that others than the asker are asked once more after a freeze.
func ringsAnew(c Case) bool { return c.Renewing() && !c.AskerRenews() && len(c.Rings) > 0 }

// StepsAnew are the steps of the escalation whose people are asked once more after a freeze.
func StepsAnew(c Case) []int {
	if !ringsAnew(c) {
		return nil
	}
	return steps(c, c.Renewal.At)
}

// Direct is what each of the people of a step is told directly, and who they are.
func Direct(c Case, step int) (users []string, m words.Message) {
	if c.Decision.Quiet || !ringing(c) && !ringsAnew(c) && !c.Stoppable() {
		return nil, m
	}
	return unheard(c, ringAt(c, step).Direct), words.New("ring.direct", words.V{"case": words.Case(c.ID), "push": words.Say(Push(ForChannel(c)))})
}

// Ended tells the asker that their case came to a bad end; zero where all went well, or nothing is
// to be done about it. The reply says no more than that: how a case stands may name people who need
// not be rung, such as whoever said no.
func Ended(was, c Case) Reply {
	if was.State.Terminal() || was.State == Planning || !c.State.Terminal() || c.Unshown || !endedBadly(c) {
		return Reply{}
	}
	v := ringOf(c, words.User(c.Request.By.User))
	return Reply{words.New("ring.ended", v), Push(ForChannel(c))}
}

// endedBadly says that a case is over and that what its asker wanted did not happen, or is not known
// to have.
func endedBadly(c Case) bool {
	switch c.State {
	case Withdrawn: // by the asker
		return false
	case Done:
		return !c.AlreadyGone && c.Items.Gone() < len(c.Items)
	}
	return true
}
