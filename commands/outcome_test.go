package commands_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quell/bot/words"
	"quell/commands"
	"quell/integrations"
)

func live(id, lineage string) integrations.Thing {
	return integrations.Thing{ID: id, Name: "name of " + id, Lineage: lineage}
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
		{name: "it is not there", thing: ours, known: []string{"1"}, want: commands.Gone},
		{name: "others are there", thing: ours, known: []string{"1", "2"}, seen: []integrations.Thing{stranger}, want: commands.Gone},
		{name: "a stranger came", thing: ours, known: []string{"1"}, seen: []integrations.Thing{stranger}, want: commands.Gone},
		{name: "a relative was there before", thing: ours, known: []string{"1", "3"}, seen: []integrations.Thing{sibling}, want: commands.Gone},
		{name: "a relative came", thing: ours, known: []string{"1"}, seen: []integrations.Thing{stranger, next}, want: commands.CameBack, successor: "name of 4"},
		{name: "a relative stayed and one came", thing: ours, known: []string{"1", "3"}, seen: []integrations.Thing{sibling, next}, want: commands.CameBack, successor: "name of 4"},
		{name: "nothing tells relatives apart", thing: loner, known: []string{"1"}, seen: []integrations.Thing{live("9", "")}, want: commands.Gone},
		{name: "not on part of a list", thing: ours, known: []string{"1"}, partly: true, want: commands.NotLooked},
		{name: "a relative came, on part of a list", thing: ours, known: []string{"1"}, seen: []integrations.Thing{next}, partly: true, want: commands.NotLooked},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			seen, successor := commands.Judge(tt.thing, tt.known, integrations.Sighting{Things: tt.seen, Complete: !tt.partly})
			require.Equal(t, tt.want, seen)
			require.Equal(t, tt.successor, successor)
		})
	}
}

// TestALabelClaimsNoMoreThanBothHalves reads every label as a person does. The
// words that claim something stand only where both halves bear them.
func TestALabelClaimsNoMoreThanBothHalves(t *testing.T) {
	catalogue, err := words.Load()
	require.NoError(t, err)
	tests := []struct {
		done commands.Done
		seen commands.Seen
		id   string
		says string
	}{
		{commands.NotSent, commands.NotLooked, "not-sent.not-looked", "Not sent."},
		{commands.NotSent, commands.Gone, "not-sent.gone", "Not sent."},
		{commands.NotSent, commands.StillThere, "not-sent.still-there", "Not sent."},
		{commands.NotSent, commands.CameBack, "not-sent.came-back", "Not sent."},
		{commands.Declined, commands.NotLooked, "declined.not-looked", "Refused by the vendor."},
		{commands.Declined, commands.Gone, "declined.gone", "Refused by the vendor."},
		{commands.Declined, commands.StillThere, "declined.still-there", "Refused by the vendor."},
		{commands.Declined, commands.CameBack, "declined.came-back", "Refused by the vendor."},
		{commands.Answered, commands.NotLooked, "answered.not-looked", "Sent."},
		{commands.Answered, commands.Gone, "answered.gone", "Gone."},
		{commands.Answered, commands.StillThere, "answered.still-there", "Still there."},
		{commands.Answered, commands.CameBack, "answered.came-back", "Came back."},
		{commands.Unknown, commands.NotLooked, "unknown.not-looked", "Unknown."},
		{commands.Unknown, commands.Gone, "unknown.gone", "Gone, cause unknown."},
		{commands.Unknown, commands.StillThere, "unknown.still-there", "Still there."},
		{commands.Unknown, commands.CameBack, "unknown.came-back", "Came back, cause unknown."},
	}
	for _, tt := range tests {
		t.Run(tt.id, func(t *testing.T) {
			label := commands.Outcome{Done: tt.done, Seen: tt.seen, Successor: "10.0.0.1:7"}.Label()
			require.Equal(t, words.New("outcome."+tt.id, words.V{"successor": words.Code("10.0.0.1:7")}), label)
			said := catalogue.In("en", words.Plain{}).Say(label)
			require.Contains(t, said, tt.says)
			require.NotContains(t, said, "<no value>")
			if tt.seen == commands.CameBack && (tt.done == commands.Answered || tt.done == commands.Unknown) {
				require.Contains(t, said, "10.0.0.1:7")
			}
		})
	}
}
