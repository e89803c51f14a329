package hulft_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/vendortest"
)

// It brings no body. One that does is somebody else's answer, or a failure.
func TestASuccessWithABodyIsNone(t *testing.T) {
	for _, body := range []string{"<html>Sign in</html>", vendortest.Fixture(t, "error.json"), "{}"} {
		s := play(t, map[string]http.HandlerFunc{disconnectPath: respond(200, body)})
		c, _ := s.client(t, nil)
		_, err := c.Disconnect(t.Context(), thing())
		require.Equal(t, integrations.Garbled, vendortest.Failure(t, err).Kind, body)
		require.Equal(t, integrations.MayBeDone, integrations.EffectOf(err), body)
		require.Len(t, s.Sent, 1)
	}
}

func TestRefusals(t *testing.T) {
	for status, want := range map[int]struct {
		kind integrations.Kind
		hint string
	}{
		202: {integrations.Garbled, ""}, 400: {integrations.Invalid, ""}, 401: {integrations.Unauthenticated, "hulft.unauthenticated"},
		403: {integrations.Forbidden, "hulft.no-permission"}, 404: {integrations.NotFound, "hulft.not-found"},
		405: {integrations.Unsupported, ""}, 429: {integrations.Throttled, "hulft.banned"}, 500: {integrations.Unavailable, ""},
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{disconnectPath: respond(status, vendortest.Fixture(t, "error.json"))})
			c, _ := s.client(t, nil)
			_, err := c.Disconnect(t.Context(), thing())
			got := vendortest.Failure(t, err)
			assert.Equal(t, want.kind, got.Kind)
			assert.Equal(t, want.hint, got.Hint)
			assert.Equal(t, "E300003", got.Code)
			assert.Len(t, s.Sent, 1)
		})
	}
}

// Whoever answers that it is away says until when, and it is not asked before. Only a 429 is the
// contract's ban.
func TestAWaitIsReadOfEveryRefusal(t *testing.T) {
	html := "<html>Service Unavailable</html>"
	for _, status := range []int{500, 502, 503, 504} {
		for after, want := range map[string]time.Duration{
			"2400": 40 * time.Minute, "Fri, 02 Jan 2026 03:10:05 GMT": 6 * time.Minute, "": 0, "soon": 0, "99999999": 0,
		} {
			s := play(t, map[string]http.HandlerFunc{statusPath: func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Retry-After", after)
				respond(status, html)(w, r)
			}})
			c, m := s.client(t, nil)
			_, err := c.AgentsOf(t.Context(), nil)
			got := vendortest.Failure(t, err)
			assert.Equal(t, integrations.Unavailable, got.Kind)
			assert.Equal(t, want, got.RetryAfter, "%d, %q", status, after)
			assert.Empty(t, m.banned)
		}
	}
}

// A status counts as the vendor's word only in the vendor's shape: two strings. And
// what is said to a caller who is not known stays out of the record.
func TestWhoseWordItIs(t *testing.T) {
	for _, body := range []string{`{"code":404,"message":"no route"}`, `{"message":"no route"}`, `{"code":"E1"}`, `[]`, "", "<html>"} {
		s := play(t, map[string]http.HandlerFunc{disconnectPath: respond(404, body)})
		c, _ := s.client(t, nil)
		_, err := c.Disconnect(t.Context(), thing())
		assert.Equal(t, integrations.Garbled, vendortest.Failure(t, err).Kind, body)
	}
	for status, cause := range map[int]string{400: "The data is already registered.", 401: ""} {
		s := play(t, map[string]http.HandlerFunc{disconnectPath: respond(status, vendortest.Fixture(t, "error.json"))})
		c, _ := s.client(t, nil)
		_, err := c.Disconnect(t.Context(), thing())
		got := vendortest.Failure(t, err)
		assert.Equal(t, "E300003", got.Code)
		if cause == "" {
			assert.NoError(t, got.Cause)
			continue
		}
		assert.EqualError(t, got.Cause, cause)
	}
}
