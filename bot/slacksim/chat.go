package slacksim

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// What chat.postMessage and chat.update say of a long text: the first cuts it
// off, the second refuses it.
const (
	postTextLimit   = 40_000
	updateTextLimit = 4_000
)

func postMessage(w *Workspace, a args) (object, error) {
	r, err := w.postRoom(a.get("channel"))
	if err != nil {
		return nil, err
	}
	c, err := w.newContent(a)
	if err != nil {
		return nil, err
	}
	c.text = firstRunes(c.text, postTextLimit)
	m := w.appMessage(r.ID, c)
	if m.thread, err = w.threadOf(r, a); err != nil {
		return nil, err
	}
	if err := r.postable(m.isReply()); err != nil {
		return nil, err
	}
	w.post(m)
	return object{"channel": r.ID, "ts": m.ts, "message": w.wire(m)}, nil
}

// updateMessage follows the page of chat.update: new text without blocks
// removes the blocks, blocks without text keep the text, and a message that
// was updated with blocks shows no "edited".
func updateMessage(w *Workspace, a args) (object, error) {
	m, err := w.ownMessage(a, "ts", "cant_update_message")
	if err != nil {
		return nil, err
	}
	if err := w.editable(m); err != nil {
		return nil, err
	}
	c, err := w.newContent(a)
	if err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(c.text) > updateTextLimit {
		return nil, refuse("msg_too_long")
	}
	switch {
	case !a.has("text"):
		c.text = m.text
		if !a.has("blocks") {
			c.blocks = m.blocks
		}
	case !a.has("blocks"):
		m.edited = w.ts()
	}
	w.replace(m, c)
	return object{"channel": m.channel, "ts": m.ts, "text": m.text, "message": w.wire(m)}, nil
}

func deleteMessage(w *Workspace, a args) (object, error) {
	m, err := w.ownMessage(a, "ts", "cant_delete_message")
	if err != nil {
		return nil, err
	}
	w.removeMessage(m)
	return object{"channel": m.channel, "ts": m.ts}, nil
}

func postEphemeral(w *Workspace, a args) (object, error) {
	r, err := w.postRoom(a.get("channel"))
	if err != nil {
		return nil, err
	}
	if err := r.whisperable(); err != nil {
		return nil, err
	}
	if !r.has(a.get("user")) {
		return nil, refuse("user_not_in_channel")
	}
	c, err := w.newContent(a)
	if err != nil {
		return nil, err
	}
	m := w.appMessage(r.ID, c)
	m.onlyFor = a.get("user")
	if m.thread, err = w.threadOf(r, a); err != nil {
		return nil, err
	}
	w.post(m)
	return object{"message_ts": m.ts}, nil
}

func getPermalink(w *Workspace, a args) (object, error) {
	if r, ok := w.room(a.get("channel")); !ok || !r.visible() {
		return nil, refuse("channel_not_found")
	}
	m := w.message(a.get("channel"), a.get("message_ts"))
	if m == nil || m.onlyFor != "" {
		return nil, refuse("message_not_found")
	}
	link := fmt.Sprintf("https://%s.slack.com/archives/%s/p%s", w.cfg.Team.Domain, m.channel, strings.ReplaceAll(m.ts, ".", ""))
	if m.isReply() {
		link += "?thread_ts=" + m.thread + "&cid=" + m.channel
	}
	return object{"channel": m.channel, "permalink": link}, nil
}
