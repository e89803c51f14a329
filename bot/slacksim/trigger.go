package slacksim

import (
	"fmt"
	"time"
)

const (
	triggerLife     = 3 * time.Second
	responseURLLife = 30 * time.Minute
	responseURLUses = 5
)

// trigger is the right to open a form for the person who just acted, once and
// soon.
type trigger struct {
	person string
	view   string // the view it came from; "" if a message or a command
	until  time.Time
	used   bool
}

// newTrigger gives out a trigger_id, in the form of Slack's: numbers, dot, hex.
func (w *Workspace) newTrigger(person, view string) string {
	now := w.cfg.Now()
	id := fmt.Sprintf("%d.%d.%s", now.UnixNano(), len(w.triggers), w.random(16))
	w.triggers[id] = &trigger{person: person, view: view, until: now.Add(triggerLife)}
	return id
}

// expire ends a trigger before its time.
func (w *Workspace) expire(id string) {
	if t, ok := w.triggers[id]; ok {
		t.until = time.Time{}
	}
}

// trigger finds one that may still be used.
func (w *Workspace) trigger(id string) (*trigger, error) {
	t, ok := w.triggers[id]
	switch {
	case !ok:
		return nil, refuse("invalid_trigger_id")
	case t.used:
		return nil, refuse("exchanged_trigger_id")
	case w.cfg.Now().After(t.until):
		return nil, refuse("expired_trigger_id")
	}
	return t, nil
}
