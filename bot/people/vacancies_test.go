package people_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/people"
	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// named is a policy that names groups and people.
type named struct{ groups, users []string }

func (n named) Groups() []string                                            { return n.groups }
func (n named) Users() []string                                             { return n.users }
func (n named) MayApprove(policy.Decision, policy.Ballot) (m words.Message) { return m }
func (n named) OtherTeam(policy.Subject, policy.Subject) bool               { return false }

// book is a directory that a test writes.
type book struct {
	standing     map[string]policy.Standing
	rosters      []store.Roster
	down         bool
	looks, lists int
}

func (b *book) Standing(_ context.Context, p commands.Person, _ time.Time) (policy.Standing, error) {
	b.looks++
	if b.down || p.Team != "T0" {
		return "", errors.New("slack is down")
	}
	if s, ok := b.standing[p.User]; ok {
		return s, nil
	}
	return policy.Member, nil
}

func (b *book) Rosters(context.Context, time.Time) ([]store.Roster, error) {
	b.lists++
	if b.down {
		return nil, errors.New("slack is down")
	}
	return b.rosters, nil
}

func (b *book) Channel(context.Context, string, time.Time) (policy.Channel, error) {
	return policy.Channel{}, errors.New("not asked for")
}

// watching is the people of a book, with what they log.
type watching struct {
	*testing.T
	*book
	people *people.People
	log    *bytes.Buffer
	now    time.Time
}

func watch(t *testing.T, b *book) *watching {
	w := &watching{T: t, book: b, log: &bytes.Buffer{}, now: time.Unix(1_800_000_000, 0)}
	w.people = &people.People{Directory: b, Now: func() time.Time { return w.now }, Log: slog.New(slog.NewTextHandler(w.log, nil))}
	return w
}

// look looks for vacancies: how many there are, and what was logged.
func (w *watching) look(n named) (int, string) {
	w.log.Reset()
	return w.people.Vacancies(w.Context(), n, "T0"), w.log.String()
}

func TestVacanciesAreWarnedOfOnceAndOnChange(t *testing.T) {
	w := watch(t, &book{
		standing: map[string]policy.Standing{"U0DAN": policy.Deactivated, "U0GHOST": policy.Nobody},
		rosters:  []store.Roster{{Group: "S0ONE", Users: []string{"U0BEN"}}, {Group: "S0EMPTY"}, {Group: "S0UNSAID", Unlisted: true}, {Group: "S0OTHER"}},
	})
	n := named{[]string{"S0EMPTY", "S0GONE", "S0ONE", "S0UNSAID"}, []string{"U0ANNA", "U0DAN", "U0GHOST"}}
	count, said := w.look(n)
	assert.Equal(t, 4, count)
	assert.Equal(t, 4, strings.Count(said, "level=WARN"), said)
	for _, line := range []string{
		`user group that nobody is in" id=S0EMPTY`, `deleted or mistyped" id=S0GONE`, `can do nothing here" id=U0DAN standing=deactivated`, `can do nothing here" id=U0GHOST standing=nobody`,
	} {
		assert.Contains(t, said, line)
	}
	_, said = w.look(n)
	assert.Empty(t, said, "it was said")

	w.rosters = []store.Roster{{Group: "S0ONE"}, {Group: "S0EMPTY", Users: []string{"U0CAT"}}, {Group: "S0UNSAID", Unlisted: true}}
	count, said = w.look(n)
	assert.Equal(t, 4, count)
	assert.Contains(t, said, `user group that nobody is in" id=S0ONE`)
	assert.Regexp(t, `level=INFO .* id=S0EMPTY`, said)
	assert.Equal(t, 2, strings.Count(said, "\n"), said)

	w.down = true
	count, said = w.look(n)
	assert.Equal(t, 4, count, "what could not be looked up stays as it was")
	assert.Empty(t, said)
	w.down = false
	count, _ = w.look(named{nil, []string{"U0ANNA"}})
	assert.Zero(t, count, "what is named no more is no vacancy")
}

