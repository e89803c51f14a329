package wiring

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/engine"
	"quell/bot/slack"
	"quell/commands/words"
	"quell/integrations"
	"quell/integrations/redistest"
	"quell/policy/strictyaml"
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

// listing is an action that can be listed, or not.
type listing struct {
	engine.Action
	err error
}

func (l listing) List(context.Context, string) (integrations.Sighting, error) {
	return integrations.Sighting{Complete: true}, l.err
}

// What a user may do is another question than what there is: it can fail alone, and that is said.
func TestWhatAUserMayDoThatCannotBeAsked(t *testing.T) {
	catalogue, err := words.Load()
	require.NoError(t, err)
	down := &integrations.Error{Kind: integrations.NoAnswer, Vendor: "redis"}
	for name, tt := range map[string]struct {
		list, rights error
		want         []slack.Finding
	}{
		"no answer": {nil, down, []slack.Finding{
			{Grade: slack.Well, Say: "carts was read."},
			{Grade: slack.Unknown, Say: "carts: what its user may do was asked and not told. carts gave no answer in time. If this happens often, please tell the owners of this bot."},
		}},
		"another answer": {nil, &integrations.Error{Kind: integrations.Garbled, Vendor: "redis"}, []slack.Finding{
			{Grade: slack.Well, Say: "carts was read."},
			{Grade: slack.Unknown, Say: "carts: what its user may do was asked and not told. carts: the answer was not what the documents describe. Please tell the owners of this bot."},
		}},
		"no such question": {nil, &integrations.Error{Kind: integrations.Unsupported, Vendor: "redis", Hint: "redis.too-old"}, []slack.Finding{
			{Grade: slack.Well, Say: "carts was read."},
			{Grade: slack.Seen, Say: "carts: its server does not know the question what a user may do, so what else it can do is not told here."},
		}},
		"nothing can be read": {down, down, []slack.Finding{
			{Grade: slack.Unknown, Say: "carts cannot be read. carts gave no answer in time. If this happens often, please tell the owners of this bot."},
		}},
	} {
		var found []slack.Finding
		c := systemsCheckup{now: time.Now, words: catalogue, tell: func(f slack.Finding) { found = append(found, f) }}
		c.look(t.Context(), engine.Target{
			Name: "carts", Kind: "redis", Actions: map[string]engine.Action{"kill-session": listing{err: tt.list}},
			Excess: func(context.Context) ([]string, error) { return nil, tt.rights },
		}, strictyaml.Part{})
		assert.Equal(t, tt.want, found, name)
	}
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
