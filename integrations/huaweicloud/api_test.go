package huaweicloud_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/huaweicloud"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// cloud plays IAM and one service. Tokens are t1, t2, …; a call succeeds with
// one that is in good.
type cloud struct {
	*httptest.Server
	t *testing.T

	mu     sync.Mutex
	now    time.Time
	logins int
	calls  []string // method and token
	bodies []string // of logins
	good   map[string]bool
	refuse http.HandlerFunc // in place of a login's success
	hold   chan struct{}    // if set, logins wait for it
	ahead  time.Duration    // of IAM's clock
}

func newCloud(t *testing.T) *cloud {
	c := &cloud{t: t, now: start, good: map[string]bool{"t1": true}}
	c.Server = httptest.NewServer(c)
	t.Cleanup(c.Close)
	return c
}

func (c *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/v3/auth/tokens" {
		c.serveLogin(w, r)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	token := r.Header.Get("X-Auth-Token")
	c.calls = append(c.calls, r.Method+" "+token)
	w.Header().Set("Date", c.now.Format(http.TimeFormat))
	if !c.good[token] {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information"}`)
		return
	}
	_, _ = io.WriteString(w, `{"ok":true}`)
}

func (c *cloud) serveLogin(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	assert.NoError(c.t, err)
	assert.Equal(c.t, "nocatalog=true", r.URL.RawQuery)
	assert.Equal(c.t, "application/json;charset=utf8", r.Header.Get("Content-Type"))
	c.mu.Lock()
	hold := c.hold
	c.mu.Unlock()
	if hold != nil {
		<-hold
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.logins++
	c.bodies = append(c.bodies, string(body))
	if c.refuse != nil {
		c.refuse(w, r)
		return
	}
	w.Header().Set("X-Subject-Token", fmt.Sprintf("t%d", c.logins))
	w.WriteHeader(http.StatusCreated)
	const stamp = "2006-01-02T15:04:05.000000Z"
	issued := c.now.Add(c.ahead)
	_, _ = fmt.Fprintf(w, `{"token":{"issued_at":%q,"expires_at":%q,"catalog":[]}}`, issued.Format(stamp), issued.Add(24*time.Hour).Format(stamp))
}

func (c *cloud) clock() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// set changes the cloud while a test goes on.
func (c *cloud) set(change func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change()
}

func (c *cloud) api(credentials huaweicloud.Credentials) *huaweicloud.API {
	return huaweicloud.New(huaweicloud.Config{
		Vendor: "toy", Endpoint: c.URL, IAMEndpoint: c.URL, ProjectID: "p1", Credentials: credentials}, integrations.NewClient(integrations.ClientOptions{}), c.clock)
}

var user = huaweicloud.Credentials{User: "quell", Password: "fake-password", Domain: "acme"}

func read(ctx context.Context, api *huaweicloud.API) error {
	var out struct{ OK bool }
	return api.Read(ctx, huaweicloud.Call{Op: "Show", Method: "GET", Path: "/show", Success: []int{200}}, &out)
}

func write(ctx context.Context, api *huaweicloud.API) error {
	_, err := api.Write(ctx, huaweicloud.Call{Op: "End", Method: "POST", Path: "/end", Success: []int{200}}, nil)
	return err
}

// A read tells how far the service's clock may be from ours, by its own answer.
func TestAReadTellsOfTheClocks(t *testing.T) {
	c := newCloud(t)
	ours := func() time.Time { return start.Add(90 * time.Second) }
	api := huaweicloud.New(huaweicloud.Config{Vendor: "toy", Endpoint: c.URL, IAMEndpoint: c.URL, ProjectID: "p1", Credentials: user},
		integrations.NewClient(integrations.ClientOptions{}), ours)
	var out struct{ OK bool }
	call := huaweicloud.Call{Op: "Show", Method: "GET", Path: "/show", Success: []int{200}}
	apart, known, err := api.ReadDated(t.Context(), call, &out)
	require.NoError(t, err)
	require.True(t, known)
	require.Equal(t, 90*time.Second, apart)
	c.set(func() { c.good["t1"] = false })
	_, known, err = api.ReadDated(t.Context(), call, &out)
	require.Equal(t, integrations.Unauthenticated, integrations.KindOf(err))
	require.False(t, known)
}

func TestLoginBody(t *testing.T) {
	tests := []struct {
		project string
		scope   string
	}{
		{"", `{"project":{"id":"p1"}}`},
		{"cn-north-4", `{"project":{"name":"cn-north-4"}}`},
	}
	for _, tt := range tests {
		t.Run(tt.scope, func(t *testing.T) {
			c := newCloud(t)
			credentials := user
			credentials.Project = tt.project
			require.NoError(t, read(t.Context(), c.api(credentials)))
			require.JSONEq(t, `{"auth":{"identity":{"methods":["password"],"password":{"user":
				{"name":"quell","password":"fake-password","domain":{"name":"acme"}}}},"scope":`+tt.scope+`}}`, c.bodies[0])
		})
	}
}

func TestATokenIsKeptAndRenewedInTime(t *testing.T) {
	tests := []struct {
		after  time.Duration
		logins int
	}{
		{0, 1},
		{12*time.Hour - time.Second, 1},
		{12 * time.Hour, 2},
		{25 * time.Hour, 2},
	}
	for _, tt := range tests {
		t.Run(tt.after.String(), func(t *testing.T) {
			c := newCloud(t)
			c.good["t2"] = true
			api := c.api(user)
			require.NoError(t, read(t.Context(), api))
			c.set(func() { c.now = c.now.Add(tt.after) })
			require.NoError(t, read(t.Context(), api))
			require.NoError(t, write(t.Context(), api), "the read has left a token for the write")
			require.Equal(t, tt.logins, c.logins)
		})
	}
}

// Half of a token's life may end between a look and its call: the call brings the token of the
// look, and the next look renews it.
func TestAWriteBringsTheTokenOfItsRead(t *testing.T) {
	c := newCloud(t)
	c.good["t2"] = true
	api := c.api(user)
	require.NoError(t, read(t.Context(), api))
	c.set(func() { c.now = c.now.Add(13 * time.Hour) })
	require.NoError(t, write(t.Context(), api))
	require.NoError(t, read(t.Context(), api))
	require.NoError(t, write(t.Context(), api))
	require.Equal(t, []string{"GET t1", "POST t1", "GET t2", "POST t2"}, c.calls)
}

// A token's times are by IAM's clock, which may be another than ours: only its life is used.
func TestATokenLivesAsLongByAnyClock(t *testing.T) {
	for _, ahead := range []time.Duration{-20 * time.Minute, -time.Second, time.Second, 20 * time.Minute, 13 * time.Hour} {
		t.Run(ahead.String(), func(t *testing.T) {
			c := newCloud(t)
			c.good["t2"], c.ahead = true, ahead
			api := c.api(user)
			for _, turn := range []time.Duration{0, 12*time.Hour - time.Second, time.Second} {
				c.set(func() { c.now = c.now.Add(turn) })
				require.NoError(t, read(t.Context(), api))
			}
			require.Equal(t, []string{"GET t1", "GET t1", "GET t2"}, c.calls)
		})
	}
}

// While IAM is down a token past half of its life serves, and IAM is asked again once a minute.
func TestIAMIsNotAskedAllTheTime(t *testing.T) {
	c := newCloud(t)
	c.good["t4"] = true
	api := c.api(user)
	require.NoError(t, read(t.Context(), api))
	c.set(func() {
		c.now = c.now.Add(13 * time.Hour)
		c.refuse = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }
	})
	for range 5 {
		require.NoError(t, read(t.Context(), api))
	}
	require.Equal(t, 2, c.logins)
	c.set(func() { c.now = c.now.Add(time.Minute) })
	require.NoError(t, read(t.Context(), api))
	c.set(func() { c.now, c.refuse = c.now.Add(time.Minute), nil })
	require.NoError(t, read(t.Context(), api))
	require.Equal(t, 4, c.logins)
	require.Equal(t, "GET t4", c.calls[len(c.calls)-1])
}

