package sim

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"strconv"
	"time"
)

// playedSessions are clients that are made up and live by the clock.
type playedSessions struct {
	lastID    int
	endsFirst bool // of several with one address
	sessions  []liveSession
	returns   []rebirth
}

// rebirth is a client on its way back.
type rebirth struct {
	Session
	due time.Time
}

// firstClientID is the number before that of the example in ListClients.
const firstClientID = 11676

func (p *playedSessions) look(now time.Time) ([]liveSession, error) {
	p.settle(now)
	return p.sessions, nil
}

// settle brings the sessions up to now.
func (p *playedSessions) settle(now time.Time) {
	p.returns = slices.DeleteFunc(p.returns, func(r rebirth) bool {
		if now.Before(r.due) {
			return false
		}
		p.add(r.Session, r.due)
		return true
	})
	p.sessions = slices.DeleteFunc(p.sessions, func(s liveSession) bool { return s.forgotten(now) })
}

// add connects s; its Age and Idle count back from now.
func (p *playedSessions) add(s Session, now time.Time) Session {
	p.lastID++
	s.ID = cmp.Or(s.ID, strconv.Itoa(p.lastID))
	s.FD = cmp.Or(s.FD, strconv.Itoa(p.lastID-firstClientID+15))
	s.Addr = cmp.Or(s.Addr, fmt.Sprintf("198.19.131.14:%d", p.freshPort()))
	s.DB = cmp.Or(s.DB, "0")
	s.Flags = cmp.Or(s.Flags, "N")
	s.User = cmp.Or(s.User, "default")
	s.Counts = cmp.Or(s.Counts, Counts{Multi: -1, Events: "r"})
	p.sessions = append(p.sessions, liveSession{Session: s, born: now.Add(-s.Age), quiet: now.Add(-s.Idle)})
	return s
}

// freshPort differs for about 28000 sessions in a row.
func (p *playedSessions) freshPort() int { return 32768 + p.lastID*7919%28000 }

func (p *playedSessions) end(node string, peers []string, now time.Time) ([]Session, error) {
	p.settle(now) // who was due back can be ended
	var ended []Session
	for i := range p.sessions {
		s := &p.sessions[i]
		if s.ended.IsZero() && s.Node == node && slices.Contains(peers, s.Peer) {
			if p.endsFirst && slices.ContainsFunc(ended, func(e Session) bool { return e.Peer == s.Peer }) {
				continue
			}
			ended = append(ended, s.Session)
			s.ended = now
		}
	}
	return ended, nil
}

// comeBack gives the client the same host, name, user and database, another
// port and another id.
func (p *playedSessions) comeBack(s Session, due time.Time) {
	host, _, _ := net.SplitHostPort(s.Peer)
	p.lastID++
	s.Peer = net.JoinHostPort(host, strconv.Itoa(p.freshPort()))
	s.ID, s.FD, s.Addr, s.Age, s.Idle = "", "", "", 0, 0
	p.returns = append(p.returns, rebirth{s, due})
}
