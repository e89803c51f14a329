package commands_test

import (
	"errors"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

func live(id, lineage string) integrations.Thing {
	return integrations.Thing{ID: id, Name: "name of " + id, Lineage: lineage}
}

func leaving(t integrations.Thing) integrations.Thing {
	t.Leaving = true
	return t
}

func TestWhatALookShows(t *testing.T) {
	ours, stranger, sibling, next := live("1", "app"), live("2", "other"), live("3", "app"), live("4", "app")
	loner := live("1", "")
	tests := []struct {
		name      string
		thing     integrations.Thing
		known     []string // there before the call
		seen      []integrations.Thing
		partly    bool // the list is not complete
		want      commands.Seen
		successor string
	}{
		{name: "it is there", thing: ours, known: []string{"1"}, seen: []integrations.Thing{ours}, want: commands.StillThere},
		{name: "it is there, on part of a list", thing: ours, known: []string{"1"}, seen: []integrations.Thing{stranger, ours}, partly: true, want: commands.StillThere},
		{name: "it is there, and a relative came", thing: ours, known: []string{"1"}, seen: []integrations.Thing{next, ours}, want: commands.StillThere},
		{name: "the vendor is at it", thing: ours, known: []string{"1"}, seen: []integrations.Thing{leaving(ours)}, want: commands.UnderWay},
		{name: "a relative leaves", thing: ours, known: []string{"1", "3"}, seen: []integrations.Thing{leaving(sibling)}, want: commands.Gone},
		{name: "it is not there", thing: ours, known: []string{"1"}, want: commands.Gone},
		{name: "others are there", thing: ours, known: []string{"1", "2"}, seen: []integrations.Thing{stranger}, want: commands.Gone},
		{name: "a stranger came", thing: ours, known: []string{"1"}, seen: []integrations.Thing{stranger}, want: commands.Gone},
		{name: "a relative was there before", thing: ours, known: []string{"1", "3"}, seen: []integrations.Thing{sibling}, want: commands.Gone},
		{name: "a relative came", thing: ours, known: []string{"1"}, seen: []integrations.Thing{stranger, next}, want: commands.CameBack, successor: "name of 4"},
		{name: "a relative stayed and one came", thing: ours, known: []string{"1", "3"}, seen: []integrations.Thing{sibling, next}, want: commands.CameBack, successor: "name of 4"},
		{name: "nothing tells relatives apart", thing: loner, known: []string{"1"}, seen: []integrations.Thing{live("9", "")}, want: commands.Gone},
		{name: "nobody knows who was there before", thing: ours, seen: []integrations.Thing{next}, want: commands.Gone},
		{name: "not on part of a list", thing: ours, known: []string{"1"}, partly: true, want: commands.NotLooked},
		{name: "a relative came, on part of a list", thing: ours, known: []string{"1"}, seen: []integrations.Thing{next}, partly: true, want: commands.NotLooked},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			seen := commands.SightOf(tt.thing, tt.known, integrations.Sighting{Things: tt.seen, Complete: !tt.partly})
			require.Equal(t, commands.Sight{Seen: tt.want, Successor: tt.successor}, seen)
		})
	}
}

