package sim

import (
	"crypto/subtle"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// huaweiGateway is the API gateway in front of the Huawei Cloud services: it
// checks who calls, by signature or by token.
// Sources: API Request Signing Guide; IAM API Reference, "Authentication".
type huaweiGateway struct {
	account huaweiAccount
	now     func() time.Time
	ids     *ids

	mu      sync.Mutex
	misses  int       // wrong signatures in a row
	lockEnd time.Time // until then the access key is refused unseen
	tokens  map[string]huaweiToken
}

// huaweiAccount is all that can be signed in with: one key and one user, both
// good for one project.
type huaweiAccount struct {
	region, project string
	accessKey       string
	secretKey       string
	securityToken   string // set: the key is a temporary one and needs it
	user            IAMUser
}

type huaweiToken struct {
	user    string
	project string // empty: the token is good for a domain, not for a project
	expires time.Time
	revoked bool // it ended before its time: its user has another password, or was disabled
}

const (
	signatureLife = 15 * time.Minute
	// "More than five" wrong signatures in a row lock the key for five minutes
	// (FAQ "Common Errors Related to IAM Authentication Information").
	toleratedMisses = 5
	lockTime        = 5 * time.Minute
)

const requestID = "X-Request-Id"

// gatewayError is the gateway's own shape of an error.
func gatewayError(out http.Header, status int, code, message string) answer {
	return jsonAnswer(out, status, map[string]string{
		"error_code": code, "error_msg": message, "request_id": out.Get(requestID),
	})
}

func unauthenticated(in *arrival, why string) *answer {
	a := gatewayError(in.out, http.StatusUnauthorized, "APIGW.0301", "Incorrect IAM authentication information: "+why)
	return &a
}

func (g *huaweiGateway) admit(in *arrival) *answer {
	switch {
	case in.op == CreateToken: // brings a password instead
		return nil
	case strings.HasPrefix(in.Header.Get("Authorization"), signAlgorithm):
		return g.admitSigned(in)
	default:
		return g.admitToken(in)
	}
}

func (g *huaweiGateway) admitSigned(in *arrival) *answer {
	auth, ok := parseAuthorization(in.Header.Get("Authorization"))
	if !ok {
		return unauthenticated(in, "authorization header is malformed")
	}
	if auth.access != g.account.accessKey {
		return unauthenticated(in, "Get secretKey failed,ak:"+auth.access+",err:ak not exist")
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.now().Before(g.lockEnd) {
		return unauthenticated(in, "AK access failed to reach the limit,forbidden.")
	}
	if refusal := g.checkSignature(in, auth); refusal != nil {
		g.miss()
		return refusal
	}
	g.misses = 0
	in.who, in.project = g.account.accessKey, g.account.project
	return nil
}

// checkSignature echoes the canonical request when it refuses, as the real
// gateway does, signed headers and their values included: a caller that shows
// the body of a 401 to people gives its security token away.
func (g *huaweiGateway) checkSignature(in *arrival, auth authorization) *answer {
	if !g.fresh(in.Header.Get("X-Sdk-Date")) || !slices.Contains(auth.signed, "x-sdk-date") {
		return unauthenticated(in, "x-sdk-date is missing, unsigned or more than 15 minutes away")
	}
	canonical := canonicalRequest(in.Request, auth.signed, in.body)
	want := signatureOf(in.Request, canonical, g.account.secretKey)
	if !equal(auth.signature, want) {
		return unauthenticated(in, "verify aksk signature fail, canonicalRequest:"+canonical)
	}
	if !g.tokenFits(in.Header.Get("X-Security-Token"), auth.signed) {
		return unauthenticated(in, "verify security token fail, canonicalRequest:"+canonical)
	}
	return nil
}

func (g *huaweiGateway) fresh(date string) bool {
	at, err := time.Parse(signTime, date)
	return err == nil && g.now().Sub(at).Abs() <= signatureLife
}

// tokenFits holds a temporary key to its token: there, right and signed.
func (g *huaweiGateway) tokenFits(token string, signed []string) bool {
	if g.account.securityToken == "" {
		return token == ""
	}
	return equal(token, g.account.securityToken) && slices.Contains(signed, "x-security-token")
}

func (g *huaweiGateway) miss() {
	g.misses++
	if g.misses > toleratedMisses {
		g.misses, g.lockEnd = 0, g.now().Add(lockTime)
	}
}

func (g *huaweiGateway) admitToken(in *arrival) *answer {
	g.mu.Lock()
	defer g.mu.Unlock()
	token, known := g.tokens[in.Header.Get("X-Auth-Token")]
	if !known || token.revoked || !g.now().Before(token.expires) {
		return unauthenticated(in, "decrypt token fail")
	}
	in.who, in.project = token.user, token.project
	return nil
}

// revoke ends every token that was given until now (IAM API Reference, "Obtaining a User Token
// Through Password Authentication": what ends a token early).
func (g *huaweiGateway) revoke() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for value, t := range g.tokens {
		t.revoked = true
		g.tokens[value] = t
	}
}

// revoked says that a call brings a token that ended before its time. Services show bad tokens
// in words of their own; which of them is said of which token is not documented. It is played
// so that one that ended early meets the service's, and any other the gateway's.
func (g *huaweiGateway) revoked(in *arrival) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.tokens[in.Header.Get("X-Auth-Token")].revoked
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
