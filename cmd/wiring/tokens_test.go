package wiring

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slack"
	"quell/bot/slacksim"
	"quell/commands/words"
	"quell/integrations"
)

// From slackapi/python-slack-sdk#598: a token comes with the line that an editor left behind
// it, or with the quotes of a shell.
func TestWhatATokenLooksLike(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		"xoxb-test":          "",
		" xoxb-test\r\n":     "",
		"":                   "T is not set",
		" \n":                "T is not set",
		`"xoxb-test"`:        "T is in quotes, which belong to a shell and not to the token: leave them out",
		`'xoxb-test'`:        "T is in quotes, which belong to a shell and not to the token: leave them out",
		`xoxb-test"`:         "T is in quotes, which belong to a shell and not to the token: leave them out",
		"xapp-test":          "T is no bot token: that begins with xoxb-, and this is the app-level token (xapp-)",
		"xoxp-test":          "T is no bot token: that begins with xoxb-, and this is the user token (xoxp-)",
		"secret":             "T is no bot token: that begins with xoxb-",
		"Bearer xoxb-test":   "T is no bot token: that begins with xoxb-",
		"xoxe.xoxb-1-test":   "T is a token that expires (xoxe…): the app has token rotation switched on, and this bot cannot renew a token. Make an app without it",
		"xoxe-1-test":        "T is a token that expires (xoxe…): the app has token rotation switched on, and this bot cannot renew a token. Make an app without it",
		"xoxb-one\nxoxb-two": "T has a character within it that no token has, such as a space or the end of a line",
		"xoxb-te\u200bst":    "T has a character within it that no token has, such as a space or the end of a line",
		"é":                  "T is no bot token: that begins with xoxb-",
	} {
		token := integrations.Secret(text)
		err := cleanToken("T", botPrefix, &token)
		if says == "" {
			require.NoError(t, err)
			assert.Equal(t, integrations.Secret("xoxb-test"), token)
			continue
		}
		require.EqualError(t, err, says)
	}
}

// A file is looked at until it stays the same; what cannot be used is tried once, and what
// could not be tried is tried again.
func TestAnotherTokenInTheFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "token")
	var tried []string
	var answer error
	now := time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	f := tokenFile("T", botPrefix, path, "xoxb-one", func(_ context.Context, s integrations.Secret) error {
		tried = append(tried, s.Reveal())
		return answer
	}, func() time.Time { return now })
	holds := func(text string, polls int) []string {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		tried = nil
		for range polls {
			f.poll(t.Context(), slog.New(slog.DiscardHandler))
		}
		return tried
	}
	f.poll(t.Context(), slog.New(slog.DiscardHandler)) // no file
	assert.Empty(t, holds("xoxb-one\n", 3))
	assert.Empty(t, holds("xoxb-tw", 1))
	assert.Equal(t, []string{"xoxb-two"}, holds("xoxb-two\n", 4))
	assert.Empty(t, holds("xapp-three", 3), "no bot token")
	assert.Empty(t, holds("", 3))
	answer = errors.New("refused")
	assert.Equal(t, []string{"xoxb-four"}, holds("xoxb-four", 4))
	answer = &http.MaxBytesError{}
	assert.Equal(t, []string{"xoxb-five"}, holds("xoxb-five", 4))
	answer = context.DeadlineExceeded // it could not be reached
	assert.Len(t, holds("xoxb-six", 4), 3)
	answer = nil
	assert.Len(t, holds("xoxb-six", 4), 1)
	assert.Equal(t, integrations.Secret("xoxb-six"), f.inUse[path])
}

