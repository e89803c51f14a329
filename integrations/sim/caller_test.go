package sim_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/integrations/sim"
)

const (
	project  = "/v2/0123456789abcdef0123456789abcdef"
	instance = project + "/instances/8f7ee181-88e2-49b7-a4bf-81f18f93a135"
	clients  = instance + "/clients"
	kill     = clients + "/kill"
	jobs     = project + "/jobs/"

	master = "8f7ee181-88e2-49b7-a4bf-81f18f93a135"
	slave  = "ff80808189bf92a50189d330303b77ab"
	stuck  = "10.63.238.158:2048" // the peer of the session that hangs in brpop
)

// clock is a time that moves only when it is told to.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) forward(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(by)
}

// caller calls a vendor as a client would that has read the documents.
type caller struct {
	t      *testing.T
	vendor *sim.DCS
	cfg    sim.DCSConfig
	clock  *clock
	base   string
}

// cacheProd starts the default instance with a clock of the test's own.
func cacheProd(t *testing.T, change ...func(*sim.DCSConfig)) *caller {
	t.Helper()
	time := newClock()
	cfg := sim.CacheProd()
	cfg.Now = time.now
	for _, f := range change {
		f(&cfg)
	}
	vendor := sim.NewDCS(cfg)
	server := httptest.NewServer(vendor)
	t.Cleanup(server.Close)
	t.Cleanup(vendor.Close) // before the server's, which waits for calls that hang
	return &caller{t: t, vendor: vendor, cfg: cfg, clock: time, base: server.URL}
}

// reply is what came back; err is set if no whole answer did.
type reply struct {
	status int
	header http.Header
	text   string
	err    error
}

func (r reply) json(t *testing.T) map[string]any {
	t.Helper()
	var body map[string]any
	require.NoError(t, json.Unmarshal([]byte(r.text), &body), r.text)
	return body
}

func (r reply) code(t *testing.T) any { return r.json(t)["error_code"] }

func (c *caller) get(pathAndQuery string) reply { return c.call(http.MethodGet, pathAndQuery, "") }

func (c *caller) post(path, body string) reply { return c.call(http.MethodPost, path, body) }

func (c *caller) call(method, pathAndQuery, body string) reply {
	c.t.Helper()
	return c.send(c.request(c.t.Context(), method, pathAndQuery, body))
}

// request is signed with the instance's key.
func (c *caller) request(ctx context.Context, method, pathAndQuery, body string) *http.Request {
	c.t.Helper()
	r, err := http.NewRequestWithContext(ctx, method, c.base+pathAndQuery, strings.NewReader(body))
	require.NoError(c.t, err)
	if body != "" {
		r.Header.Set("Content-Type", "application/json;charset=UTF-8")
	}
	sign(r, body, c.cfg, c.clock.now())
	return r
}

func (c *caller) send(r *http.Request) reply {
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return reply{err: err}
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return reply{status: res.StatusCode, header: res.Header, text: string(text), err: err}
}

// sign covers plain paths and sorted queries, which is all these tests send.
func sign(r *http.Request, body string, cfg sim.DCSConfig, now time.Time) {
	date := now.UTC().Format("20060102T150405Z")
	r.Header.Set("X-Sdk-Date", date)
	headers, names := "x-sdk-date:"+date+"\n", "x-sdk-date"
	if cfg.SecurityToken != "" {
		r.Header.Set("X-Security-Token", cfg.SecurityToken)
		headers, names = headers+"x-security-token:"+cfg.SecurityToken+"\n", names+";x-security-token"
	}
	canonical := strings.Join([]string{r.Method, r.URL.Path + "/", r.URL.Query().Encode(), headers, names, digest(body)}, "\n")
	mac := hmac.New(sha256.New, []byte(cfg.SecretKey))
	mac.Write([]byte("SDK-HMAC-SHA256\n" + date + "\n" + digest(canonical)))
	r.Header.Set("Authorization", "SDK-HMAC-SHA256 Access="+cfg.AccessKey+
		", SignedHeaders="+names+", Signature="+hex.EncodeToString(mac.Sum(nil)))
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// scan looks at the master anew and waits, by the test's clock, until it is done.
func (c *caller) scan() {
	c.t.Helper()
	res := c.post(clients, `{"node_id":"`+master+`","clean_cache":true}`)
	require.Equal(c.t, http.StatusOK, res.status, res.text)
	c.clock.forward(c.cfg.ScanTime)
}

// listed returns the peers that ListClients shows on the master.
func (c *caller) listed() []string {
	c.t.Helper()
	res := c.get(clients + "?limit=1000&node_id=" + master)
	require.Equal(c.t, http.StatusOK, res.status, res.text)
	return peersIn(c.t, res)
}

func peersIn(t *testing.T, res reply) []string {
	t.Helper()
	peers := []string{}
	for _, one := range res.json(t)["clients"].([]any) {
		peer, _ := one.(map[string]any)["peer"].(string)
		peers = append(peers, peer)
	}
	return peers
}

// live returns the peers that are connected in truth.
func (c *caller) live() []string {
	var peers []string
	for _, s := range c.vendor.Sessions() {
		peers = append(peers, s.Peer)
	}
	return peers
}

func (c *caller) killStuck() reply {
	c.t.Helper()
	return c.post(kill, `{"node_id":"`+master+`","client_addrs":["`+stuck+`"]}`)
}

// eventually waits until ok is true of the vendor.
func (c *caller) eventually(ok func(*sim.State) bool) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 20*time.Second)
	defer cancel()
	require.NoError(c.t, c.vendor.Wait(ctx, ok))
}
