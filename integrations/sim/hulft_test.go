package sim_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations/sim"
)

const (
	fullKey  = "fake-hulft-key-for-the-playground"
	readsKey = "fake-hulft-key-that-only-reads"
	agents   = "/api/v2/agent/status"
	cutOff   = "/api/v2/agent/disconnection"
	relayLog = "/api/v2/relay/log"
)

// transfers calls HULFT-WebConnect as a client would that has read the guide.
type transfers struct {
	t      *testing.T
	vendor *sim.HULFT
	clock  *clock
	base   string
}

func newTransfers(t *testing.T, cfg sim.HULFTConfig) *transfers {
	time := newClock()
	cfg.Now = time.now
	vendor := sim.NewHULFT(cfg)
	server := httptest.NewServer(vendor)
	t.Cleanup(server.Close)
	t.Cleanup(vendor.Close)
	return &transfers{t: t, vendor: vendor, clock: time, base: server.URL}
}

func (h *transfers) call(key, method, path, body string) reply {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), method, h.base+path, strings.NewReader(body))
	require.NoError(h.t, err)
	r.Header.Set("Authorization", "Bearer "+key)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(r)
	require.NoError(h.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(h.t, err)
	return reply{status: res.StatusCode, header: res.Header, text: string(text)}
}

// rows are those of a list, by agent and direction.
func (h *transfers) rows(path string) map[string]map[string]any {
	h.t.Helper()
	res := h.call(fullKey, http.MethodGet, path, "")
	require.Equal(h.t, 200, res.status, res.text)
	all := map[string]map[string]any{}
	for _, row := range res.json(h.t)["status"].([]any) {
		row := row.(map[string]any)
		all[row["agentId"].(string)+":"+row["direction"].(string)] = row
	}
	return all
}

func (h *transfers) disconnect(row map[string]any) reply {
	h.t.Helper()
	return h.call(fullKey, http.MethodPost, cutOff, `{"sessionId":"`+row["sessionId"].(string)+`","endpoint":"`+row["endpoint"].(string)+`"}`)
}

func TestHULFTLists(t *testing.T) {
	t.Parallel()
	h := newTransfers(t, sim.Transfers())
	all := h.rows(agents + "?timezone=Asia/Tokyo")
	require.Len(t, all, 5)
	nagoya := all["nagoya-02:send"]
	assert.Len(t, nagoya["sessionId"], 40)
	assert.Equal(t, "2026-01-02 07:04:05.000", nagoya["startConnection"], "five hours ago, in Tokyo")
	assert.Equal(t, []any{"nagoya-02-c1"}, nagoya["connectionId"])
	assert.Equal(t, false, all["sendai-03:receive"]["supportingDisconnectApi"])
	assert.Equal(t, true, all["kyoto-04:send"]["willBeClosed"])

	require.Len(t, h.rows(agents+"/receive"), 2)
	require.Len(t, h.rows(agents+"?startIndex=1&maxResults=3"), 3)
	require.Empty(t, h.rows(agents+"?startIndex=10000"))
	for _, wrong := range []string{"?maxResults=1001", "?maxResults=0", "?startIndex=10001", "?startIndex=-1", "?timezone=Tokyo", "?agentId=x", "/both"} {
		assert.Equal(t, 400, h.call(fullKey, http.MethodGet, agents+wrong, "").status, wrong)
	}
}

