package commands_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// cache is a small system that keeps its sessions in memory.
type cache struct {
	sessions []integrations.Thing
	partly   bool  // its lists are not complete
	down     error // what it answers instead
	ended    []string
}

func (c *cache) Sessions(_ context.Context, place string) (integrations.Sighting, error) {
	if c.down != nil {
		return integrations.Sighting{}, c.down
	}
	s := integrations.Sighting{Complete: !c.partly, At: noon}
	for _, t := range c.sessions {
		if place == "" || t.Place == place {
			s.Things = append(s.Things, t)
		}
	}
	return s, nil
}

func (c *cache) EndSession(_ context.Context, t integrations.Thing) (integrations.Receipt, error) {
	if c.down != nil {
		return integrations.Receipt{}, c.down
	}
	c.ended = append(c.ended, t.ID)
	c.sessions = slices.DeleteFunc(c.sessions, func(o integrations.Thing) bool { return o.ID == t.ID })
	return integrations.Receipt{At: noon, Status: 204}, nil
}

func (c *cache) EndSessionCall(t integrations.Thing) string { return "END " + t.ID }

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// session is live on a node, under a client id and an address.
func session(node, id, address string) integrations.Thing {
	return integrations.Thing{
		ID: node + "/" + id + "/" + address, Name: address, Aliases: []string{"198.19.0.1:" + id, id}, Place: node,
		Identity: []integrations.Field{{Name: "node", Value: node}, {Name: "client", Value: id}},
		Facts:    []integrations.Field{{Name: "idle", Value: "3", Unit: "s"}},
	}
}

// busy is a cache with four sessions on two nodes, of which two have one id.
func busy() *cache {
	return &cache{sessions: []integrations.Thing{
		session("n-1", "71", one), session("n-1", "72", other), session("n-2", "71", "10.1.1.1:1111"), session("n-2", "85", "[::1]:6379"),
	}}
}

func plan(t *testing.T, c *cache, r commands.Request) (commands.Plan, error) {
	t.Helper()
	return commands.KillSession(c).Plan(t.Context(), r)
}

func TestAPlanPicksWhatWasNamed(t *testing.T) {
	tests := []struct {
		name  string
		typed []string
		node  string
		want  []string // ids, in the order typed
	}{
		{"by its address", []string{one}, "", []string{"n-1/71/" + one}},
		{"by another address", []string{"198.19.0.1:72"}, "", []string{"n-1/72/" + other}},
		{"by its id", []string{"85"}, "", []string{"n-2/85/[::1]:6379"}},
		{"by an id that the node makes clear", []string{"71"}, "n-2", []string{"n-2/71/10.1.1.1:1111"}},
		{"IPv6", []string{"[::1]:6379"}, "", []string{"n-2/85/[::1]:6379"}},
		{"several", []string{"72", one}, "", []string{"n-1/72/" + other, "n-1/71/" + one}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := plan(t, busy(), commands.Request{Command: "kill-session", Target: "cache-prod", Things: tt.typed, Place: tt.node})
			require.NoError(t, err)
			require.Equal(t, tt.want, p.IDs())
			require.Equal(t, p.Items[0].Thing.Place, p.Place)
		})
	}
}

func TestAPlanSaysWhatTheLookSaw(t *testing.T) {
	c := busy()
	p, err := plan(t, c, killing("72", one))
	require.NoError(t, err)
	require.Equal(t, commands.Plan{
		Items: []commands.Item{
			{Thing: c.sessions[1], Call: "END n-1/72/" + other},
			{Thing: c.sessions[0], Call: "END n-1/71/" + one},
		},
		Place: "n-1", Looked: noon, Seen: 4,
		Hurts:       []words.Message{words.New("hurts.kill-session", words.V{"count": words.Count(2)})},
		Fingerprint: p.Fingerprint,
	}, p)
	require.Empty(t, c.ended, "a plan ends nothing")
	requireSayable(t, p.Hurts[0])
}

func TestWhatCannotBePlanned(t *testing.T) {
	partly, empty := busy(), &cache{}
	partly.partly = true
	tests := []struct {
		name  string
		in    *cache
		typed []string
		want  words.Message
	}{
		{"an id on two nodes", busy(), []string{"71"}, told("thing-ambiguous", words.V{"thing": words.Code("71"), "count": words.Count(2), "names": words.All(words.Code(one), words.Code("10.1.1.1:1111"))})},
		{"an id on two nodes, in part of a list", partly, []string{"71"}, told("thing-ambiguous", words.V{"thing": words.Code("71"), "count": words.Count(2), "names": words.All(words.Code(one), words.Code("10.1.1.1:1111"))})},
		{"one session by two addresses", busy(), []string{other, "198.19.0.1:72"}, told("thing-twice", words.V{"thing": words.Code("198.19.0.1:72")})},
		{"one session by its address and its id", busy(), []string{"72", other}, told("thing-twice", words.V{"thing": words.Code(other)})},
		{"sessions of two nodes", busy(), []string{one, "85"}, told("two-places", words.V{"thing": words.Code("[::1]:6379"), "place": words.Code("n-2")})},
		{"the address beside one", busy(), []string{"10.63.238.158:2049"}, notFound("10.63.238.158:2049", 4)},
		{"not there", busy(), []string{"10.9.9.9:9"}, notFound("10.9.9.9:9", 4)},
		{"the second is not there", busy(), []string{one, "10.9.9.9:9"}, notFound("10.9.9.9:9", 4)},
		{"nothing is there", empty, []string{one}, notFound(one, 0)},
		{"not in part of a list", partly, []string{"10.63.238.158:2049"}, told("thing-not-seen", words.V{"thing": words.Code("10.63.238.158:2049")})},
		{"one that fits, in part of a list", partly, []string{"85"}, told("thing-maybe-more", words.V{"thing": words.Code("85"), "name": words.Code("[::1]:6379")})},
		{"part of a name", busy(), []string{"10.63.238.158"}, notFound("10.63.238.158", 4)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := plan(t, tt.in, killing(tt.typed...))
			requireMistake(t, err, tt.want)
		})
	}
}

