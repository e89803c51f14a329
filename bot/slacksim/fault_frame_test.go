package slacksim_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"quell/bot/slacksim"
)

func TestAFrameMayMakeNoSense(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	s.must(s.FailNext("socket", 1, slacksim.Named(slacksim.Garbled)))
	_, frame, err := c.ReadMessage()
	s.must(err)
	assert.Equal(t, "{", string(frame))
	s.must(s.As(anna).Say(incident, "/quell help"))
	assert.Equal(t, "help", c.payload()["text"], "the socket stays")

	s.must(s.FailNext("app", 1, slacksim.Named(slacksim.GreetsUncounted)))
	hello := s.dial().next()
	assert.Equal(t, "hello", hello["type"])
	assert.NotContains(t, hello, "num_connections")
	assert.Equal(t, []slacksim.FaultSeen{{What: "app", Name: slacksim.GreetsUncounted, N: 1}}, s.As(anna).State().Faults)
	s.ClearFaults()
	assert.EqualValues(t, 3, s.dial().next()["num_connections"])
}
