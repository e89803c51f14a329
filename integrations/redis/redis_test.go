package redis_test

import (
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/integrations"
	"quell/integrations/redis"
	"quell/integrations/vendortest"
)

// TestEnds is the whole way: the right client is ended, once, and nobody else.
func TestEnds(t *testing.T) {
	t.Parallel()
	s := start(t)
	stuck, other := s.client("tcp", "stuck"), s.client("tcp", "other")
	b := s.bot()

	seen := look(t, b)
	assert.True(t, seen.Complete)
	assert.Len(t, seen.Things, 2, "the reading connection is left out")
	thing := named(t, b, "stuck", whoever)
	assert.Equal(t, stuck.addr(), thing.Name)
	assert.Equal(t, fmt.Sprintf("CLIENT KILL ID %s ADDR %s USER default", thing.IdentityField("client"), stuck.addr()), b.EndSessionCall(thing))
	assert.Regexp(t, `^[0-9a-f]{40}$`, thing.IdentityField("run"))
	assert.True(t, strings.HasPrefix(thing.ID, s.addr+"/"+thing.IdentityField("client")+"/"))
	assert.Equal(t, thing.IdentityField("run"), thing.System)
	assert.Equal(t, thing.System, seen.System)
	assert.True(t, strings.HasSuffix(thing.ID, "/"+stuck.addr()), "an id ends in the name")
	assert.Zero(t, thing.Bar)

	receipt, tape, err := ends(t, b, thing)
	require.NoError(t, err)
	assert.Equal(t, "1", receipt.Answer)
	assert.False(t, receipt.At.IsZero())
	stuck.cut()
	assert.Equal(t, "+PONG", other.ask("PING"))
	_, there := look(t, b).Find(thing.ID)
	assert.False(t, there)
	id := thing.IdentityField("client")
	assert.Equal(t, []string{
		"HELLO 2 → OK",
		"INFO server → OK",
		"CLIENT LIST ID " + id + " → 1",
		"CLIENT KILL ID " + id + " ADDR " + stuck.addr() + " USER default → 1 (change)",
	}, lines(tape))
	for _, e := range tape {
		assert.Equal(t, "redis", e.Protocol)
		assert.Equal(t, s.addr, e.Host)
		assert.False(t, e.At.IsZero())
	}

	// Again: it is known to be gone before anything is sent.
	_, tape, err = ends(t, b, thing)
	assert.Equal(t, integrations.NotSent, failed(t, err).Kind)
	assert.Equal(t, "redis.gone", failed(t, err).Hint)
	assert.NotContains(t, strings.Join(lines(tape), "\n"), "KILL")
}

// TestWhatIsNotTheSameIsLeftAlone changes one part of the identity at a time.
func TestWhatIsNotTheSameIsLeftAlone(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.client("tcp", "stuck")
	b := s.bot()
	thing := named(t, b, "stuck", whoever)
	for field, value := range map[string]string{"addr": "127.0.0.1:1", "user": "somebody", "client": "999999"} {
		_, tape, err := ends(t, b, with(thing, field, value))
		assert.Equal(t, integrations.NotSent, failed(t, err).Kind, field)
		assert.NotContains(t, strings.Join(lines(tape), "\n"), "KILL", field)
	}
	for field, value := range map[string]string{"client": "0", "addr": "", "user": "", "server": "127.0.0.1:1"} {
		_, tape, err := ends(t, b, with(thing, field, value))
		assert.Equal(t, integrations.NothingDone, failed(t, err).Effect(), field)
		assert.Empty(t, tape, "nobody is asked: %s", field)
		assert.Empty(t, b.EndSessionCall(with(thing, field, value)))
	}
	for _, id := range []string{"-1", "", "1 2", "18446744073709551616", "3 ADDR"} {
		_, tape, err := ends(t, b, with(thing, "client", id))
		assert.Equal(t, integrations.NotSent, failed(t, err).Kind, id)
		assert.Empty(t, tape, id)
	}
	assert.Equal(t, "+PONG", c.ask("PING"))
}

// with is the thing with another value of its identity.
func with(t integrations.Thing, field, value string) integrations.Thing {
	fields := make([]integrations.Field, len(t.Identity))
	copy(fields, t.Identity)
	for i := range fields {
		if fields[i].Name == field {
			fields[i].Value = value
		}
	}
	t.Identity = fields
	return t
}

