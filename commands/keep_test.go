package commands_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/integrations"
)

// vast is a system with more sessions than are kept for whoever looks around.
type vast struct {
	cache
	kept int // of the last list
}

func (v *vast) Sessions(ctx context.Context, _ string) (integrations.Sighting, error) {
	k := integrations.NewKeeper(ctx)
	for _, t := range v.sessions {
		k.Add(t)
	}
	v.kept = len(k.Things)
	return k.Of(ctx, integrations.Sighting{Complete: true, At: noon}), nil
}

const crowd = 10_500

func crowded() *vast {
	v := &vast{}
	for i := range crowd {
		t := session("n-1", fmt.Sprint(100_000+i), fmt.Sprintf("10.%d.%d.%d:4000", i>>16, i>>8&255, i&255))
		t.Lineage = fmt.Sprint("worker ", i/1000)
		v.sessions = append(v.sessions, t)
	}
	return v
}

// What is asked for is found at the end of a long list, by each of its words, and so is what a
// mistake is answered with.
func TestAPlanFindsItsThingsInALongList(t *testing.T) {
	v := crowded()
	last := v.sessions[crowd-1]
	for _, word := range []string{last.ID, last.Name, last.Aliases[1]} {
		p, err := commands.KillSession(v).Plan(t.Context(), killing(word))
		require.NoError(t, err)
		require.Equal(t, []string{last.ID}, p.IDs())
		require.Equal(t, crowd, p.Seen)
		require.Less(t, v.kept, 200)
	}
	v.sessions[0].Aliases, v.sessions[crowd-1].Aliases = []string{"twin"}, []string{"twin"}
	for word, want := range map[string]string{
		"twin":                 "mistake.thing-ambiguous",
		"10.0.41.3:400":        "mistake.thing-not-found",
		"nothing like it":      "mistake.thing-not-found",
		"n-9/1/10.0.41.3:4000": "mistake.thing-replaced",
	} {
		_, err := commands.KillSession(v).Plan(t.Context(), killing(word))
		var m *commands.Mistake
		require.ErrorAs(t, err, &m)
		assert.Equal(t, want, m.Message.ID, word)
		assert.Less(t, v.kept, 200)
	}
}

// A look keeps the plan's things and their lineages: who came in the place of one is seen, and
// a crowd is seen to be one.
func TestALookKeepsWhatAPlanIsAbout(t *testing.T) {
	v := crowded()
	k := commands.KillSession(v)
	v.sessions[crowd-1].Lineage, v.sessions[crowd-2].Lineage = "alone", "alone"
	p, err := k.Plan(t.Context(), killing(v.sessions[crowd-1].Name))
	require.NoError(t, err)
	crowdy, err := k.Plan(t.Context(), killing(v.sessions[crowd-3].Name))
	require.NoError(t, err)

	seen, err := k.Look(t.Context(), p)
	require.NoError(t, err)
	require.Len(t, seen.Things, 2)
	before := commands.SameLineage(p.Items[0].Thing, seen)
	require.Len(t, before, 2)
	many, err := k.Look(t.Context(), crowdy)
	require.NoError(t, err)
	require.Less(t, len(many.Things), 200)
	_, there := many.Find(crowdy.IDs()[0])
	require.True(t, there, "also past the first of its lineage")
	require.Nil(t, commands.SameLineage(crowdy.Items[0].Thing, many), "of a crowd nothing is kept")

	_, err = k.Act(t.Context(), p.Items[0])
	require.NoError(t, err)
	back := session("n-1", "999999", "10.200.0.1:4000")
	back.Lineage = "alone"
	v.sessions = append(v.sessions, back)
	sights, _, err := k.Verify(t.Context(), p, []commands.KnownCall{{Claimed: true, LineageBefore: before}})
	require.NoError(t, err)
	assert.Equal(t, commands.Sight{Seen: commands.CameBack, Successor: back.Name}, sights[0])
	list, err := k.List(t.Context(), "")
	require.NoError(t, err)
	assert.Len(t, list.Things, integrations.ListMost)
	assert.False(t, list.Complete)
}

// BenchmarkAPlanInALongList looks for 20 things of a long list, in whatever spelling.
func BenchmarkAPlanInALongList(b *testing.B) {
	v := crowded()
	var typed []string
	for i := range 20 {
		typed = append(typed, "`"+v.sessions[500*i].Name+"`")
	}
	for b.Loop() {
		_, err := commands.KillSession(v).Plan(b.Context(), killing(typed...))
		require.NoError(b, err)
	}
}