func TestAnOldTokenServesWhileIAMIsDown(t *testing.T) {
	c := newCloud(t)
	api := c.api(user)
	require.NoError(t, read(t.Context(), api))
	c.set(func() {
		c.now = c.now.Add(23*time.Hour + 45*time.Minute)
		c.refuse = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }
	})
	require.NoError(t, read(t.Context(), api))

	c.set(func() { c.now = c.now.Add(15 * time.Minute) })
	err := write(t.Context(), api)
	require.Equal(t, integrations.NotSent, integrations.KindOf(err), "the login failed at an unknown point, the write never left")
	require.Equal(t, []string{"GET t1", "GET t1"}, c.calls)
}

func TestARefusedTokenIsReplacedByAReadOnly(t *testing.T) {
	c := newCloud(t)
	api := c.api(user)
	require.NoError(t, read(t.Context(), api))
	c.set(func() { c.good = map[string]bool{"t2": true}; c.calls = nil })

	err := write(t.Context(), api)
	require.Equal(t, integrations.Unauthenticated, integrations.KindOf(err))
	require.Equal(t, []string{"POST t1"}, c.calls)

	require.NoError(t, read(t.Context(), api))
	require.NoError(t, write(t.Context(), api))
	require.Equal(t, []string{"POST t1", "GET t1", "GET t2", "POST t2"}, c.calls)

	c.set(func() { c.now = c.now.Add(time.Minute); c.good = nil; c.calls = nil })
	require.Equal(t, integrations.Unauthenticated, integrations.KindOf(read(t.Context(), api)))
	require.Equal(t, []string{"GET t2", "GET t3"}, c.calls, "once, not for ever")
}