// TestTheServerComparesToo asks the server itself what the package rests on.
func TestTheServerComparesToo(t *testing.T) {
	t.Parallel()
	s := start(t)
	stuck, hand := s.client("tcp", "stuck"), s.client("tcp", "hand")
	id := named(t, s.bot(), "stuck", whoever).IdentityField("client")
	assert.Equal(t, ":0", hand.ask("CLIENT KILL ID "+id+" ADDR 127.0.0.1:1 USER default"), "another address")
	assert.Equal(t, "-ERR No such user 'nobody'", hand.ask("CLIENT KILL ID "+id+" ADDR "+stuck.addr()+" USER nobody"))
	require.Equal(t, "+OK", hand.ask("ACL SETUSER other on nopass"))
	assert.Equal(t, ":0", hand.ask("CLIENT KILL ID "+id+" ADDR "+stuck.addr()+" USER other"), "another user")
	own := strings.TrimPrefix(hand.ask("CLIENT ID"), ":")
	assert.Equal(t, ":0", hand.ask("CLIENT KILL ID "+own+" ADDR "+hand.addr()+" USER default"), "its own connection")
	assert.Equal(t, "-ERR client-id should be greater than 0", hand.ask("CLIENT KILL ID 0"))
	assert.Equal(t, ":1", hand.ask("CLIENT KILL ID "+id+" ADDR "+stuck.addr()+" USER default"))
	assert.Equal(t, ":0", hand.ask("CLIENT KILL ID "+id+" ADDR "+stuck.addr()+" USER default"), "again")
}

// TestOfTwoKillersOneWins lets two go for the same client: one is told yes, and the other
// that there is no such client.
func TestOfTwoKillersOneWins(t *testing.T) {
	t.Parallel()
	s := start(t)
	for round := range 10 {
		name := fmt.Sprintf("stuck-%d", round)
		s.client("tcp", name)
		thing := named(t, s.bot(), name, whoever)
		var errs [2]error
		var group sync.WaitGroup
		for i := range errs {
			b := s.bot()
			group.Go(func() { _, errs[i] = b.EndSession(t.Context(), thing) })
		}
		group.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			assert.Equal(t, integrations.NothingDone, failed(t, err).Effect())
			assert.Contains(t, []string{"redis.gone", "redis.none-ended"}, failed(t, err).Hint)
		}
		assert.Equal(t, 1, won)
	}
}

// TestLeastRights needs +client|list and +client|kill and no more, and leaves one refusal
// in the server's log.
func TestLeastRights(t *testing.T) {
	t.Parallel()
	s := start(t)
	stuck := s.client("tcp", "stuck")
	b := s.bot(s.least())
	for range 3 {
		require.True(t, look(t, b).Complete)
	}
	thing := named(t, b, "stuck", whoever)
	assert.Empty(t, thing.IdentityField("run"))
	assert.Zero(t, thing.Bar)
	_, tape, err := ends(t, b, thing)
	require.NoError(t, err)
	stuck.cut()
	assert.NotContains(t, fmt.Sprint(tape), "secret")
	assert.Equal(t, "HELLO 2 AUTH quell •••••• → OK", lines(tape)[0])
	hand := s.client("tcp", "")
	assert.Equal(t, "*1", hand.ask("ACL LOG"), "INFO was asked for once")
}

// TestNoRights says which right is missing, in the server's own word.
func TestNoRights(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.client("tcp", "stuck")
	thing := named(t, s.bot(), "stuck", whoever)

	_, tape, err := ends(t, s.bot(s.least("+info", "-client|kill")), thing)
	e := failed(t, err)
	assert.Equal(t, integrations.Forbidden, e.Kind)
	assert.Equal(t, "NOPERM", e.Code)
	assert.Equal(t, "redis.no-permission", e.Hint)
	assert.Equal(t, "NOPERM", e.Receipt(time.Now()).Said())
	assert.Contains(t, tape[len(tape)-1].Line(), "→ NOPERM")

	_, err = s.bot(s.least("-client|list")).Sessions(t.Context(), "")
	assert.Equal(t, integrations.Forbidden, failed(t, err).Kind)
	_, _, err = ends(t, s.bot(s.least("+info", "-client|list")), thing)
	assert.Equal(t, integrations.Forbidden, failed(t, err).Kind)
	assert.Equal(t, "+PONG", c.ask("PING"))
}

