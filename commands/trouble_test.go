package commands_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// How long the vendor wants to be left alone is in the sentence; where it named no time, a minute
// stands there, or what to wait for.
func TestThePauseIsInTheSentence(t *testing.T) {
	all, err := words.Load()
	require.NoError(t, err)
	english := all.In("en", words.Plain{})
	for _, tt := range []struct {
		kind integrations.Kind
		wait time.Duration
		want string
	}{
		{integrations.Throttled, 0, "cache-prod asks me to slow down. Please wait a minute."},
		{integrations.Throttled, 7 * time.Minute, "cache-prod asks me to slow down. Please wait 7 min."},
		{integrations.Busy, 0, "cache-prod is busy with another job. Please wait until that is done."},
		{integrations.Busy, 90 * time.Second, "cache-prod is busy with another job. Please wait 1 min 30 s."},
		{integrations.Unavailable, time.Hour, "cache-prod answered with an error of its own, and asks me to wait. Please wait 1 h."},
	} {
		got := english.Say(commands.Trouble(&integrations.Error{Kind: tt.kind, RetryAfter: tt.wait}, "cache-prod"))
		assert.Equal(t, tt.want, got)
	}
}

// A sentence of the vendor's own does not swallow that pause. What is not asked for by whoever is
// busy or away, or stands in the sentence already, is not said behind it.
func TestThePauseIsSaidBehindAVendorsOwnSentence(t *testing.T) {
	all, err := words.Load()
	require.NoError(t, err)
	english := all.In("en", words.Plain{})
	for _, tt := range []struct {
		hint string
		kind integrations.Kind
		wait time.Duration
		want string // at the end
	}{
		{"jp1ao.not-available", integrations.Busy, 20 * time.Minute, "not available. Please wait until it is. I am asked to wait 20 min."},
		{"jp1ao.not-available", integrations.Busy, 0, "not available. Please wait until it is."},
		{"dcs.scan-running", integrations.Busy, 90 * time.Second, "until that is done. Please wait until then. I am asked to wait 1 min 30 s."},
		{"dcs.instance-busy", integrations.Busy, time.Hour, "Please wait until that is done. I am asked to wait 1 h."},
		{"taurusdb.busy", integrations.Busy, 5 * time.Minute, "Please wait until that is over. I am asked to wait 5 min."},
		{"redis.loading", integrations.Unavailable, time.Minute, "Please wait until that is done. I am asked to wait 1 min."},
		{"hulft.banned", integrations.Throttled, 10 * time.Minute, "Please use the Management Console until then."},
		{"jp1ao.unauthenticated", integrations.Unauthenticated, time.Minute, "should check user and password."},
	} {
		got := english.Say(commands.Trouble(&integrations.Error{Kind: tt.kind, Hint: tt.hint, RetryAfter: tt.wait}, "nightly"))
		assert.True(t, strings.HasSuffix(got, tt.want), got)
	}
}

func TestWhatLeavesPeopleToDoItByHand(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"down":                   {&integrations.Error{Kind: integrations.Unavailable}, true},
		"silent":                 {&integrations.Error{Kind: integrations.NoAnswer}, true},
		"out of reach":           {&integrations.Error{Kind: integrations.NotSent}, true},
		"a broken way":           {&integrations.Error{Kind: integrations.NotSent, Hint: "network.refused", Host: "h:1"}, true},
		"no right":               {&integrations.Error{Kind: integrations.Forbidden}, true},
		"a wrong password":       {&integrations.Error{Kind: integrations.Unauthenticated}, true},
		"somebody else's page":   {&integrations.Error{Kind: integrations.Garbled}, true},
		"a ban":                  {&integrations.Error{Kind: integrations.Throttled, RetryAfter: 10 * time.Minute}, true},
		"too fast for a moment":  {&integrations.Error{Kind: integrations.Throttled, RetryAfter: time.Minute}, false},
		"busy for an hour":       {&integrations.Error{Kind: integrations.Busy, RetryAfter: time.Hour}, true},
		"busy for a moment":      {&integrations.Error{Kind: integrations.Busy, RetryAfter: time.Minute}, false},
		"busy":                   {&integrations.Error{Kind: integrations.Busy}, false},
		"away by its own word":   {&integrations.Error{Kind: integrations.Busy, ByHand: true}, true},
		"late":                   {&integrations.Error{Kind: integrations.Late}, false},
		"not there":              {&integrations.Error{Kind: integrations.NotFound}, false},
		"wrong":                  {&integrations.Error{Kind: integrations.Invalid}, false},
		"kept back":              {&integrations.Error{Kind: integrations.NotSent, Hint: "redis.gone"}, false},
		"the asker's mistake":    {&commands.Mistake{Message: words.New("mistake.nothing")}, false},
		"something else of ours": {errors.New("x"), false},
	} {
		assert.Equal(t, c.want, commands.LeavesByHand(c.err), name)
	}
}

// The host that something broke on the way to is told, and is in no other message.
func TestTroubleOnTheWayNamesTheHost(t *testing.T) {
	m := commands.Trouble(&integrations.Error{Kind: integrations.NotSent, Hint: "network.refused", Host: "h:1"}, "carts")
	assert.Equal(t, words.New("network.refused", words.V{"target": words.Code("carts"), "host": words.Code("h:1")}), m)
	m = commands.Trouble(&integrations.Error{Kind: integrations.NotSent}, "carts")
	assert.Equal(t, words.New("vendor.not-sent", words.V{"target": words.Code("carts")}), m)
}
