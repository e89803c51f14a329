package slack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// rateLimiter sends every call of the Web API: each waits in the rateQueue of its method.
// It is also the only layer that retries, and it retries only a call that Slack turned away
// with 429, for such a call was not done. A call whose answer was lost may have been done,
// and a post that is repeated is a second card.
//
// The wait happens before the client's own time limit begins, within the call's context.
type rateLimiter struct {
	client *http.Client
	now    func() time.Time
	factor int // see Config.RateFactor

	mu     sync.Mutex
	queues map[string]*rateQueue
}

func newRateLimiter(client *http.Client, now func() time.Time, factor int) *rateLimiter {
	return &rateLimiter{client: client, now: now, factor: factor, queues: map[string]*rateQueue{}}
}

// maxSendings is how often one call is sent before its caller gets the 429. That for a socket is
// sent once: its caller waits by itself.
const maxSendings = 3

// errNoTurn says that a call was not done: it did not leave its queue in time, and any
// earlier sending of it was turned away with 429.
var errNoTurn = errors.New("no turn within Slack's rate limit")

// Do sends a call when it is its turn.
func (p *rateLimiter) Do(req *http.Request) (*http.Response, error) {
	method := path.Base(req.URL.Path)
	l, due := p.queueOf(method, channelOfPost(method, req)), p.now().Add(patienceOf(req.Context()))
	for sent := 1; ; sent++ {
		if !l.hasTurn(req.Context()) {
			if err := waitForTurn(req.Context(), l, due); err != nil {
				return nil, fmt.Errorf("%w: %w", errNoTurn, err)
			}
		}
		resp, err := p.client.Do(req)
		if err != nil || resp.StatusCode != http.StatusTooManyRequests {
			return resp, err
		}
		wait := retryAfter(resp)
		l.hold(wait)
		if sent == maxSendings || method == openMethod || deadlineWithin(req.Context(), wait) || !rewind(req) {
			return resp, nil
		}
		_ = resp.Body.Close()
	}
}

// channelOfPost is the channel of a call that posts; "" for any other call.
func channelOfPost(method string, req *http.Request) string {
	if method != postMethod {
		return ""
	}
	return formValue(req, "channel")
}

// The methods that draw cards.
const (
	postMethod = "chat.postMessage"
	editMethod = "chat.update"
)

// leastTurn is the time that a call needs after its wait: a turn that leaves less is none, so that
// Slack is not blamed for what the queue took.
const leastTurn = 500 * time.Millisecond

// waitForTurn returns nil once a call may leave in time.
func waitForTurn(ctx context.Context, l *rateQueue, due time.Time) error {
	began := time.Now()
	err := l.wait(ctx, due)
	if err == nil && time.Since(began) > leastTurn && deadlineWithin(ctx, leastTurn) {
		return context.DeadlineExceeded
	}
	return err
}

// queueOf is the queue that a call waits in: one for each method, and of posts one for each
// channel.
func (p *rateLimiter) queueOf(method, channel string) *rateQueue {
	key := method + " " + channel
	p.mu.Lock()
	defer p.mu.Unlock()
	l, ok := p.queues[key]
	if !ok {
		l = newRateQueue(tierLimit(method, p.factor), p.now)
		p.queues[key] = l
	}
	return l
}

// tierLimit is the rate limit of a method, from its page on docs.slack.dev and from "Rate
// limits" there: at least so many calls a minute. The documents give no size of a burst;
// these are modest. Nor do they give a figure for the limit on all posts of a workspace: it
// shows by a 429.
func tierLimit(method string, factor int) *rate.Limiter {
	aMinute, burst := 20, 5 // Tier 2: usergroups.list, and what is not known here
	switch method {
	case openMethod: // Tier 1 or 3, by which page one reads: a Slack that ends each new socket must not cause a storm
		aMinute, burst = 20, 10
	case postMethod: // Special: one a second and channel, "short bursts"
		aMinute, burst = 60, 3
	case editMethod: // Tier 3; twenty outcomes may come at once
		aMinute, burst = 50, 20
	case "conversations.open": // Tier 3
		aMinute, burst = 50, 10
	case "conversations.info": // Tier 3. The burst is ours: Slack names none, and people ask in many channels at once
		aMinute, burst = 50, 20
	case "chat.postEphemeral", "users.info", "views.open", "views.push", "views.update", "views.publish", "conversations.members", "chat.getPermalink": // Tier 4; the last has a special one, without a figure
		aMinute, burst = 100, 20
	}
	return rate.NewLimiter(rate.Limit(float64(aMinute*factor)/60), burst*factor)
}

// retryAfter is the Retry-After of a 429: whole seconds by Slack's documents, taken as at
// least one; half a minute where the header is no number.
func retryAfter(resp *http.Response) time.Duration {
	n, err := strconv.Atoi(resp.Header.Get("Retry-After"))
	if err != nil || n < 0 {
		return 30 * time.Second
	}
	return time.Duration(max(n, 1)) * time.Second
}

// deadlineWithin reports whether a context ends before a wait does.
func deadlineWithin(ctx context.Context, wait time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) <= wait
}

// rewind makes the body of a request ready to be sent once more; false if it cannot.
func rewind(req *http.Request) bool {
	if req.Body == nil || req.Body == http.NoBody {
		return true
	}
	if req.GetBody == nil {
		return false
	}
	body, err := req.GetBody()
	req.Body = body
	return err == nil
}

// formValue reads a value of the form that a request is about to send.
func formValue(req *http.Request, name string) string {
	if req.GetBody == nil {
		return ""
	}
	body, err := req.GetBody()
	if err != nil {
		return ""
	}
	defer body.Close()
	text, err := io.ReadAll(body)
	if err != nil {
		return ""
	}
	form, _ := url.ParseQuery(string(text)) // what it could read is enough
	return form.Get(name)
}