// The refusals of a token that the documents know, and those that are of a permission: a read
// gets a new token for the first, and a write for neither.
func TestWhatMeansABadToken(t *testing.T) {
	const fabric = `{"error":{"code":"403","message":"X-Auth-Token is invalid in the request","title":"Forbidden"},"error_code":403,"error_msg":"X-Auth-Token is invalid in the request","title":"Forbidden"}`
	for name, tt := range map[string]struct {
		status int
		body   string
		kind   integrations.Kind
	}{
		"the gateway":                 {401, `{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information: decrypt token fail"}`, integrations.Unauthenticated},
		"Fabric, 401":                 {401, `{"error_code":"APIG.1002","error_msg":"Incorrect token or token resolution failed"}`, integrations.Unauthenticated},
		"Fabric, 403":                 {403, fabric, integrations.Unauthenticated},
		"Fabric, the inner half":      {403, `{"error":{"code":"403","message":"X-Auth-Token is invalid in the request","title":"Forbidden"}}`, integrations.Unauthenticated},
		"DCS":                         {401, `{"error_code":"DCS.1001","error_msg":"Invalid token."}`, integrations.Unauthenticated},
		"a token to be updated":       {403, `{"error_code":"403","error_msg":"The token must be updated"}`, integrations.Unauthenticated},
		"a permission":                {403, `{"error_code":403,"error_msg":"Forbidden"}`, integrations.Forbidden},
		"a permission, another code":  {403, `{"error_code":"DCS.2007","error_msg":"Policy does not allow X-Auth-Token is invalid in the request to be performed"}`, integrations.Forbidden},
		"a page of somebody's, a 403": {403, `<html>X-Auth-Token is invalid in the request</html>`, integrations.Garbled},
	} {
		t.Run(name, func(t *testing.T) {
			var asked []string
			iam := newCloud(t)
			service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked = append(asked, r.Method+" "+r.Header.Get("X-Auth-Token"))
				if r.Header.Get("X-Auth-Token") == "t1" {
					w.WriteHeader(tt.status)
					_, _ = io.WriteString(w, tt.body)
				}
			}))
			t.Cleanup(service.Close)
			api := huaweicloud.New(huaweicloud.Config{
				Vendor: "toy", Endpoint: service.URL, IAMEndpoint: iam.URL, ProjectID: "p1", Credentials: user,
			}, integrations.NewClient(integrations.ClientOptions{Pause: time.Millisecond}), iam.clock)
			call := huaweicloud.Call{Op: "Do", Method: http.MethodDelete, Path: "/x", Success: []int{200}}
			_, err := api.Write(t.Context(), call, nil)
			require.Equal(t, tt.kind, integrations.KindOf(err), "a write's refusal is final")
			call.Method = http.MethodGet
			err = api.Read(t.Context(), call, nil)
			if tt.kind != integrations.Unauthenticated {
				require.Equal(t, tt.kind, integrations.KindOf(err))
				require.Equal(t, []string{"DELETE t1", "GET t1"}, asked)
				return
			}
			require.NoError(t, err)
			require.Equal(t, []string{"DELETE t1", "GET t1", "GET t2"}, asked)
		})
	}
}

