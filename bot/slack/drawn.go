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

// progressPace is the least time between two drawings of a card that differ in no
// more than how far the vendor has come. Whatever else changes is drawn at once.
const progressPace = 10 * time.Second

// drawn remembers the picture on each card of a live case. Most looks at a
// vendor move the case and change nothing that people see.
type drawn struct {
	mu       sync.Mutex
	pictures map[Message]picture
}

// picture is what a card shows.
type picture struct {
	whole   [sha256.Size]byte
	outline [sha256.Size]byte // without the vendor's own word
	at      time.Time
}

// paint draws a case and says what it is that is drawn.
func (s *Slack) paint(c approval.Case) ([]slack.Block, picture) {
	blocks := s.card(c)
	p := picture{whole: sum(blocks), at: s.Now()}
	c.Items = slices.Clone(c.Items)
	for i := range c.Items {
		c.Items[i].Note = words.Message{}
	}
	p.outline = sum(s.card(c))
	return blocks, p
}

func sum(blocks []slack.Block) [sha256.Size]byte {
	body, _ := json.Marshal(blocks) // it was made to be sent as JSON
	return sha256.Sum256(body)
}

// shows says that a card may stay as it is: it shows the picture already, or the
// vendor came on a little and people were told but now.
func (d *drawn) shows(at Message, p picture) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	was, ok := d.pictures[at.alone()]
	return ok && (was.whole == p.whole || was.outline == p.outline && p.at.Before(was.at.Add(progressPace)))
}

// keep notes what the card of a case shows now. After a failure nobody knows.
func (d *drawn) keep(at Message, c approval.Case, p picture, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err != nil || c.State.Terminal() {
		delete(d.pictures, at.alone())
		return
	}
	d.pictures[at.alone()] = p
}

func (d *drawn) forget(at Message) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.pictures, at.alone())
}