// TestLogins refuses in the server's own words, at the first try and without a second.
func TestLogins(t *testing.T) {
	t.Parallel()
	s := start(t, "--requirepass", "secret")
	for name, try := range map[string]struct {
		as   login
		code string
	}{
		"none":          {as("", ""), "NOAUTH"},
		"wrong":         {as("", "wrong"), "WRONGPASS"},
		"nobody's name": {as("nobody", "secret"), "WRONGPASS"},
	} {
		ctx, tape := integrations.WithTape(t.Context())
		_, err := s.bot(try.as).Sessions(ctx, "")
		e := failed(t, err)
		assert.Equal(t, integrations.Unauthenticated, e.Kind, name)
		assert.Equal(t, try.code, e.Code, name)
		assert.NotContains(t, err.Error(), "secret")
		exchanges := tape.Take()
		require.Len(t, exchanges, 1, "%s: %v", name, lines(exchanges))
		assert.Equal(t, try.code, exchanges[0].Answer)
	}
	b := s.bot(as("", "secret"))
	assert.True(t, look(t, b).Complete)
	hand, err := net.Dial("tcp", s.addr)
	require.NoError(t, err)
	c := greet(t, hand, "")
	require.Equal(t, "+OK", c.ask("AUTH secret"))
	assert.Equal(t, "*2", c.ask("ACL LOG"), "one entry for each wrong password")
}

// TestAScriptThatRuns makes the server say BUSY: nothing was done, and it may be tried
// again.
func TestAScriptThatRuns(t *testing.T) {
	t.Parallel()
	s := start(t, "--busy-reply-threshold", "10")
	c := s.client("tcp", "stuck")
	b := s.bot()
	thing := named(t, b, "stuck", whoever)
	script, hand := s.client("tcp", ""), s.client("tcp", "")
	script.say(`EVAL "while true do end" 0`)
	until(t, "the server is busy", func() bool { return strings.HasPrefix(hand.ask("PING"), "-BUSY") })

	_, err := b.Sessions(t.Context(), "")
	assert.Equal(t, "BUSY", failed(t, err).Code)
	_, _, errEnd := ends(t, b, thing)
	for _, err := range []error{err, errEnd} {
		e := failed(t, err)
		assert.Equal(t, integrations.Busy, e.Kind)
		assert.Equal(t, "redis.script-running", e.Hint)
		assert.True(t, e.Retryable())
	}
	require.Equal(t, "+OK", hand.ask("SCRIPT KILL"))
	until(t, "the client is served again", func() bool { return c.ask("PING") == "+PONG" })
}

// TestAServerThatIsFull lets nobody in, and says so.
func TestAServerThatIsFull(t *testing.T) {
	t.Parallel()
	s := start(t, "--maxclients", "2")
	c := s.client("tcp", "stuck")
	b := s.bot()
	thing := named(t, b, "stuck", whoever)
	until(t, "the connection of the look is closed", func() bool { return strings.Contains(c.text("INFO clients"), "connected_clients:1\r\n") })
	s.client("tcp", "last")
	_, err := b.Sessions(t.Context(), "")
	assert.Equal(t, integrations.Busy, failed(t, err).Kind)
	assert.Equal(t, "redis.full", failed(t, err).Hint)
	_, _, err = ends(t, b, thing)
	assert.Equal(t, integrations.Busy, failed(t, err).Kind)
	assert.Equal(t, "+PONG", c.ask("PING"))
}