// A service that refuses every token is asked with a new one once a minute, and no more often:
// each is a login.
func TestATokenIsReplacedOnceAMinute(t *testing.T) {
	c := newCloud(t)
	c.good = nil
	api := c.api(user)
	for range 5 {
		require.Equal(t, integrations.Unauthenticated, integrations.KindOf(read(t.Context(), api)))
	}
	require.Equal(t, []string{"GET t1", "GET t2", "GET t2", "GET t2", "GET t2", "GET t2"}, c.calls)
	c.set(func() { c.now = c.now.Add(time.Minute); c.good = map[string]bool{"t3": true} })
	require.NoError(t, read(t.Context(), api))
	require.Equal(t, 3, c.logins)
}

// A login is sent once, whatever it meets: repeated, a wrong password locks the user out.
func TestALoginIsNotTriedAgain(t *testing.T) {
	for name, met := range map[string]http.HandlerFunc{
		"503":     func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) },
		"hung up": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			c := newCloud(t)
			c.refuse = met
			require.Equal(t, integrations.NotSent, integrations.KindOf(read(t.Context(), c.api(user))))
			c.set(func() { require.Equal(t, 1, c.logins); require.Empty(t, c.calls) })
		})
	}
}

// A read by POST is tried once more, and a new token is no reason for a third try.
func TestAReadIsTriedOnceMoreInAll(t *testing.T) {
	for name, c := range map[string]struct {
		meets []int
		kind  integrations.Kind
	}{
		"it passes":              {[]int{503, 200}, ""},
		"it stays":               {[]int{503, 503}, integrations.Unavailable},
		"then the token is old":  {[]int{503, 401, 200}, ""},
		"both, and then no more": {[]int{503, 401, 503}, integrations.Unavailable},
		"the token first":        {[]int{401, 503, 200}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			came := 0
			iam := newCloud(t)
			service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				came++
				if assert.LessOrEqual(t, came, len(c.meets)) {
					w.WriteHeader(c.meets[came-1])
				}
				_, _ = io.WriteString(w, `{}`)
			}))
			t.Cleanup(service.Close)
			api := huaweicloud.New(huaweicloud.Config{
				Vendor: "toy", Endpoint: service.URL, IAMEndpoint: iam.URL, ProjectID: "p1", Credentials: user,
			}, integrations.NewClient(integrations.ClientOptions{Pause: time.Millisecond}), time.Now)
			err := api.Read(t.Context(), huaweicloud.Call{Op: "Scan", Method: "POST", Path: "/scan", Body: "{}", Success: []int{200}}, nil)
			require.Equal(t, c.kind, integrations.KindOf(err))
			require.Equal(t, len(c.meets), came)
		})
	}
}

func TestManyCallersLogInOnce(t *testing.T) {
	c := newCloud(t)
	c.good["t2"] = true
	c.hold = make(chan struct{})
	api := c.api(user)
	impatient, cancel := context.WithCancel(t.Context())
	errs := make(chan error, 10)
	for i := range 10 {
		ctx := t.Context()
		if i == 0 {
			ctx = impatient
		}
		go func() { errs <- read(ctx, api) }()
	}
	cancel()
	require.Error(t, <-errs, "only the cancelled one can be through")
	close(c.hold)
	for range 9 {
		require.NoError(t, <-errs)
	}
	c.set(func() {
		require.Len(t, c.calls, 9)
		require.LessOrEqual(t, c.logins, 2, "at most the one that was cancelled besides")
	})
}

