package slack

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/words"
)

// Slack drops an acknowledgement of 20 kB without a word (slack-go,
// Client.SendCtx). What does not fit is told another way.
func TestAnAnswerThatDoesNotFitIsToldAnotherWay(t *testing.T) {
	told := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		told <- string(body)
	}))
	defer server.Close()
	s := chat(t)
	s.http, s.Log = server.Client(), slog.New(slog.DiscardHandler)
	h := bot.Heard{Typed: &bot.Typed{}, From: bot.Listener{Reply: server.URL}}
	nowhere := socketmode.New(slack.New("xoxb-test"))
	s.acknowledge(t.Context(), nowhere, socketmode.Request{EnvelopeID: "E-1"}, h, words.New("mistake.command", words.V{"command": words.Code(strings.Repeat("x", 21_000))}))
	require.Len(t, told, 1)
	assert.Contains(t, <-told, "I do not know the command")
}
