package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"quell/integrations/redistest"
)

// TestRedis plays whole stories with a real Redis each: the server's clients are connections of
// the script, and what becomes of them is seen at their own end.
func TestRedis(t *testing.T) {
	addresses := map[string]string{}
	files, err := filepath.Glob("testdata/redis/*.txtar")
	require.NoError(t, err)
	for _, file := range files {
		addresses[strings.TrimSuffix(filepath.Base(file), ".txtar")] = redistest.Start(t).Addr
	}
	play(t, "testdata/redis", func(env *testscript.Env) error {
		return setupRedis(env, addresses[strings.TrimPrefix(filepath.Base(env.WorkDir), "script-")], "")
	})
}

// TestAnotherRedis plays what happens where an address leads to two of them.
func TestAnotherRedis(t *testing.T) {
	address, other := redistest.Start(t).Addr, redistest.Start(t).Addr
	play(t, "testdata/redis-other", func(env *testscript.Env) error { return setupRedis(env, address, other) })
}

// carts is a Redis in a script, and the way to it, on which things can go wrong.
type carts struct {
	address   string
	other     string // the address of another Redis
	peers     map[string]*scriptPeer
	mu        sync.Mutex
	elsewhere bool         // the way leads to the other one
	before    func() error // is done once, just before the server gets the next kill
	mute      bool         // the next kill gets there, and its answer does not come back
	lost      bool         // the next kill does not get there, and then the way leads elsewhere
	kills     int
	said      map[string]string // what the server answers in the script's words, by its command
	edits     []edit            // of what it answers
	armed     []edit            // the same, from the first connection on that follows a list
	listed    bool              // a list was read since they were
}

// leads is where the way to the Redis leads.
func (c *carts) leads() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.elsewhere {
		return c.other
	}
	return c.address
}

type cartsKey struct{}

func setupRedis(env *testscript.Env, address, other string) error {
	config, err := os.ReadFile(filepath.Join("testdata", "redis", "quell.yaml"))
	if err != nil {
		return err
	}
	c := &carts{address: address, other: other, peers: map[string]*scriptPeer{}, said: map[string]string{}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	env.Defer(func() { _ = l.Close() })
	go c.pass(l)
	env.Values[cartsKey{}] = c
	config = bytes.ReplaceAll(config, []byte("$carts"), []byte(l.Addr().String()))
	if err := os.WriteFile(filepath.Join(env.WorkDir, "quell.yaml"), config, 0o600); err != nil {
		return err
	}
	if !brings(env.WorkDir, "policy.yaml") {
		if err := copyFile(filepath.Join(env.WorkDir, "policy.yaml"), filepath.Join("testdata", "redis", "policy.yaml")); err != nil {
			return err
		}
	}
	env.Vars = append(env.Vars, "PASSWORD=fake-password-of-the-bot")
	return setup(env)
}

// pass carries what the bot says to the server and back.
func (c *carts) pass(l net.Listener) {
	for {
		bot, err := l.Accept()
		if err != nil {
			return
		}
		c.arm()
		go func() {
			defer bot.Close()
			server, err := net.Dial("tcp", c.leads())
			if err != nil {
				return
			}
			defer server.Close()
			go func() { c.back(bot, server); _ = bot.Close() }()
			c.carry(server, bot)
		}()
	}
}

func (c *carts) carry(server, bot net.Conn) {
	part := make([]byte, 64<<10) // the bot sends one command at a time, and waits
	for {
		n, err := bot.Read(part)
		if err != nil {
			return
		}
		if answer := c.answer(part[:n]); answer != "" {
			_, _ = bot.Write([]byte(answer + "\r\n"))
			continue
		}
		if bytes.Contains(part[:n], []byte("\r\nkill\r\n")) {
			mute, lost := c.kill()
			if mute || lost {
				_ = bot.Close()
			}
			if lost {
				return
			}
		}
		if _, err := server.Write(part[:n]); err != nil {
			return
		}
	}
}

// arm puts the edits into force that wait for the list before a call to be read.
func (c *carts) arm() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.listed {
		c.edits, c.armed = append(c.edits, c.armed...), nil
	}
}

// answer is what the script has the server answer a command; "" for the server's own word.
func (c *carts) answer(part []byte) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.listed = c.listed || bytes.Contains(part, []byte("\r\nlist\r\n"))
	for command, answer := range c.said {
		if bytes.Contains(part, []byte("\r\n"+command+"\r\n")) {
			return answer
		}
	}
	return ""
}

// back carries what the server says, changed as the script has it. A bulk string is as long as
// it says before it ("Redis serialization protocol").
func (c *carts) back(bot, server net.Conn) {
	in := bufio.NewReader(server)
	for {
		if _, err := in.Peek(1); err != nil {
			return
		}
		part, _ := in.Peek(in.Buffered())
		part = bytes.Clone(part)
		_, _ = in.Discard(len(part))
		if head, body, bulk := bytes.Cut(part, []byte("\r\n")); bulk && head[0] == '$' && c.changes() {
			n, _ := strconv.Atoi(string(head[1:]))
			rest := make([]byte, max(0, n+2-len(body)))
			if _, err := io.ReadFull(in, rest); err != nil {
				return
			}
			body = c.changed(append(body, rest...))
			part = fmt.Appendf(nil, "$%d\r\n%s", len(body)-2, body)
		} else {
			part = c.changed(part)
		}
		if _, err := bot.Write(part); err != nil {
			return
		}
	}
}

