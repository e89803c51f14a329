package slacksim

import (
	"encoding/json"
	"time"
)

// envelope is what travels over a socket (docs.slack.dev "Using Socket Mode").
type envelope struct {
	ID      string `json:"envelope_id"`
	Type    string `json:"type"` // slash_commands, interactive or events_api
	Payload object `json:"payload"`
	Accepts bool   `json:"accepts_response_payload"`

	Attempt *int    `json:"retry_attempt,omitempty"` // of events, and of what comes twice
	Reason  *string `json:"retry_reason,omitempty"`
}

// kind is what the envelope carries, by the names that FailNext takes.
func (e envelope) kind() string {
	if e.Type == "interactive" {
		return str(e.Payload, "type")
	}
	return e.Type
}

// Why an envelope was not delivered or not acknowledged, in Slack's words.
const (
	dispatchFailed   = "dispatch_failed"   // no live socket
	operationTimeout = "operation_timeout" // no ack within 3 s
)

// outcome holds the callbacks of an envelope: acked when it is acknowledged, with the
// ack's payload if the envelope accepts one, or failed with one of the words above.
type outcome struct {
	acked  func(payload json.RawMessage)
	failed func(code string)
}

// pendingAck is an envelope that was sent and waits for its ack.
type pendingAck struct {
	envelope
	outcome
	fault string // its name; "" for none
	timer *time.Timer
}

// send gives e to one socket and waits, in the background, for its ack. Slack
// sends neither commands nor interactions a second time. The outcome's
// functions run with mu held, as does send itself.
func (w *Workspace) send(e envelope, o outcome) {
	s, ok := w.nextSocket()
	if !ok {
		w.counts.Undelivered++
		o.failed(dispatchFailed)
		w.touch()
		return
	}
	w.counts.Sent++
	e.ID = w.uuid()
	out := &pendingAck{envelope: e, outcome: o, fault: w.takeFault(e.kind()).Name}
	out.timer = time.AfterFunc(w.cfg.AckWithin, func() { w.giveUp(e.ID) })
	w.unacked[e.ID] = out
	w.deliver(s, out)
	w.touch()
}

// deliver puts an envelope on the wire, and plays the fault that it met.
func (w *Workspace) deliver(s *socket, out *pendingAck) {
	e := out.envelope
	switch out.fault {
	case Late, Lost:
		return // giveUp delivers what is late
	case OnOldSocket:
		if old := w.leavingSocket(); old != nil {
			s = old
		}
		w.sendDisconnect(s, RefreshRequested)
	}
	w.queueFrame(s, e)
	if out.fault == Twice {
		e.Attempt, e.Reason = new(1), new("timeout")
		again, _ := w.nextSocket()
		w.queueFrame(again, e)
	}
}

// giveUp ends the wait for an ack, after AckWithin. An envelope whose fault is Late is
// delivered only now.
func (w *Workspace) giveUp(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	out, ok := w.unacked[id]
	if !ok {
		return
	}
	delete(w.unacked, id)
	w.counts.TimedOut++
	out.failed(operationTimeout)
	if s, ok := w.nextSocket(); ok && out.fault == Late {
		w.expire(str(out.Payload, "trigger_id"))
		w.queueFrame(s, out.envelope)
	}
	w.touch()
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
	s, ok := w.unacked[ack.ID]
	if !ok || s.fault == AckLost {
		return
	}
	s.timer.Stop()
	w.counts.Acked++
	delete(w.unacked, ack.ID)
	if !s.Accepts || string(ack.Payload) == "null" || string(ack.Payload) == "{}" {
		ack.Payload = nil
	}
	w.recordJSON("ack "+s.kind(), ack.Payload)
	s.acked(ack.Payload)
	w.touch()
}
