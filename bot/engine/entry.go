package engine

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// entry is the audit entry of a move.
func entry(from, to approval.Case, at time.Time, who, event string, detail map[string]string) audit.Entry {
	return audit.Entry{
		At: at, Actor: who, Event: event, Case: to.ID, Seq: to.Seq,
		From: string(from.State), To: string(to.State), Detail: detail,
	}
}

// detail is what the entry keeps of an event besides the move itself. Its keys are in the
// records of users.
func detail(c approval.Case, e approval.Event) map[string]string {
	switch e := e.(type) {
	case approval.Planned:
		d := map[string]string{
			"things": strings.Join(e.Plan.IDs(), " "), "fingerprint": e.Plan.Fingerprint,
			"rule": e.Decision.Rule, "policy": e.Decision.Policy, "why": e.Decision.Why.ID, "need": strconv.Itoa(e.Decision.Need),
		}
		if e.Never {
			d["act"] = "never"
		}
		if dry := e.Decision.Record(); dry != "" {
			d["monitor"] = dry // what rules that decide nothing would have said
		}
		if f := found(e.Plan); f != "" {
			d["found"] = f
		}
		if e.Shortage != nil {
			d["can"] = strconv.Itoa(e.Shortage.Can) // how many could agree, where that is too few
		}
		return d
	case approval.Voted:
		d := map[string]string{"fingerprint": e.Fingerprint, "yes": strconv.Itoa(c.Votes.Yeses())}
		if c.Renewal != nil && c.Renewal.By == e.Vote.By {
			d["renews"] = "true"
		}
		return d
	case approval.RenewalAsked:
		return map[string]string{"frozen": e.Frozen.UTC().Format(time.RFC3339), "lifted": e.Lifted.UTC().Format(time.RFC3339), "reason": e.Why}
	case approval.Confirmed:
		return map[string]string{"fingerprint": e.Fingerprint, "found": found(c.Plan)}
	case approval.Renewed:
		return map[string]string{"fingerprint": e.Fingerprint}
	case approval.BrokeGlass:
		return map[string]string{"reason": e.Why, "fingerprint": e.Fingerprint, "until": c.BreakGlass.Until.UTC().Format(time.RFC3339)}
	case approval.Notified:
		return map[string]string{"channel": c.Decision.BreakGlass.Notice, "until": c.BreakGlass.Until.UTC().Format(time.RFC3339)}
	case approval.Explained:
		return map[string]string{"reason": e.Why}
	case approval.Claim:
		i := c.Items.InFlight()
		return map[string]string{"item": strconv.Itoa(i), "thing": c.Plan.Items[i].Thing.ID, "replica": e.Owner, "policy": e.Policy}
	case approval.CallEnded:
		o := c.Items[e.Index].Outcome
		d := map[string]string{
			"item": strconv.Itoa(e.Index), "done": string(o.Done), "why": whyID(o.Why), "request_id": o.Receipt.RequestID,
		}
		if o.Receipt.Status > 0 { // HTTP's; 0 is none
			d["status"] = strconv.Itoa(o.Receipt.Status)
		}
		if o.Receipt.Answer != "" {
			d["answer"] = o.Receipt.Answer
		}
		if o.Receipt.Warning != "" {
			d["warning"] = o.Receipt.Warning
		}
		if e.Ours {
			d["ours"] = "true" // so Case.Tries does not count it
		}
		return askFrom(c, d)
	case approval.Postponed:
		if e.Why.IsZero() { // a break-glass waits for the end of the time to stop it
			return nil
		}
		return askFrom(c, map[string]string{"why": e.Why.ID})
	case approval.EndedBeforeCall:
		return map[string]string{"why": e.Why.ID, "cause": e.Cause.ID}
	case approval.Looked:
		d := sights(e.At, e.Seen)
		if !e.Trouble.IsZero() {
			d["trouble"] = e.Trouble.ID
		}
		return d
	case approval.LookedAgain:
		return sights(e.At, e.Seen)
	}
	if c.Why.IsZero() {
		return nil
	}
	return map[string]string{"why": whyID(c.Why)}
}

// whyID names a reason in the record, which keeps it without what people can do by hand.
func whyID(why words.Message) string {
	if trouble := why.Values["trouble"].Inner; trouble != nil {
		return trouble.ID
	}
	return why.ID
}

// found tells how the things of a plan were found that were not named by their exact ids.
func found(p commands.Plan) string {
	var all []string
	for _, it := range p.Guessed() {
		all = append(all, fmt.Sprintf("%s by %s %q", it.Thing.ID, it.Found.By, it.Found.Typed))
	}
	return strings.Join(all, ", ")
}

// WithExchanges adds exchanges to an entry's detail, each under a key of its own.
func WithExchanges(detail map[string]string, calls []integrations.Exchange) map[string]string {
	if len(calls) == 0 {
		return detail
	}
	all := map[string]string{}
	maps.Copy(all, detail)
	for i, e := range calls {
		all[fmt.Sprintf("%s %03d", e.Wire(), i+1)] = e.At.UTC().Format("15:04:05.000 ") + e.Line()
	}
	return all
}

// askFrom adds from when asking again makes sense, where a pause that was named ended the case.
func askFrom(c approval.Case, d map[string]string) map[string]string {
	if !c.AskFrom.IsZero() {
		d["ask_from"] = c.AskFrom.UTC().Format(time.RFC3339)
	}
	return d
}

func sights(at time.Time, seen []commands.Sight) map[string]string {
	d := map[string]string{"looked": at.UTC().Format(time.RFC3339Nano)}
	for i, s := range seen {
		d["item "+strconv.Itoa(i)] = strings.TrimSpace(string(s.Seen) + " " + s.Successor)
		if !s.Note.IsZero() {
			d["note "+strconv.Itoa(i)] = s.Note.String()
		}
	}
	return d
}
