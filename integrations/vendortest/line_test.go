package vendortest

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/integrations"
)

// Line is a protocol as small as can be: a line is an operation, and a line is its answer.
//
//	KEY secret          OK
//	LIST                NO DENIED words for people
//	END 7               NO WRONG words for people
//
// Its peer and its client show how a vendor without HTTP brings the two.

// linePeer is the Peer of Line.
type linePeer struct {
	listener net.Listener
	done     sync.WaitGroup

	mu     sync.Mutex
	open   []net.Conn
	closed bool
	does   Behaviour
	word   string // the refusal, where it refuses
	repeat bool
	heard  []Heard
}

func serveLine(l net.Listener) Peer {
	p := &linePeer{listener: l, does: HangsUp}
	p.done.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			p.done.Go(func() {
				defer conn.Close()
				if p.keep(conn) {
					p.serve(conn)
				}
			})
		}
	})
	return p
}

// keep says whether the peer is still there to serve it.
func (p *linePeer) keep(conn net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open = append(p.open, conn)
	return !p.closed
}

func (p *linePeer) Close() {
	_ = p.listener.Close()
	p.mu.Lock()
	p.closed = true
	for _, conn := range p.open {
		_ = conn.Close()
	}
	p.mu.Unlock()
	p.done.Wait()
}

func (p *linePeer) Behave(b Behaviour)              { p.turn(b, "", false) }
func (p *linePeer) Refuse(word string, repeat bool) { p.turn("", word, repeat) }

func (p *linePeer) turn(b Behaviour, word string, repeat bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.does, p.word, p.repeat, p.heard = b, word, repeat, nil
}

func (p *linePeer) Heard() []Heard {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.heard
}

func (p *linePeer) serve(conn net.Conn) {
	var all strings.Builder
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		all.WriteString(lines.Text() + " ")
		op, rest, _ := strings.Cut(lines.Text(), " ")
		if op == "KEY" {
			p.hear(Heard{Operation: op, Ahead: true})
			_, _ = io.WriteString(conn, "OK\n")
			continue
		}
		p.meet(conn, p.hear(Heard{Operation: op, Sent: rest}), all.String())
	}
}

// hear returns what to do about it.
func (p *linePeer) hear(h Heard) (b Behaviour) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !h.Ahead && p.word != "" {
		h.Answer = p.word
	}
	p.heard = append(p.heard, h)
	return p.does
}

// meet answers, or lets the connection go on without.
func (p *linePeer) meet(conn net.Conn, b Behaviour, all string) {
	switch b {
	case Silent:
	case HangsUp:
		_ = conn.Close()
	case Babbles:
		_, _ = io.WriteString(conn, "<html>\n")
	case Drips:
		for err := error(nil); err == nil; time.Sleep(5 * time.Millisecond) {
			_, err = io.WriteString(conn, "O")
		}
	default:
		p.mu.Lock()
		word, repeat := p.word, p.repeat
		p.mu.Unlock()
		if !repeat {
			all = "no"
		}
		_, _ = io.WriteString(conn, "NO "+word+" "+all+"\n")
	}
}

// liner is a client of Line: a connection for each call. Each habit is bad.
type liner struct {
	address   string
	opts      integrations.ClientOptions
	habit     string
	encrypted bool
}

func connectLine(habit string) func(string, integrations.ClientOptions) (Calls, error) {
	return func(address string, opts integrations.ClientOptions) (Calls, error) {
		l := liner{habit: habit, opts: opts}
		l.address, l.encrypted = strings.CutPrefix(address, "tls:")
		return Calls{
			Read:  func(ctx context.Context) error { return l.call(ctx, "LIST", "", false) },
			Write: func(ctx context.Context) error { return l.call(ctx, "END", "7", true) },
		}, nil
	}
}

func (l liner) call(ctx context.Context, op, sent string, change bool) error {
	if l.habit == "forgets the context" {
		ctx = context.WithoutCancel(ctx)
	}
	if l.habit != "forgets the time" {
		bounded, cancel := context.WithTimeout(ctx, cmp.Or(l.opts.Timeout, 2*time.Second))
		defer cancel()
		ctx = bounded
	}
	err := l.once(ctx, op, sent, change)
	if l.habit == "sends again" && integrations.KindOf(err) == integrations.NoAnswer {
		err = l.once(ctx, op, sent, change)
	}
	return err
}

