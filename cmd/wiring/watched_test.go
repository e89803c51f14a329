package wiring

import (
	"context"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"maps"
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
	"quell/commands"
	"quell/commands/words"
	"quell/integrations/sim"
	"quell/policy"
)

// heard keeps what systems were sent, over whatever protocol.
type heard struct {
	mu  sync.Mutex
	all strings.Builder
}

func (h *heard) keep(text string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all.WriteString(text)
}

// take is what came since.
func (h *heard) take() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	text := h.all.String()
	h.all.Reset()
	return text
}

// overHTTP refuses everything.
func (h *heard) overHTTP(t *testing.T) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h.keep(fmt.Sprint(r.Header, string(body)))
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// overRedis hears what a client logs in with, and hangs up.
func (h *heard) overRedis(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var serving sync.WaitGroup
	t.Cleanup(func() { _ = l.Close(); serving.Wait() })
	serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			first := make([]byte, 1000)
			n, _ := conn.Read(first)
			h.keep(string(first[:n]))
			_ = conn.Close()
		}
	})
	return "redis://" + l.Addr().String()
}

// rotation is a program's targets, and the files that they are made of.
type rotation struct {
	t       *testing.T
	dir     string
	systems *engine.Systems
	files   []*watched
	logged  strings.Builder
}

// rotating makes the targets of a file, in which $DIR is the folder of the credentials.
func rotating(t *testing.T, file string, credentials map[string]string) *rotation {
	t.Helper()
	r, err := beginning(t, file, credentials)
	require.NoError(t, err)
	return r
}

// beginning is rotating, with the mistakes for which targets are left out.
func beginning(t *testing.T, file string, credentials map[string]string) (*rotation, error) {
	t.Helper()
	r := &rotation{t: t, dir: t.TempDir()}
	for name, text := range credentials {
		r.write(name, text)
	}
	var sources []source
	mk := Makings{Now: time.Now, Limiter: open{}, Sourced: func(s source) { sources = append(sources, s) }}
	targets, _, err := LoadTargets("quell.yaml", []byte(strings.ReplaceAll(file, "$DIR", r.dir)), mk)
	t.Cleanup(func() { assert.NoError(t, shutAll(targets)) })
	r.systems = engine.NewSystems(targets, time.Now)
	r.files = credentialFiles(sources, r.systems, time.Now)
	return r, err
}

func (r *rotation) write(name, text string) {
	require.NoError(r.t, os.WriteFile(filepath.Join(r.dir, name), []byte(text), 0o600))
}

// polls looks at the files so often, and returns what was logged.
func (r *rotation) polls(n int) string {
	r.logged.Reset()
	for range n {
		for _, f := range r.files {
			f.poll(r.t.Context(), slog.New(slog.NewTextHandler(&r.logged, nil)))
		}
	}
	return r.logged.String()
}

func (r *rotation) action(target string) engine.Action {
	t, ok := r.systems.Target(target)
	require.True(r.t, ok)
	for a := range maps.Values(t.Actions) {
		return a
	}
	r.t.Fatal("no action on ", target)
	return nil
}

