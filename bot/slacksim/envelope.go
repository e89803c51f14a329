package slacksim

import (
	"encoding/json"
	"time"
)

// envelope is what travels over a socket (docs.slack.dev "Using Socket Mode").
type envelope struct {
	ID      string `json:"envelope_id"`
	Type    string `json:"type"` // slash_commands or interactive
	Payload object `json:"payload"`
	Accepts bool   `json:"accepts_response_payload"`
}

// The ways in which an envelope can come to nothing, in Slack's words.
const (
	dispatchFailed   = "dispatch_failed"   // no live socket
	operationTimeout = "operation_timeout" // no ack within 3 s
)

// outcome says what to do when an envelope was acknowledged, with the ack's
// payload if that counts, or when it came to nothing.
type outcome struct {
	acked  func(payload json.RawMessage)
	failed func(code string)
}

// sent is an envelope that waits for its ack.
type sent struct {
	envelope
	outcome
	timer *time.Timer
}

// send gives e to one socket and waits, in the background, for its ack. Slack
// sends neither commands nor interactions a second time. The outcome's
// functions run with mu held, as does send itself.
func (w *Workspace) send(e envelope, o outcome) {
	s := w.next()
	if s == nil {
		o.failed(dispatchFailed)
		w.touch()
		return
	}
	e.ID = w.uuid()
	w.awaiting[e.ID] = &sent{envelope: e, outcome: o, timer: time.AfterFunc(w.cfg.AckWithin, func() { w.giveUp(e.ID) })}
	w.tell(s, e)
	w.touch()
}

// giveUp ends the wait for an ack.
func (w *Workspace) giveUp(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if s, ok := w.awaiting[id]; ok {
		delete(w.awaiting, id)
		s.failed(operationTimeout)
		w.touch()
	}
}

// receive takes a frame of the app. Acks of 20 kB and more vanish, as they do
// at Slack (found by slack-go); so does whatever is no ack. An ack may come in
// on another socket than the envelope went out on: slack-go does that.
func (w *Workspace) receive(frame []byte) {
	var ack struct {
		ID      string          `json:"envelope_id"`
		Payload json.RawMessage `json:"payload"`
	}
	if len(frame) >= ackLimit || json.Unmarshal(frame, &ack) != nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	s, ok := w.awaiting[ack.ID]
	if !ok {
		return
	}
	s.timer.Stop()
	delete(w.awaiting, ack.ID)
	if !s.Accepts || string(ack.Payload) == "null" || string(ack.Payload) == "{}" {
		ack.Payload = nil
	}
	s.acked(ack.Payload)
	w.touch()
}