func (l liner) once(ctx context.Context, op, sent string, change bool) error {
	if change && l.habit != "is late" && integrations.TimeToSend(ctx, time.Now, time.Hour) <= 0 {
		return l.failed(op, integrations.Late, nil)
	}
	conn, err := l.dial(ctx)
	if err != nil {
		return l.failed(op, integrations.NotSent, err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	answers := bufio.NewReader(conn)
	if err := l.ask(ctx, conn, answers, "KEY", toyKey, false); err != nil {
		return l.failed(op, integrations.NotSent, err)
	}
	return l.ask(ctx, conn, answers, op, sent, change)
}

func (l liner) dial(ctx context.Context) (net.Conn, error) {
	host, _, _ := net.SplitHostPort(l.address)
	if !l.encrypted && !net.ParseIP(host).IsLoopback() {
		return nil, errors.New("in the clear")
	}
	if !l.encrypted {
		return new(net.Dialer).DialContext(ctx, "tcp", l.address)
	}
	config := &tls.Config{RootCAs: l.opts.RootCAs, InsecureSkipVerify: l.habit == "trusts everybody"}
	if l.habit == "forgets the authority" {
		config.RootCAs = nil
	}
	if l.habit != "begins in the clear" {
		return (&tls.Dialer{Config: config}).DialContext(ctx, "tcp", l.address)
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", l.address)
	if err == nil {
		_, _ = io.WriteString(conn, "KEY "+toyKey+"\n")
		_, err = io.ReadAll(conn)
	}
	return nil, cmp.Or(err, io.EOF)
}

// ask sends one line, once, and reads one.
func (l liner) ask(ctx context.Context, conn net.Conn, answers *bufio.Reader, op, sent string, change bool) error {
	start := time.Now()
	_, err := io.WriteString(conn, strings.TrimSpace(op+" "+sent)+"\n")
	line := ""
	if err == nil {
		line, err = answers.ReadString('\n')
	}
	e := integrations.Exchange{At: start.UTC(), Protocol: "line", Host: l.address, Operation: op, Sent: sent, Change: change}
	if err != nil {
		e.Fail = integrations.NoAnswer
		l.record(ctx, e)
		return l.failed(op, integrations.NoAnswer, err)
	}
	answer, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	code, _, _ := strings.Cut(rest, " ")
	e.Answer = answer
	if _, known := lineRefusals[code]; known || l.habit == "takes any word for a code" {
		e.Answer = cmp.Or(code, answer)
	}
	if l.habit == "puts words on the tape" {
		e.Answer = rest
	}
	l.record(ctx, e)
	return l.judge(op, answer, code, rest)
}

func (l liner) judge(op, answer, code, rest string) error {
	switch kind := lineRefusals[code]; {
	case answer == "OK", l.habit == "believes all" && kind == "":
		return nil
	case answer != "NO" || kind == "":
		return l.failed(op, integrations.Garbled, nil)
	case l.habit == "quotes":
		return l.failed(op, kind, errors.New(rest))
	default:
		return l.failed(op, kind, nil)
	}
}

// record leaves a secret out.
func (l liner) record(ctx context.Context, e integrations.Exchange) {
	if e.Operation == "KEY" && l.habit != "keeps the key" {
		e.Sent = ""
	}
	switch {
	case l.habit == "records nothing", l.habit == "records answers alone" && e.Fail != "":
		return
	case l.habit == "records twice":
		integrations.Add(ctx, e)
	case l.habit == "calls all a change":
		e.Change = true
	case l.habit == "calls nothing a change":
		e.Change = false
	}
	integrations.Add(ctx, e)
}

func (l liner) failed(op string, kind integrations.Kind, cause error) error {
	if l.habit == "says that nothing was sent" && kind == integrations.NoAnswer {
		kind = integrations.NotSent
	}
	e := &integrations.Error{Kind: kind, Vendor: "line", Op: op, Cause: cause}
	if e.Hint = integrations.Network(cause); e.Hint != "" {
		e.Host = l.address
	}
	return e
}

var lineRefusals = map[string]integrations.Kind{"DENIED": integrations.Forbidden, "WRONG": integrations.Invalid, "LATER": integrations.Busy}

func line(habit string) Vendor {
	return Vendor{
		Connect: connectLine(habit),
		Address: func(hostPort string, encrypted bool) string {
			if encrypted {
				return "tls:" + hostPort
			}
			return hostPort
		},
		Serve:    serveLine,
		Secrets:  []string{toyKey},
		Refusals: lineRefusals,
		Worded:   true,
	}
}

func TestAPoliteClientOfAnotherProtocolPasses(t *testing.T) {
	Run(t, line(""))
}

func TestACarelessClientOfAnotherProtocolIsCaught(t *testing.T) {
	for _, tt := range []struct{ check, habit, says string }{
		{"hung up", "sends again", "the write was sent 2 times"},
		{"hung up", "says that nothing was sent", `kind "not-sent"`},
		{"a connection that dies under a write", "sends again", "the write was sent 2 times"},
		{"garbage in place of an answer", "believes all", `kind "", want "garbled"`},
		{"a server that never answers, a caller with a deadline", "forgets the context", "not over"},
		{"a server that never answers, a caller without", "forgets the time", "not over"},
		{"an answer that drips", "forgets the time", "not over"},
		{"cancelled before the call", "forgets the context", `want "not-sent"`},
		{"its time had passed", "is late", `want "late"`},
		{"a certificate of an unknown authority", "trusts everybody", `want "not-sent"`},
		{"a certificate of an unknown authority", "begins in the clear", "below TLS: secret 0"},
		{"a certificate of an authority that was named", "forgets the authority", `kind "not-sent"`},
		{"the tape", "records nothing", `"KEY" was sent and is not on the tape`},
		{"the tape", "records twice", "is on the tape where"},
		{"the tape", "keeps the key", "tape: secret 0"},
		{"the tape", "calls all a change", "is on the tape with change true"},
		{"the tape", "calls nothing a change", "is on the tape with change false"},
		{"the tape of a write that nobody answered", "records answers alone", "the write is on the tape as []"},
		{"a server that repeats what it was sent, with DENIED", "quotes", "error: secret 0"},
		{"a server that repeats what it was sent, with DENIED", "puts words on the tape", "tape: secret 0"},
		{"a server whose refusal is secret 0", "takes any word for a code", "tape: secret 0"},
	} {
		t.Run(fmt.Sprintf("%s: %s", tt.habit, tt.check), func(t *testing.T) {
			require.ErrorContains(t, line(tt.habit).fails(t, tt.check), tt.says)
		})
	}
}
