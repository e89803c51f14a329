package wiring

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slack"
	"quell/commands/words"
	"quell/integrations/redistest"
)

// TestWhatAUserOfRedisMayDo is told as far as the server lets the user ask.
func TestWhatAUserOfRedisMayDo(t *testing.T) {
	server := redistest.Start(t)
	t.Setenv("CARTS_PASSWORD", "secret")
	file := filepath.Join(t.TempDir(), "quell.yaml")
	require.NoError(t, os.WriteFile(file, fmt.Appendf(nil, `targets: {carts: {kind: redis, endpoint: "redis://%s", user: quell, password: "env:CARTS_PASSWORD"}}`, server.Addr), 0o600))
	for rules, want := range map[string]slack.Finding{
		"":                       {Grade: slack.Seen, Say: "carts: its user may not ask for its own rights, so what else it can do is not told here. The server has this question in its ACL LOG."},
		"+acl|getuser":           {Grade: slack.Well, Say: "carts: its user can do no more than is needed."},
		"+acl|getuser +get +set": {Grade: slack.Odd, Say: "carts: its user can do more than is needed: +get +set."},
	} {
		tellRedis(t, server.Addr, "ACL SETUSER quell reset on >secret +client|list +client|kill "+rules)
		assert.Equal(t, []slack.Finding{{Grade: slack.Well, Say: "carts was read."}, want}, systemsOf(t, file), rules)
	}
	tellRedis(t, server.Addr, "ACL SETUSER quell reset on >another +client|list")
	found := systemsOf(t, file)
	require.Len(t, found, 1, "its rights could not be asked for, and that was told")
	assert.Equal(t, slack.Wrong, found[0].Grade)
	assert.Contains(t, found[0].Say, "carts cannot be read. carts: the server does not accept my user and password.")
}

// systemsOf are the findings about the systems of a file.
func systemsOf(t *testing.T, file string) (found []slack.Finding) {
	t.Helper()
	catalogue, err := words.Load()
	require.NoError(t, err)
	systemsCheckup{file: file, now: time.Now, words: catalogue, tell: func(f slack.Finding) { found = append(found, f) }}.run(t.Context())
	return found
}

// tellRedis sends one command, as whoever gives no user.
func tellRedis(t *testing.T, address, command string) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	require.NoError(t, err)
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "%s\r\n", command)
	require.NoError(t, err)
	answer, err := bufio.NewReader(conn).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "+OK\r\n", answer)
}