func TestHULFTDisconnects(t *testing.T) {
	t.Parallel()
	for name, back := range map[string]bool{"osaka-01:send": true, "osaka-01:receive": false} {
		t.Run(name, func(t *testing.T) {
			h := newTransfers(t, sim.Transfers())
			row := h.rows(agents)[name]
			for range 2 { // to ask again does nothing more
				res := h.disconnect(row)
				require.Equal(t, 200, res.status)
				require.Empty(t, res.text)
			}
			require.Equal(t, true, h.rows(agents)[name]["willBeClosed"])
			h.clock.forward(3 * time.Second)
			require.NotContains(t, h.rows(agents), name)
			require.Equal(t, 400, h.disconnect(row).status, "no such session")
			h.clock.forward(time.Second)
			again, there := h.rows(agents)[name]
			require.Equal(t, back, there)
			if back {
				require.NotEqual(t, row["sessionId"], again["sessionId"])
				require.Equal(t, "2026-01-02 03:04:09.000", again["startConnection"])
			}
			require.Len(t, h.rows(agents), map[bool]int{true: 5, false: 4}[back])
		})
	}
}

func TestHULFTRefuses(t *testing.T) {
	t.Parallel()
	h := newTransfers(t, sim.Transfers())
	row := h.rows(agents)["nagoya-02:send"]
	session, point := row["sessionId"].(string), row["endpoint"].(string)
	for body, status := range map[string]int{
		"": 400, `{}`: 400, `[]`: 400,
		`{"sessionId":"` + session + `"}`:                                                  400,
		`{"sessionId":"` + session + `","endpoint":"service2.tokyo.webconnect.hulft.com"}`: 400,
		`{"sessionId":"` + session + `","endpoint":"` + point + `","force":true}`:          400,
	} {
		assert.Equal(t, status, h.call(fullKey, http.MethodPost, cutOff, body).status, body)
	}
	assert.Equal(t, 400, h.disconnect(h.rows(agents)["sendai-03:receive"]).status, "too old")
	for _, tt := range []struct {
		key, method, path string
		status            int
	}{
		{"another", http.MethodGet, agents, 401},
		{"", http.MethodGet, agents, 401},
		{readsKey, http.MethodPost, cutOff, 403},
		{readsKey, http.MethodGet, relayLog, 200},
		{readsKey, http.MethodGet, "/api/v2/service/status", 403},
		{fullKey, http.MethodGet, cutOff, 405},
		{fullKey, http.MethodPost, agents, 405},
	} {
		res := h.call(tt.key, tt.method, tt.path, "")
		assert.Equal(t, tt.status, res.status, tt)
		if tt.status != 200 {
			assert.NotEmpty(t, res.json(t)["code"])
			assert.NotEmpty(t, res.json(t)["message"])
		}
	}
	require.Len(t, h.vendor.Agents(), 5, "all are as they were")
}

// What is over stays when it was.
func TestHULFTRemembersTransfers(t *testing.T) {
	t.Parallel()
	h := newTransfers(t, sim.Transfers())
	newest := func() map[string]any {
		res := h.call(readsKey, http.MethodGet, relayLog+"?maxResults=1", "")
		require.Equal(t, 200, res.status)
		require.EqualValues(t, 2, res.json(t)["totalSize"])
		return res.json(t)["relayLog"].([]any)[0].(map[string]any)
	}
	before := newest()
	require.Equal(t, "2026-01-02 03:00:05.000", before["endTime"])
	require.Equal(t, "1", before["status"])
	h.clock.forward(time.Minute)
	require.Equal(t, before, newest())
}

// A transfer that is under way ends abnormally with its connection, and is in the log then.
func TestHULFTCutsTransfersOff(t *testing.T) {
	t.Parallel()
	h := newTransfers(t, sim.Transfers())
	log := func() []any { return h.call(readsKey, http.MethodGet, relayLog, "").json(t)["relayLog"].([]any) }
	require.Equal(t, 200, h.disconnect(h.rows(agents)["nagoya-02:send"]).status)
	require.Equal(t, 200, h.disconnect(h.rows(agents)["osaka-01:send"]).status, "nothing is under way")
	require.Len(t, log(), 2)
	h.clock.forward(3 * time.Second)
	require.Len(t, log(), 3)
	newest := log()[0].(map[string]any)
	require.Equal(t, "2", newest["status"])
	require.Equal(t, "nagoya-02", newest["senderAgentId"])
	require.Equal(t, "2026-01-02 03:04:08.000", newest["endTime"])
}

