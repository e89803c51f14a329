package display

import (
	"sync"

	"quell/bot/store"
)

// posted remembers where cards were posted that the database could not store.
type posted struct {
	mu    sync.Mutex
	cards map[string]store.Card
}

func (p *posted) keep(id string, c store.Card) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cards[id] = c
}

func (p *posted) drop(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.cards, id)
}

func (p *posted) card(id string) store.Card {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cards[id]
}
