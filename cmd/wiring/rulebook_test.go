package wiring

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/policy"
)

const looseRules = `
roles: {on-call: {scopes: [dcs:clients:list, dcs:clients:kill]}}
bindings: [{role: on-call, groups: [S0ONCALL]}]
rules:
  - {name: kill, commands: [kill-session], targets: [cache-prod], roles: [on-call]}
`

const strictRules = looseRules + `  - {name: never, effect: deny, commands: [kill-session], targets: [cache-prod]}
`

// register notes what becomes of a file.
type register struct {
	full    bool // the database takes nothing
	inForce []string
	spoiled []string
	mended  []string
}

func (r *register) Enforce(_ context.Context, hash, _ string) error {
	if r.full {
		return errors.New("the disk is full")
	}
	r.inForce = append(r.inForce, hash)
	return nil
}

func (r *register) AnnounceBadPolicy(_ context.Context, _ string, err error) {
	r.spoiled = append(r.spoiled, err.Error())
}

func (r *register) AnnounceMendedPolicy(_ context.Context, hash string) {
	r.mended = append(r.mended, hash)
}

// book is a rulebook on a file of its own.
func book(t *testing.T, gauge *bool) (*rulebook, func(string)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "policy.yaml")
	write := func(text string) { require.NoError(t, os.WriteFile(path, []byte(text), 0o600)) }
	write(looseRules)
	r, err := openRulebook(path, []policy.Target{{Name: "cache-prod", Kind: "dcs"}}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	r.gauge = func(good bool) { *gauge = good }
	return r, write
}

func TestThePolicyIsReadAnew(t *testing.T) {
	var good bool
	r, write := book(t, &good)
	to := &register{}
	reads := func(asked bool) {
		r.poll(t.Context(), to, asked)
	}
	look := func() { reads(false) }
	loose := r.inForce.Load().Hash()
	look()
	look()
	require.Empty(t, to.inForce, "nothing changed")

	// Half of the file is a policy too, one without its deny: it is no policy yet.
	write(strictRules)
	look()
	require.Equal(t, loose, r.inForce.Load().Hash())
	write(strictRules + "# more\n")
	look()
	require.Equal(t, loose, r.inForce.Load().Hash(), "it still changes")
	look()
	require.Len(t, to.inForce, 1)
	strict := r.inForce.Load().Hash()
	require.Equal(t, to.inForce[0], strict)
	require.True(t, good)
	look()
	require.Len(t, to.inForce, 1, "once")

	// A file with mistakes is told once, and again when somebody asks.
	write("rules: [{}]")
	look()
	look()
	look()
	require.Len(t, to.spoiled, 1)
	require.Contains(t, to.spoiled[0], "this block is empty")
	require.Equal(t, strict, r.inForce.Load().Hash())
	require.False(t, good)
	reads(true)
	require.Len(t, to.spoiled, 2)

	// So is one that is gone.
	require.NoError(t, os.Remove(r.path))
	look()
	look()
	look()
	require.Len(t, to.spoiled, 3)
	require.Equal(t, strict, r.inForce.Load().Hash())
	write(looseRules)
	reads(true)
	require.Equal(t, loose, r.inForce.Load().Hash(), "who asks is believed at once")
	require.True(t, good)
}

// A file that was mended is told once, also where it is the policy in force again.
func TestAMendedFileIsTold(t *testing.T) {
	var good bool
	r, write := book(t, &good)
	to := &register{}
	for _, text := range []string{looseRules, "rules: [{}]", looseRules, looseRules + "# more\n"} {
		write(text)
		r.poll(t.Context(), to, true)
	}
	require.Len(t, to.spoiled, 1)
	require.Equal(t, []string{to.inForce[0]}, to.mended)
}

// What cannot be recorded is not put in force, and is tried again.
func TestAPolicyThatCannotBeRecorded(t *testing.T) {
	var good bool
	r, write := book(t, &good)
	to, loose := &register{full: true}, r.inForce.Load().Hash()
	write(strictRules)
	for range 3 {
		r.poll(t.Context(), to, false)
	}
	require.Equal(t, loose, r.inForce.Load().Hash())
	to.full = false
	r.poll(t.Context(), to, false)
	require.NotEqual(t, loose, r.inForce.Load().Hash())
}

// watcher is told of each policy that comes into force.
type watcher struct{ inForce chan string }

func (w watcher) Enforce(_ context.Context, hash, _ string) error {
	w.inForce <- hash
	return nil
}

func (watcher) AnnounceBadPolicy(context.Context, string, error) {}
func (watcher) AnnounceMendedPolicy(context.Context, string)     {}

func TestAChangeIsSeenByItself(t *testing.T) {
	var good bool
	r, write := book(t, &good)
	r.every = time.Millisecond
	to := watcher{make(chan string, 1)}
	ctx, stop := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	watching.Go(func() { r.watch(ctx, nil, to) })
	write(strictRules)
	require.Equal(t, policyHash(t, r, strictRules), <-to.inForce)
	stop()
	watching.Wait()
}

func policyHash(t *testing.T, r *rulebook, text string) string {
	t.Helper()
	p, err := r.load([]byte(text))
	require.NoError(t, err)
	return p.Hash()
}

func TestWhatAMonitorReads(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := l.Addr().String()
	require.NoError(t, l.Close())
	m := newMetrics()
	require.NoError(t, m.serve(t.Context(), address, slog.New(slog.DiscardHandler)))
	read := func() string {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/metrics", nil)
		require.NoError(t, err)
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		defer func() { _ = res.Body.Close() }()
		body, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		return string(body)
	}
	assert.Contains(t, read(), "\nquell_policy_file_good 1\n")
	m.good(false)
	assert.Contains(t, read(), "\nquell_policy_file_good 0\n")
	require.Error(t, m.serve(t.Context(), address, slog.New(slog.DiscardHandler)), "the address is taken")
	require.NoError(t, m.serve(t.Context(), "", slog.New(slog.DiscardHandler)))
}
