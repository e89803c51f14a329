package slack

import (
	"crypto/sha256"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"quell/bot/approval"
	"quell/commands/words"
)

// progressEvery throttles progress: it is the least time between two drawings of a card
// that differ only in the vendor's note on how far it is. Any other change is drawn at
// once.
const progressEvery = 10 * time.Second

// shownCards remembers a hash of what each card of a live case shows, so that a redraw
// which changes nothing is skipped: most looks at a vendor move the case and change nothing
// that people see.
type shownCards struct {
	mu    sync.Mutex
	cards map[Message]cardHash
}

// cardHash is a hash of what a card shows.
type cardHash struct {
	whole   [sha256.Size]byte
	outline [sha256.Size]byte // without the vendor's notes
	at      time.Time
}

// drawCard draws a case as blocks, with their hash.
func (s *Slack) drawCard(c approval.Case) ([]slack.Block, cardHash) {
	blocks := s.cardBlocks(c)
	p := cardHash{whole: sum(blocks), at: s.Now()}
	if c.State.Terminal() { // the vendor's last note is drawn, however short after another
		p.outline = p.whole
		return blocks, p
	}
	c.Items = slices.Clone(c.Items)
	for i := range c.Items {
		c.Items[i].Note = words.Message{}
	}
	p.outline = sum(s.cardBlocks(c))
	return blocks, p
}

func sum(blocks []slack.Block) [sha256.Size]byte {
	body, _ := json.Marshal(blocks) // blocks are made to be sent as JSON
	return sha256.Sum256(body)
}

// upToDate says that a card may stay as it is: it shows the same already, or only the
// vendor's progress differs and the card was drawn less than progressEvery ago.
func (d *shownCards) upToDate(at Message, p cardHash) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	was, ok := d.cards[at.alone()]
	return ok && (was.whole == p.whole || was.outline == p.outline && p.at.Before(was.at.Add(progressEvery)))
}

// remember notes what the card of a case shows now. After a failure that is unknown, and
// the next drawing is sent whatever it shows.
func (d *shownCards) remember(at Message, c approval.Case, p cardHash, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err != nil || c.State.Terminal() {
		delete(d.cards, at.alone())
		return
	}
	d.cards[at.alone()] = p
}

func (d *shownCards) forget(at Message) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.cards, at.alone())
}
