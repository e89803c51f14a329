package engine

import (
	"context"
	"errors"
	"time"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/store"
	"quell/commands/words"
)

// tellEnd is how long the end of a case, or its refusal, stays in the outbox for its asker.
const tellEnd = 24 * time.Hour

// Unshown decides what becomes of a case that people cannot be shown as it is now (see
// display.Display). A question that nobody sees is answered by nobody: the case ends. So does
// one that may run and of which nothing was ever shown. An end that nobody sees goes to the
// asker, once. A call that is under way goes on.
func (eng *Engine) Unshown(ctx context.Context, c approval.Case, shown bool, why words.Message) error {
	var err error
	switch {
	case c.State == approval.Pending, c.State == approval.Approved && !shown:
		_, err = eng.Move(ctx, c, approval.Unshown{Why: why}, audit.Program)
	case c.State.Terminal():
		err = eng.Store.Say(ctx, unshown(c, "", approval.UnshownEnd(c, why), eng.Now()))
	}
	if errors.Is(err, store.ErrMoved) { // what it is now is drawn next
		return nil
	}
	eng.Outbox.Wake(ctx)
	return err
}

// unshownRefusal tells the asker, where they spoke, that their case ended and why.
func unshownRefusal(c approval.Case, now time.Time) store.Saying {
	return unshown(c, c.Request.Channel, approval.UnshownRefusal(c), now)
}

// unshown is a saying to the asker of a case, one for each case: a case that ended because it
// could not be shown needs no second word about its end.
func unshown(c approval.Case, channel string, m words.Message, now time.Time) store.Saying {
	return store.Saying{Key: "unshown " + c.ID, Place: store.ToOne(c.Request.By.Team, c.Request.By.User, channel), Message: m, NotBefore: now, Until: now.Add(tellEnd)}
}
