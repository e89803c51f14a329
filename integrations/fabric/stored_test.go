package fabric_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Cases are stored with these ids: whatever else changes, a look still finds by them what a
// case is about. A session that was closed never comes back, and has no lineage.
func TestIDsAreThoseOfStoredCases(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 90)
	for name, row := range map[string]string{
		"plain":          `{"session_id":"s-1","status":"CREATING","create_time":"2026-01-02T01:04:05.000Z"}`,
		"long values":    `{"session_id":"s-1","status":"CREATING","create_time":"` + long + `","session_name":"` + long + `","owner":"` + long + `"}`,
		"unclean values": `{"session_id":"s-1","status":"CREATING","create_time":"\u202e","session_name":"a\nb","user_name":"\u0000"}`,
	} {
		t.Run(name, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{listPath: lists(map[string]string{"CREATING": row})})
			got, err := s.client(t).Sessions(t.Context(), workspace)
			require.NoError(t, err)
			require.True(t, got.Complete)
			require.Len(t, got.Things, 1)
			assert.Equal(t, workspace+"/s-1", got.Things[0].ID)
			assert.Empty(t, got.Things[0].Lineage)
		})
	}
}
