package slacksim

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// retryEvents is how long Slack waits before it sends an event that was not acknowledged
// again: at once, after one minute and after five (docs.slack.dev, "The Events API",
// "Retries"). Then it gives up.
func retryEvents() []time.Duration { return []time.Duration{0, time.Minute, 5 * time.Minute} }

// said tells the app of a message that a person wrote, by the events that it subscribes to:
// app_mention where the text names the app, message.im in their direct messages with it.
func (w *Workspace) said(p Person, r room, m *message) {
	event := object{"user": p.ID, "text": m.text, "ts": m.ts, "event_ts": m.ts, "channel": r.ID, "team": w.team(p)}
	if m.thread != "" {
		event["thread_ts"] = m.thread
	}
	switch {
	case r.im != "" && slices.Contains(w.cfg.Events, "message.im"):
		event["type"], event["channel_type"] = "message", "im"
	case r.im == "" && !r.WithoutApp && strings.Contains(m.text, "<@"+w.cfg.App.UserID+">") && slices.Contains(w.cfg.Events, "app_mention"):
		event["type"] = "app_mention"
	default:
		return
	}
	w.sendEvent(w.eventPayload(r, event), 0, "")
}

// eventPayload is what surrounds an event (docs.slack.dev, "The Events API", "Callback
// field overview").
func (w *Workspace) eventPayload(r room, event object) object {
	var enterprise any // null in a workspace of no organization
	if id := w.cfg.Enterprise.ID; id != "" {
		enterprise = id
	}
	return object{
		"token": verification, "team_id": w.cfg.Team.ID, "api_app_id": w.cfg.App.ID,
		"event": event, "type": "event_callback", "event_id": "Ev" + strings.ToUpper(w.random(5)), "event_time": w.cfg.Now().Unix(),
		"authorizations": []object{{
			"enterprise_id": enterprise, "team_id": w.cfg.Team.ID, "user_id": w.cfg.App.UserID, "is_bot": true, "is_enterprise_install": false,
		}},
		"is_ext_shared_channel": r.ExtShared, "event_context": "4-" + w.random(8),
	}
}

// sendEvent sends an event, and once more after each pause while it is not acknowledged: the
// same event in another envelope.
func (w *Workspace) sendEvent(payload object, attempt int, reason string) {
	e := envelope{Type: "events_api", Payload: payload, Attempt: &attempt, Reason: &reason}
	w.send(e, outcome{
		acked: func(json.RawMessage) {},
		failed: func(string) {
			if attempt < len(w.cfg.RetryEvents) {
				w.later(w.cfg.RetryEvents[attempt], func() { w.sendEvent(payload, attempt+1, "timeout") })
			}
		},
	})
}

// later does something under mu after a while, unless the workspace is closed by then. The
// caller holds mu.
func (w *Workspace) later(d time.Duration, do func()) {
	if w.isClosed() {
		return
	}
	w.running.Go(func() {
		w.pause(d)
		w.mu.Lock()
		defer w.mu.Unlock()
		if !w.isClosed() {
			do()
		}
	})
}

func (w *Workspace) isClosed() bool {
	select {
	case <-w.closed:
		return true
	default:
		return false
	}
}