func TestARefusedLogin(t *testing.T) {
	tests := []struct {
		status int
		body   string
		kind   integrations.Kind
		hint   string
		logins int // after two reads
	}{
		{401, `{"error":{"code":401,"message":"The username or password is wrong.","title":"Unauthorized"}}`, integrations.Unauthenticated, "huaweicloud.login-refused", 1},
		{403, `{"error":{"code":403,"message":"no","title":"Forbidden"}}`, integrations.Unauthenticated, "huaweicloud.login-refused", 1},
		{404, `{"error":{"code":404,"message":"no project","title":"Not Found"}}`, integrations.Unauthenticated, "huaweicloud.login-refused", 1},
		{429, ``, integrations.Throttled, "", 2},
		{500, ``, integrations.NotSent, "", 2},
		{201, `{"token":{}}`, integrations.NotSent, "", 2},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.status), func(t *testing.T) {
			c := newCloud(t)
			c.refuse = func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.body)
			}
			api := c.api(user)
			for _, err := range []error{read(t.Context(), api), write(t.Context(), api)} {
				var failure *integrations.Error
				require.ErrorAs(t, err, &failure)
				assert.Equal(t, tt.kind, failure.Kind)
				assert.Equal(t, tt.hint, failure.Hint)
				assert.Equal(t, integrations.NothingDone, failure.Effect())
			}
			assert.Equal(t, tt.logins, c.logins)
			assert.Empty(t, c.calls)

			c.set(func() { c.now, c.refuse, c.logins = c.now.Add(2*time.Minute), nil, 0 })
			assert.NoError(t, read(t.Context(), api), "a refusal is not for ever")
		})
	}
}

// A tape keeps queries and bodies: credentials must be in headers, and where they
// are not, the call says so.
func TestNoCredentialIsOnTheTape(t *testing.T) {
	temporary := huaweicloud.Credentials{AccessKey: "FAKEAK", SecretKey: "fake-key", SecurityToken: "fake-token"}
	asked := integrations.Exchange{Operation: "POST /end?node_id=n1", Sent: `{"node_id":"n1"}`, Answer: "200", Change: true}
	tests := []struct {
		name        string
		credentials huaweicloud.Credentials
		tape        []integrations.Exchange
	}{
		{"temporary keys", temporary, []integrations.Exchange{asked}},
		{"password", user, []integrations.Exchange{{Operation: "POST /v3/auth/tokens", Answer: "201"}, asked}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCloud(t)
			c.good[""] = true // keys bring no token
			ctx, tape := integrations.WithTape(t.Context())
			_, err := c.api(tt.credentials).Write(ctx, huaweicloud.Call{
				Op: "End", Method: "POST", Path: "/end", Success: []int{200},
				Query: map[string]string{"node_id": "n1"}, Body: map[string]string{"node_id": "n1"},
			}, nil)
			require.NoError(t, err)
			got := tape.Take()
			for i := range got {
				got[i].At, got[i].Host, got[i].Millis = time.Time{}, "", 0
			}
			require.Equal(t, tt.tape, got)
		})
	}
}

func TestTwoTargetsShareAClientButNotCredentials(t *testing.T) {
	var mu sync.Mutex
	var seen []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		access, _, _ := strings.Cut(r.Header.Get("Authorization"), ",")
		seen = append(seen, access)
		_, _ = io.WriteString(w, "{}")
	}))
	t.Cleanup(s.Close)
	client := integrations.NewClient(integrations.ClientOptions{})
	target := func(ak string) *huaweicloud.API {
		return huaweicloud.New(huaweicloud.Config{Endpoint: s.URL, Credentials: huaweicloud.Credentials{AccessKey: ak, SecretKey: "fake"}}, client, time.Now)
	}
	one, two := target("FAKEAK1"), target("FAKEAK2")
	require.NoError(t, read(t.Context(), one))
	require.NoError(t, read(t.Context(), two))
	require.NoError(t, read(t.Context(), one))
	require.Equal(t, []string{"SDK-HMAC-SHA256 Access=FAKEAK1", "SDK-HMAC-SHA256 Access=FAKEAK2", "SDK-HMAC-SHA256 Access=FAKEAK1"}, seen)
}
