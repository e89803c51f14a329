package sim

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"strconv"
	"time"
)

// Session is one client connection of the instance.
type Session struct {
	Node  string // the node_id; default the first node
	ID    string // default the next number
	FD    string // default made from the number
	Peer  string // "ip:port" of the client, which a kill names
	Addr  string // what the server sees instead, an internal address; default a made one
	Name  string
	Cmd   string
	DB    string // default "0"
	Flags string // default "N"
	User  string // default "default"

	// Age and Idle are as of the moment when the Session is given or taken.
	Age, Idle time.Duration
	// Every is how often the client sends a command, and so ends its idle time.
	// 0 is never again.
	Every time.Duration
}

// liveSession is a Session on the time line.
type liveSession struct {
	Session
	born  time.Time
	quiet time.Time // since when it has been idle, if Every is 0
	ended time.Time // zero while it lives
}

// rebirth is a client on its way back.
type rebirth struct {
	Session
	due time.Time
}

// liveSessions is who is connected, who has just gone, and who will be back.
type liveSessions struct {
	lastID   int
	sessions []liveSession
	returns  []rebirth
}

const (
	firstClientID = 11676           // the number before that of the example in ListClients
	shownAsEnded  = 6 * time.Second // how long the panel remembers a session that ended
)

// settle brings the sessions up to now.
func (l *liveSessions) settle(now time.Time) {
	l.returns = slices.DeleteFunc(l.returns, func(r rebirth) bool {
		if now.Before(r.due) {
			return false
		}
		l.add(r.Session, r.due)
		return true
	})
	l.sessions = slices.DeleteFunc(l.sessions, func(s liveSession) bool {
		return !s.ended.IsZero() && now.Sub(s.ended) > shownAsEnded
	})
}

// add connects s; its Age and Idle count back from now.
func (l *liveSessions) add(s Session, now time.Time) Session {
	l.lastID++
	s.ID = cmp.Or(s.ID, strconv.Itoa(l.lastID))
	s.FD = cmp.Or(s.FD, strconv.Itoa(l.lastID-firstClientID+15))
	s.Addr = cmp.Or(s.Addr, fmt.Sprintf("198.19.131.14:%d", l.freshPort()))
	s.DB = cmp.Or(s.DB, "0")
	s.Flags = cmp.Or(s.Flags, "N")
	s.User = cmp.Or(s.User, "default")
	l.sessions = append(l.sessions, liveSession{Session: s, born: now.Add(-s.Age), quiet: now.Add(-s.Idle)})
	return s
}

// freshPort differs for about 28000 sessions in a row.
func (l *liveSessions) freshPort() int { return 32768 + l.lastID*7919%28000 }

// at is the Session as it is now.
func (s liveSession) at(now time.Time) Session {
	out := s.Session
	out.Age = now.Sub(s.born)
	out.Idle = now.Sub(s.quiet)
	if s.Every > 0 {
		out.Idle %= s.Every
	}
	return out
}

func (l *liveSessions) list(now time.Time) []Session {
	var out []Session
	for _, s := range l.sessions {
		if s.ended.IsZero() {
			out = append(out, s.at(now))
		}
	}
	return out
}

// end closes the sessions of a node that have one of the peers. An address that
// nobody has is passed over: the documents do not say what the vendor does.
func (l *liveSessions) end(node string, peers []string, now time.Time) []Session {
	var ended []Session
	for i := range l.sessions {
		s := &l.sessions[i]
		if s.ended.IsZero() && s.Node == node && slices.Contains(peers, s.Peer) {
			ended = append(ended, s.Session)
			s.ended = now
		}
	}
	return ended
}

// comeBack lets the owner of s connect again at due: the same host, name, user
// and database, from another port and with another id.
func (l *liveSessions) comeBack(s Session, due time.Time) {
	host, _, _ := net.SplitHostPort(s.Peer)
	l.lastID++
	s.Peer = net.JoinHostPort(host, strconv.Itoa(l.freshPort()))
	s.ID, s.FD, s.Addr, s.Age, s.Idle = "", "", "", 0, 0
	l.returns = append(l.returns, rebirth{s, due})
}

// Sessions returns who is connected now, in the order they came.
func (d *DCS) Sessions() []Session {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.now()
	d.live.settle(now)
	return d.live.list(now)
}

// AddSession connects s and returns it with its defaults filled in.
func (d *DCS) AddSession(s Session) Session {
	d.mu.Lock()
	defer d.mu.Unlock()
	defer d.bell.ring()
	s.Node = cmp.Or(s.Node, d.cfg.Nodes[0].ID)
	return d.live.add(s, d.now())
}

// EndSession lets the client at peer hang up by itself, on any node. It says
// whether there was one.
func (d *DCS) EndSession(peer string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	defer d.bell.ring()
	now, found := d.now(), false
	for _, n := range d.cfg.Nodes {
		found = len(d.live.end(n.ID, []string{peer}, now)) > 0 || found
	}
	return found
}
