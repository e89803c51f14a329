package wiring

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"quell/bot/slack"
)

// readiness says whether the program can serve people: at /ready, and in quell_ready. It is
// green while Slack brings what people say and takes what the bot says.
type readiness struct {
	mu       sync.Mutex
	troubles func() []string
}

func newReadiness() *readiness {
	r := &readiness{}
	r.waits("Slack was not reached yet.")
	return r
}

// waits keeps the readiness red, and says why.
func (r *readiness) waits(why string) { r.use(func() []string { return []string{why} }) }

// use has it ask for what is wrong from now on.
func (r *readiness) use(troubles func() []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.troubles = troubles
}

// now is what is wrong; nil if nothing is.
func (r *readiness) now() []string {
	r.mu.Lock()
	troubles := r.troubles
	r.mu.Unlock()
	return slices.DeleteFunc(troubles(), func(s string) bool { return s == "" })
}

// ServeHTTP answers 200, or 503 with what is wrong, a sentence a line.
func (r *readiness) ServeHTTP(rw http.ResponseWriter, _ *http.Request) {
	rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
	troubles := r.now()
	if len(troubles) > 0 {
		rw.WriteHeader(http.StatusServiceUnavailable)
	} else {
		troubles = []string{"ready"}
	}
	_, _ = rw.Write([]byte(strings.Join(troubles, "\n") + "\n"))
}

// reachEvery is the time between two tries to reach Slack at the start.
const reachEvery = 5 * time.Second

// reach reaches Slack, and waits where it cannot be reached: a restart while Slack is down must
// not be the end. What Slack refuses is not waited for. look looks at more than both tokens.
func reach(ctx context.Context, c slack.Config, look func(*slack.Slack) error, r *readiness, every time.Duration) (*slack.Slack, error) {
	for {
		chat, err := slack.Connect(ctx, c)
		if err == nil {
			err = look(chat)
		}
		switch {
		case err == nil:
			r.use(chat.Troubles)
			return chat, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case !slack.Unreachable(err):
			return nil, err
		}
		r.waits("Slack cannot be reached; it is tried again until it can: " + err.Error())
		c.Log.Warn("Slack cannot be reached, and is waited for", "err", err, "pause", every)
		pause(ctx, every)
	}
}
