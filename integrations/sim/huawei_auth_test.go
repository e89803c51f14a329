package sim_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations/sim"
)

// show is a call that anyone may make who has signed in.
const show = instance

func TestClockSkew(t *testing.T) {
	t.Parallel()
	for skew, want := range map[time.Duration]int{
		-15*time.Minute - time.Second: 401,
		-15 * time.Minute:             200,
		0:                             200,
		15 * time.Minute:              200,
		15*time.Minute + time.Second:  401,
	} {
		t.Run(skew.String(), func(t *testing.T) {
			c := cacheProd(t)
			r := c.request(t.Context(), "GET", show, "")
			sign(r, "", c.cfg, c.clock.now().Add(skew))
			assert.Equal(t, want, c.send(r).status)
		})
	}
}

func TestRefusedSignatures(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*http.Request)
		says   string
	}{
		"nothing": {func(r *http.Request) { r.Header.Del("Authorization") }, "decrypt token fail"},
		"another key": {func(r *http.Request) {
			edit(r, "FAKEAKPLAYGROUND00", "FAKEAKOFSOMEONE000")
		}, "Get secretKey failed,ak:FAKEAKOFSOMEONE000,err:ak not exist"},
		"date not signed": {func(r *http.Request) { edit(r, "SignedHeaders=x-sdk-date", "SignedHeaders=host") }, "x-sdk-date"},
		"no date":         {func(r *http.Request) { r.Header.Del("X-Sdk-Date") }, "x-sdk-date"},
		"cut off":         {func(r *http.Request) { edit(r, ", Signature=", ", Sig") }, "malformed"},
		"a token nobody has": {func(r *http.Request) {
			r.Header.Set("X-Security-Token", "FAKE-TOKEN")
		}, "security token"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := cacheProd(t)
			r := c.request(t.Context(), "GET", show, "")
			test.change(r)
			res := c.send(r)
			assert.Equal(t, 401, res.status)
			body := res.json(t)
			assert.Equal(t, "APIGW.0301", body["error_code"])
			assert.Contains(t, body["error_msg"], test.says)
			assert.Equal(t, res.header.Get("X-Request-Id"), body["request_id"])
			assert.Empty(t, c.vendor.Calls()[0].Who, "nobody has signed in")
		})
	}
}

func edit(r *http.Request, from, to string) {
	r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), from, to, 1))
}

func TestTemporaryKey(t *testing.T) {
	t.Parallel()
	const token = "FAKE-SECURITY-TOKEN"
	temporary := func(cfg *sim.DCSConfig) { cfg.SecurityToken = token }

	t.Run("with its token", func(t *testing.T) {
		assert.Equal(t, 200, cacheProd(t, temporary).get(show).status)
	})
	t.Run("without", func(t *testing.T) {
		c := cacheProd(t, temporary)
		r := c.request(t.Context(), "GET", show, "")
		permanent := c.cfg
		permanent.SecurityToken = ""
		r.Header.Del("X-Security-Token")
		sign(r, "", permanent, c.clock.now())
		assert.Equal(t, 401, c.send(r).status)
	})
	t.Run("with its token, not signed", func(t *testing.T) {
		c := cacheProd(t, temporary)
		r := c.request(t.Context(), "GET", show, "")
		permanent := c.cfg
		permanent.SecurityToken = ""
		sign(r, "", permanent, c.clock.now())
		assert.Equal(t, 401, c.send(r).status)
	})
	t.Run("a refusal gives it away, as the real one does", func(t *testing.T) {
		c := cacheProd(t, temporary)
		r := c.request(t.Context(), "GET", show, "")
		flip(r.Header, "Authorization", 0)
		res := c.send(r)
		assert.Contains(t, res.text, token)
		assert.NotContains(t, res.text, c.cfg.SecretKey)
	})
}

func TestAKeyIsLockedAfterTooManyMisses(t *testing.T) {
	t.Parallel()
	c := cacheProd(t)
	for range 6 {
		r := c.request(t.Context(), "GET", show, "")
		flip(r.Header, "Authorization", 0)
		require.Equal(t, 401, c.send(r).status)
	}
	res := c.get(show)
	assert.Equal(t, 401, res.status, "a good signature, too late")
	assert.Contains(t, res.text, "reach the limit")

	c.clock.forward(5 * time.Minute)
	assert.Equal(t, 200, c.get(show).status)
}

func tokenBody(user, password, scope string) string {
	return fmt.Sprintf(`{"auth":{"identity":{"methods":["password"],"password":{"user":{
		"name":%q,"password":%q,"domain":{"name":"example-account"}}}},"scope":%s}}`, user, password, scope)
}

