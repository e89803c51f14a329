package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/store"
	"quell/bot/storetest"
	"quell/commands"
)

// found are the ids of the cases of a search.
func found(t *testing.T, s *store.Store, q store.Search) (ids []string) {
	t.Helper()
	q.Most = 10
	all, err := s.Find(t.Context(), q)
	require.NoError(t, err)
	for _, c := range all {
		ids = append(ids, c.ID)
	}
	return ids
}

// searches are those that ask for where and by whom a case was asked for, and one each that is of
// another.
func searches(c approval.Case) (of, others []store.Search) {
	by := c.Request.By
	of = []store.Search{{Channel: c.Request.Channel}, {Person: by}, {Person: commands.Person{User: by.User}}, {Channel: c.Request.Channel, Person: by}}
	others = []store.Search{{Channel: "C0OTHER"}, {Person: commands.Person{Team: by.Team, User: "U0OTHER"}}, {Person: commands.Person{User: "U0OTHER"}}}
	return of, others
}

// A case that an older release asked for, on the tables of this one (after a roll-back), has neither
// channel nor person beside it.
func TestCasesOfAnOlderReleaseAreFound(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	c := storetest.Create(t, s, "Q-1")
	alter(t, s.Writer(), `UPDATE cases SET channel = '', person = ''`)
	of, others := searches(c)
	for _, q := range of {
		require.Equal(t, []string{"Q-1"}, found(t, s, q), q)
	}
	for _, q := range others {
		require.Empty(t, found(t, s, q), q)
	}
}

// A tool searches a database that no program of this release has served from yet.
func TestAnOlderDatabaseIsSearched(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	c := storetest.Create(t, s, "Q-1")
	for _, without := range []string{
		`DROP INDEX cases_channel; ALTER TABLE cases DROP COLUMN channel`,
		`DROP INDEX cases_person; DROP INDEX cases_asked; ALTER TABLE cases DROP COLUMN person`,
	} {
		alter(t, s.Writer(), without)
		of, others := searches(c)
		for _, q := range of {
			require.Equal(t, []string{"Q-1"}, found(t, reader(t, dir), q), q)
		}
		for _, q := range others {
			require.Empty(t, found(t, reader(t, dir), q), q)
		}
	}
}
