package redis_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/redis"
	"quell/integrations/redistest"
)

// fake is a server that says to each command what a test wants, byte for byte. It shares
// nothing with the client.
type fake struct {
	t    *testing.T
	addr string

	mu       sync.Mutex
	said     map[string]string // the answer to a command, by how the command begins
	meantime map[string]func() // what happens between a command and its answer
	hangUp   string            // a command after whose answer the connection ends
	silent   string            // a command that gets no answer
	commands [][]string
	dials    int
	ended    int // connections
}

// The answers of a healthy server.
func healthy() map[string]string {
	return map[string]string{
		"HELLO":          hello(7),
		"INFO":           bulk("# Server\r\nredis_version:7.0.15\r\nrun_id:ab12\r\n"),
		"CLIENT LIST ID": bulk(line(5) + "\n"),
		"CLIENT LIST":    bulk(line(5) + "\n" + line(7) + "\n"),
		"CLIENT KILL":    ":1\r\n",
	}
}

func hello(id int) string {
	return fmt.Sprintf("*14\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n$5\r\nproto\r\n:2\r\n$2\r\nid\r\n:%d\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n", id)
}

func bulk(s string) string { return fmt.Sprintf("$%d\r\n%s\r\n", len(s), s) }

// line is a client as Redis 7.0 lists it.
func line(id int) string {
	return fmt.Sprintf("id=%d addr=10.0.0.9:%d laddr=10.0.0.1:6379 fd=8 name=worker age=100 idle=3 flags=N db=0 sub=0 psub=0 ssub=0 multi=-1 qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 rbs=1024 rbp=0 obl=0 oll=0 omem=0 tot-mem=1800 events=r cmd=get user=default redir=-1 resp=2", id, 50000+id)
}

func fakeServer(t *testing.T, change map[string]string) *fake {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	f := &fake{t: t, addr: l.Addr().String(), said: healthy()}
	for k, v := range change {
		f.said[k] = v
	}
	var group sync.WaitGroup
	t.Cleanup(func() { _ = l.Close(); group.Wait() })
	group.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			f.mu.Lock()
			f.dials++
			f.mu.Unlock()
			group.Go(func() { f.serve(conn) })
		}
	})
	return f
}

func (f *fake) dialed() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.dials
}

func (f *fake) open() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.dials - f.ended
}

func (f *fake) serve(conn net.Conn) {
	defer func() {
		_ = conn.Close()
		f.mu.Lock()
		f.ended++
		f.mu.Unlock()
	}()
	_ = conn.SetDeadline(time.Now().Add(patience))
	in := bufio.NewReader(conn)
	for {
		words, err := command(in)
		if err != nil {
			return
		}
		answer, goOn := f.answer(words)
		if _, err := io.WriteString(conn, answer); err != nil || !goOn {
			return
		}
	}
}

// answer is the one of the longest beginning that fits.
func (f *fake) answer(words []string) (answer string, goOn bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.commands = append(f.commands, words)
	said := strings.ToUpper(strings.Join(words[:min(3, len(words))], " "))
	best := ""
	for begins := range f.said {
		if strings.HasPrefix(said, begins) && len(begins) > len(best) {
			best = begins
		}
	}
	if happens := f.meantime[best]; happens != nil {
		happens()
	}
	switch best {
	case f.silent:
		return "", true
	case "":
		return "-ERR unknown command\r\n", true
	}
	return f.said[best], best != f.hangUp
}

// command reads an array of texts.
func command(in *bufio.Reader) (words []string, err error) {
	number := func(mark string) (int, error) {
		text, err := in.ReadString('\n')
		if err != nil {
			return 0, err
		}
		return strconv.Atoi(strings.TrimPrefix(strings.TrimSpace(text), mark))
	}
	n, err := number("*")
	for range n {
		size, errSize := number("$")
		if errSize != nil {
			return nil, errSize
		}
		word := make([]byte, size+2)
		if _, err := io.ReadFull(in, word); err != nil {
			return nil, err
		}
		words = append(words, string(word[:size]))
	}
	return words, err
}