// TestClasses makes a client of each class.
func TestClasses(t *testing.T) {
	t.Parallel()
	s := start(t)
	b := s.bot()
	for _, class := range []struct {
		is, say, warn string
		bar           string
	}{
		{integrations.Transaction, "MULTI\r\nSET a 1\r\nSET b 2", "warn.redis-multi", ""},
		{integrations.Blocked, "BLPOP jobs 0", "warn.redis-blocked", ""},
		{integrations.Subscriber, "SUBSCRIBE news", "warn.redis-subscriptions", ""},
		{integrations.Subscriber, "PSUBSCRIBE n*", "warn.redis-subscriptions", ""},
		{integrations.Subscriber, "SSUBSCRIBE news", "warn.redis-subscriptions", ""},
		{integrations.Monitor, "MONITOR", "", "bar.redis-monitor"},
	} {
		name, _, _ := strings.Cut(class.say, " ")
		name = strings.TrimSpace(name)[:5] + "-client"
		c := s.client("tcp", name)
		c.say(class.say)
		thing := named(t, b, name, func(t integrations.Thing) bool {
			return t.Traits.Classes.May(func(c string) bool { return c == class.is }) && (class.is != integrations.Transaction || vendortest.Fact(t, "multi") == "2")
		})
		assert.Equal(t, []string{class.is}, thing.Traits.Classes.Values)
		assert.False(t, thing.Traits.Classes.Unknown)
		assert.Equal(t, class.bar, thing.Bar.Hint)
		assert.Contains(t, hints(thing), "warn.redis-unnoticed")
		if class.warn != "" {
			assert.Contains(t, hints(thing), class.warn)
		}
		vendortest.Things(t, redis.Profile(), look(t, b))
		_, _, err := ends(t, b, thing)
		if class.bar != "" {
			assert.Equal(t, "redis.barred", failed(t, err).Hint)
			continue
		}
		require.NoError(t, err)
		c.cut()
	}
	assert.Equal(t, "$-1", s.client("tcp", "").ask("GET a"), "nothing of the transaction ran")
}

func hints(thing integrations.Thing) (all []string) {
	for _, n := range thing.Warn {
		all = append(all, n.Hint)
	}
	return all
}

// TestReplicationIsBarred looks at the link of a replica from both its ends.
func TestReplicationIsBarred(t *testing.T) {
	t.Parallel()
	primary := start(t, "--repl-diskless-sync-delay", "0")
	host, port, err := net.SplitHostPort(primary.addr)
	require.NoError(t, err)
	replica := start(t, "--replicaof", host+" "+port)
	for _, end := range []struct {
		at   *server
		role string
	}{{primary, ""}, {replica, "replica"}} {
		b := end.at.bot()
		until(t, "the link is listed", func() bool {
			for _, thing := range look(t, b).Things {
				if !thing.Traits.Classes.May(func(c string) bool { return c == integrations.Replication }) {
					continue
				}
				assert.Equal(t, "bar.redis-replication", thing.Bar.Hint)
				assert.Equal(t, end.role, vendortest.Fact(thing, "replica"))
				_, tape, err := ends(t, b, thing)
				assert.Equal(t, integrations.NotSent, failed(t, err).Kind)
				assert.NotContains(t, strings.Join(lines(tape), "\n"), "KILL")
				return true
			}
			return false
		})
	}
}

// TestASentinelIsBarred goes by the names that Sentinels give their links.
func TestASentinelIsBarred(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.client("tcp", "sentinel-74cc0d0e-cmd")
	thing := named(t, s.bot(), "sentinel-74cc0d0e-cmd", whoever)
	assert.Equal(t, "bar.redis-sentinel", thing.Bar.Hint)
}

// TestOwnUser bars what the bot's user has open, and cannot tell where that user is
// everybody's.
func TestOwnUser(t *testing.T) {
	t.Parallel()
	s := start(t)
	least := s.least("+client|setname")
	conn, err := net.Dial("tcp", s.addr)
	require.NoError(t, err)
	c := greet(t, conn, "")
	require.Equal(t, "+OK", c.ask("AUTH quell secret"))
	require.Equal(t, "+OK", c.ask("CLIENT SETNAME replica-of-the-bot"))
	s.client("tcp", "worker")

	b := s.bot(least)
	vendortest.Things(t, redis.Profile(), look(t, b))
	own := named(t, b, "replica-of-the-bot", whoever)
	assert.True(t, own.Own)
	assert.Equal(t, "bar.redis-own", own.Bar.Hint)
	worker := named(t, b, "worker", whoever)
	assert.False(t, worker.Own)
	assert.False(t, worker.Traits.MaybeOwn)

	worker = named(t, s.bot(), "worker", whoever)
	assert.False(t, worker.Own)
	assert.True(t, worker.Traits.MaybeOwn, "default is the user of both")
	assert.Zero(t, worker.Bar)
}

