package huaweicloud

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/go-resty/resty/v2"

	"quell/integrations"
)

const (
	// renewBefore is how long before its end a token is renewed: far enough
	// that a write, which comes shortly after a read, never has to.
	renewBefore = 30 * time.Minute
	// tooLate is when a token no longer counts as one, if renewing fails.
	tooLate = time.Minute
	// loginPause follows a refused login, so that we do not lock the user out
	// by repeating a wrong password.
	loginPause = time.Minute
)

// login keeps a token that is good for the project (IAM, "Obtaining a User
// Token Through Password Authentication"). One caller at a time may fetch.
type login struct {
	cfg    Config
	client *resty.Client
	now    func() time.Time

	turn    chan struct{} // holds one value: whoever takes it may touch what follows
	value   integrations.Secret
	expires time.Time
	refused error
	retryAt time.Time
}

func newLogin(cfg Config, client *resty.Client, now func() time.Time) *login {
	l := &login{cfg: cfg, client: client, now: now, turn: make(chan struct{}, 1)}
	l.turn <- struct{}{}
	return l
}

// token returns a token, and fetches one if there is none or its end is near.
func (l *login) token(ctx context.Context) (integrations.Secret, error) {
	if err := l.take(ctx); err != nil {
		return "", err
	}
	defer l.give()
	left := l.expires.Sub(l.now())
	if left > renewBefore {
		return l.value, nil
	}
	err := l.fetch(ctx)
	if err != nil && left <= tooLate {
		return "", err
	}
	return l.value, nil
}

// replace returns another token than the one that a service refused.
func (l *login) replace(ctx context.Context, refused integrations.Secret) (integrations.Secret, error) {
	if err := l.take(ctx); err != nil {
		return "", err
	}
	defer l.give()
	if l.value != refused {
		return l.value, nil // someone else was faster
	}
	l.expires = time.Time{}
	if err := l.fetch(ctx); err != nil {
		return "", err
	}
	return l.value, nil
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

func (l *login) fetch(ctx context.Context) error {
	if l.now().Before(l.retryAt) {
		return l.refused
	}
	err := l.ask(ctx)
	if integrations.KindOf(err) == integrations.Unauthenticated {
		l.refused, l.retryAt = err, l.now().Add(loginPause)
	}
	return err
}

const opLogin = "KeystoneCreateUserTokenByPassword"

func (l *login) ask(ctx context.Context) error {
	body, err := json.Marshal(newLoginBody(l.cfg))
	if err != nil {
		return err
	}
	req := l.client.R().SetContext(integrations.WithSecrets(integrations.ReadingOnce(ctx))).SetBody(body).
		SetHeader("Content-Type", "application/json;charset=utf8").
		SetQueryParam("nocatalog", "true") // leaves out the catalogue, which is large
	call := Call{Op: opLogin, Success: []int{http.StatusCreated}}
	res, err := req.Post(l.cfg.IAMEndpoint + "/v3/auth/tokens")
	if res, err = check(l.cfg, call, res, err, l.now); err != nil {
		return loginRefused(err)
	}
	return l.keep(res)
}

func (l *login) keep(res *resty.Response) error {
	var said struct {
		Token struct {
			ExpiresAt time.Time `json:"expires_at"`
		} `json:"token"`
	}
	value := res.Header().Get("X-Subject-Token")
	if err := json.Unmarshal(res.Body(), &said); err != nil || value == "" || said.Token.ExpiresAt.IsZero() {
		return garbled(l.cfg, opLogin, res)
	}
	l.value, l.expires = integrations.Secret(value), said.Token.ExpiresAt
	return nil
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
