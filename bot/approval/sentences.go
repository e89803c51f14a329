package approval

import (
	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// A case in sentences: what every face says of a case, on a card, in the shell or in a mail.
// The messages are values without markup and without icons; a face brings its own, and its
// own limits.

// Deed is what was asked for: "End 2 sessions on cache-prod".
func Deed(c Case) words.Message { return words.New("deed."+c.Request.Command, amount(c)) }

// amount is how many things of which target. Before they are looked up, it is how many were
// asked for.
func amount(c Case) words.V {
	n := len(c.Plan.Items)
	if n == 0 {
		n = len(c.Request.Things)
	}
	return of(c, n)
}

// of is so many things of the case's target.
func of(c Case, n int) words.V {
	return words.V{"count": words.Count(n), "target": words.Code(c.Request.Target)}
}

// Title is the headline of a case: what it is and how it stands.
func Title(c Case) words.Message {
	if c.Never {
		return words.New("never.title", words.V{"title": words.Say(title(c))})
	}
	return title(c)
}

func title(c Case) words.Message {
	v := words.V{
		"deed": words.Say(Deed(c)), "things": words.Say(words.New("things."+c.Request.Command, amount(c))), "count": words.Count(len(c.Plan.Items)),
		"gone": words.Count(c.Items.Gone()), "made": words.Count(c.Items.CallsMade()),
	}
	if m := seenSince(c, v); !m.IsZero() {
		return m
	}
	switch {
	case c.Newer():
		return c.Word()
	case c.State == Done && c.Why.IsZero() && c.Items.Partly():
		return words.New("card.title.partly", v)
	case c.State == Approved && c.Held() && c.Items.Acted():
		return words.New("card.title.held-between", v)
	case c.State == Approved && c.Items.Acted():
		return words.New("card.title.between", v)
	case c.State == Pending && c.Items.Acted():
		return words.New("card.title.rest", v)
	}
	unseen := c.State == Verifying && c.Items.Worst() == commands.NotLooked
	if c.State == Verifying && !unseen || c.State == Done && c.Why.IsZero() {
		v["outcome"] = words.Say(c.Outcome())
		return words.New("card.title.outcome", v)
	}
	switch {
	case c.State == Approved && c.Held():
		return words.New("card.title.held"+onWhoseSay(c), v)
	case c.State == Approved:
		return words.New("card.title.approved"+onWhoseSay(c), v)
	}
	return words.New("card.title."+string(c.State), v)
}

// seenSince is the headline of a case of which a look that somebody asked for saw something else than
// was seen when the looking stopped: what it saw, when, and what was seen before.
func seenSince(c Case, v words.V) words.Message {
	seen, at := sinceEnd(c)
	if len(seen) == 0 {
		return words.Message{}
	}
	v["now"], v["at"], v["then"] = words.Say(commands.Ending(c.Request.Command, seen.Worst())), words.At(at), words.Say(c.Outcome())
	v["gone"] = words.Count(seen.Gone())
	if seen.Partly() || len(seen) < len(c.Items) { // with some that no call was made for
		return words.New("card.title.since-partly", v)
	}
	return words.New("card.title.since", v)
}

// onWhoseSay tells on whose say a case may run, as the end of a message's id: "" where
// people agreed, for only a yes is a reason to call a case approved.
func onWhoseSay(c Case) string {
	switch {
	case c.BreakGlass != nil:
		return "-alone"
	case c.Votes.Yeses() == 0:
		return "-unasked"
	}
	return ""
}

// Asks is who asks.
func Asks(c Case) words.Message {
	return words.New("card.asks", words.V{"asker": words.User(c.Request.By.User)})
}

// Status is the sentence on how a case stands and what happens next. Of a case of a newer
// release there is none: its title says all that is known.
func Status(c Case) words.Message {
	m := status(c)
	if c.AskFrom.IsZero() || !c.State.Terminal() {
		return m
	}
	return words.New("card.status.ask-from", words.V{"status": words.Say(m), "from": words.At(c.AskFrom)})
}

func status(c Case) words.Message {
	v := words.V{
		"asker": words.User(c.Request.By.User), "deadline": words.At(c.Deadline), "why": words.Say(c.Why),
		"watch": words.At(c.Watched()), "ended": words.At(c.Ended), "made": words.Say(madeInVain(c)),
	}
	if seen, at := sinceEnd(c); len(seen) > 0 {
		return words.New("card.status.since", words.V{"by": words.User(c.Evidence[len(c.Evidence)-1].By.User), "at": words.At(at)})
	}
	switch {
	case c.Newer():
		return words.Message{}
	case c.Renewing():
		return renewing(c, v)
	case c.Unconfirmed():
		v["count"] = words.Count(len(c.Plan.Items))
		if c.Decision.Verdict == policy.Consult {
			return words.New("card.status.confirming-first", v)
		}
		return words.New("card.status.confirming", v)
	case c.State == Pending:
		v["count"] = words.Count(max(c.Decision.Need-c.Votes.Yeses(), 1))
		v["roles"] = policy.Roles(deciders(c))
		if c.Short() {
			return shortStatus(c, v)
		}
		return words.New("card.status.pending", v)
	case c.State == Approved:
		return agreed(c, v)
	case c.GoneWatched():
		return words.New("card.status.watching", v)
	case c.GoneUnwatched():
		return unwatched(c, v)
	case c.State == Verifying:
		return looking(c, v)
	case c.State == Done && c.Why.IsZero():
		return finish(c, v)
	case c.State == Lapsed && !c.AskFrom.IsZero():
		return words.New("card.status.too-long", v)
	case c.State == Lapsed && !c.Agreed.IsZero():
		return words.New("card.status.not-run"+onWhoseSay(c), v)
	case c.State.Terminal() && !c.Why.IsZero():
		return words.New("card.status.ended", v)
	}
	return words.New("card.status."+string(c.State), v)
}

// madeInVain says of a case of which nothing was done whether a call was made.
func madeInVain(c Case) words.Message {
	if c.Declined() {
		return words.New("card.calls.declined")
	}
	return words.New("card.calls.none")
}

// renewing is the status of a case that asks once more, and why it does.
func renewing(c Case, v words.V) words.Message {
	r := c.Renewal
	v["reason"], v["took"], v["at"], v["kept"] = words.Text(r.Why), words.For(r.Lifted.Sub(r.Frozen)), words.At(r.Lifted), words.For(kept(c))
	if c.AskerRenews() {
		return words.New("card.status.renewing-asker", v)
	}
	v["roles"] = policy.Roles(c.Decision.Approvers(c.Renewal.At.Sub(c.Consulted)))
	return words.New("card.status.renewing", v)
}

// deciders are the roles that may decide, by the step that people were rung for last.
func deciders(c Case) []string {
	return c.Decision.Approvers(later(c.Rung, c.Consulted).Sub(c.Consulted))
}

// agreed is the status of a case that may run: what it waits for, that its asker acts alone,
// or that it is about to run.
func agreed(c Case, v words.V) words.Message {
	switch i := waitsForTry(c); {
	case !c.Why.IsZero() && !c.Due.Before(c.Deadline):
		v["next"] = words.Say(words.New("waiting.over", words.V{"deadline": words.At(c.Deadline)}))
		return words.New("card.status.waiting"+onWhoseSay(c), v)
	case !c.Why.IsZero() && i >= 0:
		v["next"] = words.Say(words.New("waiting.try", words.V{"number": words.Count(c.Items[i].Tries + 1), "tries": words.Count(c.Limits.Tries), "at": words.At(c.Due)}))
		return words.New("card.status.waiting"+onWhoseSay(c), v)
	case !c.Why.IsZero():
		v["next"] = words.Say(words.New("waiting.until", words.V{"deadline": words.At(c.Deadline)}))
		return words.New("card.status.waiting"+onWhoseSay(c), v)
	case c.BreakGlass != nil && c.Ran.IsZero():
		alone := words.V{"by": words.User(c.BreakGlass.By.User), "until": words.At(c.BreakGlass.Until)}
		if c.Never {
			return words.New("never.alone", alone)
		}
		return words.New("card.status.alone", alone)
	case c.Never:
		return words.New("never.approved", words.V{"target": words.Code(c.Request.Target)})
	}
	return words.New("card.status.approved"+onWhoseSay(c), v)
}

// finish is the status of a case that made its calls and is over.
func finish(c Case, v words.V) words.Message {
	v["unsent"], v["count"] = words.Count(c.Items.Unsent()), words.Count(len(c.Items))
	switch {
	case c.Blind != nil && !c.Verified():
		return blindEnd(c, v)
	case c.Items.Partly() && c.Items.Unsent() > 0:
		return words.New("card.status.partly-unsent", v)
	case c.Items.Partly():
		return words.New("card.status.partly", v)
	case c.Items.Worst() == commands.StillThere && c.Verified():
		v["check"] = words.Say(checking(c))
		return words.New("card.status.not-ended", v)
	case !c.Verified():
		v["check"] = words.Say(checking(c))
		return words.New("card.status.done", v)
	case c.Items.Worst() == commands.CameBack:
		return words.New("card.status.came-back", v)
	}
	return words.New("card.status.verified", v)
}

// Terms are the conditions of the policy beside the quorum that Status tells: one who agrees
// has to be of another team, others may decide later (escalation), the asker may act alone
// in the end (break-glass), and whose vote waits for a look-up. First comes that it is a rehearsal. Once somebody acted alone, it is
// who has to sign.
func Terms(c Case) (all []words.Message) {
	if c.Unsigned() {
		g := c.Decision.BreakGlass.Review
		return []words.Message{words.New("card.unsigned", words.V{
			"by": words.User(c.BreakGlass.By.User), "count": words.Count(g.Need - len(c.BreakGlass.Signed)), "roles": policy.Roles(g.From),
		})}
	}
	all = append(Rehearsals(c), aloneTerms(c)...)
	if c.Decision.Private && !c.State.Terminal() {
		all = append(all, Withheld(c))
	}
	if c.State != Pending || c.Renewing() && c.AskerRenews() || c.Unconfirmed() {
		return all
	}
	if m := Asked(c); !m.IsZero() {
		all = append(all, m)
	}
	all = append(all, waitingVotes(c)...)
	if c.Decision.OtherTeam && !c.Votes.OtherTeamAgreed() {
		all = append(all, words.New("card.another"))
	}
	for _, t := range c.Decision.Escalation {
		if !c.Rung.Before(c.Consulted.Add(t.After)) {
			continue
		}
		all = append(all, words.New("card.then", words.V{"at": words.At(c.Consulted.Add(t.After)), "roles": policy.Roles(t.From)}))
	}
	if g := c.Decision.BreakGlass; mayActAlone(c) && aloneOpens(c) && len(c.Rings) > 0 && c.Renewal == nil {
		all = append(all, words.New("card.alone-now", words.V{"asker": words.User(c.Request.By.User)}))
	} else if mayActAlone(c) {
		all = append(all, words.New("card.glass", words.V{"at": words.At(c.PutToPeople().Add(g.NotBefore)), "asker": words.User(c.Request.By.User)}))
	}
	return all
}

// aloneTerms are, as soon as somebody acts alone, who could have decided and was passed over, and who
// has to sign in the end.
func aloneTerms(c Case) []words.Message {
	if c.BreakGlass == nil || c.State.Terminal() {
		return nil
	}
	review := c.Decision.BreakGlass.Review
	passed := words.V{"roles": policy.Roles(c.Decision.Approvers(c.BreakGlass.At.Sub(c.Consulted)))}
	owes := words.V{"by": words.User(c.BreakGlass.By.User), "count": words.Count(review.Need), "roles": policy.Roles(review.From)}
	if c.Stoppable() {
		return []words.Message{words.New("card.passed-over", passed), words.New("card.owes", owes)}
	}
	return []words.Message{words.New("card.was-passed-over", passed), words.New("card.owes-now", owes)}
}

// Calls says what the exact calls of the plan are, for a face that tells them below: those that
// would be made, or once a call may have been made or none is, those that were planned.
func Calls(c Case) words.Message {
	if !c.Ran.IsZero() || c.State.Terminal() {
		return CallsPlanned(c)
	}
	v := words.V{
		"count": words.Count(len(c.Plan.Items)), "case": words.Code(c.ID), "things": words.Say(words.New("things."+c.Request.Command, amount(c))),
		"target": words.Code(c.Request.Target),
	}
	if c.Never {
		return words.New("never.calls", v)
	}
	return words.New("thread.calls", v)
}

// CallsPlanned says what the exact calls of the plan were, for a face that tells them below.
func CallsPlanned(c Case) words.Message {
	return words.New("thread.planned", words.V{"count": words.Count(len(c.Plan.Items))})
}

// CallsUnmade is CallsPlanned where no call was made.
func CallsUnmade(c Case) words.Message {
	return words.New("thread.unmade", words.V{"count": words.Count(len(c.Plan.Items))})
}

// Reasons are what people typed, each with what it is a reason for: to ask, to act alone, to
// say no.
func Reasons(c Case) (all []words.Message) {
	if why := c.Request.Reason; why != "" {
		all = append(all, words.New("card.reason", words.V{"reason": words.Text(why)}))
	}
	if c.BreakGlass != nil {
		all = append(all, words.New("card.alone", words.V{"reason": words.Text(c.BreakGlass.Why)}))
	}
	for _, v := range c.Votes {
		if v.Why != "" {
			all = append(all, words.New("card.because", words.V{"reason": words.Text(v.Why)}))
		}
	}
	return all
}

// Warnings are what the deed costs. They are for whoever may still stop it: once all calls
// are made there are none.
func Warnings(c Case) []words.Message {
	if c.State.Terminal() || c.State == Verifying {
		return nil
	}
	return c.Plan.Hurts
}
