package redis

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"quell/integrations"
)

// The server's own names of its commands.
const (
	opHello = "HELLO"
	opInfo  = "INFO"
	opList  = "CLIENT LIST"
	opKill  = "CLIENT KILL"
)

// maxAnswers bounds what is read of one connection, in bytes: a list of some forty
// thousand clients.
const maxAnswers = 16 << 20

// link is the connection of one call.
type link struct {
	c         *Client
	ctx       context.Context
	conn      *goredis.Conn
	dialed    atomic.Bool // there was a try to connect; there is no second one
	connected atomic.Bool
	line      atomic.Pointer[bounded] // the connection, once there is one
	certAsked atomic.Bool             // the server asked for a certificate of ours
	own       string                  // the id that the server gave this connection
	role      string                  // of the server: "master", "replica"
	greeted   time.Time               // when HELLO was over, within the first command
	began     time.Time               // when the last command was sent
	took      time.Duration           // until the last command was over
	refused   *integrations.Error     // of HELLO
}

// open makes a link that connects with its first command. done ends it.
func (c *Client) open(ctx context.Context) (l *link, done func()) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	l = &link{c: c, ctx: ctx}
	client := goredis.NewClient(l.options())
	client.AddHook(l)
	l.conn = client.Conn() // sticky: where it breaks it answers so, and dials no other
	if c.life.Err() != nil {
		cancel()
	}
	stay := context.AfterFunc(c.life, cancel)
	return l, func() {
		stay()
		cancel()
		_ = l.conn.Close()
		_ = client.Close()
	}
}

// options: nothing is sent twice, and nothing is said of the library or of a name, for which
// the user would need a right of its own.
func (l *link) options() *goredis.Options {
	return &goredis.Options{
		Addr: l.c.server, Protocol: 2, Username: l.c.user, Password: l.c.password.Reveal(), Dialer: l.dial,
		MaxRetries: -1, DialerRetries: 1, PoolSize: 1, PipelinePoolSize: -1, DisableIdentity: true, ContextTimeoutEnabled: true,
		DialTimeout: l.c.timeout, ReadTimeout: l.c.timeout, WriteTimeout: l.c.timeout, PoolTimeout: l.c.timeout,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
}

var (
	errDialed  = errors.New("a second connection is none of this call's")
	errTooLong = errors.New("the answers are too long")
	// errElsewhere: what "localhost" means is up to a resolver.
	errElsewhere = errors.New("the address leads to another machine, and the password would travel in the clear")
)

func onThisMachine(conn net.Conn) bool {
	at, ok := conn.RemoteAddr().(*net.TCPAddr)
	return ok && at.IP.IsLoopback()
}

// dial connects, once. go-redis gives a context of its own, which does not end with ours.
func (l *link) dial(context.Context, string, string) (net.Conn, error) {
	if l.dialed.Swap(true) {
		return nil, errDialed
	}
	plain, err := l.c.connect(l.ctx, "tcp", l.c.server)
	if err != nil {
		return nil, err
	}
	if l.c.here && !onThisMachine(plain) {
		_ = plain.Close()
		return nil, errElsewhere
	}
	context.AfterFunc(l.ctx, func() { _ = plain.Close() }) // go-redis heeds a deadline, and not an end
	conn := plain
	if l.c.tls != nil {
		secured := tls.Client(plain, l.encrypted())
		if err := secured.HandshakeContext(l.ctx); err != nil {
			_ = plain.Close()
			return nil, err
		}
		conn = secured
		state := secured.ConnectionState()
		integrations.Meet(l.ctx, integrations.Meeting{Host: l.c.server, Expires: integrations.Expires(&state)})
	}
	l.connected.Store(true)
	line := &bounded{Conn: conn, left: maxAnswers}
	l.line.Store(line)
	return line, nil
}

// encrypted notes whether the server asks for a certificate, of which we have none: without
// that, some alerts mean something else (insists).
func (l *link) encrypted() *tls.Config {
	config := l.c.tls.Clone()
	config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		l.certAsked.Store(true)
		return &tls.Certificate{}, nil
	}
	return config
}

// bounded is a connection of which so much is read and no more. One call uses it, in turn.
type bounded struct {
	net.Conn
	left  int
	first []byte // the first two bytes that were ever read
	since int    // bytes read since the last command was written
}

// wantsTLS says that the server speaks TLS only, and took the command for a broken one: it sent
// an alert (RFC 8446, 5.1).
func (b *bounded) wantsTLS() bool { return bytes.Equal(b.first, []byte{21, 3}) }

