package slack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"

	"quell/commands/words"
)

// What is said of a form that did not open, and of calls that were not shown, is what its error
// tells: only a trigger that is over is too late, and what nobody knows is said as that.
func TestWhyNothingOpened(t *testing.T) {
	t.Parallel()
	says := func(code string) error { return slack.SlackErrorResponse{Err: code} }
	for name, tt := range map[string]struct {
		err                error
		form, calls, offer string
	}{
		"no trigger":       {errNoTrigger, "form.too-late", "calls.too-late", "form.offer"},
		"an old trigger":   {says("expired_trigger_id"), "form.too-late", "calls.too-late", "form.offer"},
		"a 429":            {&slack.RateLimitedError{RetryAfter: time.Minute}, "form.busy", "calls.busy", "form.offer-busy"},
		"a 429 in a word":  {says("ratelimited"), "form.busy", "calls.busy", "form.offer-busy"},
		"no turn":          {fmt.Errorf("%w: %w", errNoTurn, context.DeadlineExceeded), "form.busy", "calls.busy", "form.offer-busy"},
		"a refusal":        {says("view_too_large"), "form.refused", "calls.refused", ""},
		"an answer lost":   {&net.OpError{Op: "read", Err: errors.New("reset")}, "form.unclear", "calls.unclear", ""},
		"time that is up":  {context.DeadlineExceeded, "form.unclear", "calls.unclear", ""},
		"a 500 of a proxy": {slack.StatusCodeError{Code: 502}, "form.unclear", "calls.unclear", ""},
	} {
		err := wrap("views.open", tt.err)
		assert.Equal(t, tt.form, notOpened(err).ID, name)
		assert.Equal(t, tt.calls, callsNotShown(err).ID, name)
		assert.Equal(t, tt.offer, offerOf(err, words.New("form.offer"), words.New("form.offer-busy")).ID, name)
	}
}
