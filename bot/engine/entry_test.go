package engine

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// The record says what the protocol said, and nothing in the words of another.
func TestTheEntryOfACallSaysWhatTheProtocolSaid(t *testing.T) {
	for name, tt := range map[string]struct {
		receipt        integrations.Receipt
		status, answer string
	}{
		"HTTP":             {integrations.Receipt{Status: 204}, "204", ""},
		"another protocol": {integrations.Receipt{Answer: "1"}, "", "1"},
		"no answer":        {integrations.Receipt{}, "", ""},
	} {
		c := approval.Case{Items: []approval.Item{{Outcome: commands.Outcome{Receipt: tt.receipt}}}}
		d := detail(c, approval.CallEnded{})
		require.Equal(t, tt.status, d["status"], name)
		require.Equal(t, tt.answer, d["answer"], name)
	}
}

func TestExchangesAreRecordedByTheNameOfTheirProtocol(t *testing.T) {
	d := WithExchanges(nil, []integrations.Exchange{
		{Operation: "GET /v2/instances", Answer: "200"},
		{Protocol: "redis", Operation: "CLIENT KILL", Sent: "ID 26", Answer: "1", Change: true},
	})
	require.Equal(t, map[string]string{
		"http 001":  "00:00:00.000 GET /v2/instances → 200, 0 ms",
		"redis 002": "00:00:00.000 CLIENT KILL ID 26 → 1, 0 ms",
	}, d)
}

// The record says why a look saw nothing, and from when asking again makes sense.
func TestTheEntryOfWhatCouldNotBeHad(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	slow := words.New("vendor.throttled")
	ended := approval.Case{AskFrom: at, Items: make([]approval.Item, 1)}
	require.Equal(t, "vendor.throttled", detail(approval.Case{}, approval.Looked{Trouble: slow})["trouble"])
	require.NotContains(t, detail(approval.Case{}, approval.Looked{}), "trouble")
	require.Equal(t, map[string]string{"why": "vendor.throttled", "ask_from": "2026-01-02T03:04:05Z"}, detail(ended, approval.Postponed{Why: slow}))
	require.Equal(t, "2026-01-02T03:04:05Z", detail(ended, approval.CallEnded{})["ask_from"])
	require.Nil(t, detail(approval.Case{}, approval.Postponed{}))
}
