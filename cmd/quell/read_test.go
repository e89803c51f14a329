package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/audit"
	"quell/bot/engine"
	"quell/integrations"
)

// A line of the record shows what went over the wire, by whatever protocol.
func TestALineOfTheRecordShowsEachProtocol(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	e := audit.Entry{At: at, Actor: "quell", Event: "answer", Case: "Q-1", From: "running", To: "verifying", Detail: engine.WithExchanges(
		map[string]string{"done": "answered", "answer": "1"}, []integrations.Exchange{
			{At: at, Protocol: "redis", Operation: "CLIENT LIST", Sent: "ID 26", Answer: "ok", Millis: 1},
			{At: at, Protocol: "redis", Operation: "CLIENT KILL", Sent: "ID 26", Answer: "1", Millis: 1, Change: true},
		})}
	body, err := e.Canonical()
	require.NoError(t, err)
	require.Equal(t, "     7  2026-01-02 03:04:05.000  quell          answer      running → verifying  answer=1  done=answered"+
		"  redis 001=03:04:05.000 CLIENT LIST ID 26 → ok, 1 ms  redis 002=03:04:05.000 CLIENT KILL ID 26 → 1, 1 ms",
		line(audit.Link{Number: 7, Body: body}, func(s string) string { return s }))
}
