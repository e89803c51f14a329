package hulft

import (
	"strconv"
	"strings"
	"time"

	"quell/integrations"
)

// thing is the connection as people know it, by its Agent and direction; not ok if it
// could not be named in a call.
func (c conn) thing(now time.Time, zone *time.Location) (integrations.Thing, bool) {
	session, agent, direction, endpoint := string(c.Session), string(c.Agent), c.Direction.String(), string(c.Endpoint)
	if !sessionID.MatchString(session) || agent == "" {
		return integrations.Thing{}, false
	}
	name := spoken(agent, direction)
	// Cases are stored with ids and lineages of what people read of the names. Two rows of one
	// id make the list incomplete.
	readAgent, readDirection := integrations.Clean(agent, integrations.Shown), integrations.Clean(direction, integrations.Shown)
	t := integrations.Thing{
		ID: session + "/" + spoken(readAgent, readDirection), Name: name, Aliases: []string{agent, session}, Traits: c.traits(),
		Identity: []integrations.Field{
			{Name: "session", Value: session},
			{Name: "endpoint", Value: endpoint},
			{Name: "direction", Value: direction},
		},
		Lineage: readAgent + "|" + readDirection,
		Warn:    []integrations.Note{{Hint: "warn.hulft-transfers"}, {Hint: "warn.hulft-return"}},
		Leaving: c.Leaving == "true",
	}
	switch {
	case t.Leaving:
		t.Bar = integrations.NewNote("bar.hulft-leaving")
	case c.tooOld():
		t.Bar = integrations.NewNote("bar.hulft-too-old", "version", string(c.Version))
	case !host.MatchString(endpoint):
		t.Bar = integrations.NewNote("bar.hulft-no-endpoint")
	}
	t.Facts = integrations.Filled([]integrations.Field{
		{Name: "age", Value: c.age(now, zone), Unit: "s"},
		{Name: "agent", Value: agent},
		{Name: "direction", Value: direction},
		{Name: "version", Value: string(c.Version)},
		{Name: "connections", Value: c.ids()},
		{Name: "endpoint", Value: endpoint},
	}...)
	return t, true
}

// traits are those of an Agent: it is no user's, and endpoint is the host that it is
// connected to, not its own (AgentConnectStatus). Each connection has a direction, which is
// in its name.
func (c conn) traits() integrations.Traits {
	agent := string(c.Agent)
	names := integrations.Some(
		integrations.Say(agent), integrations.Say(spoken(agent, c.Direction.String())), integrations.Say(string(c.Session)),
	)
	names.Unknown = names.Unknown || integrations.Each(c.Direction).Unknown
	return integrations.Traits{Read: true, Names: names}
}

// spoken is what a person types for an Agent's connection: one word.
func spoken(agent, direction string) string {
	return strings.ReplaceAll(agent, " ", "_") + ":" + direction
}

func (c conn) ids() string {
	var ids []string
	for _, id := range c.Connections {
		if id != "" {
			ids = append(ids, string(id))
		}
	}
	return strings.Join(ids, ", ")
}

// age is in seconds; "" if the time cannot be read or is not past.
func (c conn) age(now time.Time, zone *time.Location) string {
	at, ok := asTime(string(c.Since), zone)
	if !ok || now.Sub(at) < -skew {
		return ""
	}
	return strconv.Itoa(int(max(0, now.Sub(at)) / time.Second))
}
