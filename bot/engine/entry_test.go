package engine

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
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
