package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/storetest"
	"quell/integrations"
)

// While HTTP was the only protocol, an exchange was stored in HTTP's words. Rows are never
// changed, so those are read for good, beside the rows of today.
func TestRowsOfAnOlderReleaseAreRead(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	storetest.Create(t, s, "Q-1")
	at := time.Date(2026, 1, 2, 3, 4, 5, 7_000_000, time.UTC)
	for i, body := range []string{
		`{"at":"2026-01-02T03:04:05.007Z","method":"GET","host":"h","path":"/v2/p/instances","query":"limit=5\u0026start=1","status":200,"ms":12,"request_id":"r-1","omitted":3}`,
		`{"at":"2026-01-02T03:04:05.007Z","method":"POST","host":"h","path":"/v2/clients/kill","body":"{\"node_id\":\"n\"}","status":204,"ms":3,"deed":true}`,
		`{"at":"2026-01-02T03:04:05.007Z","method":"DELETE","host":"h","path":"","fail":"no-answer","ms":10000,"deed":true}`,
		`{"at":"2026-01-02T03:04:05.007Z","protocol":"redis","host":"h","op":"CLIENT KILL","sent":"ID 26","answer":"1","change":true,"ms":1,"deed":true}`,
	} {
		_, err := s.Writer().ExecContext(t.Context(), `INSERT INTO exchanges (case_id, number, body) VALUES ('Q-1', $1, $2)`, i+1, body)
		require.NoError(t, err)
	}
	got, err := s.Exchanges(t.Context(), "Q-1")
	require.NoError(t, err)
	require.Equal(t, []approval.Exchange{
		{Exchange: integrations.Exchange{At: at, Host: "h", Operation: "GET /v2/p/instances?limit=5&start=1", Answer: "200", Millis: 12, RequestID: "r-1", Omitted: 3}},
		{Exchange: integrations.Exchange{At: at, Host: "h", Operation: "POST /v2/clients/kill", Sent: `{"node_id":"n"}`, Answer: "204", Change: true, Millis: 3}, OfCall: true},
		{Exchange: integrations.Exchange{At: at, Host: "h", Operation: "DELETE /", Fail: integrations.NoAnswer, Change: true, Millis: 10000}, OfCall: true},
		{Exchange: integrations.Exchange{At: at, Protocol: "redis", Host: "h", Operation: "CLIENT KILL", Sent: "ID 26", Answer: "1", Change: true, Millis: 1}, OfCall: true},
	}, got)
	require.Equal(t, integrations.HTTP, got[0].Wire())
}
