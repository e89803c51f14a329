package redis_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"quell/integrations"
	"quell/integrations/redis"
	"quell/integrations/vendortest"
)

const botPassword = "fake-password-for-tests"

func TestManners(t *testing.T) {
	vendortest.Run(t, vendortest.Vendor{
		Connect: polite,
		Address: func(hostPort string, encrypted bool) string {
			if encrypted {
				return "rediss://" + hostPort
			}
			return "redis://" + hostPort
		},
		Serve:   serveRedis,
		Secrets: []string{botPassword},
		Worded:  true,
		Refusals: map[string]integrations.Kind{
			"NOPERM": integrations.Forbidden, "NOAUTH": integrations.Unauthenticated, "BUSY": integrations.Busy,
			"LOADING": integrations.Unavailable, "ERR": integrations.Invalid,
		},
	})
}

func polite(address string, opts integrations.ClientOptions) (vendortest.Calls, error) {
	client, err := redis.New(redis.Config{
		Endpoint: address, User: "quell", Password: botPassword, RootCAs: opts.RootCAs, Plaintext: opts.Plaintext, Timeout: opts.Timeout,
	}, time.Now)
	if err != nil {
		return vendortest.Calls{}, err
	}
	_, host, _ := strings.Cut(address, "://")
	thing := integrations.Thing{
		ID: host + "/5/10.0.0.9:50005/10.0.0.9:50005",
		Identity: []integrations.Field{
			{Name: "server", Value: host}, {Name: "run", Value: "ab12"}, {Name: "client", Value: "5"},
			{Name: "addr", Value: "10.0.0.9:50005"}, {Name: "user", Value: "default"},
		},
	}
	return vendortest.Calls{
		Read:  func(ctx context.Context) error { _, err := client.Sessions(ctx, ""); return err },
		Write: func(ctx context.Context) error { _, err := client.EndSession(ctx, thing); return err },
		Close: client.Close,
	}, nil
}

// mannersPeer speaks Redis' protocol to the manners. It answers well what goes before a
// call, and the call as it is told.
type mannersPeer struct {
	listener net.Listener
	done     sync.WaitGroup

	mu     sync.Mutex
	open   []net.Conn
	closed bool
	does   vendortest.Behaviour
	word   string
	repeat bool
	heard  []vendortest.Heard
}

func serveRedis(l net.Listener) vendortest.Peer {
	p := &mannersPeer{listener: l, does: vendortest.HangsUp}
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

func (p *mannersPeer) keep(conn net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open = append(p.open, conn)
	return !p.closed
}

func (p *mannersPeer) Close() {
	_ = p.listener.Close()
	p.mu.Lock()
	p.closed = true
	for _, conn := range p.open {
		_ = conn.Close()
	}
	p.mu.Unlock()
	p.done.Wait()
}

func (p *mannersPeer) Behave(b vendortest.Behaviour)   { p.turn(b, "", false) }
func (p *mannersPeer) Refuse(word string, repeat bool) { p.turn("", word, repeat) }

func (p *mannersPeer) turn(b vendortest.Behaviour, word string, repeat bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.does, p.word, p.repeat, p.heard = b, word, repeat, nil
}

func (p *mannersPeer) Heard() []vendortest.Heard {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.heard
}

func (p *mannersPeer) serve(conn net.Conn) {
	all := ""
	for in := bufio.NewReader(conn); ; {
		words, err := command(in)
		if err != nil {
			return
		}
		all += strings.Join(words, " ") + " "
		said := strings.ToUpper(strings.Join(words, " "))
		ahead := func(operation, answer string) {
			p.mu.Lock()
			p.heard = append(p.heard, vendortest.Heard{Operation: operation, Ahead: true})
			p.mu.Unlock()
			_, _ = io.WriteString(conn, answer)
		}
		switch {
		case strings.HasPrefix(said, "HELLO"):
			ahead("HELLO", hello(7))
		case said == "INFO SERVER":
			ahead("INFO", bulk("run_id:ab12\r\n"))
		case said == "CLIENT LIST ID 5":
			ahead("CLIENT LIST", bulk(line(5)+"\n"))
		case said == "CLIENT LIST":
			p.meet(conn, vendortest.Heard{Operation: said}, "$90\r\n", all)
		default:
			p.meet(conn, vendortest.Heard{Operation: "CLIENT KILL", Sent: strings.Join(words[2:], " ")}, ":", all)
		}
	}
}

// meet answers a call. begin is how an answer to it begins.
func (p *mannersPeer) meet(conn net.Conn, h vendortest.Heard, begin, all string) {
	p.mu.Lock()
	h.Answer = p.word
	p.heard = append(p.heard, h)
	does, word, repeat := p.does, p.word, p.repeat
	p.mu.Unlock()
	switch does {
	case vendortest.Silent:
	case vendortest.HangsUp:
		_ = conn.Close()
	case vendortest.Babbles:
		_, _ = io.WriteString(conn, "<html>\r\n")
	case vendortest.Drips:
		_, err := io.WriteString(conn, begin)
		for ; err == nil; time.Sleep(5 * time.Millisecond) {
			_, err = io.WriteString(conn, "0")
		}
	default:
		text := "client-id should be greater than 0"
		if repeat {
			text += " " + all
		}
		_, _ = io.WriteString(conn, "-"+word+" "+text+"\r\n")
	}
}