// What comes back comes back once, and as many as came are said to be back: whatever the order
// of the list, and whoever was called first.
func TestWhoIsBackForWhom(t *testing.T) {
	a, b, x, y := live("1", "app"), live("2", "app"), live("3", "app"), live("4", "app")
	gone := commands.Sight{Seen: commands.Gone}
	back := func(id string) commands.Sight {
		return commands.Sight{Seen: commands.CameBack, Successor: "name of " + id}
	}
	both := []string{"1", "2"}
	for name, c := range map[string]struct {
		first, second commands.KnownCall
		list          []integrations.Thing
		want          []commands.Sight
	}{
		"one of two":                     {commands.KnownCall{LineageBefore: both}, commands.KnownCall{LineageBefore: both}, []integrations.Thing{x}, []commands.Sight{back("3"), gone}},
		"two of two":                     {commands.KnownCall{LineageBefore: both}, commands.KnownCall{LineageBefore: both}, []integrations.Thing{y, x}, []commands.Sight{back("3"), back("4")}},
		"the second was called later":    {commands.KnownCall{LineageBefore: both}, commands.KnownCall{LineageBefore: []string{"2", "3"}}, []integrations.Thing{y, x}, []commands.Sight{back("3"), back("4")}},
		"no call ended the first":        {commands.KnownCall{}, commands.KnownCall{LineageBefore: both}, []integrations.Thing{x}, []commands.Sight{gone, back("3")}},
		"the first is known to be back":  {commands.KnownCall{LineageBefore: both, Successor: "name of 4"}, commands.KnownCall{LineageBefore: both}, []integrations.Thing{x, y}, []commands.Sight{back("4"), back("3")}},
		"what was back for it went away": {commands.KnownCall{LineageBefore: both, Successor: "name of 4"}, commands.KnownCall{LineageBefore: both}, []integrations.Thing{x}, []commands.Sight{gone, back("3")}},
	} {
		t.Run(name, func(t *testing.T) {
			s := &agents{list: []integrations.Thing{a, b}}
			cmd := commands.DisconnectAgent(s)
			p, err := cmd.Plan(t.Context(), commands.Request{Command: "disconnect-agent", Target: "x", Things: both})
			require.NoError(t, err)
			s.list = c.list
			sights, _, err := cmd.Verify(t.Context(), p, []commands.KnownCall{c.first, c.second})
			require.NoError(t, err)
			require.Equal(t, c.want, sights)
		})
	}
}

// The ids of a crowd would be stored with each of its members, at each move.
func TestOfACrowdNothingIsKept(t *testing.T) {
	var crowd []integrations.Thing
	for i := range 51 {
		crowd = append(crowd, live(strconv.Itoa(i), "app"))
	}
	require.Len(t, commands.SameLineage(crowd[0], integrations.Sighting{Things: crowd[:50]}), 50)
	require.Empty(t, commands.SameLineage(crowd[0], integrations.Sighting{Things: crowd}))
}

// What another system lists says nothing of the thing, whether it is on that list or not.
func TestALookAtAnotherSystem(t *testing.T) {
	of := func(system string, one integrations.Thing) integrations.Thing {
		one.System = system
		return one
	}
	ours, next := live("1", "app"), live("4", "app")
	unseen := commands.Sight{Seen: commands.NotLooked, Note: words.New("outcome.other-system")}
	for name, c := range map[string]struct {
		was, now string
		list     []integrations.Thing
		want     commands.Sight
	}{
		"the same":                    {"run-1", "run-1", nil, commands.Sight{Seen: commands.Gone}},
		"neither says":                {"", "", nil, commands.Sight{Seen: commands.Gone}},
		"another":                     {"run-1", "run-2", nil, unseen},
		"another with the same thing": {"run-1", "run-2", []integrations.Thing{of("run-2", ours)}, unseen},
		"another with a relative":     {"run-1", "run-2", []integrations.Thing{of("run-2", next)}, unseen},
		"it does not say any more":    {"run-1", "", nil, unseen},
		"it did not say":              {"", "run-1", nil, unseen},
	} {
		seen := integrations.Sighting{Things: c.list, Complete: true, System: c.now}
		require.Equal(t, c.want, commands.SightOf(of(c.was, ours), []string{"1"}, seen), name)
	}
}

