package audit_test

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/audit"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 987_654_000, time.UTC)

// vote is an entry with every field.
func vote() audit.Entry {
	return audit.Entry{
		At: noon, Actor: "T0ACME/U0BEN", Event: "approve", Case: "Q-7F3K2M", Seq: 3, From: "pending", To: "approved",
		Detail: map[string]string{"yes": "1", "reason": "a <b> & \"c\" ü\n", "fingerprint": "hfmwefyd3h"},
	}
}

// The form is fixed for ever: a record of today has to verify in ten years.
const (
	canonical = `{"at":1772366400987654,"actor":"T0ACME/U0BEN","event":"approve","case":"Q-7F3K2M","seq":3,"from":"pending","to":"approved",` +
		`"detail":{"fingerprint":"hfmwefyd3h","reason":"a <b> & \"c\" ü\n","yes":"1"}}`
	bare = `{"at":1772366400987654,"actor":"quell","event":"refused"}`
)

func TestTheCanonicalFormIsFixed(t *testing.T) {
	requireCanonical(t, canonical, vote())
	requireCanonical(t, bare, audit.Entry{At: noon, Actor: "quell", Event: "refused"})
}

func requireCanonical(t *testing.T, want string, e audit.Entry) {
	t.Helper()
	got, err := e.Canonical()
	require.NoError(t, err)
	require.Equal(t, want, string(got))
}

func TestEqualEntriesHaveEqualBytes(t *testing.T) {
	for name, change := range map[string]func(*audit.Entry){
		"in another zone":            func(e *audit.Entry) { e.At = e.At.In(time.FixedZone("", 3600)) },
		"with a monotonic clock":     func(e *audit.Entry) { now := time.Now(); e.At = now.Add(e.At.Sub(now)) },
		"finer than a microsecond":   func(e *audit.Entry) { e.At = e.At.Add(999) },
		"with a detail made anew":    func(e *audit.Entry) { e.Detail = maps.Clone(e.Detail) },
		"read back from its bytes":   func(e *audit.Entry) { *e = parsed(t, canonical) },
		"read and written two times": func(e *audit.Entry) { *e = parsed(t, canonicalOf(t, parsed(t, canonical))) },
	} {
		t.Run(name, func(t *testing.T) {
			e := vote()
			change(&e)
			requireCanonical(t, canonical, e)
		})
	}
	requireCanonical(t, bare, audit.Entry{At: noon, Actor: "quell", Event: "refused", Detail: map[string]string{}})
}

func TestDifferentEntriesHaveDifferentBytes(t *testing.T) {
	seen := map[string]string{canonical: "nothing"}
	for name, change := range map[string]func(*audit.Entry){
		"time":          func(e *audit.Entry) { e.At = e.At.Add(time.Microsecond) },
		"actor":         func(e *audit.Entry) { e.Actor = "quell" },
		"event":         func(e *audit.Entry) { e.Event = "deny" },
		"case":          func(e *audit.Entry) { e.Case = "" },
		"seq":           func(e *audit.Entry) { e.Seq = 0 },
		"from":          func(e *audit.Entry) { e.From = "" },
		"to":            func(e *audit.Entry) { e.To = "pending" },
		"detail":        func(e *audit.Entry) { e.Detail["yes"] = "2" },
		"detail less":   func(e *audit.Entry) { delete(e.Detail, "yes") },
		"detail's name": func(e *audit.Entry) { delete(e.Detail, "yes"); e.Detail["no"] = "1" },
		"no detail":     func(e *audit.Entry) { e.Detail = nil },
		"empty detail":  func(e *audit.Entry) { e.Detail["place"] = "" },
	} {
		e := vote()
		change(&e)
		body := canonicalOf(t, e)
		require.NotContains(t, seen, body, "%s makes no difference", name)
		seen[body] = name
	}
}

func TestAnEntryIsReadBack(t *testing.T) {
	require.Equal(t, vote(), parsed(t, canonical))
	require.Equal(t, audit.Entry{At: noon, Actor: "quell", Event: "refused"}, parsed(t, bare))
	require.Equal(t, time.UTC, parsed(t, bare).At.Location())
	for _, damaged := range []string{"", "[]", canonical[1:], canonical + "x", `{"at":"noon"}`} {
		_, err := audit.Parse([]byte(damaged))
		require.ErrorContains(t, err, "audit entry", "%q", damaged)
	}
}

func parsed(t *testing.T, body string) audit.Entry {
	t.Helper()
	e, err := audit.Parse([]byte(body))
	require.NoError(t, err)
	return e
}

func canonicalOf(t *testing.T, e audit.Entry) string {
	t.Helper()
	body, err := e.Canonical()
	require.NoError(t, err)
	return string(body)
}

// The chain is plain SHA-256, so that a third party can check it with any tool:
// hash = SHA-256(hash before ‖ SHA-256(canonical bytes)).
func TestALinkCanBeCheckedWithAnyTool(t *testing.T) {
	prev := audit.Hash(sha256.Sum256([]byte("the one before")))
	got, err := audit.Next(7, prev, vote())
	require.NoError(t, err)
	digest := sha256.Sum256([]byte(canonical))
	require.Equal(t, audit.Link{
		Number: 7, Body: []byte(canonical), Digest: digest, Hash: sha256.Sum256(append(prev[:], digest[:]...)),
	}, got)
	require.Equal(t, hex.EncodeToString(digest[:]), got.Digest.String())
}
