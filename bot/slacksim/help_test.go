package slacksim_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
)

const (
	incident = "C0INCCHECKOUT"
	partners = "C0PARTNERS"
	anna     = "U0ANNA"
	ben      = "U0BEN"
	patience = 20 * time.Second
)

// object is a JSON object.
type object = map[string]any

// clock is a time that only the test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Unix(1_790_000_000, 0)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// scene is a served workspace and the app that talks to it without any library.
type scene struct {
	*testing.T
	*slacksim.Workspace
	url string
}

// start serves Acme, as changed by each of the changes.
func start(t *testing.T, changes ...func(*slacksim.Config)) scene {
	t.Helper()
	cfg := slacksim.Acme()
	for _, change := range changes {
		change(&cfg)
	}
	w := slacksim.New(cfg)
	server := httptest.NewServer(w.Handler())
	t.Cleanup(func() {
		w.Close()
		server.Close()
	})
	return scene{T: t, Workspace: w, url: server.URL}
}

func at(c *clock) func(*slacksim.Config) {
	return func(cfg *slacksim.Config) { cfg.Now = c.Now }
}

func impatient(cfg *slacksim.Config) { cfg.AckWithin = 30 * time.Millisecond }

// brief lets a socket live on for a moment after its disconnect frame.
func brief(cfg *slacksim.Config) { cfg.Grace = 10 * time.Millisecond }

func unlimited(cfg *slacksim.Config) { cfg.Unlimited = true }

func (s scene) ctx() context.Context {
	ctx, cancel := context.WithTimeout(s.Context(), patience)
	s.Cleanup(cancel)
	return ctx
}

// post sends a request and returns status, headers and the JSON of the answer.
func (s scene) post(path, token string, body any) (int, http.Header, object) {
	s.Helper()
	text, err := json.Marshal(body)
	s.must(err)
	req, err := http.NewRequestWithContext(s.ctx(), http.MethodPost, s.url+path, bytes.NewReader(text))
	s.must(err)
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	s.must(err)
	defer res.Body.Close()
	var answer object
	_ = json.NewDecoder(res.Body).Decode(&answer) // an error page has no JSON
	return res.StatusCode, res.Header, answer
}

func (s scene) must(err error) {
	s.Helper()
	require.NoError(s.T, err)
}

// call calls a method with the bot's token.
func (s scene) call(method string, args object) object {
	s.Helper()
	_, _, answer := s.post("/api/"+method, "xoxb-test-acme", args)
	return answer
}

// ok calls a method that has to succeed.
func (s scene) ok(method string, args object) object {
	s.Helper()
	answer := s.call(method, args)
	require.Equal(s.T, true, answer["ok"], "%s: %v", method, answer)
	return answer
}

// refused calls a method that has to be refused, and returns the code.
func (s scene) refused(method string, args object) string {
	s.Helper()
	answer := s.call(method, args)
	require.Equal(s.T, false, answer["ok"], "%s: %v", method, answer)
	return answer["error"].(string)
}

// wire is one socket of the app.
type wire struct {
	scene
	*websocket.Conn
}

// ticket asks for the address of a socket.
func (s scene) ticket() string {
	s.Helper()
	_, _, answer := s.post("/api/apps.connections.open", "xapp-test-acme", object{})
	require.Equal(s.T, true, answer["ok"], "%v", answer)
	return answer["url"].(string)
}

// dial connects a socket, whatever its first frame is.
func (s scene) dial() wire {
	s.Helper()
	conn, _, err := websocket.DefaultDialer.DialContext(s.ctx(), s.ticket(), nil)
	s.must(err)
	s.Cleanup(func() { _ = conn.Close() })
	return wire{s, conn}
}

// connect connects a socket and takes its hello.
func (s scene) connect() wire {
	s.Helper()
	c := s.dial()
	require.Equal(s.T, "hello", c.next()["type"])
	return c
}

// next is the next frame.
func (c wire) next() object {
	c.Helper()
	c.must(c.SetReadDeadline(time.Now().Add(patience)))
	var frame object
	c.must(c.ReadJSON(&frame))
	return frame
}

// ends reads until the connection is over.
func (c wire) ends() {
	c.Helper()
	c.must(c.SetReadDeadline(time.Now().Add(patience)))
	for {
		_, _, err := c.ReadMessage()
		if err != nil {
			require.NotErrorIs(c.T, err, os.ErrDeadlineExceeded)
			return
		}
	}
}

// payload takes the next envelope, acknowledges it and returns what it carries.
func (c wire) payload() object {
	c.Helper()
	e := c.next()
	c.ack(e, nil)
	return e["payload"].(object)
}

// ack acknowledges an envelope, with a payload unless that is nil.
func (c wire) ack(envelope object, payload any) {
	c.Helper()
	answer := object{"envelope_id": envelope["envelope_id"]}
	if payload != nil {
		answer["payload"] = payload
	}
	c.must(c.WriteJSON(answer))
}

// see waits until a person sees enough.
func (s scene) see(person string, enough func(slacksim.State) bool) slacksim.State {
	s.Helper()
	state, err := s.As(person).Wait(s.ctx(), enough)
	s.must(err)
	return state
}

// says is a condition: the last message in a conversation says text.
func says(channel, text string) func(slacksim.State) bool {
	return func(state slacksim.State) bool {
		in := state.In(channel)
		return len(in) > 0 && strings.Contains(in[len(in)-1].Words(), text)
	}
}

// warned is a condition: Slackbot told this person something.
func warned(state slacksim.State) bool { return len(state.Notices) > 0 }

// A card with two buttons, as an app would send it.
func card(text string) []object {
	return []object{
		{"type": "section", "block_id": "what", "text": object{"type": "mrkdwn", "text": text}},
		{"type": "actions", "block_id": "vote", "elements": []object{
			button("approve", "Approve", "Q-1:f00d"), button("deny", "Deny", "Q-1:f00d"),
		}},
	}
}

func button(action, text, value string) object {
	return object{"type": "button", "action_id": action, "value": value, "text": plain(text)}
}

func plain(text string) object { return object{"type": "plain_text", "text": text} }

// form is a modal with one required text input.
func form() object {
	return object{
		"type": "modal", "callback_id": "reason", "private_metadata": "Q-1", "title": plain("Why?"), "submit": plain("Send"),
		"blocks": []object{{
			"type": "input", "block_id": "why", "label": plain("Reason"),
			"element": object{"type": "plain_text_input", "action_id": "text"},
		}},
	}
}