// Every label is read as a person reads it. The words that claim something stand
// only where both halves bear them.
func TestALabelClaimsNoMoreThanBothHalves(t *testing.T) {
	catalogue, err := words.Load()
	require.NoError(t, err)
	const took, silent, unclear = "The call was accepted.", "The call had no clear answer. It is not sent again.", "so I cannot say that this came of it."
	tests := []struct {
		done commands.Done
		seen commands.Seen
		says []string
	}{
		{commands.NotSent, commands.NotLooked, []string{"Not sent. No call was made."}},
		{commands.NotSent, commands.Gone, []string{"Not sent. No call was made."}},
		{commands.NotSent, commands.StillThere, []string{"Not sent. No call was made."}},
		{commands.Declined, commands.NotLooked, []string{"The answer was no. Nothing was done."}},
		{commands.Declined, commands.Gone, []string{"The answer was no. Nothing was done."}},
		{commands.Answered, commands.NotLooked, []string{"Unknown: ", took}},
		{commands.Answered, commands.Gone, []string{"Gone: ", took}},
		{commands.Answered, commands.UnderWay, []string{"Being ended: ", took}},
		{commands.Answered, commands.StillThere, []string{"Still there: ", took}},
		{commands.Answered, commands.CameBack, []string{"Came back: ", "as 10.0.0.1:7", took}},
		{commands.Unknown, commands.NotLooked, []string{"Unknown: ", silent}},
		{commands.Unknown, commands.Gone, []string{"Gone: ", unclear}},
		{commands.Unknown, commands.UnderWay, []string{"Being ended: ", silent}},
		{commands.Unknown, commands.StillThere, []string{"Still there: ", silent}},
		{commands.Unknown, commands.CameBack, []string{"Came back: ", "as 10.0.0.1:7", unclear}},
	}
	for _, tt := range tests {
		t.Run(string(tt.done)+", "+string(tt.seen), func(t *testing.T) {
			label := commands.Outcome{Done: tt.done, Seen: tt.seen, Successor: "10.0.0.1:7"}.Label("kill-session")
			said := catalogue.In("en", words.Plain{}).Say(label)
			for _, want := range tt.says {
				require.Contains(t, said, want)
			}
			require.NotContains(t, said, "<no value>")
			if len(tt.says) == 1 {
				require.Equal(t, tt.says[0], said, "nothing that was seen is ours to claim")
			}
		})
	}
}

// What a vendor tells of one thing becomes what may be claimed.
func TestATraceBecomesASight(t *testing.T) {
	for fate, want := range map[integrations.Fate]commands.Sight{
		integrations.Untold:  {Seen: commands.NotLooked},
		integrations.Staying: {Seen: commands.StillThere},
		integrations.Leaving: {Seen: commands.UnderWay},
		integrations.Over:    {Seen: commands.Gone, Final: true},
		integrations.Failed:  {Seen: commands.StillThere, Final: true},
		"":                   {Seen: commands.NotLooked},
	} {
		s := &proxies{trace: integrations.Trace{Fate: fate, At: at, Note: integrations.Note{Hint: "trace.x", Values: []integrations.Field{{Name: "progress", Value: "60%"}}}}}
		made := []commands.KnownCall{{Claimed: true, Receipt: integrations.Receipt{Job: "j-1"}}}
		seen, when, err := commands.RestartProxy(s).Verify(t.Context(), commands.Plan{Items: []commands.Item{{Thing: live("p-1", "")}}}, made)
		require.NoError(t, err)
		want.Note = words.New("trace.x", words.V{"progress": words.Code("60%")})
		require.Equal(t, []commands.Sight{want}, seen, fate)
		require.Equal(t, at, when)
		require.Equal(t, "j-1", s.asked.Job)
	}
}

// A thing that was never called for is not asked about, and a trace that fails
// claims nothing.
func TestATraceThatFails(t *testing.T) {
	p := commands.Plan{Items: []commands.Item{{Thing: live("p-1", "")}, {Thing: live("p-2", "")}}}
	s := &proxies{fail: errors.New("no answer")}
	seen, when, err := commands.RestartProxy(s).Verify(t.Context(), p, []commands.KnownCall{{Claimed: true}, {}})
	require.ErrorIs(t, err, s.fail)
	require.Equal(t, []commands.Sight{{Seen: commands.NotLooked}, {Seen: commands.NotLooked}}, seen)
	require.Zero(t, when)
	require.Equal(t, 1, s.traced)
}
