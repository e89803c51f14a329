package hulft

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/go-resty/resty/v2"

	"quell/integrations"
)

// call is one request.
type call struct {
	op, method, path string
	query            map[string]string
	body             any // sent as JSON; nil for none
}

// read makes a call that changes nothing and decodes its answer into out. A 204 is
// documented for GET: there is nothing.
func (c *Client) read(ctx context.Context, k call, out any) (some bool, err error) {
	res, err := c.send(ctx, k, integrations.UseOf(ctx))
	if err != nil || res.StatusCode() == http.StatusNoContent {
		return false, err
	}
	if json.Unmarshal(res.Body(), out) != nil {
		return false, &integrations.Error{Kind: integrations.Garbled, Vendor: Vendor, Op: k.op, Status: res.StatusCode(), Cause: errNotDocumented}
	}
	return true, nil
}

// send makes a call, once, if the limit has room for it.
func (c *Client) send(ctx context.Context, k call, use integrations.Use) (*resty.Response, error) {
	if err := c.room(ctx, k.op, use); err != nil {
		return nil, err
	}
	key := c.cfg.ReadKey
	if use == integrations.Act {
		key = c.cfg.APIKey
	}
	req := c.http.R().SetContext(ctx).SetQueryParams(k.query).
		SetHeader("Authorization", "Bearer "+key.Reveal()).
		SetHeader("Accept", "application/json")
	if k.body != nil {
		body, err := json.Marshal(k.body)
		if err != nil {
			return nil, fmt.Errorf("encoding the body of %s: %w", k.op, err)
		}
		req.SetHeader("Content-Type", "application/json").SetBody(body)
	}
	res, err := req.Execute(k.method, c.cfg.Endpoint+k.path)
	if err != nil {
		failure := integrations.Failure(Vendor, k.op, err)
		if res != nil {
			failure.Status = res.StatusCode()
		}
		return nil, failure
	}
	if s := res.StatusCode(); s != http.StatusOK && s != http.StatusCreated && s != http.StatusNoContent {
		return nil, c.refusal(ctx, k.op, res)
	}
	return res, nil
}

var errNotDocumented = errors.New("the answer is not what the documents describe")

// said is the error body (ErrResp). Of its codes one is published.
type said struct {
	Code    text `json:"code"`
	Message text `json:"message"`
}

var oneWord = regexp.MustCompile(`^[A-Za-z0-9._-]{1,40}$`)

// refusal is the Error for an answer that is no success.
func (c *Client) refusal(ctx context.Context, op string, res *resty.Response) *integrations.Error {
	var s said
	_ = json.Unmarshal(res.Body(), &s)
	e := &integrations.Error{
		Vendor: Vendor, Op: op, Status: res.StatusCode(),
		Kind: integrations.KindOfStatus(res.StatusCode(), s.Code != ""),
	}
	if code := string(s.Code); oneWord.MatchString(code) && !c.holds(code) {
		e.Code = code
	}
	if m := string(s.Message); m != "" && !c.holds(m) {
		e.Cause = errors.New(integrations.Clean(m, 160))
	}
	switch e.Kind {
	case integrations.Unauthenticated:
		e.Hint = "hulft.unauthenticated"
	case integrations.Forbidden:
		e.Hint = "hulft.no-permission"
	case integrations.NotFound:
		e.Hint = "hulft.not-found"
	case integrations.Throttled:
		e.Hint, e.RetryAfter = "hulft.banned", c.banned(ctx, res.Header())
	}
	return e
}

// holds says whether text has a key in it, or a telling part of one.
func (c *Client) holds(text string) bool {
	const enough = 12
	for _, s := range []string{c.cfg.APIKey.Reveal(), c.cfg.ReadKey.Reveal()} {
		if strings.Contains(text, s[:min(enough, len(s))]) {
			return true
		}
	}
	return false
}

// asTime reads a moment in the forms that the vendor may use. It has no zone where
// the form has none; then it is the one that was asked for.
func asTime(value string, zone *time.Location) (time.Time, bool) {
	for _, form := range []string{time.RFC3339, http.TimeFormat, "2006-01-02 15:04:05.999", "2006/01/02 15:04:05.999", "2006-01-02T15:04:05.999"} {
		if at, err := time.ParseInLocation(form, value, zone); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}