// sent are the commands of a name, each in its own words.
func (f *fake) sent(begins string) (all [][]string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, words := range f.commands {
		if strings.HasPrefix(strings.ToUpper(strings.Join(words, " ")), begins) {
			all = append(all, words)
		}
	}
	return all
}

// five is the client with the id 5, as the healthy server lists it.
func five(t *testing.T) integrations.Thing {
	t.Helper()
	return look(t, bot(t, "redis://"+fakeServer(t, nil).addr)).Things[0]
}

// at is the thing on another server.
func (f *fake) at(t integrations.Thing) integrations.Thing {
	was := t.IdentityField("server")
	t = with(t, "server", f.addr)
	t.ID = strings.Replace(t.ID, was, f.addr, 1)
	return t
}

// TestOneKillOneConnection sends each word as a word of its own, in one kill, over one
// connection.
func TestOneKillOneConnection(t *testing.T) {
	t.Parallel()
	f := fakeServer(t, nil)
	thing := f.at(five(t))
	_, _, err := ends(t, bot(t, "redis://"+f.addr), thing)
	require.NoError(t, err)
	kills := f.sent("CLIENT KILL")
	require.Len(t, kills, 1)
	assert.Equal(t, []string{"client", "kill", "ID", "5", "ADDR", "10.0.0.9:50005", "USER", "default"}, kills[0])
	assert.Equal(t, 1, f.dialed())
}

// TestWordsStayWords gives a user and an address with spaces and line ends: neither can
// become another argument, and neither reaches a server that does not list it so.
func TestWordsStayWords(t *testing.T) {
	t.Parallel()
	for _, odd := range []string{"default SKIPME no", "default\r\nCLIENT KILL TYPE normal", "a\x00b"} {
		f := fakeServer(t, nil)
		thing := f.at(five(t))
		for _, field := range []string{"addr", "user"} {
			_, _, err := ends(t, bot(t, "redis://"+f.addr), with(thing, field, odd))
			assert.Equal(t, integrations.NotSent, failed(t, err).Kind)
		}
		assert.Empty(t, f.sent("CLIENT KILL"))
		for _, words := range f.sent("CLIENT") {
			assert.Equal(t, []string{"client", "list", "id", "5"}, words)
		}
	}
}

// TestAnswersToAKill tells what each leaves known of the deed.
func TestAnswersToAKill(t *testing.T) {
	t.Parallel()
	thing := five(t)
	for name, c := range map[string]struct {
		answer string
		kind   integrations.Kind
		code   string
	}{
		"none":          {":0\r\n", integrations.NotFound, "0"},
		"two":           {":2\r\n", integrations.Garbled, "2"},
		"less":          {":-1\r\n", integrations.Garbled, "-1"},
		"the old form":  {"+OK\r\n", integrations.Garbled, ""},
		"nil":           {"$-1\r\n", integrations.Garbled, ""},
		"a list":        {"*2\r\n:1\r\n:2\r\n", integrations.Garbled, ""},
		"not Redis":     {"HTTP/1.1 400 Bad Request\r\n\r\n", integrations.Garbled, ""},
		"no right, 7.0": {"-NOPERM this user has no permissions to run the 'client|kill' command\r\n", integrations.Forbidden, "NOPERM"},
		"no right, 8.0": {"-NOPERM User quell has no permissions to run the 'client|kill' command\r\n", integrations.Forbidden, "NOPERM"},
		"logged out":    {"-NOAUTH Authentication required.\r\n", integrations.Unauthenticated, "NOAUTH"},
		"a script":      {"-BUSY Valkey is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n", integrations.Busy, "BUSY"},
		"a user gone":   {"-ERR No such user 'default'\r\n", integrations.NotFound, "ERR"},
		"an id":         {"-ERR client-id should be greater than 0\r\n", integrations.Invalid, "ERR"},
		"another error": {"-ERR upstream failure\r\n", integrations.Garbled, "ERR"},
		"a load":        {"-LOADING Redis is loading the dataset in memory\r\n", integrations.Unavailable, "LOADING"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := fakeServer(t, map[string]string{"CLIENT KILL": c.answer})
			receipt, tape, err := ends(t, bot(t, "redis://"+f.addr), f.at(thing))
			e := failed(t, err)
			assert.Equal(t, c.kind, e.Kind)
			assert.Equal(t, c.code, e.Code)
			assert.Zero(t, receipt)
			assert.Len(t, f.sent("CLIENT KILL"), 1, "it is sent once, whatever comes back")
			last := tape[len(tape)-1]
			assert.True(t, last.Change)
			assert.NotEmpty(t, last.Answer+string(last.Fail))
		})
	}
}