// One request too many shuts the contract out, whatever its key. Knocking meanwhile
// makes it no longer, and after it the count begins anew.
func TestHULFTBans(t *testing.T) {
	t.Parallel()
	for _, date := range []bool{false, true} {
		cfg := sim.Transfers()
		cfg.RetryAfterDate = date
		h := newTransfers(t, cfg)
		for i := range 100 {
			require.NotEqual(t, 429, h.call([]string{fullKey, readsKey, "another"}[i%3], http.MethodGet, agents, "").status)
		}
		h.clock.forward(59 * time.Second)
		until := h.clock.now().Add(10 * time.Minute)
		after := func() string {
			res := h.call(readsKey, http.MethodGet, agents, "")
			require.Equal(t, 429, res.status)
			return res.header.Get("Retry-After")
		}
		first := after()
		h.clock.forward(9*time.Minute + 59*time.Second)
		last := after()
		if date {
			require.Equal(t, []string{until.Format(http.TimeFormat), until.Format(http.TimeFormat)}, []string{first, last})
		} else {
			require.Equal(t, []string{"600", "1"}, []string{first, last})
		}
		h.clock.forward(time.Second)
		require.False(t, h.vendor.Banned())
		for range 100 {
			require.Equal(t, 200, h.call(readsKey, http.MethodGet, agents, "").status)
		}
	}
}

// All that the vendor says goes by its own clock, also the end of a ban, and the Date beside it.
func TestHULFTHasAClockOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, ahead := range []time.Duration{-20 * time.Minute, time.Second, 20 * time.Minute} {
		h := newTransfers(t, sim.Transfers())
		h.vendor.SetClock(ahead)
		theirs := h.clock.now().Add(ahead).UTC()
		h.vendor.Ban(true)
		res := h.call(readsKey, http.MethodGet, agents, "")
		require.Equal(t, 429, res.status)
		require.Equal(t, theirs.Format(http.TimeFormat), res.header.Get("Date"))
		require.Equal(t, theirs.Add(10*time.Minute).Format(http.TimeFormat), res.header.Get("Retry-After"))
		h.vendor.Ban(false)
		require.Equal(t, "600", h.call(readsKey, http.MethodGet, agents, "").header.Get("Retry-After"))
	}
}

func TestHULFTFaults(t *testing.T) {
	t.Parallel()
	for fault, want := range map[sim.Fault]struct {
		status int
		gone   bool
	}{
		sim.Throttled: {429, false}, sim.Busy: {400, false}, sim.Forbidden: {403, false}, sim.Down: {503, false},
		sim.SomebodyFirst: {400, true}, sim.FailAfter: {500, true}, sim.WrongBody: {502, true}, sim.Ignore: {200, false},
	} {
		t.Run(string(fault), func(t *testing.T) {
			h := newTransfers(t, sim.Transfers())
			row := h.rows(agents)["nagoya-02:send"]
			h.vendor.FailNext(sim.AgentDisconnect, fault)
			res := h.disconnect(row)
			require.Equal(t, want.status, res.status)
			require.Equal(t, fault == sim.Throttled, res.header.Get("Retry-After") != "")
			h.clock.forward(time.Minute)
			require.Equal(t, want.gone, len(h.vendor.Agents()) == 4)
			require.False(t, h.vendor.Banned())
		})
	}
	t.Run("respawns", func(t *testing.T) {
		h := newTransfers(t, sim.Transfers())
		h.vendor.SetMood(sim.Respawn)
		require.Equal(t, 200, h.disconnect(h.rows(agents)["nagoya-02:send"]).status)
		h.clock.forward(3 * time.Second)
		require.NotContains(t, h.vendor.Agents(), "nagoya-02:send")
		h.clock.forward(time.Second)
		require.Contains(t, h.vendor.Agents(), "nagoya-02:send")
	})
}