// What is protected is refused before any call, and the picker says why.
func TestWhatIsProtectedCannotBePlanned(t *testing.T) {
	for bar, why := range map[string]words.Message{
		"bar.dcs-no-address": words.New("bar.dcs-no-address"),
		"bar.hulft-too-old":  words.New("bar.hulft-too-old", words.V{"version": words.Code("1.1.0")}),
	} {
		c := busy()
		c.sessions[1].Bar = integrations.Note{Hint: bar}
		for name, v := range why.Values {
			c.sessions[1].Bar.Values = append(c.sessions[1].Bar.Values, integrations.Field{Name: name, Value: v.Value})
		}
		require.Equal(t, why, commands.Protected(c.sessions[1]))
		require.Zero(t, commands.Protected(c.sessions[0]))
		for _, typed := range [][]string{{"72"}, {one, "72"}} {
			_, err := plan(t, c, killing(typed...))
			requireMistake(t, err, told("protected", words.V{"thing": words.Code(other), "why": words.Say(why)}))
		}
	}
}

// A form asks by the vendor's id: what has the same address by now is not meant.
func TestAPlanPicksById(t *testing.T) {
	p, err := plan(t, busy(), killing("n-1/71/"+one))
	require.NoError(t, err)
	require.Equal(t, []string{"n-1/71/" + one}, p.IDs())
	_, err = plan(t, busy(), killing("n-1/70/"+one))
	requireMistake(t, err, told("thing-replaced", words.V{"thing": words.Code(one)}))
	_, err = plan(t, busy(), killing("n-1/70/10.9.9.9:9"))
	requireMistake(t, err, notFound("10.9.9.9:9", 4))
}

// Every id has to stand on the card, or the request is refused.
func TestWhatDoesNotFitOnACardIsRefused(t *testing.T) {
	c := &cache{}
	var names []string
	for i := range commands.MaxThings {
		name := strings.Repeat("x", 200) + strconv.Itoa(i)
		c.sessions = append(c.sessions, session("n-1", strconv.Itoa(i), name))
		names = append(names, name)
	}
	_, err := plan(t, c, killing(names...))
	requireMistake(t, err, told("card-full", words.V{"count": words.Count(20)}))
	_, err = plan(t, c, killing(names[:10]...))
	require.NoError(t, err)
}

func TestSearching(t *testing.T) {
	things := busy().sessions
	things[0].Facts = []integrations.Field{{Name: "name", Value: "Checkout-Worker"}, {Name: "idle", Value: "9000"}}
	things[0].Idle = 9 * time.Second // by which they are sorted, whatever the facts say
	things[1].Facts = []integrations.Field{{Name: "name", Value: "checkout-api"}}
	things[1].Idle = 1000 * time.Second
	things[2].Idle = 2000 * time.Second
	things[2].Called, things[2].Traits.Users = "called so", integrations.Trait{Values: []string{"Replicator"}}
	things[2].Bar = integrations.Note{Hint: "bar.dcs-replication"}
	for text, want := range map[string][]string{
		"":                {other, one, "[::1]:6379", "10.1.1.1:1111"}, // what is idle longest first, what is protected last
		"checkout":        {other, one},
		"WORKER checkout": {one},
		"85":              {"[::1]:6379"},
		"n-2":             {"[::1]:6379", "10.1.1.1:1111"},
		"checkout nobody": nil,
		"called replica":  {"10.1.1.1:1111"}, // the typed things, too
		"`ｗｏｒｋｅｒ`":        {one},             // only where nothing fits as typed
		"１０。１":            {"10.1.1.1:1111"},
		"id=85":           {"[::1]:6379"},
		"ｎｏｂｏｄｙ":          nil,
	} {
		var got []string
		for _, h := range commands.Search(things, text) {
			got = append(got, h.Name)
		}
		require.Equal(t, want, got, text)
	}
}

func TestOnPartOfAListWhatIsThereCanBePlanned(t *testing.T) {
	c := busy()
	c.partly = true
	p, err := plan(t, c, killing(one))
	require.NoError(t, err)
	require.Equal(t, []string{"n-1/71/" + one}, p.IDs())
}

func TestASystemsTroubleIsNoMistake(t *testing.T) {
	c := busy()
	c.down = &integrations.Error{Kind: integrations.Busy}
	_, err := plan(t, c, killing(one))
	require.ErrorIs(t, err, c.down)
	_, mistaken := errors.AsType[*commands.Mistake](err)
	require.False(t, mistaken)
}

func TestLookingAndActing(t *testing.T) {
	c := busy()
	k := commands.KillSession(c)
	p, err := k.Plan(t.Context(), killing(one))
	require.NoError(t, err)

	seen, err := k.Look(t.Context(), p)
	require.NoError(t, err)
	require.Len(t, seen.Things, 2, "a look reads the plan's place and no other")

	receipt, err := k.Act(t.Context(), p.Items[0])
	require.NoError(t, err)
	require.Equal(t, 204, receipt.Status)
	require.Equal(t, p.IDs(), c.ended)

	seen, err = k.Look(t.Context(), p)
	require.NoError(t, err)
	_, there := seen.Find(p.IDs()[0])
	require.False(t, there)
}
