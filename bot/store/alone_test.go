package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quell/bot/store"
)

func TestThePlaceOfOnePerson(t *testing.T) {
	for _, channel := range []string{"C1", ""} {
		team, user, in, ok := store.ReadToOne(store.ToOne("T1", "U1", channel))
		require.True(t, ok)
		require.Equal(t, []string{"T1", "U1", channel}, []string{team, user, in})
	}
	for _, place := range []string{"", "C1", "one", "one U1 C1", "one T1/U1"} {
		_, _, _, ok := store.ReadToOne(place)
		require.False(t, ok, place)
	}
}