// TestBrokenKills is what nobody knows the end of.
func TestBrokenKills(t *testing.T) {
	t.Parallel()
	thing := five(t)
	for name, set := range map[string]func(*fake){
		"silence":             func(f *fake) { f.silent = "CLIENT KILL" },
		"it hangs up":         func(f *fake) { f.said["CLIENT KILL"], f.hangUp = "", "CLIENT KILL" },
		"half an answer":      func(f *fake) { f.said["CLIENT KILL"], f.hangUp = ":", "CLIENT KILL" },
		"an answer too short": func(f *fake) { f.said["CLIENT KILL"], f.hangUp = ":1", "CLIENT KILL" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := fakeServer(t, nil)
			set(f)
			ctx, tape := integrations.WithTape(t.Context())
			ctx, cancel := context.WithCancel(ctx)
			ended := make(chan error)
			b := bot(t, "redis://"+f.addr)
			go func() { _, err := b.EndSession(ctx, f.at(thing)); ended <- err }()
			until(t, "the kill is there", func() bool { return len(f.sent("CLIENT KILL")) > 0 })
			if f.silent != "" {
				cancel() // whoever waits has waited enough
			}
			err := <-ended
			cancel()
			assert.Equal(t, integrations.NoAnswer, failed(t, err).Kind)
			assert.Equal(t, integrations.MayBeDone, failed(t, err).Effect())
			assert.Len(t, f.sent("CLIENT KILL"), 1)
			assert.Equal(t, 1, f.dialed())
			taken := tape.Take()
			assert.Equal(t, integrations.NoAnswer, taken[len(taken)-1].Fail)
		})
	}
}

// TestABrokenLookSendsNoKill breaks each step before the kill.
func TestABrokenLookSendsNoKill(t *testing.T) {
	t.Parallel()
	thing := five(t)
	for _, step := range []string{"HELLO", "INFO", "CLIENT LIST ID"} {
		for name, set := range map[string]func(*fake){
			"silence":           func(f *fake) { f.silent = step },
			"it hangs up":       func(f *fake) { f.said[step], f.hangUp = "", step },
			"half an answer":    func(f *fake) { f.said[step], f.hangUp = f.said[step][:len(f.said[step])-4], step },
			"garbage":           func(f *fake) { f.said[step] = "\x16\x03\x01\x02\r\n" },
			"no end":            func(f *fake) { f.said[step] = "$9223372036854775807\r\n" },
			"less than none":    func(f *fake) { f.said[step] = "$-7\r\n" },
			"it hangs up after": func(f *fake) { f.hangUp = step },
		} {
			t.Run(step+": "+name, func(t *testing.T) {
				t.Parallel()
				f := fakeServer(t, nil)
				set(f)
				limit := patience
				if f.silent != "" {
					limit = 300 * time.Millisecond
				}
				_, _, err := ends(t, bot(t, "redis://"+f.addr, within(limit)), f.at(thing))
				if step == "CLIENT LIST ID" && name == "it hangs up after" { // the kill left, perhaps
					assert.Equal(t, integrations.NoAnswer, failed(t, err).Kind)
				} else {
					assert.Equal(t, integrations.NotSent, failed(t, err).Kind)
				}
				assert.Empty(t, f.sent("CLIENT KILL"))
				assert.LessOrEqual(t, f.dialed(), 1)
			})
		}
	}
}

// TestNobodyThere never gets as far as a connection.
func TestNobodyThere(t *testing.T) {
	t.Parallel()
	b := bot(t, "redis://"+redistest.FreeAddr(t))
	ctx, tape := integrations.WithTape(t.Context())
	_, err := b.Sessions(ctx, "")
	assert.Equal(t, integrations.NotSent, failed(t, err).Kind)
	assert.Equal(t, []string{"INFO server → not-sent"}, lines(tape.Take()))
}

