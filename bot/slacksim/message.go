package slacksim

import (
	"encoding/json"
	"slices"
)

// message is one message, kept as it was sent.
type message struct {
	channel, ts, thread string
	user                string // its author
	text                string
	blocks              []object
	attachments         json.RawMessage
	metadata            json.RawMessage
	edited              string            // when its text was last edited; ""
	onlyFor             string            // the one who sees it, if it is ephemeral
	errors              map[string]string // what a failed click shows, by person
	inputs              map[string]*inputs
}

// content is the part of a message that its sender chooses.
type content struct {
	text        string
	blocks      []object
	attachments json.RawMessage
	metadata    json.RawMessage
}

// post puts m into its room, with the next timestamp.
func (w *Workspace) post(m *message) *message {
	m.ts = w.ts()
	m.errors, m.inputs = map[string]string{}, map[string]*inputs{}
	w.messages = append(w.messages, m)
	w.ring(m)
	w.touch()
	return m
}

// appMessage is a new message by the app, which is not posted yet.
func (w *Workspace) appMessage(channel string, c content) *message {
	return &message{
		channel: channel, user: w.cfg.App.UserID,
		text: c.text, blocks: c.blocks, attachments: c.attachments, metadata: c.metadata,
	}
}

// message finds one by its room and timestamp; nil if there is none.
func (w *Workspace) message(channel, ts string) *message {
	for _, m := range w.messages {
		if m.channel == channel && m.ts == ts {
			return m
		}
	}
	return nil
}

func (w *Workspace) removeMessage(m *message) {
	w.messages = slices.DeleteFunc(w.messages, func(other *message) bool { return other == m })
	w.touch()
}

// replace gives m new content. The errors of clicks on the old content go with it.
func (w *Workspace) replace(m *message, c content) {
	m.text, m.blocks, m.attachments = c.text, c.blocks, c.attachments
	if c.metadata != nil {
		m.metadata = c.metadata
	}
	clear(m.errors)
	for _, in := range m.inputs {
		in.dropMissing(m.blocks)
	}
	w.touch()
}

// entered is what a person did to the elements of m.
func (m *message) entered(person string) *inputs {
	if m.inputs[person] == nil {
		m.inputs[person] = &inputs{}
	}
	return m.inputs[person]
}

// isReply says whether m lies in a thread below another message.
func (m *message) isReply() bool { return m.thread != "" && m.thread != m.ts }

func (w *Workspace) replyCount(m *message) int {
	n := 0
	for _, other := range w.messages {
		if other.channel == m.channel && other.thread == m.ts && other.onlyFor == "" {
			n++
		}
	}
	return n
}

// wire is m as Slack writes it into an answer or a payload.
func (w *Workspace) wire(m *message) object {
	o := object{"type": "message", "user": m.user, "ts": m.ts, "text": m.text, "team": w.cfg.Team.ID}
	if m.user == w.cfg.App.UserID {
		o["bot_id"], o["app_id"] = w.cfg.App.BotID, w.cfg.App.ID
		o["bot_profile"] = object{
			"id": w.cfg.App.BotID, "app_id": w.cfg.App.ID, "name": w.cfg.App.Name, "team_id": w.cfg.Team.ID, "deleted": false,
		}
	}
	if n := w.replyCount(m); n > 0 {
		o["thread_ts"], o["reply_count"] = m.ts, n
	}
	if m.thread != "" {
		o["thread_ts"] = m.thread
	}
	if m.blocks != nil {
		o["blocks"] = m.blocks
	}
	if m.attachments != nil {
		o["attachments"] = m.attachments
	}
	if m.metadata != nil {
		o["metadata"] = m.metadata
	}
	if m.edited != "" {
		o["edited"] = object{"user": m.user, "ts": m.edited}
	}
	return o
}
