package sim

import (
	"cmp"
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
	Counts

	// Age and Idle are as of the moment when the Session is given or taken.
	Age, Idle time.Duration
	// Every is how often the client sends a command, and so ends its idle time.
	// 0 is never again.
	Every time.Duration
}

// Counts are what Redis counts for a client: subscriptions, queued commands
// (-1 outside a transaction) and buffers in bytes. Default: all is at rest.
type Counts struct {
	Sub      int    `json:"sub"`
	PSub     int    `json:"psub"`
	Multi    int    `json:"multi"`
	QBuf     int    `json:"qbuf"`
	QBufFree int    `json:"qbuf_free"`
	OBL      int    `json:"obl"`
	OLL      int    `json:"oll"`
	OMem     int    `json:"omem"`
	Events   string `json:"events"`
}

// roster is who is connected to the instance: played clients, or those of a
// real Redis. The instance's lock guards it.
type roster interface {
	// look returns who is connected, and who has just gone, in the order they
	// came.
	look(now time.Time) ([]liveSession, error)
	// end closes the sessions of a node that have one of the peers, and returns
	// them. An address that nobody has is passed over: the documents do not say
	// what the vendor does.
	end(node string, peers []string, now time.Time) ([]Session, error)
	// comeBack lets the owner of a session that was ended connect again at due.
	comeBack(s Session, due time.Time)
}

// liveSession is a Session on the time line.
type liveSession struct {
	Session
	born  time.Time
	quiet time.Time // since when it has been idle, if Every is 0
	ended time.Time // zero while it lives
}

// shownAsEnded is how long the panel remembers a session that ended.
const shownAsEnded = 6 * time.Second

func (s liveSession) forgotten(now time.Time) bool {
	return !s.ended.IsZero() && now.Sub(s.ended) > shownAsEnded
}

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

// connected is who is there now.
func (d *DCS) connected(now time.Time) ([]Session, error) {
	all, err := d.live.look(now)
	if err != nil {
		d.log.Error("the sessions cannot be read", "err", err)
		return nil, err
	}
	var out []Session
	for _, s := range all {
		if s.ended.IsZero() {
			out = append(out, s.at(now))
		}
	}
	return out, nil
}

func (d *DCS) end(node string, peers []string, now time.Time) ([]Session, error) {
	ended, err := d.live.end(node, peers, now)
	if err != nil {
		d.log.Error("the sessions cannot be ended", "err", err)
	}
	return ended, err
}

// Sessions returns who is connected now, in the order they came; nobody if that
// is for a Redis to say which does not answer.
func (d *DCS) Sessions() []Session {
	d.mu.Lock()
	defer d.mu.Unlock()
	sessions, _ := d.connected(d.now()) // the failure is in the log
	return sessions
}

// AddSession connects s and returns it with its defaults filled in. It is for
// played sessions: nobody but a client can connect to a Redis.
func (d *DCS) AddSession(s Session) Session {
	d.mu.Lock()
	defer d.mu.Unlock()
	defer d.bell.ring()
	s.Node = cmp.Or(s.Node, d.cfg.Nodes[0].ID)
	return d.live.(*playedSessions).add(s, d.now())
}

// EndSession lets the client at peer hang up by itself, on any node; a Redis
// cuts it off. It says whether there was one.
func (d *DCS) EndSession(peer string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	defer d.bell.ring()
	now, found := d.now(), false
	for _, n := range d.cfg.Nodes {
		ended, _ := d.end(n.ID, []string{peer}, now)
		found = found || len(ended) > 0
	}
	return found
}