// People are looked at once a day, a few at a time; a policy that names no groups has no groups
// looked up.
func TestPeopleAreLookedAtOnceADay(t *testing.T) {
	w := watch(t, &book{standing: map[string]policy.Standing{}})
	var n named
	for i := range 50 {
		n.users = append(n.users, "U0"+string(rune('A'+i%26))+string(rune('A'+i/26)))
	}
	for _, want := range []int{20, 40, 50, 50} {
		w.look(n)
		assert.Equal(t, want, w.looks)
		w.now = w.now.Add(time.Minute)
	}
	require.Zero(t, w.lists)
	w.standing["U0AA"] = policy.Deactivated
	w.now = w.now.Add(23 * time.Hour)
	count, _ := w.look(n)
	assert.Zero(t, count)
	w.now = w.now.Add(time.Hour)
	count, said := w.look(n)
	assert.Equal(t, 1, count)
	assert.Contains(t, said, "id=U0AA")

	// Where one look fails the others wait, and nobody is taken for gone.
	w = watch(t, &book{down: true})
	count, said = w.look(n)
	assert.Zero(t, count)
	assert.Equal(t, 1, w.looks)
	assert.Contains(t, said, "could not be looked up")
}

// Slack lists members of a group who were deactivated, too. The few members of a small group are
// looked at as well, once a day: where none of them can do anything, nobody is behind the group.
func TestAGroupOfDeactivatedMembersIsEmpty(t *testing.T) {
	w := watch(t, &book{
		standing: map[string]policy.Standing{"U0DAN": policy.Deactivated, "U0EVE": policy.Deactivated},
		rosters: []store.Roster{
			{Group: "S0GONE", Users: []string{"U0DAN", "U0EVE"}},
			{Group: "S0HALF", Users: []string{"U0ANNA", "U0DAN"}},
			{Group: "S0LARGE", Users: []string{"U0DAN", "U0EVE", "U0F", "U0G", "U0H", "U0I"}},
			{Group: "S0OTHER", Users: []string{"U0OTHER"}},
		},
	})
	n := named{groups: []string{"S0GONE", "S0HALF", "S0LARGE"}}
	w.look(n)
	assert.Zero(t, w.looks, "a start has other calls to make")
	count, said := w.look(n)
	assert.Equal(t, 1, count)
	assert.Contains(t, said, `user group in which nobody can do anything here" id=S0GONE`)
	assert.Equal(t, 3, w.looks, "members of large groups and of others are not looked at")
	_, said = w.look(n)
	assert.Empty(t, said)
	assert.Equal(t, 3, w.looks)

	w.standing["U0EVE"] = policy.Member
	w.now = w.now.Add(24 * time.Hour)
	count, said = w.look(n)
	assert.Zero(t, count)
	assert.Regexp(t, `level=INFO .* id=S0GONE`, said)

	w.down = true
	w.now = w.now.Add(24 * time.Hour)
	count, _ = w.look(n)
	assert.Zero(t, count, "what cannot be looked up is as it was")
}

// Whoever is in a group and was gone on the last look is looked up again before they are counted.
func TestGoneMembersOfAGroupCannotAgree(t *testing.T) {
	w := watch(t, &book{
		standing: map[string]policy.Standing{"U0DAN": policy.Deactivated},
		rosters:  []store.Roster{{Group: "S0GONE", Users: []string{"U0DAN"}}},
	})
	n := named{groups: []string{"S0GONE"}}
	ask := policy.Ask{By: policy.Subject{Person: commands.Person{Team: "T0", User: "U0ANNA"}}, At: w.now}
	_, definite := w.people.TooFew(t.Context(), n, policy.Decision{Need: 1}, ask)
	assert.False(t, definite, "not looked at yet, they count as there")
	w.look(n)
	w.look(n)
	r, definite := w.people.TooFew(t.Context(), n, policy.Decision{Need: 1}, ask)
	assert.True(t, definite)
	assert.Equal(t, people.Reach{}, r)
	w.standing["U0DAN"] = policy.Member
	_, definite = w.people.TooFew(t.Context(), n, policy.Decision{Need: 1}, ask)
	assert.False(t, definite, "they are back")
}
