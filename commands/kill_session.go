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
// malformed address is refused before any call.
func ParseKillSession(text string) (Request, error) {
	g := KillSessionGrammar()
	t, err := g.Parse(text)
	if err != nil {
		return Request{}, err
	}
	if len(t.Things) == 0 && t.Target == "help" {
		return Request{}, mistake("mistake.no-target", words.V{"usage": words.Code(g.Usage())})
	}
	if len(t.Things) == 0 {
		return Request{}, mistake("mistake.no-session", words.V{"usage": words.Code(g.Usage())})
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
	p := Plan{Place: things[0].Place, Looked: seen.At, Seen: len(seen.Things)}
	for _, t := range things {
		p.Items = append(p.Items, Item{Thing: t, Call: k.System.EndSessionCall(t)})
	}
	p.Hurts = []words.Message{words.New("hurts.kill-session", words.V{"count": words.Count(len(things))})}
	p.Fingerprint = fingerprint(r, p.Items)
	return p, nil
}

// Look reads the plan's place afresh.
func (k KillSession) Look(ctx context.Context, p Plan) (integrations.Sighting, error) {
	return k.System.Sessions(ctx, p.Place)
}

// Act sends the one call of an item.
func (k KillSession) Act(ctx context.Context, it Item) (integrations.Receipt, error) {
	return k.System.EndSession(ctx, it.Thing)
}

// pick finds what a person typed among what is there. A word that fits two
// things is no choice, and the things of one case live in one place.
func pick(typed []string, seen integrations.Sighting) ([]integrations.Thing, error) {
	var things []integrations.Thing
	for _, w := range typed {
		t, err := find(w, typed, seen)
		if err != nil {
			return nil, err
		}
		if t.Fact("endable") == "no" {
			return nil, mistake("mistake.not-endable", words.V{"thing": words.Code(w)})
		}
		if slices.ContainsFunc(things, func(o integrations.Thing) bool { return o.ID == t.ID }) {
			return nil, mistake("mistake.thing-twice", words.V{"thing": words.Code(w)})
		}
		if len(things) > 0 && things[0].Place != t.Place {
			return nil, mistake("mistake.two-places", words.V{"thing": words.Code(w), "place": words.Code(t.Place)})
		}
		things = append(things, t)
	}
	return things, nil
}

func find(typed string, all []string, seen integrations.Sighting) (integrations.Thing, error) {
	var hits []integrations.Thing
	names := make([]string, 0, len(seen.Things))
	for _, t := range seen.Things {
		if !slices.Contains(all, t.Name) { // what is asked for already was not mistyped
			names = append(names, t.Name)
		}
		if t.Name == typed || slices.Contains(t.Aliases, typed) {
			hits = append(hits, t)
		}
	}
	switch {
	case len(hits) == 1:
		return hits[0], nil
	case len(hits) > 1:
		return integrations.Thing{}, mistake("mistake.session-ambiguous",
			words.V{"thing": words.Code(typed), "count": words.Count(len(hits))})
	case !seen.Complete:
		return integrations.Thing{}, mistake("mistake.session-not-seen", words.V{"thing": words.Code(typed)})
	}
	if near := words.Nearest(typed, names); near != "" {
		return integrations.Thing{}, mistake("mistake.session-near", words.V{"thing": words.Code(typed), "near": words.Code(near)})
	}
	return integrations.Thing{}, mistake("mistake.session-unknown",
		words.V{"thing": words.Code(typed), "count": words.Count(len(seen.Things))})
}