// TestUnixSockets tells clients apart that all have one address.
func TestUnixSockets(t *testing.T) {
	t.Parallel()
	s := start(t)
	stuck, other := s.client("unix", "stuck"), s.client("unix", "other")
	b := s.bot()
	a, o := named(t, b, "stuck", whoever), named(t, b, "other", whoever)
	assert.Equal(t, s.Socket+":0", a.IdentityField("addr"))
	assert.Equal(t, a.IdentityField("addr"), o.IdentityField("addr"))
	assert.NotEqual(t, a.ID, o.ID)
	assert.NotEqual(t, a.Name, o.Name)
	_, _, err := ends(t, b, a)
	require.NoError(t, err)
	stuck.cut()
	assert.Equal(t, "+PONG", other.ask("PING"))

	// Without a run_id, an id that began anew could not be told from this one.
	o = named(t, s.bot(s.least()), "other", whoever)
	assert.Equal(t, "bar.redis-no-run", o.Bar.Hint)
}

// TestARestartInBetween leaves the client of another run alone, although it has the same
// id.
func TestARestartInBetween(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.client("unix", "stuck")
	b := s.bot()
	thing := named(t, b, "stuck", whoever)
	s.Restart()
	again := s.client("unix", "stuck")
	_, tape, err := ends(t, b, thing)
	assert.Equal(t, "redis.restarted", failed(t, err).Hint)
	assert.Equal(t, integrations.NotSent, failed(t, err).Kind)
	assert.NotContains(t, strings.Join(lines(tape), "\n"), "KILL")
	assert.Equal(t, "+PONG", again.ask("PING"))
}

// TestARestartWithoutARunID rests on the address.
func TestARestartWithoutARunID(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.client("tcp", "stuck")
	b := s.bot(s.least())
	thing := named(t, b, "stuck", whoever)
	s.Restart()
	s.least()
	again := s.client("tcp", "stuck")
	for range 20 { // until the new run's ids are past the old one's
		s.client("tcp", "")
	}
	_, tape, err := ends(t, b, thing)
	assert.Contains(t, []string{"redis.changed", "redis.gone"}, failed(t, err).Hint)
	assert.NotContains(t, strings.Join(lines(tape), "\n"), "KILL")
	assert.Equal(t, "+PONG", again.ask("PING"))
}

// TestAnotherServerAtTheAddress: what is not on the list of another server, or of another run
// of it, or cannot be told to be of the same, is not gone.
func TestAnotherServerAtTheAddress(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.client("tcp", "stuck")
	full, least := s.bot(), s.bot(s.least())
	known, unknown := named(t, full, "stuck", whoever), named(t, least, "stuck", whoever)
	assert.Equal(t, known.ID, unknown.ID, "the same client, whoever looks")
	assert.Empty(t, unknown.System)
	assert.Equal(t, commands.NotLooked, commands.SightOf(known, nil, look(t, least)).Seen)
	assert.Equal(t, commands.NotLooked, commands.SightOf(unknown, nil, look(t, full)).Seen)
	s.Restart()
	after := look(t, full)
	assert.NotEqual(t, known.System, after.System)
	assert.Equal(t, commands.NotLooked, commands.SightOf(known, nil, after).Seen)
}

// TestInfoIsTakenAway: a run that was known once is not forgotten.
func TestInfoIsTakenAway(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.client("tcp", "stuck")
	b := s.bot(s.least("+info"))
	thing := named(t, b, "stuck", whoever)
	s.least("-info")
	_, err := b.Sessions(t.Context(), "")
	assert.Equal(t, integrations.Forbidden, failed(t, err).Kind)
	assert.Equal(t, "redis.info-refused", failed(t, err).Hint)
	_, _, err = ends(t, b, thing)
	assert.Equal(t, integrations.NothingDone, failed(t, err).Effect())
	_, _, err = ends(t, s.bot(as("quell", "secret")), thing)
	assert.Equal(t, "redis.restarted", failed(t, err).Hint, "a bot that never read INFO cannot tell")
	s.least("+info")
	assert.True(t, look(t, b).Complete)
	assert.Equal(t, "+PONG", c.ask("PING"))
}

// TestTwoServersTwoIDs: the same client id on two servers is not the same thing.
func TestTwoServersTwoIDs(t *testing.T) {
	t.Parallel()
	a, b := start(t), start(t)
	a.client("tcp", "one")
	b.client("tcp", "one")
	assert.NotEqual(t, named(t, a.bot(a.least()), "one", whoever).ID, named(t, b.bot(b.least()), "one", whoever).ID)
	thing := named(t, a.bot(), "one", whoever)
	_, tape, err := ends(t, b.bot(), thing)
	assert.Equal(t, "redis.other-server", failed(t, err).Hint)
	assert.Empty(t, tape)
}