// A token may be mended at Slack and stay the same: where scopes are added, the app is installed
// again and keeps its token.
func TestARefusedTokenIsTriedAgain(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(path, []byte("xoxb-two"), 0o600))
	now := time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	tried, answer := 0, errors.New("the bot token lacks the scopes im:write, users:read")
	f := tokenFile("T", botPrefix, path, "xoxb-one", func(context.Context, integrations.Secret) error {
		tried++
		return answer
	}, func() time.Time { return now })
	var logged strings.Builder
	log := slog.New(slog.NewTextHandler(&logged, nil))
	minute := func() string {
		logged.Reset()
		for range 30 {
			f.poll(t.Context(), log)
			now = now.Add(2 * time.Second)
		}
		return logged.String()
	}
	assert.Equal(t, 1, strings.Count(minute(), "level=ERROR"))
	assert.Equal(t, 1, tried)
	assert.Empty(t, minute(), "nothing new")
	assert.Equal(t, 2, tried)
	answer = errors.New("the bot token lacks the scopes users:read")
	assert.Contains(t, minute(), "lacks the scopes users:read")
	answer = &net.DNSError{}
	assert.Equal(t, 1, strings.Count(minute(), "level=WARN"))
	now = now.Add(-time.Hour)
	answer = nil
	assert.Contains(t, minute(), "another credential is in use")
	assert.Equal(t, integrations.Secret("xoxb-two"), f.inUse[path])
}

// The readiness is red until Slack is reached and a socket is open.
func TestSlackIsWaitedFor(t *testing.T) {
	t.Parallel()
	acme := slacksim.Acme()
	workspace := slacksim.New(acme)
	server := httptest.NewServer(workspace.Handler())
	t.Cleanup(func() {
		workspace.Close()
		server.Close()
	})
	catalogue, err := words.Load()
	require.NoError(t, err)
	config := slack.Config{
		AppToken: integrations.Secret(acme.AppToken), BotToken: integrations.Secret(acme.BotToken), APIURL: server.URL + "/api/",
		Words: catalogue, Now: Seams{}.Time, Log: slog.New(slog.DiscardHandler),
	}
	r := newReadiness()
	red := func() string {
		rec := httptest.NewRecorder()
		r.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/ready", nil))
		if rec.Code == http.StatusOK {
			return ""
		}
		return rec.Body.String()
	}
	assert.Equal(t, "Slack was not reached yet.\n", red())
	var reasons []string
	looks := []error{context.DeadlineExceeded, nil}
	require.NoError(t, workspace.FailNext("auth.test", 2, slacksim.Named(slacksim.Fails)))
	chat, err := reach(t.Context(), config, func(*slack.Slack) error {
		reasons = append(reasons, red())
		e := looks[0]
		looks = looks[1:]
		return e
	}, r, 1)
	require.NoError(t, err)
	assert.Equal(t, []string{
		"Slack cannot be reached; it is tried again until it can: slack: it cannot be reached: slack server error: 500 Internal Server Error\n",
		"Slack cannot be reached; it is tried again until it can: context deadline exceeded\n",
	}, reasons)
	assert.Equal(t, "There is no open socket to Slack. It is tried again all the time.\n", red())
	assert.Zero(t, chat.Sockets())

	config.BotToken = "xoxb-wrong"
	_, err = reach(t.Context(), config, nil, r, 1)
	require.EqualError(t, err, "slack: the bot token is not accepted: auth.test: invalid_auth; give a valid one by SLACK_BOT_TOKEN and start again")
	ctx, stop := context.WithCancel(t.Context())
	stop()
	_, err = reach(ctx, config, nil, r, 1)
	require.ErrorIs(t, err, context.Canceled)
}

// A token's file that is empty, or that cannot be read, is what is wrong: nothing is unset.
func TestATokenFileWithoutAToken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token")
	t.Setenv("SLACK_BOT_TOKEN", "")
	t.Setenv("SLACK_BOT_TOKEN_FILE", path)
	said := func() string {
		_, err := ReadSettings()
		require.Error(t, err)
		return err.Error()
	}
	assert.Contains(t, said(), "SLACK_BOT_TOKEN_FILE: open "+path)
	assert.NotContains(t, said(), "SLACK_BOT_TOKEN is not set")
	require.NoError(t, os.WriteFile(path, []byte(" \n"), 0o600))
	assert.Contains(t, said(), "the file that SLACK_BOT_TOKEN_FILE names is empty")
	assert.NotContains(t, said(), "SLACK_BOT_TOKEN is not set")
	require.NoError(t, os.WriteFile(path, []byte("xapp-1"), 0o600))
	assert.Contains(t, said(), "SLACK_BOT_TOKEN_FILE is no bot token")
}