// TestTheCallersTime ends a call that hangs, also one whose context has no deadline.
func TestTheCallersTime(t *testing.T) {
	t.Parallel()
	f := fakeServer(t, nil)
	f.silent = "CLIENT LIST"
	b := bot(t, "redis://"+f.addr)
	_, err := b.Sessions(deadline(t, 100*time.Millisecond), "")
	assert.Contains(t, []integrations.Kind{integrations.NoAnswer, integrations.NotSent}, failed(t, err).Kind, "as far as it got")

	before := len(f.sent("CLIENT LIST"))
	hung := make(chan error)
	go func() { _, err := b.Sessions(t.Context(), ""); hung <- err }()
	until(t, "the list was asked for", func() bool { return len(f.sent("CLIENT LIST")) > before })
	require.NoError(t, b.Close())
	assert.Equal(t, integrations.NoAnswer, failed(t, <-hung).Kind)
}

// TestLists reads the lists of other versions, and says what it could not read.
func TestLists(t *testing.T) {
	t.Parallel()
	const (
		valkey9 = "id=5 addr=10.0.0.9:50005 laddr=10.0.0.1:6379 fd=8 name= age=9 idle=9 flags=N capa= db=0 sub=0 psub=0 ssub=0 multi=-1 watch=0 qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 rbs=16384 rbp=16384 obl=0 oll=0 omem=0 tot-mem=34000 events=r cmd=get user=default redir=-1 resp=3 lib-name=go-redis lib-ver=9.23.0 tot-net-in=14 tot-net-out=5 tot-cmds=2"
		redis8  = "id=5 addr=10.0.0.9:50005 laddr=10.0.0.1:6379 fd=8 name= age=9 idle=9 flags=N db=0 sub=0 psub=0 ssub=0 multi=-1 watch=0 qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 rbs=1024 rbp=0 obl=0 oll=0 omem=0 tot-mem=1800 events=r cmd=get user=default redir=-1 resp=2 lib-name= lib-ver= io-thread=0 tot-net-in=14 tot-net-out=5 tot-cmds=2"
	)
	many := strings.Repeat(line(5)+"\n", 80000)
	for name, c := range map[string]struct {
		list     string
		things   int
		complete bool
		kind     integrations.Kind
	}{
		"Valkey 9":           {valkey9 + "\n" + line(7) + "\n", 1, true, ""},
		"Redis 8":            {redis8 + "\n" + line(7) + "\n", 1, true, ""},
		"an unknown field":   {line(5) + " mood=good\n" + line(7) + "\n", 1, true, ""},
		"nobody else":        {line(7) + "\n", 0, true, ""},
		"without its end":    {line(5) + "\n" + line(7), 1, false, ""},
		"without ourselves":  {line(5) + "\n", 1, false, ""},
		"an odd line":        {"id=4 addr=/tmp/a b:0 user=default\n" + line(5) + "\n" + line(7) + "\n", 1, false, ""},
		"an empty line":      {line(5) + "\n\n" + line(7) + "\n", 1, false, ""},
		"no id":              {"addr=10.0.0.9:1 user=default\n" + line(5) + "\n" + line(7) + "\n", 1, false, ""},
		"an id of 0":         {"id=0 addr=10.0.0.9:1 user=default\n" + line(5) + "\n" + line(7) + "\n", 1, false, ""},
		"an id of two forms": {"id=05 addr=10.0.0.9:1 user=default\n" + line(5) + "\n" + line(7) + "\n", 1, false, ""},
		"a field twice":      {line(5) + " id=6\n" + line(7) + "\n", 0, false, ""},
		"one id twice":       {line(5) + "\n" + line(5) + "\n" + line(7) + "\n", 1, false, ""},
		"empty":              {"", 0, false, ""},
		"older than users":   {"id=5 addr=10.0.0.9:50005 fd=8 name= age=9 idle=9 flags=N\nid=7 addr=10.0.0.9:50007 flags=N\n", 0, false, integrations.Unsupported},
		"huge":               {many, 0, false, integrations.Garbled},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := fakeServer(t, map[string]string{"CLIENT LIST": bulk(c.list)})
			seen, err := bot(t, "redis://"+f.addr).Sessions(t.Context(), "")
			if c.kind != "" {
				assert.Equal(t, c.kind, failed(t, err).Kind)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.complete, seen.Complete)
			assert.Len(t, seen.Things, c.things)
		})
	}
}

