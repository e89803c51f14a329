package vendortest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/go-resty/resty/v2"
	"github.com/stretchr/testify/require"

	"quell/integrations"
)

const toyKey = "fake-toy-key-for-tests"

func refusal(_ int, message string) string { return fmt.Sprintf(`{"code":"TOY.1","text":%q}`, message) }

// polite is a client as it should be, as small as can be.
func polite(url string, opts integrations.ClientOptions) (Calls, error) {
	client := integrations.NewClient(opts)
	call := func(method, path string) func(context.Context) error {
		return func(ctx context.Context) error {
			req := client.R().SetContext(ctx).SetHeader("Authorization", "Bearer "+toyKey)
			res, err := req.Execute(method, url+path)
			if err != nil {
				return integrations.Failure("toy", path, err)
			}
			return judge(path, res)
		}
	}
	return Calls{Read: call(http.MethodGet, "/things"), Write: call(http.MethodPost, "/end")}, nil
}

func judge(op string, res *resty.Response) error {
	documented := strings.Contains(res.String(), "TOY.")
	return &integrations.Error{
		Vendor: "toy", Op: op, Status: res.StatusCode(), Kind: integrations.KindOfStatus(res.StatusCode(), documented),
	}
}

func TestAPoliteClientPasses(t *testing.T) {
	RunHTTP(t, HTTP{Connect: polite, Secrets: []string{toyKey}, Refusal: refusal})
}

// careless is a client on bare net/http, with one bad habit.
type careless struct {
	follows bool                                           // redirects
	replays bool                                           // lets net/http send a write again
	retries bool                                           // sends again itself what failed, a write too
	forgets bool                                           // the context
	judge   func(status int, body string, err error) error // what it makes of an answer
}

func (c careless) connect(url string, _ integrations.ClientOptions) (Calls, error) {
	client := &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()}
	if !c.follows {
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	call := func(method, path string) func(context.Context) error {
		return func(ctx context.Context) error {
			status, body, err := c.send(ctx, client, method, url+path)
			if c.retries && status >= 500 {
				status, body, err = c.send(ctx, client, method, url+path)
			}
			return c.judge(status, body, err)
		}
	}
	return Calls{Read: call(http.MethodGet, "/things"), Write: call(http.MethodPost, "/end")}, nil
}

func (c careless) send(ctx context.Context, client *http.Client, method, url string) (int, string, error) {
	if c.forgets {
		ctx = context.Background()
	}
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader([]byte("{}")))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Authorization", "Bearer "+toyKey)
	if c.replays {
		req.Header.Set("Idempotency-Key", "1")
	}
	res, err := client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return res.StatusCode, string(body), err
}

// fair judges an answer as polite does.
func fair(status int, body string, err error) error {
	if err != nil {
		return &integrations.Error{Kind: integrations.NoAnswer}
	}
	return &integrations.Error{Status: status, Kind: integrations.KindOfStatus(status, strings.Contains(body, "TOY."))}
}

func TestACarelessClientIsCaught(t *testing.T) {
	tests := []struct {
		check  string
		client careless
		says   string
	}{
		{"redirected with 307", careless{follows: true, judge: fair}, "was followed: GET /elsewhere"},
		{"a connection that dies under a write", careless{replays: true, judge: fair}, "sent 2 times"},
		{"refused with 503", careless{retries: true, judge: fair}, "the write was sent 2 times"},
		{"a read that meets what may pass: 500", careless{judge: fair}, "kind \"unavailable\""},
		{"a read that meets what may pass: torn, with 200", careless{judge: fair}, "kind \"no-answer\""},
		{"a read that meets what may pass: a page with 503", careless{retries: true, judge: fair}, "the two tries are not on the tape"},
		{"a read that meets what stays: 503, and when to come back", careless{retries: true, judge: fair}, "the read was sent 2 times"},
		{"a read over a kept connection that dies", careless{judge: fair}, "0 tries are on the tape"},
		{"a server that never answers, a caller with a deadline", careless{forgets: true, judge: fair}, "not over"},
		{"a server that never answers, a caller without", careless{forgets: true, judge: fair}, "not over"},
		{"an answer that drips", careless{forgets: true, judge: fair}, "not over"},
		{"cancelled before the call", careless{judge: fair}, `want "not-sent"`},
		{"nobody listens", careless{judge: fair}, `want "not-sent"`},
		{"a certificate of an unknown authority", careless{judge: fair}, `want "not-sent"`},
		{"the tape", careless{judge: fair}, "was sent and is not on the tape"},
		{"huge, with 200", careless{judge: believe}, "kind"},
		{"garbage in place of an answer", careless{judge: believe}, "kind"},
		{"a page with 404", careless{judge: trustTheStatus}, `kind "not-found"`},
		{"hung up", careless{judge: nothingSent}, `kind "not-sent"`},
		{"torn, with 200", careless{judge: nothingSent}, `kind "not-sent"`},
		{"refused with 403", careless{judge: blur}, `kind "invalid"`},
		{"a server that repeats what it was sent, with 401", careless{judge: quoteAll}, "secret 0"},
	}
	for _, tt := range tests {
		t.Run(tt.check, func(t *testing.T) {
			v := HTTP{Connect: tt.client.connect, Secrets: []string{toyKey}, Refusal: refusal}
			require.ErrorContains(t, v.fails(t, tt.check), tt.says)
		})
	}
}

// A polite client that puts its key where a tape keeps it.
func TestASecretOnTheTapeIsCaught(t *testing.T) {
	for name, put := range map[string]func(*resty.Request){
		"in the query": func(r *resty.Request) { r.SetQueryParam("key", toyKey) },
		"in the body":  func(r *resty.Request) { r.SetBody([]byte(toyKey)) },
	} {
		t.Run(name, func(t *testing.T) {
			connect := func(url string, opts integrations.ClientOptions) (Calls, error) {
				client := integrations.NewClient(opts)
				post := func(ctx context.Context) error {
					req := client.R().SetContext(ctx)
					put(req)
					_, err := req.Post(url)
					return err
				}
				return Calls{Read: post, Write: post}, nil
			}
			v := HTTP{Connect: connect, Secrets: []string{toyKey}, Refusal: refusal}
			require.ErrorContains(t, v.fails(t, "the tape"), "tape: secret 0")
		})
	}
}

func believe(status int, body string, err error) error {
	if err == nil && status == http.StatusOK {
		return nil
	}
	return fair(status, body, err)
}

func trustTheStatus(status int, _ string, err error) error { return fair(status, "TOY.", err) }

func nothingSent(status int, body string, err error) error {
	if err != nil {
		return &integrations.Error{Kind: integrations.NotSent}
	}
	return fair(status, body, err)
}

func blur(int, string, error) error { return &integrations.Error{Kind: integrations.Invalid} }

func quoteAll(_ int, body string, _ error) error {
	return &integrations.Error{Kind: integrations.Unauthenticated, Cause: errors.New(body)}
}

// fails is what the check of that name finds.
func (v HTTP) fails(t *testing.T, name string) error {
	for _, c := range httpChecks() {
		if c.name == name {
			return c.run(v)
		}
	}
	return v.vendor().fails(t, name)
}

func TestCaptureSeesStandardError(t *testing.T) {
	printed := capture(t)
	_, err := fmt.Fprint(os.Stderr, "a line")
	require.NoError(t, err)
	require.Equal(t, "a line", printed())
}
