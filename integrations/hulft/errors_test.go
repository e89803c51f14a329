package hulft_test

import (
	"fmt"
	"net/http"
	"testing"

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
