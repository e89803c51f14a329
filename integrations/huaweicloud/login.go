package huaweicloud

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/go-resty/resty/v2"

	"quell/integrations"
)

const (
	// renewWithin is how long a read waits for a new token while the old one still serves.
	renewWithin = 5 * time.Second
	// tooLate is when a token no longer counts as one, if renewing fails.
	tooLate = time.Minute
	// loginPause follows a refused login, so that we do not lock the user out by repeating a
	// wrong password. It also lies between two logins that only replace a token.
	loginPause = time.Minute
)

// login keeps a token that is good for the project (IAM, "Obtaining a User
// Token Through Password Authentication"). One caller at a time may fetch.
//
// Only a read renews: at half of a token's life, and when a service refuses it, once a minute
// at most. A write brings the token that is there, and logs in only where there is none that lives.
// It is the token of its look unless somebody else's read has got another one meanwhile, which is
// of the same user.
type login struct {
	cfg    Config
	client *resty.Client
	now    func() time.Time

	held atomic.Pointer[token] // nil before the first

	turn     chan struct{} // holds one value: whoever takes it may touch what follows
	refused  error
	retryAt  time.Time
	replaced time.Time // when a service's refusal was last followed by a login
}

// token is IAM's, with its times by our clock.
type token struct {
	value   integrations.Secret
	renewAt time.Time
	expires time.Time
}

func newLogin(cfg Config, client *resty.Client, now func() time.Time) *login {
	l := &login{cfg: cfg, client: client, now: now, turn: make(chan struct{}, 1)}
	l.turn <- struct{}{}
	return l
}

// forRead returns a token, and fetches one if there is none or half of its life is over.
func (l *login) forRead(ctx context.Context) (integrations.Secret, error) {
	if err := l.take(ctx); err != nil {
		return "", err
	}
	defer l.give()
	now, t := l.now(), l.held.Load()
	switch {
	case t != nil && now.Before(t.renewAt):
		return t.value, nil
	case t != nil && now.Before(t.expires.Add(-tooLate)):
		return l.renew(ctx, *t), nil
	}
	return l.fetch(ctx)
}

// forWrite returns the token that is there. It fetches one only where no read came before, or
// the last one is too long ago.
func (l *login) forWrite(ctx context.Context) (integrations.Secret, error) {
	if t := l.held.Load(); t != nil && l.now().Before(t.expires) {
		return t.value, nil
	}
	return l.forRead(ctx)
}

// renew returns a new token, or the old one, which is still good, if IAM gives none: then
// it is asked again after a pause.
func (l *login) renew(ctx context.Context, old token) integrations.Secret {
	ctx, cancel := context.WithTimeout(ctx, renewWithin)
	defer cancel()
	value, err := l.fetch(ctx)
	if err != nil {
		old.renewAt = l.now().Add(loginPause)
		l.held.Store(&old)
		return old.value
	}
	return value
}

// replace returns another token than the one that a service refused, or that one if it
// replaced another just now: a service that refuses every token gets no more of them.
func (l *login) replace(ctx context.Context, refused integrations.Secret) (integrations.Secret, error) {
	if err := l.take(ctx); err != nil {
		return "", err
	}
	defer l.give()
	if t := l.held.Load(); t != nil && t.value != refused {
		return t.value, nil // someone else was faster
	}
	if now := l.now(); now.Before(l.replaced.Add(loginPause)) {
		return refused, nil
	}
	l.replaced = l.now()
	return l.fetch(ctx)
}

func (l *login) take(ctx context.Context) error {
	select {
	case <-l.turn:
		return nil
	case <-ctx.Done():
		return &integrations.Error{Kind: integrations.NotSent, Vendor: l.cfg.Vendor, Op: opLogin, Cause: ctx.Err()}
	}
}

func (l *login) give() { l.turn <- struct{}{} }

func (l *login) fetch(ctx context.Context) (integrations.Secret, error) {
	if l.now().Before(l.retryAt) {
		return "", l.refused
	}
	t, err := l.ask(ctx)
	if integrations.KindOf(err) == integrations.Unauthenticated {
		l.refused, l.retryAt = err, l.now().Add(loginPause)
	}
	if err != nil {
		return "", err
	}
	l.held.Store(&t)
	return t.value, nil
}

const opLogin = "KeystoneCreateUserTokenByPassword"

func (l *login) ask(ctx context.Context) (token, error) {
	body, err := json.Marshal(newLoginBody(l.cfg))
	if err != nil {
		return token{}, err
	}
	req := l.client.R().SetContext(integrations.WithSecrets(integrations.ReadingOnce(ctx))).SetBody(body).
		SetHeader("Content-Type", "application/json;charset=utf8").
		SetQueryParam("nocatalog", "true") // leaves out the catalogue, which is large
	call := Call{Op: opLogin, Success: []int{http.StatusCreated}}
	sent := l.now()
	res, err := req.Post(l.cfg.IAMEndpoint + "/v3/auth/tokens")
	if res, err = check(l.cfg, call, res, err, l.now); err != nil {
		return token{}, loginRefused(err)
	}
	return l.read(res, sent)
}

// read takes the token from IAM's answer. The times in it are by IAM's clock, and so only
// what lies between them is used: the token's life.
func (l *login) read(res *resty.Response, sent time.Time) (token, error) {
	var said struct {
		Token struct {
			IssuedAt  time.Time `json:"issued_at"`
			ExpiresAt time.Time `json:"expires_at"`
		} `json:"token"`
	}
	value := res.Header().Get("X-Subject-Token")
	if err := json.Unmarshal(res.Body(), &said); err != nil || value == "" || said.Token.ExpiresAt.IsZero() {
		return token{}, garbled(l.cfg, opLogin, res)
	}
	issued := said.Token.IssuedAt
	if issued.IsZero() {
		issued = integrations.VendorNow(res.Header(), sent)
	}
	life := said.Token.ExpiresAt.Sub(issued)
	return token{value: integrations.Secret(value), renewAt: sent.Add(life / 2), expires: sent.Add(life)}, nil
}

// loginRefused makes one kind of every way in which IAM refuses a login: to
// whoever calls the service, IAM's "not found" is no word about the thing.
func loginRefused(err error) error {
	e, ok := errors.AsType[*integrations.Error](err)
	if !ok {
		return err
	}
	switch e.Kind {
	case integrations.Unauthenticated, integrations.Forbidden, integrations.NotFound,
		integrations.Invalid, integrations.Unsupported:
		e.Kind, e.Hint = integrations.Unauthenticated, "huaweicloud.login-refused"
	}
	return e
}
