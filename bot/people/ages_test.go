package people_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/people"
	"quell/bot/store"
	"quell/commands"
	"quell/policy"
)

// ages is a directory that notes how old at most its answers may be.
type ages struct {
	now                    time.Time
	place                  policy.Place
	people, places, groups []time.Duration
}

func (a *ages) Standing(_ context.Context, _ commands.Person, since time.Time) (policy.Standing, error) {
	a.people = append(a.people, a.now.Sub(since))
	return policy.Member, nil
}

func (a *ages) Channel(_ context.Context, id string, since time.Time) (policy.Channel, error) {
	a.places = append(a.places, a.now.Sub(since))
	return policy.Channel{ID: id, Place: a.place}, nil
}

func (a *ages) Rosters(_ context.Context, since time.Time) ([]store.Roster, error) {
	a.groups = append(a.groups, a.now.Sub(since))
	return nil, nil
}

// What a person may do rests on five seconds at any time; what a channel is holds for a minute,
// but not where a call rests on it, nor where it keeps people from asking.
func TestHowOldWhatIsKnownMayBe(t *testing.T) {
	t.Parallel()
	const fresh, minute = 5 * time.Second, time.Minute
	for name, tt := range map[string]struct {
		place   policy.Place
		forCall bool
		places  []time.Duration
	}{
		"asking, voting":                   {policy.Workspace, false, []time.Duration{minute}},
		"before a call":                    {policy.Workspace, true, []time.Duration{fresh}},
		"where the bot was not yet":        {policy.Absent, false, []time.Duration{minute, fresh}},
		"before a call, where it is not":   {policy.Absent, true, []time.Duration{fresh}},
		"of a place that was not known of": {"", false, []time.Duration{minute, fresh}},
	} {
		a := &ages{now: time.Unix(1_800_000_000, 0), place: tt.place}
		p := people.People{Directory: a, Now: func() time.Time { return a.now }, Log: slog.New(slog.DiscardHandler)}
		look := p.LookUp
		if tt.forCall {
			look = p.LookUpForCall
		}
		_, err := look(t.Context(), named{groups: []string{"S0"}}, commands.Request{Channel: "C0"}, policy.Target{})
		require.NoError(t, err)
		assert.Equal(t, tt.places, a.places, name)
		assert.Equal(t, [][]time.Duration{{fresh}, {fresh}}, [][]time.Duration{a.people, a.groups}, name)
	}
}