// TestLate keeps a write back whose time has passed, and says so on the tape.
func TestLate(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.client("tcp", "stuck")
	b := s.bot()
	thing := named(t, b, "stuck", whoever)
	ctx, tape := integrations.WithTape(integrations.SendBefore(t.Context(), time.Now()))
	_, err := b.EndSession(ctx, thing)
	assert.Equal(t, integrations.Late, failed(t, err).Kind)
	all := tape.Take()
	last := all[len(all)-1]
	assert.Equal(t, "CLIENT KILL", last.Operation)
	assert.Equal(t, integrations.Late, last.Fail)
	assert.True(t, last.Change)
	assert.Equal(t, "+PONG", c.ask("PING"))
}

// TestLineage is the same for a client and for the one that its owner opens in its place.
func TestLineage(t *testing.T) {
	t.Parallel()
	s := start(t)
	b := s.bot()
	s.client("tcp", "worker").quit()
	first := s.client("tcp", "worker")
	before := named(t, b, "worker", whoever)
	first.quit()
	s.client("tcp", "worker")
	after := named(t, b, "worker", func(t integrations.Thing) bool { return t.ID != before.ID })
	assert.Equal(t, before.Lineage, after.Lineage)
	s.client("tcp", "another")
	assert.NotEqual(t, before.Lineage, named(t, b, "another", whoever).Lineage)
}

// TestAClientWithoutANameHasNoLineage: one host has many of these, of any program.
func TestAClientWithoutANameHasNoLineage(t *testing.T) {
	t.Parallel()
	s := start(t)
	b := s.bot()
	c := s.client("tcp", "")
	things := look(t, b).Things
	require.Len(t, things, 1)
	assert.Empty(t, things[0].Lineage)
	_, _, err := ends(t, b, things[0])
	require.NoError(t, err)
	c.cut()
	s.client("tcp", "")
	assert.Equal(t, commands.Sight{Seen: commands.Gone}, commands.SightOf(things[0], nil, look(t, b)))
}

// TestConfig names every mistake at once, and connects to nobody.
func TestConfig(t *testing.T) {
	t.Parallel()
	_, err := redis.New(redis.Config{Endpoint: "redis://user:word@192.0.2.1:6379/3?x=y", User: "a b"}, time.Now)
	require.Error(t, err)
	for _, want := range []string{"only scheme, host and port", "in the clear", "spaces", "a password is needed"} {
		assert.Contains(t, err.Error(), want)
	}
	assert.NotContains(t, err.Error(), "word@")
	for _, wrong := range []string{"", "http://127.0.0.1", "127.0.0.1:6379", "redis://", "redis://127.0.0.1:port", "rediss:///path", "redis://127.0.0.1:70000", "rediss://redis.example.com:0"} {
		_, err := redis.New(redis.Config{Endpoint: wrong}, time.Now)
		assert.Error(t, err, wrong)
	}
	for _, right := range []string{"redis://127.0.0.1:6379", "redis://localhost", "redis://[::1]:6380", "rediss://redis.example.com:6380/"} {
		_, err := redis.New(redis.Config{Endpoint: right}, time.Now)
		assert.NoError(t, err, right)
	}
	_, err = redis.New(redis.Config{Endpoint: "redis://192.0.2.1", Plaintext: true}, time.Now)
	assert.NoError(t, err)
}

// TestClose ends what is under way.
func TestClose(t *testing.T) {
	t.Parallel()
	s := start(t)
	b := s.bot()
	require.True(t, look(t, b).Complete)
	require.NoError(t, b.Close())
	_, err := b.Sessions(t.Context(), "")
	assert.Equal(t, integrations.NotSent, failed(t, err).Kind)
	require.NoError(t, b.Close())
}

// TestNothingStays: each call has a connection of its own, and ends it.
func TestNothingStays(t *testing.T) {
	t.Parallel()
	f := fakeServer(t, nil)
	b := bot(t, "redis://"+f.addr)
	thing := f.at(five(t))
	for range 20 {
		look(t, b)
		_, err := b.EndSession(t.Context(), thing)
		require.NoError(t, err)
	}
	until(t, "every connection is closed", func() bool { return f.open() == 0 })
	assert.Equal(t, 40, f.dialed())
}
