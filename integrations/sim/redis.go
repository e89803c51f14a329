package sim

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Redis is a running Redis server, on this machine, that an instance stands in
// front of. Close it after the instance.
type Redis struct {
	Addr    string
	Version string // as the server gives it: "7.0.15"
	client  *redis.Client
}

// redisPatience bounds each step on the way to an answer: a server on the same
// machine gives it at once or is in trouble.
const redisPatience = 2 * time.Second

// OpenRedis connects to the server at addr, "127.0.0.1:6379". It takes loopback
// addresses only, because people play with what is behind them.
func OpenRedis(ctx context.Context, addr string) (*Redis, error) {
	if at, err := netip.ParseAddrPort(addr); err != nil || !at.Addr().IsLoopback() {
		return nil, fmt.Errorf("only a Redis on this machine is played with: give an address such as 127.0.0.1:6379, not %q", addr)
	}
	logging.Disable() // what goes wrong comes back as an error; the library would print it as well
	r := &Redis{Addr: addr, client: redis.NewClient(redisOptions(addr))}
	version, err := r.version(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("no Redis can be reached at %s: %w", addr, err), r.Close())
	}
	r.Version = version
	return r, nil
}

// redisOptions: one connection, so that there is one to leave out of the list,
// and nothing is asked twice.
func redisOptions(addr string) *redis.Options {
	return &redis.Options{
		Addr: addr, ClientName: "quell-simulator", PoolSize: 1,
		DialTimeout: redisPatience, ReadTimeout: redisPatience, WriteTimeout: redisPatience, PoolTimeout: redisPatience,
		MaxRetries: -1, DialerRetries: 1, DisableIdentity: true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
}

// Close ends the connection.
func (r *Redis) Close() error { return r.client.Close() }

func (r *Redis) version(ctx context.Context) (string, error) {
	info, err := r.client.Info(ctx, "server").Result()
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(info) {
		if version, ok := strings.CutPrefix(line, "redis_version:"); ok {
			return strings.TrimSpace(version), nil
		}
	}
	return "", errors.New("it does not say its version")
}

// clients returns who is connected, our own connection apart.
func (r *Redis) clients(ctx context.Context) (others []Session, own Session, err error) {
	conn := r.client.Conn() // one for both questions: its id is not in doubt
	defer func() { _ = conn.Close() }()
	id, errID := conn.ClientID(ctx).Result()
	list, errList := conn.ClientList(ctx).Result()
	if err := cmp.Or(errID, errList); err != nil {
		return nil, Session{}, fmt.Errorf("CLIENT LIST of the Redis at %s: %w", r.Addr, err)
	}
	for line := range strings.Lines(list) {
		s := redisClient(line)
		if s.ID == strconv.FormatInt(id, 10) {
			own = s
			continue
		}
		others = append(others, s)
	}
	return others, own, nil
}

// kill ends one client. Both filters must fit, so an address that somebody else
// has taken over in between is spared. It says whether there was one.
func (r *Redis) kill(ctx context.Context, s Session) (bool, error) {
	n, err := r.client.ClientKillByFilter(ctx, "ID", s.ID, "ADDR", s.Addr).Result()
	if err != nil {
		return false, fmt.Errorf("CLIENT KILL ID %s ADDR %s at the Redis at %s: %w", s.ID, s.Addr, r.Addr, err)
	}
	return n > 0, nil
}

// redisClient reads a line of CLIENT LIST, whose fields are described in Redis'
// own documentation of that command. No value holds a space.
func redisClient(line string) Session {
	fields := map[string]string{}
	for _, f := range strings.Fields(line) {
		name, value, _ := strings.Cut(f, "=")
		fields[name] = value
	}
	number := func(name string) int { n, _ := strconv.Atoi(fields[name]); return n }
	s := Session{
		ID: fields["id"], FD: fields["fd"], Addr: fields["addr"], Name: fields["name"], Cmd: fields["cmd"],
		DB: fields["db"], Flags: fields["flags"], User: fields["user"],
		Age: time.Duration(number("age")) * time.Second, Idle: time.Duration(number("idle")) * time.Second,
		Counts: Counts{
			Sub: number("sub"), PSub: number("psub"), Multi: number("multi"),
			QBuf: number("qbuf"), QBufFree: number("qbuf-free"),
			OBL: number("obl"), OLL: number("oll"), OMem: number("omem"), Events: fields["events"],
		},
	}
	if !notAnAddress(s.Addr) { // a client on a Unix socket has none
		s.Peer = s.Addr
	}
	return s
}
