package wiring

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/engine"
	"quell/bot/slack"
	"quell/bot/store"
	"quell/commands/words"
	"quell/integrations"
	"quell/integrations/redistest"
	"quell/integrations/sim"
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
	assert.Contains(t, found[0].Say, "carts: the server does not accept my user and password.")
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
			{Grade: slack.Unknown, Say: "carts gave no answer in time. If this happens often, please tell the owners of this bot."},
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
	systemsCheckup{file: file, now: time.Now, limiter: unlimited{}, words: catalogue, tell: func(f slack.Finding) { found = append(found, f) }}.run(t.Context())
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

// What is read of a contract is counted where serve counts, and while the vendor refuses
// everything nothing is sent.
func TestACheckupIsCountedForItsContract(t *testing.T) {
	const unread = "transfers was not read: requests to it are counted for all who share its contract, and there is no database to count this one in (QUELL_DATABASE_URL). --uncounted reads it all the same."
	vendor := sim.NewHULFT(sim.Transfers())
	t.Cleanup(vendor.Close)
	server := httptest.NewServer(vendor)
	t.Cleanup(server.Close)
	dir := t.TempDir()
	file := filepath.Join(dir, "quell.yaml")
	t.Setenv("TRANSFERS_KEY", "fake-hulft-key-for-the-playground")
	require.NoError(t, os.WriteFile(file, fmt.Appendf(nil, "targets: {transfers: {kind: hulft, contract: acme, endpoint: %s/api/v2, api_key: env:TRANSFERS_KEY}}\n", server.URL), 0o600))
	limit := integrations.Limit{Name: "hulft/acme", Most: 100, Within: time.Minute}
	requests := func() int { return len(vendor.Calls()) }

	found := checkedUp(t, Doctor{}, file, "sqlite:"+filepath.Join(dir, "data"))
	require.Equal(t, slack.Finding{Grade: slack.Unknown, Say: unread}, found[0])
	require.Zero(t, requests())
	require.NoFileExists(t, filepath.Join(dir, "data"))
	found = checkedUp(t, Doctor{Uncounted: true}, file, "sqlite:"+filepath.Join(dir, "data"))
	require.Equal(t, slack.Finding{Grade: slack.Well, Say: "transfers was read."}, found[0])
	sent := requests()
	require.NotZero(t, sent)
	found = checkedUp(t, Doctor{}, file, "postgres://elsewhere")
	require.Equal(t, slack.Finding{Grade: slack.Wrong, Say: "QUELL_DATABASE_URL: this version keeps its data in SQLite: write sqlite:FOLDER."}, found[0])
	require.Equal(t, unread, found[1].Say)
	require.Equal(t, sent, requests())

	db, err := store.Open(t.Context(), filepath.Join(dir, "data"))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	for n := range limit.For(integrations.Browse) - sent {
		_, err := db.Take(t.Context(), time.Now(), limit, integrations.Browse)
		require.NoError(t, err, n)
	}
	found = checkedUp(t, Doctor{}, file, "sqlite:"+filepath.Join(dir, "data"))
	require.Equal(t, slack.Well, found[0].Grade, found[0].Say)
	require.Equal(t, 2*sent, requests())
	for _, uncounted := range []bool{false, true} {
		found = checkedUp(t, Doctor{Uncounted: uncounted}, file, "sqlite:"+filepath.Join(dir, "data"))
		require.Equal(t, slack.Unknown, found[0].Grade)
		require.Contains(t, found[0].Say, "there is no room for another just now")
	}
	require.NoError(t, db.Ban(t.Context(), limit.Name, time.Now().Add(5*time.Minute)))
	found = checkedUp(t, Doctor{}, file, "sqlite:"+filepath.Join(dir, "data"))
	require.Equal(t, slack.Unknown, found[0].Grade)
	require.Contains(t, found[0].Say, "transfers: the vendor refuses everything")
	require.Equal(t, 2*sent, requests())
}

// checkedUp are a doctor's findings about the systems of a file, beside a database.
func checkedUp(t *testing.T, d Doctor, file, database string) (found []slack.Finding) {
	t.Helper()
	catalogue, err := words.Load()
	require.NoError(t, err)
	d.systems(t.Context(), Settings{Targets: file, Database: database}, time.Now, catalogue, func(f slack.Finding) { found = append(found, f) })
	return found
}
