package commands

import (
	"context"
	"time"

	"quell/integrations"
)

// Agents is what /disconnect-agent needs of a system.
type Agents interface {
	// Agents lists the connections that agents have.
	Agents(ctx context.Context) (integrations.Sighting, error)
	// AgentsOf reads those connections afresh, by their ids, and all that an agent of
	// theirs may have come back as.
	AgentsOf(ctx context.Context, ids []string) (integrations.Sighting, error)
	// Disconnect asks the vendor, once, to end one connection.
	Disconnect(ctx context.Context, a integrations.Thing) (integrations.Receipt, error)
	// DisconnectCall shows that request without secrets.
	DisconnectCall(a integrations.Thing) string
}

// AgentLog is a system with a log of what its agents did.
type AgentLog interface {
	// AfterCall says what the log has on an agent since the call for it was sent, also that it
	// has nothing, or that it could not be read.
	AfterCall(ctx context.Context, a integrations.Thing, sent time.Time) integrations.Note
}

// DisconnectAgent ends connections of agents. What became of their work is read in an AgentLog.
func DisconnectAgent(s Agents) Command {
	c := Command{
		name: "disconnect-agent", list: everywhere(s.Agents), reread: s.AgentsOf,
		act: askedAfterRefusal(s, s.Disconnect), call: s.DisconnectCall,
	}
	if l, ok := s.(AgentLog); ok {
		c.afterCall = l.AfterCall
	}
	return c
}

// DisconnectAgentGrammar is the form of /disconnect-agent.
func DisconnectAgentGrammar() Grammar {
	return Grammar{Name: "disconnect-agent", Thing: "agent", Most: MaxThings, Flags: []Flag{{Name: "reason", Sentence: true}}}
}

// everywhere lists a system that is one place.
func everywhere(list func(context.Context) (integrations.Sighting, error)) func(context.Context, string) (integrations.Sighting, error) {
	return func(ctx context.Context, _ string) (integrations.Sighting, error) { return list(ctx) }
}