// A credential that its file has by now is what the next look proves itself by, whoever the
// vendor is. What was begun with the one from before goes on with that.
func TestAnotherCredentialInTheFile(t *testing.T) {
	t.Parallel()
	var h heard
	address := h.overHTTP(t)
	r := rotating(t, `targets:
  dcs: {kind: dcs, region: cn-north-4, endpoint: `+address+`, project_id: p, instance_id: 61a4ea66210545909d74a05c27a7179ein07, access_key: file:$DIR/dcs, secret_key: file:$DIR/secret}
  fabric: {kind: fabric, region: cn-north-4, endpoint: `+address+`, project_id: p, workspace_id: w, access_key: file:$DIR/fabric, secret_key: file:$DIR/secret}
  taurusdb: {kind: taurusdb, region: cn-north-4, endpoint: `+address+`, iam_endpoint: `+address+`, project_id: p, instance_id: 61a4ea66210545909d74a05c27a7179ein07, user: quell, domain: acme, password: file:$DIR/taurusdb}
  hulft: {kind: hulft, endpoint: `+address+`, api_key: file:$DIR/hulft}
  jp1ao: {kind: jp1ao, endpoint: `+address+`, user: quell, password: file:$DIR/jp1ao}
  redis: {kind: redis, endpoint: `+h.overRedis(t)+`, user: quell, password: file:$DIR/redis}
`, map[string]string{
		"dcs": "old-dcs", "fabric": "old-fabric", "taurusdb": "old-taurusdb", "hulft": "old-hulft", "jp1ao": "old-jp1ao", "redis": "old-redis", "secret": "old-secret",
	})
	sent := func(a engine.Action) string {
		_, err := a.List(t.Context(), "")
		require.Error(t, err)
		text := h.take()
		if _, basic, ok := strings.Cut(text, "Basic "); ok {
			plain, _ := base64.StdEncoding.DecodeString(strings.TrimRight(strings.Fields(basic)[0], "]"))
			text = string(plain)
		}
		return text
	}
	for _, target := range []string{"dcs", "fabric", "taurusdb", "hulft", "jp1ao", "redis"} {
		before := r.action(target)
		require.Contains(t, sent(before), "old-"+target, target)
		r.write(target, "new-"+target+"\n")
		require.Empty(t, r.polls(1), "it may be half written")
		require.Contains(t, sent(r.action(target)), "old-"+target, target)
		require.Contains(t, r.polls(1), `level=INFO msg="another credential is in use" from=`+target+"\n")
		require.Contains(t, sent(r.action(target)), "new-"+target, target)
		if target != "jp1ao" && target != "taurusdb" { // whose refused password rests
			require.Contains(t, sent(before), "old-"+target, "a call is made with what its look was made with")
		}
		require.Empty(t, r.polls(3))
	}
}

// Whoever looks between two polls looks with what the file holds by then. What was refused is
// not tried by each look.
func TestACredentialThatChangesBetweenTwoPolls(t *testing.T) {
	t.Parallel()
	var h heard
	r := rotating(t, "targets:\n  transfers: {kind: hulft, endpoint: "+h.overHTTP(t)+", api_key: file:$DIR/key}\n", map[string]string{"key": "one"})
	r.systems.Refresh = refresh(t.Context(), r.files, slog.New(slog.NewTextHandler(&r.logged, nil)))
	sent := func() string {
		_, err := r.systems.List(t.Context(), new(policy.Policy), "transfers", "disconnect-agent", "")
		require.Error(t, err)
		return h.take()
	}
	require.Contains(t, sent(), "Bearer one")
	r.write("key", "two words")
	for range 3 {
		require.Contains(t, sent(), "Bearer one")
	}
	require.Equal(t, 1, strings.Count(r.logged.String(), "level=ERROR"))
	r.write("key", "two")
	require.Contains(t, sent(), "Bearer two")
	require.NoError(t, os.Remove(filepath.Join(r.dir, "key")))
	require.Contains(t, sent(), "Bearer two")
	require.Equal(t, 1, strings.Count(r.logged.String(), "level=ERROR"), "a file that is away is told of by the polls")
}

// Two files of one pair are written one after the other, however long that takes. Whoever looks in
// between does not look with half of each; where only one is to be another, a poll takes it.
func TestAPairOfFilesOfWhichOneIsWritten(t *testing.T) {
	t.Parallel()
	var h heard
	r := rotating(t, "targets:\n  transfers: {kind: hulft, endpoint: "+h.overHTTP(t)+", api_key: file:$DIR/key, read_key: file:$DIR/read}\n",
		map[string]string{"key": "key-one", "read": "read-one"})
	r.systems.Refresh = refresh(t.Context(), r.files, slog.New(slog.NewTextHandler(&r.logged, nil)))
	sent := func() string {
		_, err := r.systems.List(t.Context(), new(policy.Policy), "transfers", "disconnect-agent", "")
		require.Error(t, err)
		return h.take()
	}
	r.write("read", "read-two")
	for range 3 {
		require.Contains(t, sent(), "Bearer read-one")
	}
	r.write("key", "key-two")
	require.Contains(t, sent(), "Bearer read-two")
	require.Equal(t, 1, strings.Count(r.logged.String(), "another credential is in use"))
	r.write("read", "read-three")
	require.Contains(t, sent(), "Bearer read-two")
	require.Contains(t, r.polls(2), "another credential is in use")
	require.Contains(t, sent(), "Bearer read-three")
}

