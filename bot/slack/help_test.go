package slack_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/slack"
	"quell/bot/slacksim"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

const (
	incident = "C0INCCHECKOUT"
	partners = "C0PARTNERS"
	patience = 20 * time.Second
)

// scene is a workspace that is served, and how the bot reaches it.
type scene struct {
	*testing.T
	*slacksim.Workspace
	config slack.Config
}

// start serves Acme. over may answer in its place.
func start(t *testing.T, over ...func(http.Handler) http.Handler) scene {
	t.Helper()
	return startAt(t, slacksim.Acme(), over...)
}

// startAs serves Acme as changed.
func startAs(t *testing.T, change func(*slacksim.Config), over ...func(http.Handler) http.Handler) scene {
	t.Helper()
	acme := slacksim.Acme()
	change(&acme)
	return startAt(t, acme, over...)
}

// startAt serves a workspace.
func startAt(t *testing.T, acme slacksim.Config, over ...func(http.Handler) http.Handler) scene {
	t.Helper()
	w := slacksim.New(acme)
	handler := w.Handler()
	for _, o := range over {
		handler = o(handler)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(func() {
		w.Close()
		server.Close()
		require.Empty(t, w.Complaints(), "Slack lets this pass in silence")
	})
	catalogue, err := words.Load()
	require.NoError(t, err)
	return scene{t, w, slack.Config{
		AppToken: integrations.Secret(acme.AppToken), BotToken: integrations.Secret(acme.BotToken),
		APIURL: server.URL + "/api/", Words: catalogue, Now: time.Now, Log: slog.New(slog.DiscardHandler),
	}}
}

var anna = person("U0ANNA")

func person(user string) commands.Person { return commands.Person{Team: "T0QUELL", User: user} }

// within ends by itself, long before a test's own end.
func (s scene) within(d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(s.Context(), d)
	s.Cleanup(cancel)
	return ctx
}

func (s scene) connect() *slack.Slack {
	s.Helper()
	chat, err := slack.Connect(s.within(patience), s.config)
	require.NoError(s.T, err)
	return chat
}

func (s scene) fail(method string, n int, f slacksim.Fault) {
	s.Helper()
	require.NoError(s.T, s.FailNext(method, n, f))
}

// cards counts the cards that everybody sees in a channel, without the threads.
func (s scene) cards(channel string) (n int) {
	for _, m := range s.As("U0ANNA").State().In(channel) {
		if len(m.Blocks) > 1 {
			n++
		}
	}
	return n
}

// asking is a case that waits for a vote in a channel.
func asking(channel string) approval.Case {
	now := time.Now()
	c := approval.Open("Q-7F3K2M", commands.Request{
		Command: "kill-session", Target: "cache-prod", Channel: channel, At: now,
		By: anna,
	}, "dcs", approval.DefaultLimits(), now)
	c.State = approval.Pending
	return c
}