// TestWhatCannotBeShown bars a client whose user or address is other than it can be read.
func TestWhatCannotBeShown(t *testing.T) {
	t.Parallel()
	for name, line := range map[string]string{
		"turned":   "id=5 addr=10.0.0.9:50005 user=a\u202eb",
		"too long": "id=5 addr=10.0.0.9:50005 user=" + strings.Repeat("x", 300),
		"no text":  "id=5 addr=10.0.0.9:50005 user=\xff",
		"no user":  "id=5 addr=10.0.0.9:50005 user=",
	} {
		f := fakeServer(t, map[string]string{"CLIENT LIST": bulk(line + "\nid=7 addr=10.0.0.9:50007 user=default\n")})
		thing := look(t, bot(t, "redis://"+f.addr)).Things[0]
		assert.Equal(t, "bar.redis-unreadable", thing.Bar.Hint, name)
		assert.True(t, thing.Traits.Classes.Unknown, "flags were withheld")
	}
}

// TestAnIDThatBeganAnew gives another client the id, the address and the user of the one
// that was approved, as a restart of the server can. Its age tells them apart.
func TestAnIDThatBeganAnew(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		age  string
		kept bool
	}{
		"the same":     {"age=100", false},
		"a bit later":  {"age=98", false},
		"another":      {"age=9", true},
		"without ages": {"", false},
	} {
		f := fakeServer(t, map[string]string{
			"INFO":           noInfo,
			"CLIENT LIST ID": bulk(strings.Replace(line(5), "age=100", c.age, 1) + "\n"),
		})
		if c.age == "" {
			f.said["CLIENT LIST ID"] = bulk(strings.Replace(line(5), " age=100", "", 1) + "\n")
		}
		now := time.Date(2026, 3, 1, 3, 0, 0, 0, time.UTC)
		b, err := redis.New(redis.Config{Endpoint: "redis://" + f.addr, Timeout: patience}, func() time.Time { return now })
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, b.Close()) })
		thing := look(t, b).Things[0]
		assert.Equal(t, now.Add(-100*time.Second), thing.Since)
		_, _, err = ends(t, b, thing)
		if !c.kept {
			assert.NoError(t, err, name)
			continue
		}
		assert.Equal(t, "redis.changed", failed(t, err).Hint, name)
		assert.Empty(t, f.sent("CLIENT KILL"), name)
	}
}

// TestAServerThatIsSlow lists its clients some seconds after it was asked, once, and it is not
// known of which moment the ages are. The clients are the same.
func TestAServerThatIsSlow(t *testing.T) {
	t.Parallel()
	aged := func(age string) string { return strings.Replace(line(5), "age=100", "age="+age, 1) + "\n" }
	for name, c := range map[string]struct{ slow, listed, again string }{
		"at the request": {"CLIENT LIST", "104", "104"},
		"at the call":    {"CLIENT LIST ID", "100", "100"}, // it was listed before it went slow
		"at neither":     {"", "100", "100"},
	} {
		f := fakeServer(t, map[string]string{"INFO": noInfo, "CLIENT LIST": bulk(aged(c.listed) + line(7) + "\n"), "CLIENT LIST ID": bulk(aged(c.again))})
		var later atomic.Int64
		f.meantime = map[string]func(){c.slow: func() { later.Add(int64(4 * time.Second)) }}
		now := time.Date(2026, 3, 1, 3, 0, 0, 0, time.UTC)
		b, err := redis.New(redis.Config{Endpoint: "redis://" + f.addr, Timeout: patience}, func() time.Time { return now.Add(time.Duration(later.Load())) })
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, b.Close()) })
		planned := look(t, b).Things[0]
		assert.Equal(t, c.slow == "CLIENT LIST", planned.Since.IsZero(), name)
		f.mu.Lock()
		delete(f.meantime, "CLIENT LIST")
		f.mu.Unlock()
		assert.False(t, look(t, b).Things[0].BeganAfter(planned), name)
		_, _, err = ends(t, b, planned)
		assert.NoError(t, err, name)
	}
}