// midway says that some of an answer came.
func (b *bounded) midway() bool { return b.since > 0 }

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	b.since += n
	b.first = append(b.first, p[:min(n, 2-len(b.first))]...)
	return n, err
}

// Write tells what the server said before it ended the connection, where that is why nothing
// can be written any more: a TLS alert (insists).
func (b *bounded) Write(p []byte) (int, error) {
	b.since = 0
	n, err := b.Conn.Write(p)
	if err == nil || !errors.Is(err, syscall.EPIPE) && !errors.Is(err, syscall.ECONNRESET) {
		return n, err
	}
	if _, why := b.Read(make([]byte, 1)); insists(why) {
		return n, why
	}
	return n, err
}

// DialHook changes nothing.
func (l *link) DialHook(next goredis.DialHook) goredis.DialHook { return next }

// ProcessPipelineHook changes nothing.
func (l *link) ProcessPipelineHook(next goredis.ProcessPipelineHook) goredis.ProcessPipelineHook {
	return next
}

// ProcessHook sees the HELLO that go-redis logs in with. One that is refused ends the
// call: go-redis would go on with AUTH, a second wrong password in the server's log.
func (l *link) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook {
	return func(ctx context.Context, cmd goredis.Cmder) error {
		if cmd.Name() != "hello" {
			return next(ctx, cmd)
		}
		sent := "2"
		if l.c.password.Reveal() != "" {
			sent += " AUTH " + l.c.user + " " + l.c.password.String()
		}
		start := l.c.now()
		err := next(ctx, cmd)
		e := integrations.Exchange{Operation: opHello, Sent: sent}
		l.greeted = l.c.now()
		if err != nil {
			l.refused = l.failure(opHello, err)
			l.record(e, start, l.refused)
			return &refusal{}
		}
		l.record(e, start, nil)
		l.met(cmd)
		return nil
	}
}

// refusal is none of the server's errors to go-redis; link.refused has that.
type refusal struct{}

func (*refusal) Error() string { return "HELLO was refused" }

// met keeps what HELLO says of the connection and the server.
func (l *link) met(cmd goredis.Cmder) {
	hello, ok := cmd.(*goredis.MapStringInterfaceCmd)
	if !ok {
		return
	}
	if id, ok := hello.Val()["id"].(int64); ok {
		l.own = strconv.FormatInt(id, 10)
	}
	l.role, _ = hello.Val()["role"].(string)
}

// do sends one command, once, and puts it on the tape. said tells its answer in a short
// word.
func (l *link) do(e integrations.Exchange, cmd goredis.Cmder, said func() string) *integrations.Error {
	start := l.c.now()
	err := l.process(cmd)
	if l.refused != nil {
		return l.refused // it is on the tape, and the command never began
	}
	if start.Before(l.greeted) {
		start = l.greeted
	}
	l.began, l.took = start, l.c.now().Sub(start)
	if err != nil {
		failed := l.failure(e.Operation, err)
		l.record(e, start, failed)
		return failed
	}
	e.Answer = said()
	l.record(e, start, nil)
	return nil
}

// process survives an answer that claims to be longer than any: go-redis makes room for
// what an answer claims.
func (l *link) process(cmd goredis.Cmder) (err error) {
	defer func() {
		if recover() != nil {
			err = errTooLong
		}
	}()
	return l.conn.Process(l.ctx, cmd)
}

func (l *link) record(e integrations.Exchange, start time.Time, failed *integrations.Error) {
	e.At, e.Millis = start.UTC(), l.c.now().Sub(start).Milliseconds()
	e.Protocol, e.Host = Vendor, l.c.server
	switch {
	case failed == nil:
		e.Answer = cmp.Or(e.Answer, "OK")
	case failed.Code != "":
		e.Answer = failed.Code
	default:
		e.Fail = failed.Kind
	}
	integrations.Add(l.ctx, e)
}

// infoPause is how long an INFO that was refused, and never answered, is not asked for again.
const infoPause = 10 * time.Minute

// run is the run_id of the server, or "" where this user may not read it.
func (l *link) run() (string, error) {
	if at := l.c.noInfo.Load(); at != 0 && !l.c.hadInfo.Load() && l.c.now().Before(time.Unix(at, 0).Add(infoPause)) {
		return "", nil
	}
	cmd := goredis.NewStringCmd(l.ctx, "info", "server")
	err := l.do(integrations.Exchange{Operation: opInfo, Sent: "server"}, cmd, func() string { return "OK" })
	switch {
	case err == nil:
		l.c.hadInfo.Store(true)
	case err.Op != opInfo, err.Kind != integrations.Forbidden && err.Kind != integrations.Unsupported:
		return "", err
	case l.c.hadInfo.Load():
		err.Hint = "redis.info-refused"
		return "", err
	default:
		l.c.noInfo.Store(l.c.now().Unix())
		return "", nil
	}
	for line := range strings.Lines(cmd.Val()) {
		if id, ok := strings.CutPrefix(strings.TrimSpace(line), "run_id:"); ok && id != "" {
			return id, nil
		}
	}
	return "", garbled(opInfo)
}