func (c *carts) changes() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.edits) > 0
}

func (c *carts) changed(part []byte) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range c.edits {
		part = e.from.ReplaceAll(part, []byte(e.to))
	}
	return part
}

// kill does what is to be done before a kill, and says whether its answer or the kill itself
// is lost.
func (c *carts) kill() (mute, lost bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kills++
	if c.before != nil {
		_ = c.before()
	}
	mute, lost = c.mute, c.lost
	c.elsewhere = c.elsewhere || lost
	c.before, c.mute, c.lost = nil, false, false
	return mute, lost
}

// scriptPeer is one client of the Redis, which speaks its inline protocol.
type scriptPeer struct {
	conn net.Conn
	in   *bufio.Reader
}

func (p *scriptPeer) ask(command string) (string, error) {
	if _, err := fmt.Fprintf(p.conn, "%s\r\n", command); err != nil {
		return "", err
	}
	answer, err := p.in.ReadString('\n')
	return strings.TrimSpace(answer), err
}

// cut waits until the server has closed the connection.
func (p *scriptPeer) cut() error {
	_, err := io.Copy(io.Discard, p.in)
	if errors.Is(err, syscall.ECONNRESET) {
		return nil
	}
	return err
}

// redis is what happens at the Redis: "redis connects worker" (its address is in $worker
// then), "redis says worker BLPOP jobs 0", "redis asks worker PING +PONG", "redis cut worker",
// "redis next gone worker" (it leaves just before the next kill), "redis next asks worker PING"
// (it says that before), "redis next mute", "redis next lost", "redis elsewhere" (the way leads to another Redis), "redis back", "redis kills 2".
// What begins with "elsewhere-" connects to the other Redis. "redis answers hello '-NOAUTH …'"
// has it answer a command so, and "redis edits flags=N flags=O" changes what it answers, with
// "next" from the connection of the next call on, until "redis honest".
func (w *world) redis(args []string) error {
	c := w.ts.Value(cartsKey{}).(*carts)
	switch args[0] {
	case "connects":
		return c.connect(w.ts, args[1])
	case "says":
		_, err := fmt.Fprintf(c.peers[args[1]].conn, "%s\r\n", strings.Join(args[2:], " "))
		return err
	case "asks":
		want := args[len(args)-1]
		got, err := c.peers[args[1]].ask(strings.Join(args[2:len(args)-1], " "))
		if err == nil && got != want {
			err = fmt.Errorf("it answers %q", got)
		}
		return err
	case "cut":
		return c.peers[args[1]].cut()
	case "next":
		c.next(args[1:])
		return nil
	case "answers":
		c.mu.Lock()
		defer c.mu.Unlock()
		c.said[args[1]] = args[2]
		return nil
	case "edits":
		from, err := regexp.Compile(args[1])
		c.mu.Lock()
		defer c.mu.Unlock()
		c.edits = append(c.edits, edit{from: from, to: args[2]})
		return err
	case "honest":
		c.mu.Lock()
		defer c.mu.Unlock()
		c.said, c.edits, c.armed = map[string]string{}, nil, nil
		return nil
	case "elsewhere", "back":
		c.mu.Lock()
		defer c.mu.Unlock()
		c.elsewhere = args[0] == "elsewhere"
		return nil
	case "kills":
		c.mu.Lock()
		defer c.mu.Unlock()
		if got := fmt.Sprint(c.kills); got != args[1] {
			return fmt.Errorf("%s kills came, not %s", got, args[1])
		}
		return nil
	}
	return fmt.Errorf("redis connects|says|asks|cut|next|answers|edits|honest|elsewhere|back|kills")
}

func (c *carts) next(args []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch args[0] {
	case "mute":
		c.mute = true
	case "lost":
		c.lost = true
	case "edits":
		c.armed, c.listed = append(c.armed, edit{from: regexp.MustCompile(args[1]), to: args[2]}), false
	case "gone":
		p := c.peers[args[1]]
		c.before = func() error {
			if _, err := p.ask("QUIT"); err != nil {
				return err
			}
			return p.cut()
		}
	case "asks":
		p := c.peers[args[1]]
		c.before = func() error { _, err := p.ask(strings.Join(args[2:], " ")); return err }
	}
}

func (c *carts) connect(ts *testscript.TestScript, name string) error {
	address := c.address
	if strings.HasPrefix(name, "elsewhere-") {
		address = c.other
	}
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	ts.Defer(func() { _ = conn.Close() })
	p := &scriptPeer{conn: conn, in: bufio.NewReader(conn)}
	c.peers[name] = p
	ts.Setenv(name, conn.LocalAddr().String())
	if err := conn.SetDeadline(time.Now().Add(3 * patience)); err != nil {
		return err
	}
	answer, err := p.ask("CLIENT SETNAME " + name)
	if err == nil && answer != "+OK" {
		err = errors.New(answer)
	}
	return err
}
