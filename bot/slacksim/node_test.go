package slacksim_test

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// boltFolder holds an app on Slack's own packages for Node. It asserts every
// field of every payload itself; an assertion that fails is a line of its own.
const boltFolder = "testdata/bolt"

// nodeApp is one of the programs there, and what it says.
type nodeApp struct {
	scene
	lines <-chan object
}

// node runs a program of boltFolder against the workspace until the test ends.
func (s scene) node(program string) nodeApp {
	s.Helper()
	cmd := exec.CommandContext(s.Context(), nodeOf(s.T), program)
	cmd.Dir, cmd.Stderr, cmd.WaitDelay = boltFolder, s.Output(), patience
	cmd.Env = []string{"SLACK_API_URL=" + s.url + "/api/", "SLACK_APP_TOKEN=xapp-test-acme", "SLACK_BOT_TOKEN=xoxb-test-acme"}
	out, err := cmd.StdoutPipe()
	s.must(err)
	s.must(cmd.Start())
	lines, said := make(chan object), make(chan struct{})
	go func() {
		defer close(said)
		defer close(lines)
		readLines(s, out, lines)
	}()
	s.Cleanup(func() {
		<-said
		_ = cmd.Wait() // it was killed
	})
	return nodeApp{s, lines}
}

// readLines hands on what a program says until it ends, or the test does.
func readLines(s scene, out io.Reader, lines chan<- object) {
	in := bufio.NewScanner(out)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		var line object
		if err := json.Unmarshal(in.Bytes(), &line); err != nil {
			line = object{"saw": "error", "error": in.Text()}
		}
		select {
		case lines <- line:
		case <-s.Context().Done():
			return
		}
	}
}

// nodeOf finds node. Where QUELL_REQUIRE names it, its absence is a failure,
// and so is that of Slack's packages.
func nodeOf(t *testing.T) string {
	t.Helper()
	const install = "npm ci --prefix bot/slacksim/testdata/bolt"
	path, err := exec.LookPath("node")
	if err == nil {
		_, err = os.Stat(boltFolder + "/node_modules/@slack/bolt")
	}
	if err == nil {
		return path
	}
	if slices.Contains(strings.Fields(os.Getenv("QUELL_REQUIRE")), "node") {
		require.NoError(t, err, "QUELL_REQUIRE names node; this is missing: %s", install)
	}
	t.Skip("SKIPPED: there is no node on this machine, or nobody ran: " + install)
	return ""
}

// saw waits until the app says that it saw something, and returns what it says.
func (a nodeApp) saw(what string) object {
	a.Helper()
	for {
		select {
		case line, open := <-a.lines:
			require.True(a.T, open, "the app ended before it saw %s", what)
			require.NotEqual(a.T, "error", line["saw"], "%v", line["error"])
			if line["saw"] == what {
				return line
			}
		case <-a.ctx().Done():
			require.Fail(a.T, "the app did not see it", what)
		}
	}
}

// ends waits until a program has ended by itself.
func (a nodeApp) ends() {
	a.Helper()
	select {
	case line, open := <-a.lines:
		require.False(a.T, open, "%v", line)
	case <-time.After(patience):
		require.Fail(a.T, "the program goes on")
	}
}
