package integrations_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
)

func TestText(t *testing.T) {
	tests := map[string]integrations.Text{
		`"a"`: "a", `""`: "", `7`: "7", `-1.5`: "-1.5", `true`: "true", `null`: "", `{"a":1}`: "", `[1]`: "", `"\u0041"`: "A",
	}
	for in, want := range tests {
		t.Run(in, func(t *testing.T) {
			var got integrations.Text
			require.NoError(t, json.Unmarshal([]byte(in), &got))
			require.Equal(t, want, got)
		})
	}
}

func TestTheNumberOfAText(t *testing.T) {
	for in, want := range map[integrations.Text]int{"7": 7, "0": 0, "-3": -3, "": -1, "7.5": -1, "seven": -1, " 7": -1} {
		assert.Equal(t, want, in.Number(), in)
	}
}

// What no time.Duration holds is no length of time, rather than another one.
func TestTheSecondsOfAText(t *testing.T) {
	for in, want := range map[integrations.Text]time.Duration{
		"7": 7 * time.Second, "0": 0, "-3": -time.Second, "": -time.Second, "soon": -time.Second,
		"9223372036": 9223372036 * time.Second, "9223372037": -time.Second, "9300000000": -time.Second, "99999999999999999999": -time.Second,
	} {
		assert.Equal(t, want, in.Seconds(), in)
	}
}
