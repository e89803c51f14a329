package slack

import (
	"context"
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/store"
	"quell/commands"
)

// acts hands an interaction to the bot and returns what came of it.
func acts(t *testing.T, payload string) []Delivery {
	t.Helper()
	s := &Slack{link: link{Config: Config{Log: slog.New(slog.DiscardHandler)}, user: "U0QUELL"}}
	s.permalinks = newPermalinks("https://acme.slack.com/", noCard)
	l, acked := listener{make(chan Delivery, 2)}, make(chan bool, 2)
	r := &receiver{Slack: s, handler: l}
	r.event(t.Context(), arrival{frame: frame{Type: "interactive", EnvelopeID: "E-1", Payload: []byte(payload)}, at: time.Now(), send: func([]byte, time.Time) error {
		acked <- true
		return nil
	}})
	r.handling.Wait()
	require.Len(t, acked, 1)
	close(l.heard)
	var all []Delivery
	for h := range l.heard {
		all = append(all, h)
	}
	return all
}

const runner = `"user":{"id":"U0ANNA","team_id":"T0QUELL"},"team":{"id":"T0QUELL","domain":"acme"},"trigger_id":"1.2.x"`

func TestAMessageShortcutBringsTheAlert(t *testing.T) {
	t.Parallel()
	h := acts(t, `{"type":"message_action","callback_id":"act-on-alert",`+runner+`,"channel":{"id":"C0INC","name":"inc"},
		"message_ts":"1700000000.000100","response_url":"https://hooks.example/1","message":{"ts":"1700000000.000100","thread_ts":"1699999999.000100","text":"down"}}`)
	require.Len(t, h, 1)
	assert.Equal(t, &Shortcut{
		Alert: true, Text: "down", Trigger: "1.2.x",
		Link: "https://acme.slack.com/archives/C0INC/p1700000000000100?thread_ts=1699999999.000100&cid=C0INC",
	}, h[0].Shortcut)
	assert.Equal(t, ReplyTo{Person: commands.Person{Team: "T0QUELL", User: "U0ANNA"}, Channel: "C0INC", Reply: "https://hooks.example/1"}, h[0].From)
	stored, err := json.Marshal(h[0])
	require.NoError(t, err)
	assert.NotContains(t, string(stored), "1.2.x", "a trigger_id is not kept")
}

func TestAGlobalShortcutNamesNoChannel(t *testing.T) {
	t.Parallel()
	h := acts(t, `{"type":"shortcut","callback_id":"stop-something",`+runner+`,"action_ts":"1.3"}`)
	require.Len(t, h, 1)
	assert.Equal(t, &Shortcut{Trigger: "1.2.x"}, h[0].Shortcut)
	assert.Empty(t, h[0].From.Channel)
	for _, other := range []string{"another", ""} {
		h := acts(t, `{"type":"shortcut","callback_id":"`+other+`",`+runner+`}`)
		require.Len(t, h, 1, "whoever ran it is owed an answer")
		assert.Nil(t, h[0].Shortcut)
	}
}

// An alert is a text, or blocks, or attachments; what is in a button or behind a link nobody reads.
func TestWhatAnAlertSays(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		message string
		sure    []string
	}{
		"a text with a link that Slack made": {`{"text":"<http://10.0.0.1:80|10.0.0.1:80> &lt;down&gt; <@U0BEN> <!here>"}`, []string{"10.0.0.1:80"}},
		"an attachment's fields":             {`{"text":"","attachments":[{"title":"Hangs","fields":[{"title":"Task ID","value":"4711"},{"title":"Agent","value":"osaka-01"}]}]}`, []string{"4711", "osaka-01"}},
		"a section's fields":                 {`{"blocks":[{"type":"section","fields":[{"type":"mrkdwn","text":"*Client:* ` + "`10.0.0.1:80`" + `"}]}]}`, []string{"10.0.0.1:80"}},
		"rich text":                          {`{"blocks":[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"at "},{"type":"text","text":"10.0.0.","style":{"bold":true}},{"type":"text","text":"1:80"}]}]}]}`, []string{"10.0.0.1:80"}},
		"blocks in an attachment":            {`{"attachments":[{"blocks":[{"type":"context","elements":[{"type":"mrkdwn","text":"10.0.0.1:80"}]}]}]}`, []string{"10.0.0.1:80"}},
		"a button's value":                   {`{"blocks":[{"type":"actions","elements":[{"type":"button","value":"10.0.0.1:80","text":{"type":"plain_text","text":"10.0.0.2:80"}}]}]}`, nil},
		"a link's address":                   {`{"text":"<http://10.0.0.1:80/x|dashboard>"}`, nil},
		"nothing":                            {`{}`, nil},
		"no message":                         {`[]`, nil},
		"odd parts":                          {`{"text":"10.0.0.1:80","blocks":[null,7,"x",{"type":"section","text":null},{"elements":{}}],"attachments":[{}]}`, []string{"10.0.0.1:80"}},
	} {
		assert.Equal(t, c.sure, commands.ReadAlert(alertText([]byte(c.message))).Sure, name)
	}
}

func noCard(context.Context, string) (store.Card, error) { return "", store.ErrNotFound }
