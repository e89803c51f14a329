package approval_test

import (
	"fmt"
	"reflect"
	"slices"

	"quell/bot/approval"
	"quell/commands"
	"quell/policy"
)

// law says what is wrong with a step, or "".
type law struct {
	name  string
	check func(m move) string
}

// laws hold for every step of every case.
var laws = []law{
	{"the sequence grows by one", func(m move) string {
		return unless(m.to.c.Seq == m.from.c.Seq+1, "%d → %d", m.from.c.Seq, m.to.c.Seq)
	}},
	{"an end is never left", func(m move) string {
		a, b := m.from.c, m.to.c
		return unless(!a.State.Terminal() || a.State == b.State && a.Ended.Equal(b.Ended), "left by %s", m.e.Name())
	}},
	{"nothing runs but what was approved", func(m move) string {
		c := m.to.c
		if c.State != approval.Running && c.State != approval.Verifying {
			return ""
		}
		started := m.from.c.State != approval.Planning && m.from.c.State != approval.Pending
		if c.State == approval.Verifying && m.from.c.Items.Acted() { // what was called is looked after, though the rest is asked about
			started = true
		}
		return unless(started && m.from.past.approved && !c.Agreed.IsZero(), "%s from %s", c.State, m.from.c.State)
	}},
	{"nothing is approved but by policy, by enough people, or by who asked, alone", approvedBy},
	{"who acts alone is told of, and can be stopped, before the first call", func(m move) string {
		c := m.to.c
		fine := c.BreakGlass == nil || c.Ran.IsZero() || !c.BreakGlass.Notified.IsZero() && !c.Ran.Before(c.BreakGlass.Until)
		return unless(fine, "glass %+v, ran %s", c.BreakGlass, c.Ran)
	}},
	{"who is rung decides nothing, and has no more time for it", func(m move) string {
		if _, ok := m.e.(approval.Rang); !ok {
			return ""
		}
		a, b := m.from.c, m.to.c
		return unless(a.State == b.State && a.Deadline.Equal(b.Deadline) && len(a.Votes) == len(b.Votes) && b.Rung.After(a.Rung), "%+v", b)
	}},
	{"only a long freeze puts to people again what they had agreed to, and once", func(m move) string {
		_, asked := m.e.(approval.RenewalAsked)
		again := m.from.c.State == approval.Approved && m.to.c.State == approval.Pending
		return unless(again == asked && (!again || m.from.c.Renewal == nil), "again by %s, %+v", m.e.Name(), m.from.c.Renewal)
	}},
	{"what was put to people again runs after somebody said yes again, or acts alone", func(m move) string {
		r := m.to.c.Renewal
		if r == nil || m.to.c.State != approval.Running && m.to.c.State != approval.Approved {
			return ""
		}
		g := m.to.c.BreakGlass
		again := !r.Renewed.IsZero() && !r.Renewed.Before(r.At) && r.By != (commands.Person{})
		alone := g != nil && !g.At.Before(r.At)
		return unless((again || alone) && !m.to.c.Agreed.Before(r.At), "%+v, agreed %s", r, m.to.c.Agreed)
	}},
	{"the asker renews nothing that others had to agree to", func(m move) string {
		r := m.to.c.Renewal
		if r == nil || r.By != m.to.c.Request.By {
			return ""
		}
		return unless(m.to.c.Decision.Verdict == policy.Run || m.to.c.BreakGlass != nil, "%q", m.to.c.Decision.Verdict)
	}},
	{"nobody decides on what was found otherwise than by its id before its asker said that it was meant", func(m move) string {
		c := m.to.c
		if len(c.Plan.Guessed()) == 0 || c.State != approval.Approved && len(c.Votes) == 0 && c.BreakGlass == nil && c.Renewal == nil {
			return ""
		}
		return unless(c.Confirming != nil && !c.Confirming.Confirmed.IsZero(), "%+v, votes %+v", c.Confirming, c.Votes)
	}},
	{"the asker's word on what was meant agrees to nothing that others have to agree to", func(m move) string {
		if _, ok := m.e.(approval.Confirmed); !ok {
			return ""
		}
		c := m.to.c
		asked := c.State == approval.Pending && c.Consulted.Equal(m.to.now) && c.Deadline.Equal(m.to.now.Add(c.Decision.Within))
		fine := c.Decision.Verdict == policy.Run && c.State == approval.Approved || c.Decision.Verdict == policy.Consult && asked
		return unless(fine && len(c.Votes) == 0, "%q: %s until %s, votes %+v", c.Decision.Verdict, c.State, c.Deadline, c.Votes)
	}},
	{"a state that is no end has a deadline, and is looked after by then", func(m move) string {
		c := m.to.c
		fine := c.State.Terminal() || !c.Deadline.IsZero() && !c.Due.IsZero() && !c.Due.After(c.Deadline) && c.Ended.IsZero()
		return unless(fine, "deadline %s, due %s, ended %s", c.Deadline, c.Due, c.Ended)
	}},
	{"an end has nothing more to do", func(m move) string {
		c := m.to.c
		fine := !c.State.Terminal() || c.Deadline.IsZero() && c.Due.IsZero() && c.Owner == "" && !c.Ended.IsZero()
		return unless(fine, "deadline %s, due %s, owner %q, ended %s", c.Deadline, c.Due, c.Owner, c.Ended)
	}},
	{"only a running case has an owner", func(m move) string {
		return unless((m.to.c.Owner != "") == (m.to.c.State == approval.Running), "%s is owned by %q", m.to.c.State, m.to.c.Owner)
	}},
	{"an item is claimed once, or was declined", func(m move) string {
		return unless(max(m.to.past.claims[0], m.to.past.claims[1]) <= 1, "claimed %v times", m.to.past.claims)
	}},
	{"a claim is given back only if nothing was done", givenBack},
	{"a refusal costs a try, unless a call of our own explains it", func(m move) string {
		want := m.from.c.Tries
		if e, ok := m.e.(approval.CallEnded); ok && e.Outcome.Done == commands.Declined && !e.Ours {
			want++
		}
		return unless(m.to.c.Tries == want, "%d tries, want %d", m.to.c.Tries, want)
	}},
	{"the call of an item is declined so many times and no more", func(m move) string {
		p, l := m.to.past, m.to.c.Limits
		return unless(max(p.declined[0], p.declined[1]) < l.Tries, "%v claims given back, of %d tries", p.declined, l.Tries)
	}},
	{"the tries of the items are those of the case", func(m move) string {
		sum := 0
		for _, it := range m.to.c.Items {
			sum += it.Tries
		}
		return unless(sum == m.to.c.Tries, "%d and %d", sum, m.to.c.Tries)
	}},
	{"no call begins after the time to run", func(m move) string {
		_, claimed := m.e.(approval.Claim)
		c := m.to.c
		return unless(!claimed || m.to.now.Before(c.Agreed.Add(c.Limits.Run)), "claimed at %s, agreed %s", m.to.now, c.Agreed)
	}},
	{"nothing waits for longer than it may", func(m move) string {
		p, ok := m.e.(approval.Postponed)
		c := m.to.c
		return unless(!ok || c.State != approval.Approved || p.Over.Before(c.Agreed.Add(c.Limits.Run)), "until %s", p.Over)
	}},
	{"a claim says unknown, and only an answer says more", onlyAnAnswer},
	{"one call at a time", func(m move) string {
		return unless(underWay(m.to.c) <= 1, "%d calls under way", underWay(m.to.c))
	}},
	{"a call under way means running", func(m move) string {
		return unless(underWay(m.to.c) == 0 || m.to.c.State == approval.Running, "%s with a call under way", m.to.c.State)
	}},
	{"what was asked never changes", func(m move) string {
		a, b := m.from.c, m.to.c
		same := a.ID == b.ID && a.Kind == b.Kind && a.Limits == b.Limits && a.Opened.Equal(b.Opened) && reflect.DeepEqual(a.Request, b.Request)
		return unless(same, "it did")
	}},
	{"what was planned and decided never changes", func(m move) string {
		a, b := m.from.c, m.to.c
		same := a.State == approval.Planning || reflect.DeepEqual(a.Plan, b.Plan) && reflect.DeepEqual(a.Decision, b.Decision)
		return unless(same, "it did")
	}},
	{"votes are only added, one of a kind to a person, none by the asker", votes},
	{"nothing seen of what was not done", func(m move) string {
		return unless(!slices.ContainsFunc(m.to.c.Items, func(it approval.Item) bool {
			passedOver := (it.Why.ID == "why.gone-before" || it.Why.ID == "why.gone-meanwhile") && it.Seen == commands.Gone && !it.Claimed
			return it.Seen != commands.NotLooked && (it.Done == commands.NotSent || it.Done == commands.Declined) && !passedOver
		}), "it is judged")
	}},
	{"a case that ends without a claim was never run", func(m move) string {
		c := m.to.c
		claimed := slices.ContainsFunc(c.Items, func(it approval.Item) bool { return it.Claimed })
		return unless(!claimed || !c.Ran.IsZero(), "claimed and not run")
	}},
}

