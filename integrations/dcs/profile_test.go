package dcs_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"quell/integrations"
	"quell/integrations/dcs"
)

// What means to be an address is one, before any call; what may be a name or an id passes.
func TestAWordThatIsNoAddress(t *testing.T) {
	for _, word := range []string{"10.63.238.158", "host.example:6379", "::1:6379", "10.63.238.158:65536", "node/1012/10.63.238.158"} {
		assert.Equal(t, integrations.NewNote("mistake.address", "address", word), dcs.Profile().Check("kill-session", word))
	}
	for _, word := range []string{"10.63.238.158:2048", "[::1]:6379", "4711", "payment-api", "node/1012/10.63.238.158:2048", "-", ""} {
		assert.Zero(t, dcs.Profile().Check("kill-session", word), word)
	}
}
