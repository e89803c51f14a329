package slack

import (
	"context"

	"quell/bot"
	"quell/bot/bucket"
	"quell/commands/words"
)

// What one person may send, unless it is set otherwise: a burst, then so many a second. A hand
// does not come near it.
const (
	personBurst = 100
	personRate  = 20
)

// Of what stops a case, or everything, a person may send stopsMore times as much, beside the
// rest: a stop never waits for what else its sender did.
const stopsMore = 5

// fairness bounds what one person may send before any of it is stored, so that nobody takes
// the share of the others.
type fairness struct {
	all, stops *bucket.Buckets
	// told bounds the answers that are calls of their own, where an acknowledgement cannot
	// carry one.
	told *bucket.Buckets
}

// Limit sets what one person may send: a burst, then so many a second.
func (i *Inbox) Limit(burst, perSecond int) {
	i.fair = fairness{
		all:   bucket.New(i.Now, burst, float64(perSecond)),
		stops: bucket.New(i.Now, stopsMore*burst, float64(stopsMore*perSecond)),
		told:  bucket.New(i.Now, 1, 0.2),
	}
}

// admits reports whether a delivery is taken.
func (f fairness) admits(h Delivery, sender string) bool {
	if h.stops() {
		return f.stops.Take(sender)
	}
	return f.all.Take(sender)
}

// sender is who sent a delivery, whichever workspace of their organization it names.
func (i *Inbox) sender(h Delivery) string { return i.Speakers.Named(h.From).Actor() }

// leaveOut acknowledges a delivery that is not taken, and says so.
func (i *Inbox) leaveOut(ctx context.Context, h Delivery, ack func(Answer)) {
	say := words.New("heard.too-fast")
	if h.stops() {
		say = words.New("heard.too-fast-stop")
	}
	switch {
	case h.SlashCommand != nil:
		ack(Answer{Say: say})
	case h.submitted(): // at a field, for the form then stays as it was filled in
		ack(Answer{Say: say, Field: bot.TheThings})
	case i.fair.told.Take(i.sender(h)):
		i.Log.Warn("somebody sends more than is taken from one person", "user", h.From.Person.User)
		i.turnAway(ctx, h, say, ack)
	default:
		ack(Answer{})
	}
}

// stops reports whether a delivery stops a case if it counts, or a target, or everything.
func (h Delivery) stops() bool {
	if c := h.SlashCommand; c != nil && c.Command == "quell" {
		word, _ := firstWord(c.Text)
		sub, _ := subCommand(asTyped(word))
		return sub == "freeze"
	}
	return h.stoppedCase() != ""
}

// submitted reports whether a delivery is a form that was sent.
func (h Delivery) submitted() bool {
	return h.FormSubmission != nil || h.DenyReason != nil || h.BreakGlassReason != nil
}
