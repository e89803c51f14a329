package sim

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// RedisPage is the page of a Redis that a bot acts on by itself, with nothing played in
// between: the server's clients as the server lists them, and a way to add some.
type RedisPage struct {
	*desk
	server *Redis

	mu   sync.Mutex
	live redisSessions
	demo map[net.Conn]bool // those that live
	made int               // names count up
}

// NewRedisPage makes the page of a server. Close it before the server.
func NewRedisPage(server *Redis) *RedisPage {
	p := &RedisPage{desk: newDesk(time.Now, 0, slog.New(slog.DiscardHandler)), server: server, live: redisSessions{server: server, own: true}, demo: map[net.Conn]bool{}}
	p.moods = []Fault{} // nothing here can be made to go wrong
	return p
}

// demos are the clients that can be added, by what is said of each, with the commands that
// make it so. None of them leaves anything behind.
func demos() map[string][]string {
	return map[string][]string{
		"idle":                nil,
		"waits in BLPOP":      {"BLPOP quell:playground 0"},
		"in MULTI":            {"MULTI", "SET quell:playground 1"},
		"listens (SUBSCRIBE)": {"SUBSCRIBE quell:playground"},
	}
}

// demoNames is their order on the page.
func demoNames() []string {
	return []string{"idle", "waits in BLPOP", "in MULTI", "listens (SUBSCRIBE)"}
}

// Panel is the page. Mount it as the others are.
func (p *RedisPage) Panel() http.Handler {
	page := p.panel(p.board)
	mux := http.NewServeMux()
	mux.Handle("/", page)
	mux.HandleFunc("POST /add", p.add)
	return http.NewCrossOriginProtection().Handler(mux)
}

// Close also ends the clients that were added.
func (p *RedisPage) Close() {
	p.desk.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	for conn := range p.demo {
		_ = conn.Close()
	}
}

func (p *RedisPage) board() board {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	all, err := p.live.look(now)
	b := board{
		Title: "Redis " + p.server.Version, Subtitle: "at " + p.server.Addr + ": its clients, as CLIENT LIST tells them",
		Columns: []string{"addr", "name", "age", "idle", "cmd", "flags"}, Rows: []boardRow{}, Adds: demoNames(),
	}
	if err != nil {
		b.Subtitle = "at " + p.server.Addr + ", which does not answer"
	}
	for _, s := range all {
		at, ended := now, !s.ended.IsZero()
		if ended {
			at = s.ended
		}
		seen := s.at(at)
		b.Rows = append(b.Rows, boardRow{
			ID: s.ID + "/" + s.Addr, Ended: ended,
			Cells: []string{s.Addr, s.Name, short(seen.Age), short(seen.Idle), s.Cmd, s.Flags},
		})
	}
	return b
}

func (p *RedisPage) add(w http.ResponseWriter, r *http.Request) {
	commands, known := demos()[r.FormValue("kind")]
	if !known {
		http.Error(w, "no such client", http.StatusBadRequest)
		return
	}
	if err := p.connect(r.Context(), commands); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	p.bell.ring()
	w.WriteHeader(http.StatusNoContent)
}

// maxDemos bounds what a person at the page can open.
const maxDemos = 100

// connect opens a client that says its commands and then nothing more.
func (p *RedisPage) connect(ctx context.Context, commands []string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.demo) == maxDemos {
		return errors.New("that is enough")
	}
	conn, err := (&net.Dialer{Timeout: redisPatience}).DialContext(ctx, "tcp", p.server.Addr)
	if err != nil {
		return err
	}
	p.made++
	in := bufio.NewReader(conn)
	_ = conn.SetDeadline(time.Now().Add(redisPatience))
	if err := ask(conn, in, fmt.Sprintf("CLIENT SETNAME playground-%d", p.made)); err != nil {
		return errors.Join(err, conn.Close())
	}
	if _, err := io.WriteString(conn, strings.Join(append(commands, ""), "\r\n")); err != nil {
		return errors.Join(err, conn.Close())
	}
	_ = conn.SetDeadline(time.Time{})
	p.demo[conn] = true
	go p.stay(conn, in)
	return nil
}

// stay keeps a client until either side closes it.
func (p *RedisPage) stay(conn net.Conn, in *bufio.Reader) {
	_, _ = io.Copy(io.Discard, in)
	_ = conn.Close()
	p.mu.Lock()
	delete(p.demo, conn)
	p.mu.Unlock()
	p.bell.ring()
}

// ask says a command of Redis' inline protocol and wants it taken.
func ask(conn net.Conn, in *bufio.Reader, command string) error {
	if _, err := io.WriteString(conn, command+"\r\n"); err != nil {
		return err
	}
	answer, err := in.ReadString('\n')
	if err == nil && !strings.HasPrefix(answer, "+") {
		err = errors.New(strings.TrimSpace(answer))
	}
	return err
}
