package wiring

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/engine"
	"quell/bot/slacksim"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy/strictyaml"
)

// A target that is left out has a client all the same, where its mistake is another. No
// caller gets it, so nobody else could close it.
func TestATargetThatIsLeftOutIsClosed(t *testing.T) {
	closed := map[string]int{}
	toy := kind{Profile: integrations.Profile{Kind: "toy"}, byHand: func(strictyaml.Part) words.Message { return words.Message{} }, make: func(part strictyaml.Part, m *strictyaml.Mistakes, _ Makings) engine.Target {
		var f struct {
			common `yaml:",inline"`
			Word   text `yaml:"word"`
		}
		before := m.Len()
		part.Load(m, &f)
		return made(part, m, before, nil, engine.Target{Actions: map[string]engine.Action{}, Close: func() error {
			closed[f.Word.Value]++
			return nil
		}})
	}}
	file := `targets:
  good: {kind: toy, word: good}
  unknown-key: {kind: toy, word: unknown-key, wort: x}
  unreadable: {kind: toy, word: unreadable, patience: '10m '}
  another-kind: {kind: tox, word: another-kind}
`
	targets, all, err := loadTargets([]kind{toy}, "quell.yaml", []byte(file), Makings{})
	require.Error(t, err)
	require.Len(t, all, 4)
	require.Len(t, targets, 1)
	require.Equal(t, map[string]int{"unknown-key": 1, "unreadable": 1}, closed)
	require.NoError(t, shutAll(targets))
	require.Equal(t, map[string]int{"good": 1, "unknown-key": 1, "unreadable": 1}, closed)
}

// connections are those of a server.
type connections struct {
	mu   sync.Mutex
	open map[net.Conn]bool
	none chan struct{} // has one whenever the last was closed
}

// vendor refuses all and counts its connections.
func (c *connections) vendor(t *testing.T) *httptest.Server {
	c.open, c.none = map[net.Conn]bool{}, make(chan struct{}, 100)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	s.Config.ConnState = func(conn net.Conn, state http.ConnState) {
		c.mu.Lock()
		defer c.mu.Unlock()
		switch state {
		case http.StateNew:
			c.open[conn] = true
		case http.StateClosed:
			delete(c.open, conn)
			if len(c.open) == 0 {
				c.none <- struct{}{}
			}
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s
}

// ended waits for the last to be closed.
func (c *connections) ended(t *testing.T) {
	t.Helper()
	select {
	case <-c.none:
	case <-time.After(20 * time.Second):
		require.FailNow(t, "a connection is still open")
	}
}

func (c *connections) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.open)
}

// fiveTargets are one of each kind over HTTP at one address.
const fiveTargets = `targets:
  cache-prod: {kind: dcs, endpoint: ENDPOINT, project_id: 0123456789abcdef0123456789abcdef, instance_id: 8f7ee181-88e2-49b7-a4bf-81f18f93a135, access_key: env:FAKE_KEY, secret_key: env:FAKE_KEY}
  transfers: {kind: hulft, endpoint: ENDPOINT/api/v2, contract: acme, api_key: env:FAKE_KEY, time_zone: Asia/Tokyo}
  nightly: {kind: jp1ao, endpoint: ENDPOINT, user: yuki, password: env:FAKE_KEY}
  lakehouse: {kind: fabric, endpoint: ENDPOINT, project_id: 0123456789abcdef0123456789abcdef, workspace_id: 3f0c7b62-5a41-4e0c-9d36-51d1f8a1c2e4, access_key: env:FAKE_KEY, secret_key: env:FAKE_KEY}
  orders: {kind: taurusdb, endpoint: ENDPOINT, project_id: 0483b6b16e954cb88930a360d2c4e663, instance_id: 61a4ea66210545909d74a05c27a7179ein07, access_key: env:FAKE_KEY, secret_key: env:FAKE_KEY}
`

func targetsAt(endpoint string) []byte {
	return []byte(strings.ReplaceAll(fiveTargets, "ENDPOINT", endpoint))
}

func TestAClosedTargetKeepsNoConnection(t *testing.T) {
	t.Setenv("FAKE_KEY", "fake-key")
	for _, name := range []string{"cache-prod", "transfers", "nightly", "lakehouse", "orders"} {
		t.Run(name, func(t *testing.T) {
			var c connections
			targets, _, err := LoadTargets("quell.yaml", targetsAt(c.vendor(t).URL), Makings{Now: time.Now, Limiter: open{}})
			require.NoError(t, err)
			for _, action := range targets[name].Actions {
				_, err := action.List(t.Context(), "")
				require.Error(t, err)
			}
			require.Equal(t, 1, c.count(), "it is kept for the next read")
			require.NoError(t, targets[name].Close())
			c.ended(t)
		})
	}
}

// A program closes its targets once, when no room makes a call any more, and before the
// store.
func TestAProgramEndsByClosingItsTargets(t *testing.T) {
	t.Setenv("FAKE_KEY", "fake-key")
	workspace := slacksim.New(slacksim.Acme())
	t.Cleanup(workspace.Close)
	chat := httptest.NewServer(workspace.Handler())
	t.Cleanup(chat.Close)
	var c connections
	dir, acme := t.TempDir(), slacksim.Acme()
	settings := Settings{
		AppToken: integrations.Secret(acme.AppToken), BotToken: integrations.Secret(acme.BotToken), APIURL: chat.URL + "/api/",
		Targets: filepath.Join(dir, "quell.yaml"), Policy: filepath.Join(dir, "policy.yaml"), Database: "sqlite:" + filepath.Join(dir, "data"),
	}
	require.NoError(t, os.WriteFile(settings.Targets, targetsAt(c.vendor(t).URL), 0o600))
	require.NoError(t, os.WriteFile(settings.Policy, []byte(looseRules), 0o600))
	ctx, cancel := context.WithCancel(t.Context())
	p, err := Start(ctx, settings, slog.New(slog.DiscardHandler), Seams{})
	require.NoError(t, err)
	closed := 0
	nightly := p.targets["nightly"]
	end := nightly.Close
	nightly.Close = func() error {
		closed++
		_, err := p.store.Recent(context.Background(), 1)
		assert.NoError(t, err, "the store is still open")
		return end()
	}
	p.targets["nightly"] = nightly
	_, err = nightly.Actions["stop-task"].List(ctx, "")
	require.Error(t, err)
	require.Equal(t, 1, c.count())

	cancel()
	_ = p.Run(ctx)
	c.ended(t)
	require.Equal(t, 1, closed)
}

// open is a limiter that has room for all.
type open struct{}

func (open) Take(context.Context, time.Time, integrations.Limit, integrations.Use) (integrations.NoRoom, error) {
	return integrations.NoRoom{}, nil
}

func (open) Ban(context.Context, string, time.Time) error { return nil }
