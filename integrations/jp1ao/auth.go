package jp1ao

import (
	"context"
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"quell/integrations"
)

// A token is good for 1,000 s from its issue (AOCR0042). It is used for less, since
// it travels and waits. From half of its life on a read brings another one, so that the call
// which follows a look never needs to.
const (
	tokenLife  = 900 * time.Second
	tokenFresh = 500 * time.Second
)

// refusedPause follows a refused password, so that we do not lock the user out by
// repeating it.
const refusedPause = time.Minute

// auth proves who calls: by a token, or by name and password where there is none.
// It may be used by many at once.
type auth struct {
	user     string
	password integrations.Secret
	now      func() time.Time
	turn     chan struct{} // full while a read goes with the password

	mu    sync.Mutex
	value integrations.Secret
	from  time.Time // when it was issued, at the latest
	rest  time.Time // the password is not tried before
	// On one task's paths a 401 may be a missing permission (AOCR0057), which says nothing of the
	// login. There another proof is tried in place of a token that was refused, and both stay good
	// for all other paths.
	doubted  integrations.Secret // the token that was refused on a task's paths
	taskRest time.Time           // the password is not tried before by a read of a task's paths
}

func newAuth(cfg Config, now func() time.Time) *auth {
	return &auth{user: cfg.User, password: cfg.Password, now: now, turn: make(chan struct{}, 1)}
}

// token is one that serves; "" for none.
func (a *auth) token() integrations.Secret { return a.youngerThan(tokenLife) }

func (a *auth) youngerThan(age time.Duration) integrations.Secret {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.now().Before(a.from.Add(age)) {
		return ""
	}
	return a.value
}

// serving is the token that serves on those paths; "" for none.
func (a *auth) serving(p paths) integrations.Secret {
	t := a.token()
	a.mu.Lock()
	defer a.mu.Unlock()
	if p == ofTask && t == a.doubted {
		return ""
	}
	return t
}

// proof is the value of Authorization for a call, and for the read of its template.
func (a *auth) proof(p paths) integrations.Secret {
	if t := a.serving(p); t != "" {
		return "HSSO " + t
	}
	return a.byPassword()
}

// readProof is the value of Authorization for a read. A token past half of its life serves on
// while the password rests.
func (a *auth) readProof(p paths) integrations.Secret {
	if t := a.serving(p); t != "" && (a.youngerThan(tokenFresh) != "" || a.restLeft(p) > 0) {
		return "HSSO " + t
	}
	return a.byPassword()
}

func (a *auth) byPassword() integrations.Secret {
	pair := base64.StdEncoding.EncodeToString([]byte(a.user + ":" + a.password.Reveal()))
	return integrations.Secret("Basic " + pair)
}

func isPassword(proof integrations.Secret) bool { return strings.HasPrefix(proof.Reveal(), "Basic ") }

// inTurn is the proof for a read, and what to call once its outcome is noted. Without a
// token the reads go one after the other, for as long as ctx lasts: the first one's token,
// or the refusal of its password, serves the others. All at once they would lock the
// account with a wrong password.
func (a *auth) inTurn(ctx context.Context, p paths) (proof integrations.Secret, done func(), err error) {
	if proof = a.readProof(p); !isPassword(proof) {
		return proof, func() {}, nil
	}
	select {
	case a.turn <- struct{}{}:
	case <-ctx.Done():
		return "", nil, ctx.Err()
	}
	if proof = a.readProof(p); isPassword(proof) {
		return proof, func() { <-a.turn }, nil
	}
	<-a.turn // all who waited go at once
	return proof, func() {}, nil
}

// take keeps the token that an answer brought in WWW-Authenticate: a credential in a
// header that is otherwise a question. One that comes again is as old as it is.
func (a *auth) take(header string) {
	scheme, value, _ := strings.Cut(header, " ")
	if value = strings.TrimSpace(value); scheme != "HSSO" || value == "" || strings.ContainsAny(value, " ,\"") {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	t := integrations.Secret(value)
	if t != a.value {
		a.value, a.from = t, a.now()
	}
	if t == a.doubted {
		a.doubted = ""
	}
}

// refused notes that a proof was not taken: a token is forgotten, unless another has
// come meanwhile, and a password rests. On a task's paths either is so for them alone, the
// password as long as there is a token: it may be the permission that is missing.
func (a *auth) refused(proof integrations.Secret, p paths) {
	token := a.token()
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case proof == "HSSO "+a.value && p == ofTask:
		a.doubted = a.value
	case proof == "HSSO "+a.value:
		a.value = ""
	case isPassword(proof) && p == ofTask && token != "":
		a.taskRest = a.now().Add(refusedPause)
	case isPassword(proof):
		a.rest = a.now().Add(refusedPause)
	}
}

// resting is how long the password is not to be tried; 0 where there is a token.
func (a *auth) resting(p paths) time.Duration {
	if a.serving(p) != "" {
		return 0
	}
	return a.restLeft(p)
}

func (a *auth) restLeft(p paths) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	left := a.rest.Sub(a.now())
	if p == ofTask {
		left = max(left, a.taskRest.Sub(a.now()))
	}
	return max(0, left)
}

// secrets are what no answer may show: the password, the token that is held, and those that the
// headers of an answer bring.
func (a *auth) secrets(h http.Header) []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := []string{a.password.Reveal(), a.byPassword().Reveal(), a.value.Reveal()}
	for _, header := range h.Values("WWW-Authenticate") {
		for _, m := range tokenIn.FindAllStringSubmatch(header, -1) {
			all = append(all, m[1])
		}
	}
	return all
}

// tokenIn reads every token of a header, also one that take leaves alone.
var tokenIn = regexp.MustCompile(`(?i)\bHSSO[ \t]+"?([^ \t,"]+)`)

// mayRetry says whether a read may be tried once more. A password is not repeated where
// no answer came, for that may have been its refusal, nor while it rests.
func (a *auth) mayRetry(why integrations.Kind, p paths) bool {
	return !isPassword(a.readProof(p)) || why != integrations.NoAnswer && a.resting(p) == 0
}
