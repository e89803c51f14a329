package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quell/bot/store"
	"quell/commands"
)

func TestThePlaceOfOnePerson(t *testing.T) {
	anna := commands.Person{Team: "T1", User: "U1"}
	for _, channel := range []string{"C1", ""} {
		p, in, ok := store.ReadToOne(store.ToOne(anna, channel))
		require.True(t, ok)
		require.Equal(t, anna, p)
		require.Equal(t, channel, in)
	}
	for _, place := range []string{"", "C1", "one", "one U1 C1", "one T1/U1"} {
		_, _, ok := store.ReadToOne(place)
		require.False(t, ok, place)
	}
}
