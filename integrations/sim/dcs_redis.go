package sim

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"
)

// redisSessions are the clients of a Redis server. They are what Redis says
// they are, on one node; that the server sees its clients' own addresses makes
// peer and addr the same.
//
// What the vendor has begun it ends, also when its caller has gone: so no call
// to Redis hangs on a request. The client's time limits bound it.
type redisSessions struct {
	server *Redis
	node   string
	own    bool          // our own connection is shown, as ours
	known  []liveSession // as of the last look
}

// look asks Redis. Who was there at the last look and is not now has just gone.
func (r *redisSessions) look(now time.Time) ([]liveSession, error) {
	clients, own, err := r.server.clients(context.Background())
	if err != nil {
		return nil, err
	}
	if r.own {
		own.Name += ", the playground's own"
		clients = append(clients, own)
	}
	var all []liveSession
	for _, s := range clients {
		s.Node = r.node
		all = append(all, liveSession{Session: s, born: now.Add(-s.Age), quiet: now.Add(-s.Idle)})
	}
	for _, k := range r.known {
		if slices.ContainsFunc(all, func(s liveSession) bool { return s.ID == k.ID && s.Addr == k.Addr }) {
			continue
		}
		if k.ended.IsZero() {
			k.ended = now
		}
		all = append(all, k)
	}
	r.known = slices.DeleteFunc(all, func(s liveSession) bool { return s.forgotten(now) })
	slices.SortStableFunc(r.known, func(a, b liveSession) int { return cmp.Compare(redisID(a), redisID(b)) })
	return r.known, nil
}

// redisID counts up, so it gives the order in which clients came.
func redisID(s liveSession) int {
	n, _ := strconv.Atoi(s.ID)
	return n
}

// end looks the ids up at this very moment.
func (r *redisSessions) end(node string, peers []string, _ time.Time) (ended []Session, err error) {
	if node != r.node {
		return nil, nil
	}
	clients, _, err := r.server.clients(context.Background())
	if err != nil {
		return nil, err
	}
	for _, s := range clients {
		if !slices.Contains(peers, s.Peer) {
			continue
		}
		found, err := r.server.kill(context.Background(), s)
		if err != nil {
			return ended, err
		}
		if found {
			ended = append(ended, s)
		}
	}
	return ended, nil
}

// comeBack does nothing: whether a client connects again is its own affair.
func (r *redisSessions) comeBack(Session, time.Time) {}
