package taurusdb_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Cases are stored with these ids: whatever else changes, a look still finds by them what a
// case is about. A proxy stays the same through its restart, and has no lineage.
func TestIDsAreThoseOfStoredCases(t *testing.T) {
	long := strings.Repeat("a", 90)
	for name, row := range map[string]string{
		"plain":          `{"pool_id":"p1po01","name":"orders-rw","status":"ACTIVE"}`,
		"no name":        `{"pool_id":"p1po01","status":"ACTIVE"}`,
		"long values":    `{"pool_id":"p1po01","name":"` + long + `","status":"` + long + `","address":"` + long + `"}`,
		"unclean values": `{"pool_id":"p1po01","name":"a\nb","status":"\u202e","address":"\u0000"}`,
	} {
		t.Run(name, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{listPath: respond(200, `{"proxy_list":[{"proxy":`+row+`}]}`)})
			got, err := s.client(t).Proxies(t.Context())
			require.NoError(t, err)
			require.True(t, got.Complete)
			require.Len(t, got.Things, 1)
			assert.Equal(t, instance+"/p1po01", got.Things[0].ID)
			assert.Empty(t, got.Things[0].Lineage)
		})
	}
}
