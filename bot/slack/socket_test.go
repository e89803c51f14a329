package slack

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/commands/words"
)

// Slack drops an acknowledgement of 20 kB without a word (slack-go,
// Client.SendCtx). An answer that is too large for one is told by a message.
func TestAnAnswerThatDoesNotFitIsToldAnotherWay(t *testing.T) {
	t.Parallel()
	told := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		told <- string(body)
	}))
	defer server.Close()
	s := chat(t)
	s.http, s.Log = server.Client(), slog.New(slog.DiscardHandler)
	h := Delivery{SlashCommand: &SlashCommand{}, From: ReplyTo{Reply: server.URL}}
	var acks []string
	e := event{arrival: arrival{frame: frame{EnvelopeID: "E-1"}, send: func(body []byte, _ time.Time) error {
		acks = append(acks, string(body))
		return nil
	}}}
	long := words.New("mistake.command", words.V{"command": words.Code(strings.Repeat("x", 21_000))})
	(&receiver{Slack: s}).acknowledge(t.Context(), e, h, Answer{Say: long})
	assert.Equal(t, []string{`{"envelope_id":"E-1"}`}, acks)
	require.Len(t, told, 1)
	assert.Contains(t, <-told, "I do not know the command")
}

func TestWhichButtonsMeanSomething(t *testing.T) {
	t.Parallel()
	click := func(action, value string) slack.InteractionCallback {
		return slack.InteractionCallback{
			Type: slack.InteractionTypeBlockActions, TriggerID: "T-1", User: slack.User{ID: "U0ANNA", TeamID: "T0QUELL"},
			ActionCallback: slack.ActionCallbacks{BlockActions: []*slack.BlockAction{{ActionID: action, Value: value}}},
		}
	}
	for _, choice := range []Button{Approve, Deny, Withdraw, LookAgain, AskAgain} {
		h, err := decodeInteraction("E-1", click(string(choice), `{"case":"Q-1","fingerprint":"f"}`))
		require.NoError(t, err)
		assert.Equal(t, &Click{Case: "Q-1", Fingerprint: "f", Button: choice, Trigger: "T-1"}, h.Click)
	}
	for _, c := range []slack.InteractionCallback{click("nuke", `{"case":"Q-1"}`), click("again", "")} {
		h, err := decodeInteraction("E-1", c)
		require.Error(t, err)
		assert.Nil(t, h.Click)
		assert.Equal(t, "U0ANNA", h.From.Person.User, "who is owed an answer")
	}
}
