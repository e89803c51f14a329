package slack

import (
	"cmp"
	"time"

	"quell/commands/words"
)

// drawing says messages: rich with markup, plain without.
type drawing struct {
	rich, plain words.Speaker
	// brief is how much is left out so that a card fits: at 1 the facts of each thing but
	// the first, and all follow-up looks but the last; at 2 also why each thing is as it is; at
	// 3 that fact and what people wrote are cut, for their signs may take ten bytes each.
	brief int
}

// speaker says things in the language of c, English where it has none.
func (c Config) speaker(d words.Drawer) words.Speaker { return c.Words.In(cmp.Or(c.Locale, "en"), d) }

// say says a message now, in markup.
func (c Config) say(m words.Message) string { return c.drawing(c.Now()).rich.Say(m) }

// drawing draws what is read beside a moment: a card beside the one when its case was asked,
// anything else beside now.
func (c Config) drawing(known time.Time) drawing {
	return drawing{rich: c.speaker(mrkdwn{known: known, cards: c.permalinks, names: c.names}), plain: c.speaker(plain{known})}
}

// formDrawing draws a form. Its labels and options cannot draw a time for the reader's own zone, so
// all its times are in UTC.
func (c Config) formDrawing() drawing {
	return drawing{rich: c.speaker(mrkdwn{known: c.Now(), utc: true, cards: c.permalinks, names: c.names}), plain: c.speaker(plain{c.Now()})}
}
