package dcs_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Cases are stored with these ids and lineages: whatever else changes, a look still finds by
// them what a case is about. Without a name there is no lineage, though older cases have one:
// nothing is said to be back then.
func TestIDsAndLineagesAreThoseOfStoredCases(t *testing.T) {
	t.Parallel()
	long, cut := strings.Repeat("a", 90), strings.Repeat("a", 79)+"…"
	zone := "[fe80::1%" + long + "]:2048"
	for name, c := range map[string]struct{ row, id, lineage string }{
		"plain": {
			`{"id":"7","addr":"10.0.0.7:51234","peer":"10.0.0.8:4058","name":"app","user":"u","db":"0"}`, "7/10.0.0.8:4058", "10.0.0.7|app|u|0",
		},
		"a long id":     {`{"id":"` + long + `","addr":"10.0.0.7:1","peer":"10.0.0.8:2"}`, cut + "/10.0.0.8:2", ""},
		"an unclean id": {`{"id":"7\u202e","addr":"10.0.0.7:1","peer":"10.0.0.8:2"}`, "7\ufffd/10.0.0.8:2", ""},
		"long values": {
			`{"id":"7","addr":"10.0.0.7:1","peer":"10.0.0.8:2","name":"` + long + `","user":"` + long + `","db":"` + long + `"}`,
			"7/10.0.0.8:2", "10.0.0.7|" + cut + "|" + cut + "|" + cut,
		},
		"unclean values": {
			`{"id":"7","addr":"10.0.0.7:1","peer":"10.0.0.8:2","name":"a\nb","user":"\u202eu","db":"\u00000"}`,
			"7/10.0.0.8:2", "10.0.0.7|a\ufffdb|\ufffdu|\ufffd0",
		},
		"a long peer": {`{"id":"7","addr":"10.0.0.7:1","peer":"` + zone + `"}`, "7/" + zone, ""},
		"a long addr": {`{"id":"7","addr":"` + zone + `","peer":"10.0.0.8:2"}`, "7/10.0.0.8:2", ""},
		"a long addr and no peer": {
			`{"id":"7","addr":"` + zone + `"}`, "7/" + zone[:79] + "…", "",
		},
		"an unclean addr and a peer that no call takes": {
			`{"id":"7","addr":"un\u202eix:0","peer":"@"}`, "7/un\ufffdix:0", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{scanPath: respond(200, `{}`), listPath: page("t", 1, c.row)})
			got, err := s.client(t, nil).Sessions(t.Context(), node)
			require.NoError(t, err)
			require.True(t, got.Complete)
			require.Len(t, got.Things, 1)
			assert.Equal(t, node+"/"+c.id, got.Things[0].ID)
			assert.Equal(t, c.lineage, got.Things[0].Lineage)
		})
	}
}

// Values that differ only past what people read make one id, which is nobody's proof that the
// other is gone.
func TestTwoSessionsOfOneID(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 90)
	s := play(t, map[string]http.HandlerFunc{
		scanPath: respond(200, `{}`),
		listPath: page("t", 2, `{"id":"`+long+`1","peer":"10.0.0.8:2"},{"id":"`+long+`2","peer":"10.0.0.8:2"}`),
	})
	got, err := s.client(t, nil).Sessions(t.Context(), node)
	require.NoError(t, err)
	assert.False(t, got.Complete)
	assert.Len(t, got.Things, 1)
}
