package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"quell/bot/approval"
	"quell/bot/store"
)

// settleCard has a clicked message be the case's own card, or lose its buttons. Where Slack did
// a post and its answer was lost, where a card could be changed no more, or where a process
// died in between, a case has more than one message with buttons: a click on each counts. The
// case's own card is the one that is stored. If none is, and none is being posted, the clicked
// one is adopted; any other is a stray. What becomes of the message is stored before the click
// is judged, so that no crash forgets it.
func (d *dispatcher) settleCard(ctx context.Context, h Delivery) {
	p, at := h.Click, h.Click.Card
	rec, err := d.Front.Shown(ctx, p.Case)
	if err != nil || at.TS == "" || at.Channel != rec.Case.Request.Channel || MessageOf(rec.Card).alone() == at.alone() {
		return
	}
	name := strings.Join([]string{at.Channel, at.TS, MessageOf(rec.Card).TS, h.From.Person.User}, " ") // beside another own card it is another stray
	if !d.strays.Take(name) {
		return
	}
	defer d.strays.Give(name)
	adopted := false
	if rec.Card == "" && p.showsNow(rec.Case) {
		at.Phase = askedIn(rec.Case)
		adopted, err = d.Front.Adopt(ctx, p.Case, at.Card())
	}
	if err == nil && !adopted {
		err = d.Front.Stray(ctx, p.Case, strayCard(p.Card, h.From))
	}
	if err != nil {
		d.Log.Error("which card of a case was clicked could not be stored", "case", p.Case, "err", err)
		return
	}
	d.strays.Rest(name, d.Now().Add(time.Hour)) // a click that has to wait is judged every few seconds
}

// showsNow reports whether a clicked message can be the card of a case as it is now: the bot
// posted it, since the case was opened, and it carries the fingerprint of what the case plans.
func (c *Click) showsNow(of approval.Case) bool {
	posted, err := timeOf(c.Card.TS)
	return err == nil && c.Ours && posted >= of.Opened.UnixMicro() && c.Fingerprint != "" && c.Fingerprint == of.Plan.Fingerprint
}

// askedIn is the phase for which an adopted card was posted, as far as that is known.
func askedIn(c approval.Case) string {
	if c.State != approval.Pending {
		return ""
	}
	return phase(c)
}

// strayCard is a card that is to be retired, and who clicked it.
func strayCard(at Message, by ReplyTo) store.Stray {
	body, _ := json.Marshal(by) // strings alone
	return store.Stray{Card: at.Card(), By: string(body)}
}

// clicker is who clicked a stray card; the zero ReplyTo for nobody.
func clicker(stray store.Stray) (by ReplyTo) {
	_ = json.Unmarshal([]byte(stray.By), &by) // stored by strayCard, or empty
	return by
}

// timeOf is when a message was posted, in microseconds since 1970: its ts is that in seconds,
// with six decimals (docs.slack.dev, "Retrieving messages").
func timeOf(ts string) (int64, error) {
	seconds, micros, _ := strings.Cut(ts, ".")
	if len(micros) != 6 {
		return 0, fmt.Errorf("not the ts of a message: %q", ts)
	}
	return strconv.ParseInt(seconds+micros, 10, 64)
}
