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

// progressEvery is the least time between two drawings of a card that differ in no
// more than how far the vendor has come. Whatever else changes is drawn at once.
const progressEvery = 10 * time.Second

// shownCards remembers the picture on each card of a live case. Most looks at a
// vendor move the case and change nothing that people see.
type shownCards struct {
	mu    sync.Mutex
	cards map[Message]cardHash
}

// cardHash is what a card shows.
type cardHash struct {
	whole   [sha256.Size]byte
	outline [sha256.Size]byte // without the vendor's own word
	at      time.Time
}

// drawCard draws a case and says what it is that is drawn.
func (s *Slack) drawCard(c approval.Case) ([]slack.Block, cardHash) {
	blocks := s.cardBlocks(c)
	p := cardHash{whole: sum(blocks), at: s.Now()}
	c.Items = slices.Clone(c.Items)
	for i := range c.Items {
		c.Items[i].Note = words.Message{}
	}
	p.outline = sum(s.cardBlocks(c))
	return blocks, p
}

func sum(blocks []slack.Block) [sha256.Size]byte {
	body, _ := json.Marshal(blocks) // it was made to be sent as JSON
	return sha256.Sum256(body)
}

// upToDate says that a card may stay as it is: it upToDate the picture already, or the
// vendor came on a little and people were told but now.
func (d *shownCards) upToDate(at Message, p cardHash) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	was, ok := d.cards[at.alone()]
	return ok && (was.whole == p.whole || was.outline == p.outline && p.at.Before(was.at.Add(progressEvery)))
}

// remember notes what the card of a case shows now. After a failure nobody knows.
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
