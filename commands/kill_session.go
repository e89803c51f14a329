package commands

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"quell/bot/words"
	"quell/integrations"
)

// Sessions is what /kill-session needs of a system.
type Sessions interface {
	// Sessions lists what is live at one place, or everywhere for "".
	Sessions(ctx context.Context, place string) (integrations.Sighting, error)
	// EndSession asks the vendor, once, to end one session.
	EndSession(ctx context.Context, s integrations.Thing) (integrations.Receipt, error)
	// EndSessionCall shows that request without secrets.
	EndSessionCall(s integrations.Thing) string
}

// KillSession ends live sessions of one system.
type KillSession struct{ System Sessions }

// KillSessionGrammar is the form of /kill-session.
func KillSessionGrammar() Grammar {
	return Grammar{Name: "kill-session", Thing: "session", Flags: []Flag{{Name: "node"}, {Name: "reason", Sentence: true}}}
}

// ParseKillSession reads the text of /kill-session. It asks no system: a
// malformed address is refused before any call. A request without sessions, or
// without a system, is for a form to complete.
func ParseKillSession(text string) (Request, error) {
	g := KillSessionGrammar()
	t, err := g.Parse(text)
	if err != nil {
		return Request{}, err
	}
	if len(t.Things) == 0 && t.Target == "help" {
		return Request{}, mistake("mistake.usage", words.V{"usage": words.Code(g.Usage())})
	}
	for _, s := range t.Things {
		if !plausibleAddress(s) {
			return Request{}, mistake("mistake.address", words.V{"address": words.Code(s)})
		}
	}
	return Request{
		Command: g.Name, Target: t.Target, Things: t.Things,
		Place: t.Flags["node"], Reason: t.Flags["reason"],
	}, nil
}

// plausibleAddress lets through what may be a session's name. Only a word that
// means to be an address (it has a dot or a colon) has to be a whole one.
func plausibleAddress(s string) bool {
	if !strings.ContainsAny(s, ".:") {
		return true
	}
	_, err := netip.ParseAddrPort(s)
	return err == nil
}

// Plan looks the asked sessions up.
func (k KillSession) Plan(ctx context.Context, r Request) (Plan, error) {
	seen, err := k.System.Sessions(ctx, r.Place)
	if err != nil {
		return Plan{}, err
	}
	things, err := pick(r.Things, seen)
	if err != nil {
		return Plan{}, err
	}
	if why := Together(things); !why.IsZero() {
		return Plan{}, &Mistake{why}
	}
	p := Plan{Place: things[0].Place, Looked: seen.At, Seen: len(seen.Things)}
	for _, t := range things {
		p.Items = append(p.Items, Item{Thing: t, Call: k.System.EndSessionCall(t)})
	}
	p.Hurts = []words.Message{words.New("hurts.kill-session", words.V{"count": words.Count(len(things))})}
	p.Fingerprint = fingerprint(r, p.Items)
	return p, nil
}

// List reads what is live at one place, or everywhere for "".
func (k KillSession) List(ctx context.Context, place string) (integrations.Sighting, error) {
	return k.System.Sessions(ctx, place)
}

// Look reads the plan's place afresh.
func (k KillSession) Look(ctx context.Context, p Plan) (integrations.Sighting, error) {
	return k.System.Sessions(ctx, p.Place)
}

// Act sends the one call of an item.
func (k KillSession) Act(ctx context.Context, it Item) (integrations.Receipt, error) {
	return k.System.EndSession(ctx, it.Thing)
}

// pick finds what a person asked for among what is there. A word that fits two
// things is no choice.
func pick(asked []string, seen integrations.Sighting) ([]integrations.Thing, error) {
	var things []integrations.Thing
	for _, w := range asked {
		t, err := find(w, asked, seen)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(things, func(o integrations.Thing) bool { return o.ID == t.ID }) {
			return nil, mistake("mistake.thing-twice", words.V{"thing": words.Code(w)})
		}
		things = append(things, t)
	}
	return things, nil
}

// find takes the vendor's id, as a form does, or what a person types.
func find(asked string, all []string, seen integrations.Sighting) (integrations.Thing, error) {
	if t, ok := seen.Find(asked); ok {
		return t, nil
	}
	name := asked[strings.LastIndex(asked, "/")+1:] // an id ends in the name, for people
	var hits []integrations.Thing
	names := make([]string, 0, len(seen.Things))
	for _, t := range seen.Things {
		if t.Name == name && name != asked {
			return integrations.Thing{}, mistake("mistake.session-replaced", words.V{"thing": words.Code(name)})
		}
		if !slices.Contains(all, t.Name) { // what is asked for already was not mistyped
			names = append(names, t.Name)
		}
		if t.Name == asked || slices.Contains(t.Aliases, asked) {
			hits = append(hits, t)
		}
	}
	thing := words.Code(name)
	switch {
	case len(hits) == 1:
		return hits[0], nil
	case len(hits) > 1:
		return integrations.Thing{}, mistake("mistake.session-ambiguous", words.V{"thing": thing, "count": words.Count(len(hits))})
	case !seen.Complete:
		return integrations.Thing{}, mistake("mistake.session-not-seen", words.V{"thing": thing})
	}
	if near := words.Nearest(name, names); near != "" {
		return integrations.Thing{}, mistake("mistake.session-near", words.V{"thing": thing, "near": words.Code(near)})
	}
	return integrations.Thing{}, mistake("mistake.session-unknown", words.V{"thing": thing, "count": words.Count(len(seen.Things))})
}
