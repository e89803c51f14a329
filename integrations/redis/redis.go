// Package redis reads and ends the clients of one self-hosted Redis (6.2 or later) or
// Valkey server, by the server's own protocol.
//
// A call has one fresh connection: HELLO logs in on it and tells the id that the server
// gave it, CLIENT LIST reads, CLIENT KILL ends. Read and kill on one connection are of one
// run of the server, so that an id cannot have begun anew in between. go-redis frames the
// commands and nothing more: it sends nothing again, dials nothing again and keeps no
// connection.
//
// A client is named by id, address and user, and all three go with the kill. The server
// itself compares them and ends nothing where one differs: it answers 0. So 1 is a yes that
// nobody else got, and 0 proves that nothing was done.
//
// A read is not tried once more, as those over HTTP are: there is no proxy between that
// answers 503 in the server's place, and a connection that breaks is news.
//
// What the documents leave open, and what is done here:
//
//   - Ids begin anew when the server does. The run_id of INFO tells one run from another,
//     and needs +info. Without it the address and the age do, as far as they can: a client
//     that connects from the same port, is given the same id by another run and is no more
//     than three seconds younger (Thing.Since) is taken for the one before. So is one of
//     any age where the server was slow to list it, then or now: its age is not known to
//     be of which moment (agedWithin). Clients on a Unix socket all have the same address:
//     those are barred then. Each refused INFO is an entry in the server's ACL LOG, so
//     where it was refused a program asks again only after some minutes (infoPause).
//     Granted in between, it makes the system that answers a known one, which nobody can
//     tell to be the unknown one from before: cases under way end without a call, or are
//     seen no further, and have to be asked for anew. Where it was answered before, a
//     refusal ends the call: a run that is forgotten would make of another server the same
//     one (Sighting.System). Nothing but run_id tells that either: without it, an address
//     that leads to another server by now goes unseen, whose list makes the clients of the
//     first one look gone. Where INFO was answered once it is asked for at each call, so
//     that a right given back counts at once: while it is away, a case that waits makes an
//     entry with each try.
//   - What a node links to another one (flags S and M) and what a Sentinel keeps open is
//     barred: it comes back in a second or two, and may have to begin a full copy anew.
//     MONITOR is barred too, without waiting for a policy to name it: it is a tool of
//     somebody who watches, mostly, and the list does not say whose.
//   - Clients of the bot's own user are the bot's and barred. "default" is the user of
//     everybody who gave none, so whose those are cannot be told.
//   - A client cannot be closed in the middle of a command, says an older text; it is
//     gone from the list all the same when the answer is there.
//   - A cluster's other nodes are servers of their own: each is a target.
//
// Sources: "CLIENT LIST", "CLIENT KILL", "HELLO", "INFO", "ACL" of redis.io and valkey.io;
// redis-server 7.0.15 and 8.0.6 and Valkey 9.1.2, tried.
package redis

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode"

	"github.com/redis/go-redis/v9/logging"

	"quell/integrations"
)

// Vendor is the kind of target that this package serves.
const Vendor = "redis"

// everybody is the user of whoever gave none ("ACL").
const everybody = "default"

// Config names one server and the user to log in as.
type Config struct {
	// Endpoint is rediss://host:port, or redis:// without TLS.
	Endpoint string
	User     string // "default" unless set
	Password integrations.Secret
	// RootCAs are the authorities to trust; nil means the system's.
	RootCAs *x509.CertPool
	// Plaintext accepts redis:// beyond this machine: the password travels in the clear.
	Plaintext bool
	// Timeout bounds a whole call; 0 means 5 s.
	Timeout time.Duration
}

// Client is one server.
type Client struct {
	server   string // host:port
	user     string
	password integrations.Secret
	tls      *tls.Config // nil without TLS
	timeout  time.Duration
	connect  func(ctx context.Context, network, address string) (net.Conn, error)
	here     bool // only on this machine: the password travels in the clear
	now      func() time.Time
	hadInfo  atomic.Bool     // INFO was answered
	noInfo   atomic.Int64    // when INFO was refused, in Unix seconds; 0 for never
	life     context.Context // ends with Close
	end      context.CancelFunc
}

// New returns a Client, or every mistake in cfg at once. It does not connect.
func New(cfg Config, now func() time.Time) (*Client, error) {
	c := &Client{user: cfg.User, password: cfg.Password, timeout: cfg.Timeout, now: now}
	if c.user == "" {
		c.user = everybody
	}
	c.connect = new(net.Dialer).DialContext
	if c.timeout <= 0 {
		c.timeout = 5 * time.Second
	}
	if err := errors.Join(c.address(cfg), c.checkLogin()); err != nil {
		return nil, err
	}
	c.life, c.end = context.WithCancel(context.Background())
	logging.Disable() // go-redis prints past our own log, and can be told so for all its clients only
	return c, nil
}

