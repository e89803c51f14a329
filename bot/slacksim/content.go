package slacksim

import (
	"encoding/json"
	"unicode/utf8"
)

// postRoom finds the room to post to. A user id means the direct messages.
func (w *Workspace) postRoom(id string) (room, error) {
	if p, ok := w.person(id); ok && p.acts() {
		id = direct(p).ID
	}
	r, ok := w.room(id)
	if !ok || !r.visible() {
		return room{}, refuse("channel_not_found")
	}
	if r.WithoutApp {
		return room{}, refuse("not_in_channel")
	}
	return r, w.reachable(r)
}

// threadOf is the thread that a new message goes into. Slack posts it to the
// channel if the message above it is gone.
func (w *Workspace) threadOf(r room, a args) (string, error) {
	ts := a.get("thread_ts")
	if ts == "" {
		return "", nil
	}
	m := w.message(r.ID, ts)
	if m == nil {
		return "", nil
	}
	if m.onlyFor != "" {
		return "", refuse("cannot_reply_to_message")
	}
	if m.isReply() {
		return m.thread, nil
	}
	return m.ts, nil
}

// ownMessage finds a message of the app that an API call may change. An
// ephemeral one is no message to the API.
func (w *Workspace) ownMessage(a args, arg, notYours string) (*message, error) {
	if r, ok := w.room(a.get("channel")); !ok || !r.visible() {
		return nil, refuse("channel_not_found")
	}
	m := w.message(a.get("channel"), a.get(arg))
	if m == nil || m.onlyFor != "" {
		return nil, refuse("message_not_found")
	}
	if m.user != w.cfg.App.UserID {
		return nil, refuse(notYours)
	}
	return m, nil
}

// newContent reads the content of a message from the arguments of a call.
func (w *Workspace) newContent(a args) (content, error) {
	return w.readContent(a.get("text"), a.json("blocks"), a.json("attachments").raw(), a.json("metadata").raw())
}

// readContent reads the content of a message and checks it against Slack's limits.
func (w *Workspace) readContent(text string, blocks jsonText, attachments, metadata json.RawMessage) (content, error) {
	read, err := w.readBlocks(blocks, messageBlocks)
	if err != nil {
		return content{}, err
	}
	c := content{text: text, blocks: read, attachments: notNull(attachments), metadata: notNull(metadata)}
	if c.text == "" && len(c.blocks) == 0 && c.attachments == nil {
		return content{}, refuse("no_text")
	}
	return c, nil
}

func notNull(raw json.RawMessage) json.RawMessage {
	if string(raw) == "null" {
		return nil
	}
	return raw
}

func firstRunes(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}