// plain sends a request without a signature.
func (c *caller) plain(method, path, body, token string) reply {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, strings.NewReader(body))
	require.NoError(c.t, err)
	r.Header.Set("Content-Type", "application/json;charset=utf8")
	r.Header.Set("X-Auth-Token", token)
	return c.send(r)
}

func TestTokens(t *testing.T) {
	t.Parallel()
	const ofTheProject, ofTheDomain = `{"project":{"name":"cn-north-4"}}`, `{"domain":{"name":"example-account"}}`
	tests := map[string]struct {
		user, password, scope string
		status                int // of asking for the token
		then                  int // of using it
	}{
		"by the region's name":  {"quell-playground", "not-a-real-password", ofTheProject, 201, 200},
		"by the project's id":   {"quell-playground", "not-a-real-password", `{"project":{"id":"0123456789abcdef0123456789abcdef"}}`, 201, 200},
		"for the domain only":   {"quell-playground", "not-a-real-password", ofTheDomain, 201, 401},
		"for another project":   {"quell-playground", "not-a-real-password", `{"project":{"name":"cn-south-1"}}`, 401, 401},
		"with a wrong password": {"quell-playground", "guess", ofTheProject, 401, 401},
		"as a stranger":         {"mallory", "not-a-real-password", ofTheProject, 401, 401},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := cacheProd(t)
			res := c.plain("POST", "/v3/auth/tokens?nocatalog=true", tokenBody(test.user, test.password, test.scope), "")
			assert.Equal(t, test.status, res.status, res.text)
			assert.Equal(t, test.then, c.plain("GET", show, "", res.header.Get("X-Subject-Token")).status)
			if res.status == 401 {
				assert.Equal(t, 401.0, res.json(t)["error"].(map[string]any)["code"], "IAM's code is a number")
			}
		})
	}
}

func TestATokenLivesADay(t *testing.T) {
	t.Parallel()
	c := cacheProd(t)
	res := c.plain("POST", "/v3/auth/tokens", tokenBody("quell-playground", "not-a-real-password", `{"project":{"name":"cn-north-4"}}`), "")
	token := res.header.Get("X-Subject-Token")
	body := res.json(t)["token"].(map[string]any)
	assert.Equal(t, "2026-01-03T03:04:05.000000Z", body["expires_at"])
	assert.Equal(t, "0123456789abcdef0123456789abcdef", body["project"].(map[string]any)["id"])

	c.clock.forward(24*time.Hour - time.Second)
	assert.Equal(t, 200, c.plain("GET", show, "", token).status)
	c.clock.forward(time.Second)
	assert.Equal(t, 401, c.plain("GET", show, "", token).status)
}

// A token may end before its time, which each service says in words of its own.
func TestATokenThatEndsEarly(t *testing.T) {
	t.Parallel()
	c := cacheProd(t)
	token := func() string {
		res := c.plain("POST", "/v3/auth/tokens", tokenBody("quell-playground", "not-a-real-password", `{"project":{"name":"cn-north-4"}}`), "")
		return res.header.Get("X-Subject-Token")
	}
	early := token()
	c.vendor.RevokeTokens()
	res := c.plain("GET", show, "", early)
	assert.Equal(t, 401, res.status)
	assert.JSONEq(t, `{"error_code": "DCS.1001", "error_msg": "Invalid token.", "error_ext_msg": null}`, res.text)
	assert.Equal(t, 200, c.plain("GET", show, "", token()).status, "a new one is another")
}

func TestTheLogHoldsNoSecret(t *testing.T) {
	t.Parallel()
	c := cacheProd(t, func(cfg *sim.DCSConfig) { cfg.SecurityToken = "FAKE-SECURITY-TOKEN" })
	res := c.plain("POST", "/v3/auth/tokens", tokenBody("quell-playground", "not-a-real-password", `{"project":{"name":"cn-north-4"}}`), "")
	c.plain("GET", show, "", res.header.Get("X-Subject-Token"))
	signed := c.request(t.Context(), "GET", show, "")
	c.send(signed)

	log := fmt.Sprintf("%+v", c.vendor.Calls())
	_, signature, _ := strings.Cut(signed.Header.Get("Authorization"), "Signature=")
	for _, secret := range []string{"not-a-real", "FAKETOKEN", "FAKE-SECURITY-TOKEN", signature} {
		assert.NotContains(t, log, secret)
	}
	assert.Contains(t, log, "Who:FAKEAKPLAYGROUND00")
	assert.Contains(t, log, "Who:quell-playground")
}