func unless(fine bool, format string, args ...any) string {
	if fine {
		return ""
	}
	return fmt.Sprintf(format, args...)
}

func approvedBy(m move) string {
	c := m.to.c
	if c.State != approval.Approved {
		return ""
	}
	if v, ok := m.e.(approval.Voted); ok {
		return unless(c.Votes.Yeses() >= max(v.Need, c.Decision.Need, 1), "%d of %d", c.Votes.Yeses(), v.Need)
	}
	enough := c.Decision.Verdict == policy.Consult && c.Votes.Yeses() >= max(c.Decision.Need, 1)
	alone := c.BreakGlass != nil && c.BreakGlass.By == c.Request.By
	return unless(enough || alone || c.Decision.Verdict == policy.Run, "%q with %d votes", c.Decision.Verdict, c.Votes.Yeses())
}

func givenBack(m move) string {
	for i, it := range m.from.c.Items {
		if it.Claimed && !m.to.c.Items[i].Claimed {
			e, ok := m.e.(approval.CallEnded)
			undone := e.Outcome.Done == commands.Declined || e.Outcome.Done == commands.NotSent
			return unless(ok && e.Retry && undone && m.to.c.State == approval.Approved, "item %d by %s", i, m.e.Name())
		}
	}
	return ""
}

func onlyAnAnswer(m move) string {
	e, answer := m.e.(approval.CallEnded)
	for i, it := range m.to.c.Items {
		if i >= len(m.from.c.Items) {
			continue
		}
		was := m.from.c.Items[i]
		switch {
		case it.Claimed && !was.Claimed:
			if it.Done != commands.Unknown || it.Seen != commands.NotLooked || !it.Sent.Equal(m.to.now) {
				return fmt.Sprintf("item %d is claimed as %s", i, it.Done)
			}
		case it.Done != was.Done:
			if !answer || e.Index != i || was.Done != commands.Unknown {
				return fmt.Sprintf("item %d went from %s to %s by %s", i, was.Done, it.Done, m.e.Name())
			}
		}
	}
	return ""
}

func votes(m move) string {
	a, b := m.from.c.Votes, m.to.c.Votes
	if len(b) < len(a) || !slices.EqualFunc(a, b[:len(a)], sameVote) {
		return "a vote was lost"
	}
	counted := map[approval.Vote]bool{}
	for _, v := range b {
		voice := approval.Vote{By: v.By, Choice: v.Choice}
		if counted[voice] || v.By == m.to.c.Request.By {
			return fmt.Sprint("counted twice, or the asker's own: ", v.By)
		}
		counted[voice] = true
	}
	return ""
}

// sameVote lets a no get its reason, once.
func sameVote(a, b approval.Vote) bool {
	if a.Choice == approval.No && a.Why == "" {
		a.Why = b.Why
	}
	return a == b
}

// underWay counts the calls whose end nobody has told.
func underWay(c approval.Case) int {
	n := 0
	for _, it := range c.Items {
		if it.InFlight {
			n++
		}
	}
	return n
}
