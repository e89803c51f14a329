package sim

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// agentLife is one connection, from its session's start to its end.
type agentLife struct {
	Agent
	session string
	since   time.Time
	gone    time.Time // when the session ends; zero if nothing ends it
}

// over says that the session has ended by then.
func (a *agentLife) over(now time.Time) bool { return !a.gone.IsZero() && !now.Before(a.gone) }

// closing is willBeClosed: a disconnection was asked for.
func (a *agentLife) closing() bool { return a.Closing || !a.gone.IsZero() }

// supports is supportingDisconnectApi. Only Agents of version 1.2.0 or later can be
// disconnected.
func (a *agentLife) supports() bool {
	major, rest, _ := strings.Cut(a.Version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	return major != "0" && (major != "1" || minor != "0" && minor != "1")
}

// agentReturn is an Agent on its way back, under a new session.
type agentReturn struct {
	Agent
	due time.Time
}

// cutTransfer is a transfer that ended with its connection.
type cutTransfer struct {
	agentLife
	at time.Time
}

func (h *HULFT) connect(a Agent, now time.Time) {
	a.Version, a.Endpoint = cmp.Or(a.Version, "3.1.0"), cmp.Or(a.Endpoint, "service2.tokyo.webconnect.hulft.com")
	h.agents = append(h.agents, agentLife{Agent: a, session: h.session(), since: now.Add(-a.Age)})
	h.bell.ring()
}

// session makes an id of the shape of the sample: 40 characters.
func (h *HULFT) session() string {
	return (h.ids.next("session") + h.ids.next("session"))[:40]
}

// settle brings the connections up to now.
func (h *HULFT) settle(now time.Time) {
	h.next = slices.DeleteFunc(h.next, func(r agentReturn) bool {
		if now.Before(r.due) {
			return false
		}
		h.connect(r.Agent, r.due)
		return true
	})
	h.agents = slices.DeleteFunc(h.agents, func(a agentLife) bool { return a.over(now) && now.Sub(a.gone) > shownAsEnded })
}

// connected are those that are there at a moment, the leaving ones too.
func (h *HULFT) connected(now time.Time) (all []*agentLife) {
	h.settle(now)
	for i := range h.agents {
		if a := &h.agents[i]; !a.over(now) {
			all = append(all, a)
		}
	}
	return all
}

// Agents are those that are connected, by id and direction.
func (h *HULFT) Agents() (all []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, a := range h.connected(h.now()) {
		all = append(all, a.ID+":"+a.Direction)
	}
	return all
}

// Leave ends the connection of an Agent, as it does itself.
func (h *HULFT) Leave(id, direction string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.now()
	for _, a := range h.connected(now) {
		if a.ID == id && a.Direction == direction {
			a.gone = now
			h.bell.ring()
			return true
		}
	}
	return false
}