// TestWhereTheRunIsKnown tells more than an age does, so there is none to go by.
func TestWhereTheRunIsKnown(t *testing.T) {
	t.Parallel()
	thing := look(t, bot(t, "redis://"+fakeServer(t, nil).addr)).Things[0]
	assert.NotEmpty(t, thing.IdentityField("run"))
	assert.Zero(t, thing.Since)
}

const noInfo = "-NOPERM this user has no permissions to run the 'info' command\r\n"

// TestInfoIsAskedForAgain, though seldom where it was never answered: each refusal is an entry in
// the server's log.
func TestInfoIsAskedForAgain(t *testing.T) {
	t.Parallel()
	f := fakeServer(t, map[string]string{"INFO": noInfo})
	var later atomic.Int64
	b, err := redis.New(redis.Config{Endpoint: "redis://" + f.addr, Timeout: patience}, func() time.Time { return time.Now().Add(time.Duration(later.Load())) })
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	for range 3 {
		assert.Empty(t, look(t, b).System)
	}
	assert.Len(t, f.sent("INFO"), 1)
	later.Store(int64(11 * time.Minute))
	for range 3 {
		assert.Empty(t, look(t, b).System)
	}
	assert.Len(t, f.sent("INFO"), 2)
	f.mu.Lock()
	f.said["INFO"] = bulk("run_id:ab12\r\n")
	f.mu.Unlock()
	later.Store(int64(22 * time.Minute))
	assert.Equal(t, "ab12", look(t, b).System, "it was granted")
	assert.Equal(t, "ab12", look(t, b).System)

	f.mu.Lock()
	f.said["INFO"] = noInfo
	f.mu.Unlock()
	before := len(f.sent("INFO"))
	for range 3 {
		_, err := b.Sessions(t.Context(), "")
		assert.Equal(t, "redis.info-refused", failed(t, err).Hint)
	}
	assert.Len(t, f.sent("INFO"), before+3, "it was taken away, and counts at once where it is given back")
}

// TestProtectedMode is what a server without a password says to whoever is not on its machine,
// before any command.
func TestProtectedMode(t *testing.T) {
	t.Parallel()
	for _, says := range []string{"Redis is running", "Running"} {
		f := fakeServer(t, map[string]string{"HELLO": "-DENIED " + says + " in protected mode because protected mode is enabled and no password is set for the default user.\r\n"})
		_, err := bot(t, "redis://"+f.addr).Sessions(t.Context(), "")
		assert.Equal(t, integrations.Unauthenticated, failed(t, err).Kind)
		assert.Equal(t, "redis.protected-mode", failed(t, err).Hint)
		assert.Equal(t, "DENIED", failed(t, err).Code)
	}
}

// A server that does not say for how long a client was idle does not say that it is busy either.
func TestAnIdleTimeThatIsNoNumber(t *testing.T) {
	t.Parallel()
	for said, idle := range map[string]time.Duration{"idle=0": 0, "idle=90": 90 * time.Second, "idle=": -time.Second, "idle=99999999999": -time.Second} {
		f := fakeServer(t, map[string]string{"CLIENT LIST": bulk(strings.Replace(line(5), "idle=3", said, 1) + "\n" + line(7) + "\n")})
		assert.Equal(t, idle, look(t, bot(t, "redis://"+f.addr)).Things[0].Idle, said)
	}
}