// address reads the endpoint.
func (c *Client) address(cfg Config) error {
	u, err := url.Parse(cfg.Endpoint)
	if err != nil || u.Hostname() == "" || u.Scheme != "redis" && u.Scheme != "rediss" {
		return errors.New("endpoint: an address such as rediss://redis.example.com:6379 is needed")
	}
	port := u.Port()
	if port == "" {
		port = "6379"
	}
	c.server = net.JoinHostPort(u.Hostname(), port)
	number, wrongPort := strconv.ParseUint(port, 10, 16)
	c.here = u.Scheme == "redis" && !cfg.Plaintext
	if u.Scheme == "rediss" {
		c.tls = &tls.Config{RootCAs: cfg.RootCAs, MinVersion: tls.VersionTLS12, ServerName: u.Hostname()}
	}
	return errors.Join(
		mistake(wrongPort != nil || number == 0, "endpoint: a port is a number from 1 to 65535"),
		mistake(u.User != nil || u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "",
			"endpoint: only scheme, host and port belong in it"),
		mistake(c.tls == nil && !integrations.Loopback(u) && !cfg.Plaintext,
			"endpoint: redis:// sends the password in the clear; use rediss://, or add plaintext: accepted"),
		mistake(c.tls == nil && cfg.RootCAs != nil, "ca_file: authorities are for rediss:// only"),
	)
}

// checkLogin: a user's name has no spaces ("ACL SETUSER").
func (c *Client) checkLogin() error {
	odd := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
	return errors.Join(
		mistake(strings.ContainsFunc(c.user, odd), "user: spaces cannot be in it"),
		mistake(c.user != everybody && c.password.Reveal() == "", "credentials: a password is needed for the user"),
	)
}

func mistake(is bool, what string) error {
	if !is {
		return nil
	}
	return errors.New(what)
}

// Close ends what is under way, and no call connects any more.
func (c *Client) Close() error {
	c.end()
	return nil
}

// Sessions lists the clients of the server, the one place there is. The connection that
// reads is left out, and shows that the list is whole: it has to be in it.
func (c *Client) Sessions(ctx context.Context, place string) (integrations.Sighting, error) {
	if place != "" {
		return integrations.Sighting{}, unsupported(opList, "redis.one-server")
	}
	seen := integrations.Sighting{At: c.now()}
	l, done := c.open(ctx)
	defer done()
	run, err := l.run()
	if err != nil {
		return integrations.Sighting{}, err
	}
	seen.System = run
	own, kept := false, integrations.NewKeeper(ctx)
	list, err := l.list(func(one client) {
		if one.id() == l.own {
			own = true
			return
		}
		kept.Add(c.thing(one, l.look(run)))
	})
	if err != nil {
		return integrations.Sighting{}, err
	}
	seen.Complete = list.whole && own
	return kept.Of(ctx, seen), nil
}

// EndSession ends one client, once. It reads that client first, on the same connection:
// what is gone, is another by now or must not be ended is left alone.
func (c *Client) EndSession(ctx context.Context, session integrations.Thing) (integrations.Receipt, error) {
	k, err := c.kill(session)
	if err != nil {
		return integrations.Receipt{}, err
	}
	l, done := c.open(ctx)
	defer done()
	if err := l.same(k, session); err != nil {
		return integrations.Receipt{}, integrations.Failure(Vendor, opKill, err)
	}
	return l.kill(k)
}

// EndSessionCall is the command that EndSession would send, for people.
func (c *Client) EndSessionCall(session integrations.Thing) string {
	k, err := c.kill(session)
	if err != nil {
		return ""
	}
	return opKill + " " + k.String()
}

// kill is what CLIENT KILL is sent with. Each of the three narrows: it is never built
// without one of them.
type kill struct {
	id         int64
	addr, user string
}

func (k kill) args() []string {
	return []string{"ID", strconv.FormatInt(k.id, 10), "ADDR", k.addr, "USER", k.user}
}

func (k kill) String() string { return strings.Join(k.args(), " ") }

// kill takes the three from the thing's identity. An id of 0 is refused by the server, and
// here before.
func (c *Client) kill(session integrations.Thing) (kill, error) {
	k := kill{addr: session.IdentityField("addr"), user: session.IdentityField("user")}
	var err error
	k.id, err = strconv.ParseInt(session.IdentityField("client"), 10, 64)
	switch {
	case session.IdentityField("server") != c.server:
		return kill{}, unsupported(opKill, "redis.other-server")
	case err != nil || k.id <= 0 || k.addr == "" || k.user == "":
		return kill{}, &integrations.Error{Kind: integrations.NotSent, Vendor: Vendor, Op: opKill, Cause: fmt.Errorf("no client %q at %q of %q", session.IdentityField("client"), k.addr, k.user)}
	}
	return k, nil
}
