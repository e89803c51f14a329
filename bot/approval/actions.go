package approval

import (
	"fmt"
	"slices"

	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

// Action is something that a face lets people do with a case. Policy says who of them may,
// when they try.
type Action int

// The actions, in the order in which a face offers them.
const (
	ToApprove Action = iota + 1
	ToDeny
	ToWithdraw
	ToActAlone  // break-glass
	ToSeeCalls  // read the exact calls, and what is private
	ToSign      // say that one has read what somebody did alone
	ToLookAgain // a follow-up look, after the end
	ToAskAgain  // a new case, from a form that is filled in
)

// Offer is an action that still means something, and what it says on its button.
type Offer struct {
	Action Action
	Label  words.Message
}

// Offers are the actions that still mean something for a case as it stands; none once
// nothing does.
func Offers(c Case) (all []Offer) {
	offer := func(a Action, m words.Message) { all = append(all, Offer{a, m}) }
	switch {
	case c.State == Pending:
		yes := words.New("button.approve")
		switch {
		case c.Renewing():
			yes = words.New("button.renew")
		case c.Unconfirmed():
			yes = words.New("button.confirm")
		}
		all = append([]Offer{{ToApprove, yes}}, stopping(c)...)
		if mayActAlone(c) && aloneOpens(c) {
			offer(ToActAlone, words.New("button.glass"))
		}
	case c.State == Approved, c.HasMoreCalls():
		all = stopping(c)
	case c.State.Terminal():
		if c.Unsigned() {
			offer(ToSign, words.New("button.sign"))
		}
		if c.Uncertain() {
			offer(ToLookAgain, words.New("button.look"))
		}
		if worthAskingAgain(c) {
			offer(ToAskAgain, words.New("button.again"))
		}
	}
	switch {
	case hasCallsToSee(c) && c.Decision.Private:
		offer(ToSeeCalls, words.New("button.details"))
	case hasCallsToSee(c):
		offer(ToSeeCalls, words.New("button.calls", words.V{"count": words.Count(len(c.Plan.Items))}))
	}
	return all
}

// hasCallsToSee says that the exact calls are shown to whoever asks: until the end, which tells them
// by itself, unless they are private. Nothing on the card may change between a thing that is gone
// and the end of its watch, so they are shown after that end as well.
func hasCallsToSee(c Case) bool {
	return len(c.Plan.Items) > 0 && (!c.State.Terminal() || c.GoneWatched() || c.Decision.Private)
}

// stopping are the actions that keep a case from running, or its rest once calls were made.
// Where nobody was asked, or is yet, only the asker can stop it.
func stopping(c Case) []Offer {
	deny, withdraw := Offer{ToDeny, words.New("button.deny")}, Offer{ToWithdraw, words.New("button.withdraw")}
	if c.Items.Acted() || c.State == Running {
		deny.Label, withdraw.Label = words.New("button.deny-rest"), words.New("button.withdraw-rest")
	}
	if c.Decision.Verdict == policy.Consult && !c.Unconfirmed() {
		return []Offer{deny, withdraw}
	}
	return []Offer{withdraw}
}

// worthAskingAgain says that somebody may want to ask for the same once more: it was not
// done, or not all of it. Who said no may have missed a reason, and who took it back may have
// picked the wrong thing: the form is filled in and can be changed. What policy refused, it refuses
// again.
func worthAskingAgain(c Case) bool {
	switch c.State {
	case Refused:
		return false
	case Done:
		return !c.Items.Clear() && !c.AlreadyGone
	}
	return true
}

// Left are the items of the plan for which a call is still to be made: a yes after calls were
// made is a yes to these alone.
func Left(c Case) (items []commands.Item) {
	for i, it := range c.Items {
		if it.open() {
			items = append(items, c.Plan.Items[i])
		}
	}
	return items
}

// DeedLeft is the deed that a yes lets happen: "End 1 session on cache-prod".
func DeedLeft(c Case) words.Message {
	return words.New("deed."+c.Request.Command, of(c, len(Left(c))))
}

// Confirmation is what a face asks before a yes, a sentence each: the deed, how many things of
// which system, the first of them by name and how many more there are; what it costs, and how much
// of that is left out; that it cannot be undone, or that others are asked first. The face says how
// many names and costs it has room for: with too little, what is known of these very things stands
// before what the command does to any (commands.Hurts begins with that).
func Confirmation(c Case, names, costs int) []words.Message {
	costly, more := CostsLeft(c), 0
	if costs < len(costly) {
		costly, more = costly[1:1+costs], len(costly)-costs
	}
	all := append([]words.Message{agreedTo(c, names)}, costly...)
	if more > 0 {
		all = append(all, words.New("confirm.costs", words.V{"count": words.Count(more)}))
	}
	if c.Never {
		return append(all, words.New("never.nothing", words.V{"target": words.Code(c.Request.Target)}))
	}
	if c.Unconfirmed() && c.Decision.Verdict == policy.Consult {
		return append(all, words.New("confirm.others"))
	}
	if after := c.Decision.Need - c.Votes.Yeses() - 1; after > 0 && !c.Renewing() && c.BreakGlass == nil {
		return append(all, words.New("confirm.more", words.V{"count": words.Count(after)}))
	}
	return append(all, words.New("confirm.final"))
}

// CostsLeft are the warnings, where the deed's own counts what is left.
func CostsLeft(c Case) []words.Message {
	all := slices.Clone(Warnings(c))
	for i, m := range all {
		if m.ID == "hurts."+c.Request.Command {
			all[i] = words.New("hurts."+c.Request.Command, words.V{"count": words.Count(len(Left(c)))})
		}
	}
	return all
}

// agreedTo is the deed, with so many names of its things, unless these are kept out of the channel.
func agreedTo(c Case, names int) words.Message {
	left := len(Left(c))
	var named []string
	for _, g := range groups(Left(c)) {
		if len(named) < names && !c.Decision.Private {
			named = append(named, g.name)
			left -= g.count
		}
	}
	v := words.V{"deed": words.Say(DeedLeft(c)), "things": words.All(words.Codes(named)...), "count": words.Count(left)}
	switch {
	case c.Decision.Private:
		return words.New("confirm.private", v)
	case left == 0:
		return words.New("confirm.text", v)
	case len(named) > 0:
		return words.New("confirm.some", v)
	case left < len(c.Plan.Items):
		return words.New("confirm.left", v)
	}
	return words.New("confirm.all", v)
}

// group is things under one name.
type group struct {
	called string // as the vendor gave it; "" for a thing that stands alone
	name   string // as people read it
	count  int
}

// groups name things for a yes: a few each by what it is called and its id; of more, those that are
// called the same by that and how many they are, for nobody compares twenty addresses in a dialog. A
// client calls itself what it likes, so what is alone under its name stands with its id.
func groups(items []commands.Item) (all []group) {
	for _, it := range items {
		t := it.Thing
		i := slices.IndexFunc(all, func(g group) bool { return g.called != "" && g.called == t.Called })
		if i >= 0 {
			all[i].count++
			all[i].name = fmt.Sprintf("%s × %d", integrations.Clean(t.Called, integrations.Shown), all[i].count)
			continue
		}
		g := group{called: t.Called, name: calledFirst(t, integrations.Shown), count: 1}
		if len(items) <= pushNames || t.Called == t.Name {
			g.called = ""
		}
		all = append(all, g)
	}
	return all
}
