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

// notice is the notice of a break-glass, which must be posted in the channel of its rule before
// anything is done. Of all sayings it alone is said again after a lost answer: a channel that
// is told twice is better than one that is not told.
func notice(c approval.Case) store.Saying {
	return store.Saying{
		Key: noticeKey(c), Place: c.Decision.BreakGlass.Notice, Case: c.ID, Repeat: true, NotBefore: c.BreakGlass.At, Until: c.Deadline,
		Stops:   c.Plan.Fingerprint,
		Message: approval.Rehearsed(c, approval.Notice(c)),
	}
}

// tellOver is how long it is tried to have a notice say what came of it.
const tellOver = 24 * time.Hour

// noticeOver takes the place of the notice once its case is over, so that nobody reads an old alarm,
// or is offered to stop what is over. Editing rings nobody, and twice is the same as once.
func noticeOver(c approval.Case, now time.Time) store.Saying {
	return store.Saying{
		Key: noticeKey(c) + " over", Place: c.Decision.BreakGlass.Notice, Replaces: noticeKey(c), Repeat: true, NotBefore: now, Until: now.Add(tellOver),
		Message: approval.Rehearsed(c, approval.NoticeOver(c)),
	}
}

func noticeKey(c approval.Case) string { return "break-glass " + c.ID }

// awaitNotice moves a break-glass on once the outbox knows that its notice is posted. From
// then on the case waits for the end of its cancellation time. A break-glass whose notice is
// never posted is refused: nobody acts alone untold.
func (eng *Engine) awaitNotice(ctx context.Context, c approval.Case) bool {
	if !c.BreakGlass.Notified.IsZero() {
		return eng.moved(eng.Move(ctx, c, approval.Postponed{Until: c.BreakGlass.Until}, audit.Program))
	}
	said, err := eng.Store.ResultOf(ctx, noticeKey(c))
	switch {
	case errors.Is(err, store.ErrNotFound): // a release without an outbox stored the case
		err = eng.Store.Say(ctx, notice(c))
	case err == nil && !said.Said.IsZero():
		return eng.moved(eng.Move(ctx, c, approval.Notified{}, audit.Program))
	case err == nil && !said.Dropped.IsZero():
		why := words.New("case.untold", words.V{"channel": words.Channel(c.Decision.BreakGlass.Notice)})
		return eng.moved(eng.Move(ctx, c, approval.EndedBeforeCall{State: approval.Refused, Why: why}, audit.Program))
	case err == nil && said.Why != "":
		why := words.New("why.not-told", words.V{"channel": words.Channel(c.Decision.BreakGlass.Notice)})
		return eng.moved(eng.Move(ctx, c, approval.Postponed{Why: why, Until: eng.Now().Add(retryPause)}, audit.Program))
	}
	if err != nil {
		eng.Log.Error("whether the notice of break-glass was posted could not be read", "case", c.ID, "err", err)
		return false
	}
	eng.Outbox.Wake(ctx) // the case is due until that is known
	return false
}
