package slack

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"quell/integrations"
)

// tokens are the two that the app has now. Each may be exchanged for another while the bot runs.
type tokens struct {
	mu       sync.Mutex
	app, bot integrations.Secret
}

// of is the token for a method.
func (t *tokens) of(method string) integrations.Secret {
	t.mu.Lock()
	defer t.mu.Unlock()
	if method == openMethod {
		return t.app
	}
	return t.bot
}

// openMethod is the only method that takes the app token, and takes it in the header alone.
const openMethod = "apps.connections.open"

// bearer gives each call of the Web API the token of that moment, in its header: the library
// keeps the one that it was made with, and puts it into the body of a form. It also tells
// what Slack refused, for some of that is about the token or the app, and of each channel that
// refuses what is sent there: here no call can be forgotten.
type bearer struct {
	next   doer
	tokens *tokens
	judge  func(method, code string) // code is "" if Slack did what was asked
	closed func(channel string)      // is told that a channel is not what it was taken for
}

// tokenKey is the key, in the context of a call, of a token that is only tried.
type tokenKey struct{}

func withToken(ctx context.Context, t integrations.Secret) context.Context {
	return context.WithValue(ctx, tokenKey{}, t)
}

// Do sends a call.
func (b bearer) Do(req *http.Request) (*http.Response, error) {
	method := path.Base(req.URL.Path)
	tried, trying := req.Context().Value(tokenKey{}).(integrations.Secret)
	if !trying {
		tried = b.tokens.of(method)
	}
	if err := withoutToken(req); err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+tried.Reveal())
	res, err := b.next.Do(req)
	if err == nil && res.StatusCode == http.StatusOK && !trying {
		b.overhear(req, res)
	}
	return res, err
}

// withoutToken takes the token out of the body of a form.
func withoutToken(req *http.Request) error {
	if req.GetBody == nil || !strings.HasPrefix(req.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return nil
	}
	body, err := req.GetBody()
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	text, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	form, err := url.ParseQuery(string(text))
	if err != nil || !form.Has("token") {
		return nil // as it is
	}
	form.Del("token")
	text = []byte(form.Encode())
	req.ContentLength = int64(len(text))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
	req.Body, err = req.GetBody()
	return err
}

// overhear looks whether an answer is a refusal, and of what. A refusal is short; an answer that is
// longer than the look begins with its "ok".
func (b bearer) overhear(req *http.Request, res *http.Response) {
	method := path.Base(req.URL.Path)
	ahead := bufio.NewReaderSize(res.Body, 4096)
	head, _ := ahead.Peek(2048) // what there is
	res.Body = struct {
		io.Reader
		io.Closer
	}{ahead, res.Body}
	var v struct {
		OK    bool   `json:"ok"`
		Error string `json:"error"`
	}
	switch err := json.Unmarshal(head, &v); {
	case err == nil && v.OK, err != nil && bytes.HasPrefix(bytes.TrimSpace(head), []byte(`{"ok":true`)):
		b.judge(method, "")
	case err == nil && v.Error != "":
		b.judge(method, v.Error)
		if strings.HasPrefix(method, "chat.") && refusedByPlace(v.Error) {
			b.closed(formValue(req, "channel"))
		}
	}
}

// refusedByPlace reports a code by which a channel takes nothing of the kind.
func refusedByPlace(code string) bool {
	r, known := rowOf(code)
	return known && r.final == ofPlace
}

// tokenRefused reports a code by which Slack refuses a token for good.
func tokenRefused(code string) bool {
	r, known := rowOf(code)
	return known && r.why == becauseToken
}

// UseBotToken takes another bot token into use, once Slack has taken it: it has to be of the
// same workspace and the same bot, whose cards and direct messages these are, and may lack no
// scope.
func (l *link) UseBotToken(ctx context.Context, t integrations.Secret) error {
	ctx, cancel := context.WithTimeout(withToken(ctx, t), apiTimeout)
	defer cancel()
	who, err := l.signIn(ctx)
	switch {
	case err != nil:
		return err
	case who.TeamID != l.team:
		return fmt.Errorf("it is of another workspace (%s)", who.TeamID)
	case who.UserID != l.user:
		return fmt.Errorf("it is of another app in this workspace (its bot is %s, and this one's is %s)", who.UserID, l.user)
	}
	l.tokens.mu.Lock()
	l.tokens.bot = t
	l.tokens.mu.Unlock()
	l.health.mended()
	return nil
}

// UseAppToken takes another app token into use, once Slack has taken it.
func (l *link) UseAppToken(ctx context.Context, t integrations.Secret) error {
	ctx, cancel := context.WithTimeout(withToken(ctx, t), apiTimeout)
	defer cancel()
	_, err := l.socketAddress(ctx)
	switch {
	case refused(err):
		return fmt.Errorf("it is not accepted: %w", err)
	case err != nil:
		return unreachable{err}
	}
	l.tokens.mu.Lock()
	l.tokens.app = t
	l.tokens.mu.Unlock()
	l.sockets.mended()
	return nil
}

// unreachable says that Slack gave no answer, or is in trouble of its own.
type unreachable struct{ err error }

func (u unreachable) Error() string { return "it cannot be reached: " + withoutURL(u.err).Error() }

func (u unreachable) Unwrap() error { return u.err }

// Unreachable reports an error that passes by itself: Slack refused nothing.
func Unreachable(err error) bool {
	_, known := errors.AsType[unreachable](err)
	_, broken := errors.AsType[net.Error](err)
	_, limited := errors.AsType[*slack.RateLimitedError](err)
	status, answered := errors.AsType[slack.StatusCodeError](err)
	return known || broken || limited || answered && status.Code >= http.StatusInternalServerError ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || code(err) != "" && !refused(err)
}

// retryTokenEvery is how often a bot token that Slack refused, for all methods or for some, is
// tried again: an account may be put back, and a scope be added.
const retryTokenEvery = 10 * time.Second

// retryToken tries a refused bot token again until ctx ends. The answer is overheard.
func (l *link) retryToken(ctx context.Context) {
	for pause(ctx, retryTokenEvery) {
		if slices.ContainsFunc(l.health.parts(), part.ofBotToken) {
			l.tryToken(ctx)
		}
	}
}

// tryToken asks who the bot is. An app that is installed again keeps its token, with other scopes.
func (l *link) tryToken(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, apiTimeout)
	defer cancel()
	who, err := l.look.authTest(ctx)
	if err == nil {
		l.health.granted(who.scopes)
	}
}
