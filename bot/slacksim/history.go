package slacksim

import (
	"slices"
	"strconv"
)

// conversationsHistory gives the newest first, replies and ephemeral messages
// left out. It has no pages: limit cuts off.
func conversationsHistory(w *Workspace, a args) (object, error) {
	r, err := w.readRoom(a)
	if err != nil {
		return nil, err
	}
	found := w.messagesIn(r.ID, a, func(m *message) bool { return !m.isReply() })
	slices.Reverse(found)
	return w.page(found, a, 100), nil
}

// conversationsReplies gives a message and the replies to it, oldest first.
func conversationsReplies(w *Workspace, a args) (object, error) {
	r, err := w.readRoom(a)
	if err != nil {
		return nil, err
	}
	top := a.get("ts")
	m := w.message(r.ID, top)
	if m == nil || m.onlyFor != "" {
		return nil, refuse("thread_not_found")
	}
	if m.isReply() {
		top = m.thread
	}
	found := w.messagesIn(r.ID, a, func(m *message) bool { return m.ts == top || m.thread == top })
	return w.page(found, a, 1000), nil
}

func (w *Workspace) readRoom(a args) (room, error) {
	r, ok := w.room(a.get("channel"))
	if !ok || !r.visible() {
		return room{}, refuse("channel_not_found")
	}
	if r.WithoutApp {
		return room{}, refuse("not_in_channel")
	}
	return r, nil
}

// messagesIn lists what everybody in a room sees between "oldest" and "latest".
func (w *Workspace) messagesIn(channel string, a args, keep func(*message) bool) []*message {
	var found []*message
	for _, m := range w.messages {
		if m.channel == channel && m.onlyFor == "" && keep(m) && within(m.ts, a) {
			found = append(found, m)
		}
	}
	return found
}

// within compares timestamps as text: they have the same number of digits
// until the year 2286.
func within(ts string, a args) bool {
	oldest, latest := a.get("oldest"), a.get("latest")
	if a.is("inclusive") && (ts == oldest || ts == latest) {
		return true
	}
	return (oldest == "" || ts > oldest) && (latest == "" || ts < latest)
}

func (w *Workspace) page(found []*message, a args, most int) object {
	if n, err := strconv.Atoi(a.get("limit")); err == nil && n > 0 {
		most = n
	}
	wires := []object{}
	for _, m := range found[:min(most, len(found))] {
		wires = append(wires, w.wire(m))
	}
	return object{"messages": wires, "has_more": len(found) > most, "response_metadata": object{"next_cursor": ""}}
}