// A file that cannot be read or used keeps what was before, and says so once; what is mended is
// taken.
func TestACredentialThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	var h heard
	r := rotating(t, "targets:\n  transfers: {kind: hulft, endpoint: "+h.overHTTP(t)+", api_key: file:$DIR/key}\n", map[string]string{"key": "one"})
	path := filepath.Join(r.dir, "key")
	health := func() string { return r.systems.Health("transfers").ID }
	same := func() {
		t.Helper()
		_, err := r.action("transfers").List(t.Context(), "")
		require.Error(t, err)
		require.Contains(t, h.take(), "Bearer one")
	}
	require.Equal(t, "health.unread", health())
	require.NoError(t, os.Remove(path))
	require.Empty(t, r.polls(1), "it may be about to be replaced")
	said := r.polls(5)
	require.Equal(t, 1, strings.Count(said, "\n"), said)
	require.Contains(t, said, `level=ERROR msg="a file with a credential cannot be read; the one from before stays" from=transfers`)
	require.Equal(t, "health.stale", health())
	same()
	for text, why := range map[string]string{"": "the file of the credential is empty", "two words": "in one word"} {
		r.write("key", text)
		said = r.polls(5)
		require.Equal(t, 1, strings.Count(said, "\n"), said)
		require.Contains(t, said, `level=ERROR msg="a file has another credential, which cannot be used; the one from before stays" from=transfers`)
		require.Contains(t, said, why)
		require.NotContains(t, said, "two words")
		require.Equal(t, "health.stale", health())
		same()
	}
	r.write("key", "one")
	require.Empty(t, r.polls(2))
	require.NotEqual(t, "health.stale", health())
	r.write("key", "two")
	require.Contains(t, r.polls(2), "another credential is in use")
	require.NotEqual(t, "health.stale", health())
}

// Another authority is trusted once its file has it, and a login begins anew.
func TestAnotherAuthorityInTheFile(t *testing.T) {
	t.Parallel()
	vendor := sim.NewJP1AO(sim.Nightly())
	t.Cleanup(vendor.Close)
	server := httptest.NewTLSServer(vendor)
	t.Cleanup(server.Close)
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	r := rotating(t, "targets:\n  nightly: {kind: jp1ao, endpoint: "+server.URL+", user: quell, password: file:$DIR/password, ca_file: $DIR/ca}\n",
		map[string]string{"password": sim.Nightly().Password, "ca": string(authority)})
	look := func() error {
		_, err := r.action("nightly").List(context.WithoutCancel(t.Context()), "")
		return err
	}
	require.NoError(t, look())
	r.write("ca", "no certificate")
	require.Contains(t, r.polls(2), "holds no certificate in PEM form")
	require.NoError(t, look())
	vendor.ChangePassword("another-password")
	vendor.Logout()
	require.Error(t, look())
	r.write("ca", string(authority))
	r.write("password", "another-password")
	require.Contains(t, r.polls(2), "another credential is in use")
	require.NoError(t, look(), "nothing of the login from before rests")
}

// While another credential comes into use, a case goes on with the one before: what it holds at the
// vendor is held against the next client's looks too.
func TestWhatIsHeldWhileACredentialChanges(t *testing.T) {
	t.Parallel()
	cfg := sim.CacheProd()
	cfg.ScanTime = 50 * time.Millisecond
	vendor := sim.NewDCS(cfg)
	t.Cleanup(vendor.Close)
	server := httptest.NewTLSServer(vendor)
	t.Cleanup(server.Close)
	authority := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	r := rotating(t, "targets:\n  cache: {kind: dcs, region: cn-north-4, endpoint: "+server.URL+", project_id: "+cfg.ProjectID+", instance_id: "+cfg.InstanceID+
		", access_key: file:$DIR/key, secret_key: file:$DIR/secret, ca_file: $DIR/ca}\n",
		map[string]string{"key": cfg.AccessKey, "secret": cfg.SecretKey, "ca": authority})
	before := r.action("cache")
	p, err := before.Plan(t.Context(), commands.Request{Command: "kill-session", Target: "cache", Things: []string{"10.63.238.158:2048"}})
	require.NoError(t, err)
	held, release := before.(engine.Holder).Hold(t.Context(), p)
	_, err = before.Look(held, p)
	require.NoError(t, err)
	scans := func(calls []sim.Call) (n int) {
		for _, c := range calls {
			if c.Op == sim.ScanClients {
				n++
			}
		}
		return n
	}
	were := scans(vendor.Calls())

	r.write("ca", authority+authority)
	require.Contains(t, r.polls(2), "another credential is in use")
	looked := make(chan error, 1)
	go func() {
		_, err := r.action("cache").List(t.Context(), p.Place)
		looked <- err
	}()
	within, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	require.Error(t, vendor.Wait(within, func(s *sim.State) bool { return scans(s.Calls) > were }), "a look began under the hold")
	_, err = before.Act(held, p.Items[0])
	require.NoError(t, err)
	release()
	require.NoError(t, <-looked)
}

