package slack

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Deliveries, cards, buttons and forms of an older release are in databases and on people's
// screens: what they are called there stays, whatever it is called in Go.
func TestWhatIsStoredKeepsItsNames(t *testing.T) {
	t.Parallel()
	at := Message{Channel: "C1", TS: "1.2", Thread: "1.3"}
	for _, c := range []struct {
		value any
		want  string
	}{
		{Delivery{
			ID: "E1", From: ReplyTo{Person: ben, Channel: "C1", Reply: "https://slack.test/1"},
			SlashCommand:     &SlashCommand{Command: "quell", Text: "help", Trigger: "t1"},
			Click:            &Click{Case: "Q-1", Fingerprint: "f", Button: ActAlone, Card: at, Trigger: "t1"},
			DenyReason:       &DenyReason{Case: "Q-1", Why: "sale"},
			BreakGlassReason: &BreakGlassReason{Case: "Q-1", Fingerprint: "f", Why: "nobody"},
			FormAction:       &FormAction{Form: "F1", Command: "kill-session", Target: "cache", Things: []string{"1"}, Reason: "leaks"},
			FormSubmission:   &FormSubmission{Form: "F1", Command: "kill-session", Target: "cache", Things: []string{"1"}, Reason: "leaks"},
		}, `{"id":"E1","from":{"person":{"team":"T0QUELL","user":"U0BEN"},"channel":"C1","reply":"https://slack.test/1"},` +
			`"typed":{"command":"quell","text":"help"},` +
			`"pressed":{"case":"Q-1","fingerprint":"f","choice":"glass","card":{"Channel":"C1","TS":"1.2","Thread":"1.3"}},` +
			`"because":{"case":"Q-1","why":"sale"},"alone":{"case":"Q-1","fingerprint":"f","why":"nobody"},` +
			`"chosen":{"form":"F1","command":"kill-session","target":"cache","things":["1"],"reason":"leaks"},` +
			`"filled":{"form":"F1","command":"kill-session","target":"cache","things":["1"],"reason":"leaks"}}`},
		{ReplyTo{Person: ben, Enterprise: "E1", Channel: "C1"}, `{"person":{"team":"T0QUELL","user":"U0BEN"},"enterprise":"E1","channel":"C1"}`},
		{Click{Case: "Q-1", Card: at, Ours: true}, `{"case":"Q-1","fingerprint":"","choice":"","card":{"Channel":"C1","TS":"1.2","Thread":"1.3"},"ours":true}`},
		{buttonValue{Case: "Q-1", Fingerprint: "f"}, `{"case":"Q-1","fingerprint":"f"}`},
		{buttonValue{Form: "E1"}, `{"form":"E1"}`},
		{Click{Form: "E1", Button: OpenForm}, `{"case":"","fingerprint":"","choice":"form","form":"E1"}`},
		{
			formMetadata{Channel: "C1", Case: "Q-1", Fingerprint: "f", Form: "F1", Command: "kill-session", Target: "cache"},
			`{"channel":"C1","case":"Q-1","fingerprint":"f","form":"F1","command":"kill-session","target":"cache"}`,
		},
		{
			formMetadata{Channel: "C1", Form: "F1", Command: "kill-session", Place: "n1", PlaceOf: "cache"},
			`{"channel":"C1","form":"F1","command":"kill-session","place":"n1","place_of":"cache"}`,
		},
		{FormAction{Place: "n1", PlaceOf: "cache"}, `{"form":"","command":"","target":"","place":"n1","place_of":"cache"}`},
		{FormSubmission{Place: "n1", PlaceOf: "cache"}, `{"form":"","command":"","target":"","place":"n1","place_of":"cache","things":null,"reason":""}`},
		{at, `{"Channel":"C1","TS":"1.2","Thread":"1.3"}`},
	} {
		body, err := json.Marshal(c.value)
		require.NoError(t, err)
		assert.JSONEq(t, c.want, string(body))
	}
	assert.Equal(t, []Button{"approve", "deny", "withdraw", "look", "again", "glass", "sign", "calls"}, buttons())
	assert.Equal(t, []string{"form", "because", "glass"}, []string{pickForm, denyReasonForm, breakGlassReasonForm})
	assert.Equal(t, []string{"target", "things", "reason", "why", "list", "read-again"},
		[]string{targetField, thingsField, reasonField, whyField, listBlock, reloadAction})
}

// A delivery that an older release stored names no organization: its sender is who it says.
func TestAnOlderDeliveryIsRead(t *testing.T) {
	t.Parallel()
	var h Delivery
	require.NoError(t, json.Unmarshal([]byte(`{"id":"E1","from":{"person":{"team":"T0EMEA","user":"U0BEN"},"channel":"C1"}}`), &h))
	d := directory{home: home{"T0QUELL", "E0ACME"}}
	who, err := d.Person(t.Context(), h.From)
	require.NoError(t, err)
	assert.Equal(t, "T0EMEA/U0BEN", who.Actor())
}
