package sim_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations/sim"
)

// board is what the page is told.
type board struct {
	Title, Subtitle, Mood string
	Columns, Moods        []string
	Rows                  []struct {
		ID    string
		Cells []string
		Ended bool
	}
	Calls []struct {
		ID, Status int
		Op, Body   string
		Write      bool
	}
}

// row finds a session by its peer.
func (b board) row(peer string) (cells []string, ended bool) {
	for _, r := range b.Rows {
		if r.Cells[0] == peer {
			return r.Cells, r.Ended
		}
	}
	return nil, false
}

// mounted serves the panel below a path of its own, as a page with frames does.
func mounted(t *testing.T, vendor *sim.DCS) string {
	t.Helper()
	server := httptest.NewServer(http.StripPrefix("/vendors/dcs", vendor.Panel()))
	t.Cleanup(server.Close)
	t.Cleanup(vendor.Close)
	return server.URL + "/vendors/dcs/"
}

// boards opens the event stream and returns what reads its next board.
func boards(t *testing.T, page string) func() board {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, page+"events", nil)
	require.NoError(t, err)
	res, err := (&http.Client{Timeout: 10 * time.Second}).Do(r)
	require.NoError(t, err)
	t.Cleanup(func() { _ = res.Body.Close() })
	require.Equal(t, "text/event-stream", res.Header.Get("Content-Type"))
	lines := bufio.NewReader(res.Body)
	return func() board {
		t.Helper()
		line, err := lines.ReadString('\n')
		require.NoError(t, err)
		text, isData := strings.CutPrefix(line, "data: ")
		require.True(t, isData, line)
		_, err = lines.ReadString('\n')
		require.NoError(t, err)
		var b board
		require.NoError(t, json.Unmarshal([]byte(text), &b))
		return b
	}
}

// until reads on to a board that fits. The stream's time limit ends a wait in
// vain.
func until(next func() board, fits func(board) bool) board {
	b := next()
	for !fits(b) {
		b = next()
	}
	return b
}

func TestThePanelFollowsTheVendor(t *testing.T) {
	t.Parallel()
	c := cacheProd(t)
	next := boards(t, mounted(t, c.vendor))

	first := next()
	assert.Equal(t, "cache-prod", first.Title)
	assert.Equal(t, []string{"peer", "name", "age", "idle", "cmd"}, first.Columns)
	cells, ended := first.row(stuck)
	assert.Equal(t, []string{stuck, "checkout-worker", "26h", "3h", "brpop"}, cells)
	assert.False(t, ended)
	assert.Empty(t, first.Calls)

	require.Equal(t, 204, c.killStuck().status)
	after := until(next, func(b board) bool { return len(b.Calls) > 0 && b.Calls[0].Status > 0 })
	_, ended = after.row(stuck)
	assert.True(t, ended, "struck through")
	assert.Equal(t, "HangUpClients", after.Calls[0].Op)
	assert.Equal(t, 204, after.Calls[0].Status)
	assert.True(t, after.Calls[0].Write)
	assert.Contains(t, after.Calls[0].Body, stuck)

	c.clock.forward(7 * time.Second)
	until(next, func(b board) bool { cells, _ := b.row(stuck); return cells == nil })
}

func TestThePanelSetsTheMood(t *testing.T) {
	t.Parallel()
	c := cacheProd(t)
	page := mounted(t, c.vendor)
	next := boards(t, page)
	first := next()
	assert.Equal(t, "healthy", first.Mood)
	assert.Equal(t, []string{"healthy", "slow", "throttled", "down", "ignores the call", "respawns"}, first.Moods)

	res, err := http.PostForm(page+"mood", url.Values{"mood": {"ignores the call"}})
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	assert.Equal(t, http.StatusNoContent, res.StatusCode)
	until(next, func(b board) bool { return b.Mood == "ignores the call" })

	res, err = http.PostForm(page+"mood", url.Values{"mood": {"furious"}})
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	assert.Equal(t, http.StatusBadRequest, res.StatusCode)
	c.eventually(func(s *sim.State) bool { return s.Mood == sim.Ignore })
}

func TestAnotherSiteCannotSetTheMood(t *testing.T) {
	t.Parallel()
	page := mounted(t, cacheProd(t).vendor)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, page+"mood", strings.NewReader("mood=down"))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "https://elsewhere.example")
	res, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	assert.Equal(t, http.StatusForbidden, res.StatusCode)
}

// The page can be mounted anywhere: all it refers to is beside it, and its
// scripts and styles are files.
func TestThePageIsSelfContained(t *testing.T) {
	t.Parallel()
	page := mounted(t, cacheProd(t).vendor)
	html := fetch(t, page)
	refs := regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(html, -1)
	assert.Len(t, refs, 2)
	for _, ref := range refs {
		assert.NotContains(t, ref[1], "/", "relative")
		assert.NotEmpty(t, fetch(t, page+ref[1]))
	}
	assert.NotRegexp(t, `<style|\sstyle=|\son[a-z]+=|<script>`, html)
	assert.NotContains(t, fetch(t, page+"panel.js"), "innerHTML")
}

func fetch(t *testing.T, address string) string {
	t.Helper()
	res, err := http.Get(address)
	require.NoError(t, err)
	defer res.Body.Close()
	require.Equal(t, http.StatusOK, res.StatusCode)
	assert.Contains(t, res.Header.Get("Content-Security-Policy"), "default-src 'none'")
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return string(text)
}