// list reads all clients, or those of the ids, and hands on each.
func (l *link) list(each func(client), ids ...string) (list, error) {
	args := []any{"client", "list"}
	e := integrations.Exchange{Operation: opList}
	if len(ids) > 0 {
		args, e.Sent = append(args, "id"), "ID "+strings.Join(ids, " ")
	}
	for _, id := range ids {
		args = append(args, id)
	}
	cmd := goredis.NewStringCmd(l.ctx, args...)
	var read list
	err := l.do(e, cmd, func() string {
		read = readList(cmd.Val(), each)
		return strconv.Itoa(read.lines)
	})
	switch {
	case err != nil:
		return list{}, err
	case read.userless:
		return list{}, unsupported(opList, "redis.too-old")
	}
	return read, nil
}

// agedWithin is how long a list may take whose ages tell when a client began: the server read
// them at some moment of that time. With a second that is rounded at either end, and a clock
// that the server itself reads ten times a second ("hz"), two looks at one client differ by
// less than what Thing.BeganAfter lets pass.
const agedWithin = 500 * time.Millisecond

// look is what goes for the clients of the list that was just read.
func (l *link) look(run string) look {
	in := look{run: run, role: l.role}
	if run == "" && l.took <= agedWithin {
		in.at = l.began
	}
	return in
}

// same says why the kill must not be sent: the client is gone, is another by now, or is
// one that must not be ended.
func (l *link) same(k kill, planned integrations.Thing) error {
	run, err := l.run()
	if err != nil {
		return err
	}
	if run != planned.IdentityField("run") {
		return unsent("redis.restarted")
	}
	var clients []client
	found, err := l.list(func(one client) { clients = append(clients, one) }, strconv.FormatInt(k.id, 10))
	switch {
	case err != nil:
		return err
	case found.lines == 0:
		return unsent("redis.gone")
	case len(clients) != 1 || !found.whole:
		return garbled(opList)
	}
	now := l.c.thing(clients[0], l.look(run))
	switch {
	case clients[0].id() == l.own:
		return unsent("redis.own")
	case now.ID != planned.ID, now.IdentityField("addr") != k.addr, now.IdentityField("user") != k.user, now.BeganAfter(planned):
		return unsent("redis.changed")
	case !now.Bar.IsZero():
		return unsent("redis.barred")
	}
	return nil
}

// kill sends the one write. The server answers how many clients it ended.
func (l *link) kill(k kill) (integrations.Receipt, error) {
	e := integrations.Exchange{Operation: opKill, Sent: k.String(), Change: true}
	if why := l.keptBack(); why != "" {
		failed := &integrations.Error{Kind: why, Vendor: Vendor, Op: opKill}
		l.record(e, l.c.now(), failed)
		return integrations.Receipt{}, failed
	}
	args := []any{"client", "kill"}
	for _, a := range k.args() {
		args = append(args, a)
	}
	cmd := goredis.NewIntCmd(l.ctx, args...)
	if err := l.do(e, cmd, func() string { return strconv.FormatInt(cmd.Val(), 10) }); err != nil {
		return integrations.Receipt{}, err
	}
	answer := strconv.FormatInt(cmd.Val(), 10)
	switch cmd.Val() {
	case 1:
		return integrations.Receipt{At: l.c.now(), Answer: answer}, nil
	case 0:
		return integrations.Receipt{}, &integrations.Error{Kind: integrations.NotFound, Vendor: Vendor, Op: opKill, Code: answer, Hint: "redis.none-ended"}
	default:
		return integrations.Receipt{}, &integrations.Error{Kind: integrations.Garbled, Vendor: Vendor, Op: opKill, Code: answer}
	}
}

// keptBack is why the write must not leave any more; "" if it may.
func (l *link) keptBack() integrations.Kind {
	switch {
	case integrations.TimeToSend(l.ctx, l.c.now, time.Hour) <= 0:
		return integrations.Late
	case l.ctx.Err() != nil:
		return integrations.NotSent
	default:
		return ""
	}
}