// What is said of a target whose credentials are those from before.
func TestStaleCredentialsAreSaid(t *testing.T) {
	t.Parallel()
	systems := engine.NewSystems(map[string]engine.Target{"a": {Name: "a"}}, time.Now)
	systems.Stale("a", true)
	require.Equal(t, words.New("health.stale", words.V{"health": words.Say(words.New("health.unread"))}), systems.Health("a"))
	systems.Stale("a", false)
	require.Equal(t, words.New("health.unread"), systems.Health("a"))
}

// A target that could not be made at the start, for its credential was missing or none, is served
// once its file has one, and what is wrong until then is told once.
func TestACredentialThatComesAfterTheStart(t *testing.T) {
	t.Parallel()
	var h heard
	address := h.overHTTP(t)
	r, err := beginning(t, `targets:
  missing: {kind: hulft, endpoint: `+address+`, contract: a, api_key: file:$DIR/missing}
  empty: {kind: hulft, endpoint: `+address+`, contract: b, api_key: file:$DIR/empty, labels: {env: prod}}
  none: {kind: hulft, endpoint: `+address+`, contract: c, api_key: file:$DIR/none}
`, map[string]string{"empty": " ", "none": "two words"})
	for _, why := range []string{"2:", "the credential cannot be read", "3:", "the file of the credential is empty", "4:", "in one word"} {
		require.ErrorContains(t, err, why)
	}
	require.Empty(t, r.systems.Names(""))
	require.Empty(t, r.polls(3), "it was told at the start")
	for _, target := range []string{"missing", "empty", "none"} {
		r.write(target, "still none")
		said := r.polls(4)
		require.Equal(t, 1, strings.Count(said, "\n"), said)
		require.Contains(t, said, `level=ERROR msg="a target is still left out" from=`+target)
		require.Contains(t, said, "in one word")
		r.write(target, "key-"+target)
		require.Empty(t, r.polls(1))
		require.Contains(t, r.polls(1), `level=INFO msg="a target that was left out is served" from=`+target+"\n")
		_, err := r.action(target).List(t.Context(), "")
		require.Error(t, err)
		require.Contains(t, h.take(), "Bearer key-"+target)
		r.write(target, "two words")
		require.Contains(t, r.polls(2), "the one from before stays")
		r.write(target, "key-"+target)
		require.Empty(t, r.polls(2))
	}
	require.Equal(t, "prod", r.systems.Named("empty").Labels["env"])
}

// What is wrong with a target besides what its files hold is not mended by them.
func TestATargetThatItsFilesDoNotMend(t *testing.T) {
	t.Parallel()
	for name, lines := range map[string]string{
		"odd to read":        "  transfers:\n    kind: hulft\n    agent: &osaka x\n    api_key: file:$DIR/key\n",
		"act of no meaning":  "  transfers: {kind: hulft, act: perhaps, api_key: file:$DIR/key}\n",
		"another's contract": "  other: {kind: hulft, contract: a, api_key: file:$DIR/other}\n  transfers: {kind: hulft, contract: b, api_key: file:$DIR/other, read_key: file:$DIR/key}\n",
	} {
		r, err := beginning(t, "targets:\n"+lines, map[string]string{"key": "one", "other": "two"})
		require.Error(t, err, name)
		r.write("key", "three")
		r.polls(3)
		require.NotContains(t, r.systems.Names(""), "transfers", name)
	}
}
