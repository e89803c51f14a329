package jp1ao_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Cases are stored with these ids: whatever else changes, a look still finds by them what a
// case is about. A task that was stopped is over, and has no lineage.
func TestIDsAreThoseOfStoredCases(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 90)
	for name, row := range map[string]string{
		"plain":          row(5381, "In Progress"),
		"a text":         strings.ReplaceAll(row(5381, "In Progress"), "5381", `"5381"`),
		"long values":    `{"instanceID":5381,"name":"` + long + `","status":"In Progress","startTime":"` + long + `","submitter":"` + long + `"}`,
		"unclean values": `{"instanceID":5381,"name":"a\nb","status":"In Progress","startTime":"\u202e","submitter":"\u0000"}`,
	} {
		t.Run(name, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{listPath: respond(200, `{"data":[`+row+`],"count":1}`)})
			c := s.client(t, nil)
			got, err := c.Tasks(t.Context())
			require.NoError(t, err)
			require.True(t, got.Complete)
			require.Len(t, got.Things, 1)
			assert.Equal(t, strings.TrimPrefix(s.URL, "http://")+"/5381", got.Things[0].ID)
			assert.Empty(t, got.Things[0].Lineage)
		})
	}
}