// TestWhatIsSaidOfAClient holds the facts and the warnings to what the line says.
func TestWhatIsSaidOfAClient(t *testing.T) {
	t.Parallel()
	said := func(change ...string) (names, warns []string) {
		one := strings.NewReplacer(change...).Replace(line(5))
		f := fakeServer(t, map[string]string{"CLIENT LIST": bulk(one + "\n" + line(7) + "\n")})
		thing := look(t, bot(t, "redis://"+f.addr)).Things[0]
		for _, f := range thing.Facts {
			names = append(names, f.Name)
		}
		return names, hints(thing)
	}
	names, _ := said("cmd=get", "cmd=NULL", "idle=3", "idle=0")
	assert.Equal(t, []string{"client", "name", "age", "db"}, names, "it never sent a command")
	names, warns := said("flags=N", "flags=x", "multi=-1", "multi=0")
	assert.NotContains(t, warns, "warn.redis-multi", "nothing is queued")
	assert.Equal(t, []string{"client", "name", "idle", "transaction", "multi", "age", "cmd", "db"}, names)
	_, warns = said("flags=N", "flags=x", "multi=-1", "multi=1")
	assert.Contains(t, warns, "warn.redis-multi")
	names, _ = said("flags=N", "flags=bP", "sub=0", "sub=1")
	assert.Equal(t, []string{"client", "name", "idle", "blocked", "subscriber", "age"}, names[:6])
}

// TestACodeIsNoSecret: a server, or who is in its place, may say what it was sent, in part, with
// something before it or in other letters. A word that is not documented is any error.
func TestACodeIsNoSecret(t *testing.T) {
	t.Parallel()
	for said, code := range map[string]string{
		"SECRET":                 "ERR",
		"HUSH":                   "ERR",
		"XHUSHHUSH":              "ERR",
		"ADMIN":                  "ERR",
		"secret":                 "ERR",
		"ODD-ONE":                "ERR",
		strings.Repeat("A", 100): "ERR",
		"noperm":                 "NOPERM", // as classify takes it
		"READONLY":               "READONLY",
	} {
		for _, password := range []string{"SECRET-HUSH", "secret-hush", "HUSHHUSH", "ERR", "READONLY"} {
			f := fakeServer(t, map[string]string{"HELLO": "-" + said + " boom\r\n"})
			ctx, tape := integrations.WithTape(t.Context())
			_, err := bot(t, "redis://"+f.addr, as("ADMIN", password)).Sessions(ctx, "")
			e := failed(t, err)
			assert.Equal(t, code, e.Code, said)
			if code != strings.ToUpper(said) {
				assert.NotContains(t, strings.ToUpper(err.Error()), strings.ToUpper(said))
			}
			assert.Equal(t, []string{"HELLO 2 AUTH ADMIN •••••• → " + code}, lines(tape.Take()))
		}
	}
}

// TestARefusalIsAnswered on the tape, whoever the user is.
func TestARefusalIsAnswered(t *testing.T) {
	t.Parallel()
	for _, user := range []string{"ERR", "BOTERR", "OPERATORS", "quell"} {
		f := fakeServer(t, map[string]string{"CLIENT LIST": "-ERR unknown subcommand\r\n"})
		ctx, tape := integrations.WithTape(t.Context())
		_, err := bot(t, "redis://"+f.addr, as(user, "secret")).Sessions(ctx, "")
		assert.Equal(t, "ERR", failed(t, err).Code)
		assert.Contains(t, lines(tape.Take()), "CLIENT LIST → ERR", user)
	}
}

// TestARefusedRunID goes on without it, and any other trouble with it ends the look.
func TestARefusedRunID(t *testing.T) {
	t.Parallel()
	for answer, kind := range map[string]integrations.Kind{
		noInfo: "",
		"-ERR unknown command 'info', with args beginning with: 'server' \r\n": "", // rename-command
		"-BUSY Redis is busy running a script.\r\n":                            integrations.Busy,
		"-NOAUTH Authentication required.\r\n":                                 integrations.Unauthenticated,
		bulk("# Server\r\n"):                                                   integrations.Garbled,
	} {
		f := fakeServer(t, map[string]string{"INFO": answer})
		_, err := bot(t, "redis://"+f.addr).Sessions(t.Context(), "")
		if kind == "" {
			assert.NoError(t, err, answer)
			continue
		}
		assert.Equal(t, kind, failed(t, err).Kind)
	}
}
