package slack

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/commands"
)

// listener notes what it is handed.
type listener struct{ heard chan Delivery }

func (l listener) Handle(_ context.Context, h Delivery, ack func(Answer)) {
	l.heard <- h
	ack(Answer{})
}

func (l listener) Search(context.Context, bot.Query) bot.Offer { return bot.Offer{} }

// hears hands an event to the bot and returns what came of it. Each event is acknowledged once.
func hears(t *testing.T, payload map[string]any) (all []Delivery) {
	t.Helper()
	body, err := json.Marshal(payload)
	require.NoError(t, err)
	acks, l := make(chan string, 2), listener{make(chan Delivery, 2)}
	r := &receiver{Slack: &Slack{link: link{Config: Config{Log: slog.New(slog.DiscardHandler)}, user: "U0QUELL"}}, handler: l}
	r.event(t.Context(), arrival{frame: frame{Type: "events_api", EnvelopeID: "E-1", Payload: body}, at: time.Now(), send: func(body []byte, _ time.Time) error {
		acks <- string(body)
		return nil
	}})
	r.handling.Wait()
	require.Len(t, acks, 1)
	assert.JSONEq(t, `{"envelope_id":"E-1"}`, <-acks)
	close(l.heard)
	for h := range l.heard {
		all = append(all, h)
	}
	return all
}

func mentioning(change map[string]any) map[string]any {
	event := map[string]any{"type": "app_mention", "user": "U0ANNA", "channel": "C0INC", "ts": "1.2", "team": "T0QUELL", "text": "<@U0QUELL> hm"}
	maps.Copy(event, change)
	return map[string]any{
		"event_id": "Ev1", "team_id": "T0QUELL", "event": event,
		"authorizations": []any{map[string]any{"enterprise_id": "E0ACME", "team_id": "T0QUELL", "user_id": "U0QUELL"}},
	}
}

// What the bot says itself, what other bots say, and what only tells of a message is no question.
func TestWhatNobodyAskedIsNotAnswered(t *testing.T) {
	t.Parallel()
	require.Len(t, hears(t, mentioning(nil)), 1)
	for name, change := range map[string]map[string]any{
		"its own":               {"user": "U0QUELL"},
		"a bot's":               {"bot_id": "B0OTHER"},
		"an edit":               {"subtype": "message_changed"},
		"a join":                {"subtype": "channel_join"},
		"edited":                {"edited": map[string]any{"user": "U0ANNA", "ts": "1.1"}},
		"in a channel":          {"type": "message", "channel_type": "channel"},
		"in a group's messages": {"type": "message", "channel_type": "mpim"},
		"another event":         {"type": "app_home_opened"},
		"nobody":                {"user": ""},
	} {
		assert.Empty(t, hears(t, mentioning(change)), name)
	}
	unnamed := mentioning(nil)
	delete(unnamed, "event_id")
	assert.Empty(t, hears(t, unnamed), "a copy of it would be answered again")
}

// Whose workspace and organization an event names: in a shared channel the author's may be another
// than that of the app, whose authorization then says nothing of them.
func TestWhoMentioned(t *testing.T) {
	t.Parallel()
	assert.Equal(t, ReplyTo{Person: commands.Person{Team: "T0QUELL", User: "U0ANNA"}, Enterprise: "E0ACME", Channel: "C0INC"}, hears(t, mentioning(nil))[0].From)
	shared := mentioning(map[string]any{"user_team": "T0PARTNER"})
	shared["is_ext_shared_channel"] = true
	assert.Equal(t, ReplyTo{Person: commands.Person{Team: "T0PARTNER", User: "U0ANNA"}, Channel: "C0INC"}, hears(t, shared)[0].From)
	plain := mentioning(map[string]any{"team": ""})
	delete(plain, "authorizations")
	assert.Equal(t, "T0QUELL", hears(t, plain)[0].From.Person.Team)
}

// Of the app's own place only the Home tab is drawn, for whoever opened it and in no channel.
func TestWhoOpenedTheirHome(t *testing.T) {
	t.Parallel()
	opened := func(tab string) map[string]any {
		return mentioning(map[string]any{"type": "app_home_opened", "channel": "D0ANNA", "tab": tab, "team": nil, "text": nil})
	}
	all := hears(t, opened("home"))
	require.Len(t, all, 1)
	assert.True(t, all[0].HomeOpened)
	assert.Equal(t, ReplyTo{Person: commands.Person{Team: "T0QUELL", User: "U0ANNA"}, Enterprise: "E0ACME", Home: true}, all[0].From)
	assert.Empty(t, hears(t, opened("messages")))
}
