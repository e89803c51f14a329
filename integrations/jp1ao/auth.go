package jp1ao

import (
	"encoding/base64"
	"strings"
	"sync"
	"time"

	"quell/integrations"
)

// A token is good for 1,000 s from its issue (AOCR0042). It is used for less, since
// it travels and waits.
const tokenLife = 900 * time.Second

// auth proves who calls: by a token, or by name and password where there is none.
// It may be used by many at once.
type auth struct {
	user     string
	password integrations.Secret
	now      func() time.Time

	mu    sync.Mutex
	value integrations.Secret
	until time.Time
}

func (a *auth) token() integrations.Secret {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.now().Before(a.until) {
		return ""
	}
	return a.value
}

// header is the value of Authorization.
func (a *auth) header() integrations.Secret {
	if t := a.token(); t != "" {
		return "HSSO " + t
	}
	pair := base64.StdEncoding.EncodeToString([]byte(a.user + ":" + a.password.Reveal()))
	return integrations.Secret("Basic " + pair)
}

// take keeps the token that an answer brought in WWW-Authenticate: a credential in a
// header that is otherwise a question.
func (a *auth) take(header string) {
	scheme, value, _ := strings.Cut(header, " ")
	if value = strings.TrimSpace(value); scheme != "HSSO" || value == "" || strings.ContainsAny(value, " ,\"") {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.value, a.until = integrations.Secret(value), a.now().Add(tokenLife)
}

// drop forgets a token that was refused, unless another has come meanwhile.
func (a *auth) drop(t integrations.Secret) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.value == t {
		a.value = ""
	}
}
