package slack

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/commands/words"
	"quell/integrations"
)

// Nothing that may hold a token, a ticket or what people write leaves this machine in the
// clear, wherever the address came from. 192.0.2.1 is nobody's (RFC 5737), and is not asked.
func TestNothingTravelsInTheClear(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://192.0.2.1:9/api/", nil)
	require.NoError(t, err)
	_, err = newHTTP().Do(req) //nolint:bodyclose // there is none
	require.ErrorIs(t, err, errPlaintext)
	_, _, err = dialer().DialContext(ctx, "ws://192.0.2.1:9/link", nil) //nolint:bodyclose // the same
	require.ErrorIs(t, err, errPlaintext)
	require.NoError(t, ctx.Err(), "it did not even try")
}

// A card of many things with a warning each has more parts than Slack takes in a message.
func TestACardHasNoMorePartsThanSlackTakes(t *testing.T) {
	t.Parallel()
	s := chat(t)
	things := make([]integrations.Thing, 20)
	for i := range things {
		things[i] = integrations.Thing{ID: string(rune('a' + i)), Name: string(rune('a' + i))}
	}
	c := tell(t, "leaks", things...).c
	for range maxBlocks {
		c.Plan.Hurts = append(c.Plan.Hurts, words.New("hurts.kill-session", words.V{"count": words.Count(1)}))
	}
	require.Greater(t, len(drawing{rich: s.speaker(mrkdwn{}), plain: s.speaker(plain{})}.card(c)), maxBlocks)
	require.LessOrEqual(t, len(s.cardBlocks(c)), maxBlocks)
}

// A time-out is not retried: its caller has waited enough.
func TestWhatPassesIsTriedAgainAndATimeLimitIsNot(t *testing.T) {
	t.Parallel()
	require.True(t, transient(t.Context(), io.ErrUnexpectedEOF))
	for _, err := range []error{nil, context.DeadlineExceeded, &url.Error{Op: "Post", Err: context.DeadlineExceeded}, &http.MaxBytesError{}} {
		require.False(t, transient(t.Context(), err), err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.False(t, transient(ended, io.ErrUnexpectedEOF))
}
