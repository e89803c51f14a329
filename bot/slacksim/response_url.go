package slacksim

import (
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// responseURL is one response_url: whom it answers and where, and how often and how
// long it still works.
type responseURL struct {
	person, channel string
	original        *message // what replace_original and delete_original mean
	usesLeft        int
	until           time.Time
}

// newResponseURL registers r and returns its URL; kind is "commands", "actions" or "app",
// after Slack's hooks.
func (w *Workspace) newResponseURL(kind string, r *responseURL) string {
	r.usesLeft, r.until = responseURLUses, w.cfg.Now().Add(responseURLLife)
	id := w.random(16)
	w.responseURLs[id] = r
	return w.base + "/" + kind + "/" + w.cfg.Team.ID + "/" + w.cfg.App.ID + "/" + id
}

// viewResponseURLs makes a response URL for each menu of a form that picked a
// conversation and has response_url_enabled (docs.slack.dev, "Handling user interaction").
func (w *Workspace) viewResponseURLs(p Person, v *view) []object {
	urls := []object{}
	for _, b := range v.blocks() {
		e, _ := b["element"].(object)
		if e["response_url_enabled"] != true {
			continue
		}
		field, _ := holds(str(e, "type"))
		if channel := str(v.value(b, e), field); channel != "" {
			urls = append(urls, object{
				"block_id": b["block_id"], "action_id": e["action_id"], "channel_id": channel,
				"response_url": w.newResponseURL("app", &responseURL{person: p.ID, channel: channel}),
			})
		}
	}
	return urls
}

// response is a message as it is sent to a response URL or in a command's ack.
type response struct {
	Text            string          `json:"text"`
	Blocks          json.RawMessage `json:"blocks"`
	Attachments     json.RawMessage `json:"attachments"`
	Metadata        json.RawMessage `json:"metadata"`
	ResponseType    string          `json:"response_type"`
	ReplaceOriginal bool            `json:"replace_original"`
	DeleteOriginal  bool            `json:"delete_original"`
	ThreadTS        string          `json:"thread_ts"`
}

// serveResponseURL takes a message. No token is asked for: the address is the
// secret.
func (w *Workspace) serveResponseURL(rw http.ResponseWriter, r *http.Request) {
	var in response
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxBody))
	if err == nil {
		err = json.Unmarshal(body, &in)
	}
	if err != nil {
		writeJSON(rw, http.StatusBadRequest, object{"ok": false, "error": "invalid_payload"})
		return
	}
	w.mu.Lock()
	w.recordJSON("response_url", body)
	w.mu.Unlock()
	if status, err := w.takeResponse(r.PathValue("id"), in); err != nil {
		writeJSON(rw, status, object{"ok": false, "error": codeOf(err)})
		return
	}
	writeJSON(rw, http.StatusOK, object{"ok": true})
}

// takeResponse uses a response URL once. A refused message uses nothing up.
// The statuses are believed.
func (w *Workspace) takeResponse(id string, in response) (status int, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	to, err := w.findResponseURL(id)
	if err != nil {
		return http.StatusNotFound, err
	}
	if err := w.respond(to, in); err != nil {
		return http.StatusBadRequest, err
	}
	to.usesLeft--
	return http.StatusOK, nil
}

func (w *Workspace) findResponseURL(id string) (*responseURL, error) {
	to, ok := w.responseURLs[id]
	switch {
	case !ok:
		return nil, refuse("invalid_url")
	case to.usesLeft == 0:
		return nil, refuse("used_url")
	case w.cfg.Now().After(to.until):
		return nil, refuse("expired_url")
	}
	return to, nil
}

// respond posts, replaces or deletes a message, as the body sent to a response URL
// says. It can change an ephemeral message, which no other call can.
func (w *Workspace) respond(to *responseURL, in response) error {
	if in.DeleteOriginal {
		if to.original != nil {
			w.removeMessage(to.original)
		}
		return nil
	}
	c, err := w.readContent(in.Text, jsonText(in.Blocks), in.Attachments, in.Metadata)
	if err != nil {
		return err
	}
	if in.ReplaceOriginal && to.original != nil {
		w.replace(to.original, c)
		return nil
	}
	m := w.appMessage(to.channel, c)
	m.thread = in.ThreadTS
	if in.ResponseType != "in_channel" {
		m.onlyFor = to.person
	}
	w.post(m)
	if to.original == nil {
		to.original = m // a command has none: its first answer becomes it
	}
	return nil
}
