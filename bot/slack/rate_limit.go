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

// rateLimiter is the way of every call of the Web API: each waits for its turn in the
// lane of its method. It is also the only layer that repeats a call, and only one
// that Slack turned away with 429, for that one was not done. A call whose answer
// was lost may have been done, and a post that is repeated is a second card.
//
// It waits before the client's own time limit begins, within the call's context.
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

// maxSendings is how often one call is sent before its 429 is its caller's to bear.
const maxSendings = 3

// errNoTurn says that a call did not leave: what was sent of it before, Slack turned away.
var errNoTurn = errors.New("no turn within Slack's rate limit")

// Do sends a call when it is its turn.
func (p *rateLimiter) Do(req *http.Request) (*http.Response, error) {
	method := path.Base(req.URL.Path)
	if method == "apps.connections.open" {
		return p.client.Do(req) // the socket's client keeps Retry-After itself
	}
	l, due := p.queueOf(method, req), p.now().Add(patienceOf(req.Context()))
	for sent := 1; ; sent++ {
		if err := l.wait(req.Context(), due); err != nil {
			return nil, fmt.Errorf("%w: %w", errNoTurn, err)
		}
		resp, err := p.client.Do(req)
		if err != nil || resp.StatusCode != http.StatusTooManyRequests {
			return resp, err
		}
		wait := retryAfter(resp)
		l.hold(wait)
		if sent == maxSendings || deadlineWithin(req.Context(), wait) || !rewind(req) {
			return resp, nil
		}
		_ = resp.Body.Close()
	}
}

// queueOf is where a call waits. What is posted is counted by channel.
func (p *rateLimiter) queueOf(method string, req *http.Request) *rateQueue {
	key := method
	if method == "chat.postMessage" {
		key += " " + formValue(req, "channel")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	l, ok := p.queues[key]
	if !ok {
		l = newRateQueue(tierLimit(method, p.factor), p.now)
		p.queues[key] = l
	}
	return l
}

// tierLimit is what Slack bears of a method, from its page on docs.slack.dev and from
// "Rate limits" there: at least so many calls a minute. How large a burst may be
// it does not say; these are modest. Nor has the limit on all posts of a workspace
// a figure: its 429 is left to tell.
func tierLimit(method string, factor int) *rate.Limiter {
	aMinute, burst := 20, 5 // Tier 2: usergroups.list, and what is not known here
	switch method {
	case "chat.postMessage": // Special: one a second and channel, "short bursts"
		aMinute, burst = 60, 3
	case "chat.update", "conversations.info": // Tier 3
		aMinute, burst = 50, 10
	case "chat.postEphemeral", "users.info", "views.open", "views.push", "views.update": // Tier 4
		aMinute, burst = 100, 20
	}
	return rate.NewLimiter(rate.Limit(float64(aMinute*factor)/60), burst*factor)
}

// retryAfter is how long Slack wants to be left alone: whole seconds by its
// documents, at least one; without a figure that makes sense, half a minute.
func retryAfter(resp *http.Response) time.Duration {
	n, err := strconv.Atoi(resp.Header.Get("Retry-After"))
	if err != nil || n < 0 {
		return 30 * time.Second
	}
	return time.Duration(max(n, 1)) * time.Second
}

// deadlineWithin reports whether a wait cannot be outlived by its context.
func deadlineWithin(ctx context.Context, wait time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) <= wait
}

// rewind makes a request ready to be sent once more.
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

// formValue reads a form that is still to be sent.
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
