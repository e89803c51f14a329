package hulft

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"strings"

	"github.com/go-resty/resty/v2"

	"quell/integrations"
)

var errNotDocumented = errors.New("the answer is not what the documents describe")

// said is the error body (ErrResp): two strings. Gateways have a "code" too, but as a
// number, and that is not the vendor's word.
type said struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// saidIn is what the vendor said in body, or nothing if that is not the vendor's.
func saidIn(body []byte) said {
	var s said
	if json.Unmarshal(body, &s) != nil || s.Code == "" || s.Message == "" {
		return said{}
	}
	return s
}

var oneWord = regexp.MustCompile(`^[A-Za-z0-9._-]{1,40}$`)

// refusal is the Error for an answer that is no success. One code is published, for
// something else, so the status alone tells the kind.
func (c *Client) refusal(ctx context.Context, op string, res *resty.Response) *integrations.Error {
	s := saidIn(res.Body())
	e := &integrations.Error{
		Vendor: Vendor, Op: op, Status: res.StatusCode(),
		Kind: integrations.KindOfStatus(res.StatusCode(), s.Code != ""), RetryAfter: integrations.RetryAfter(res.Header(), c.now()),
	}
	if oneWord.MatchString(s.Code) && !c.holds(s.Code) {
		e.Code = s.Code
	}
	if s.Message != "" && e.Kind != integrations.Unauthenticated && !c.holds(s.Message) {
		e.Cause = errors.New(integrations.Clean(s.Message, 160))
	}
	switch e.Kind {
	case integrations.Unauthenticated:
		e.Hint = "hulft.unauthenticated"
	case integrations.Forbidden:
		e.Hint = "hulft.no-permission"
	case integrations.NotFound:
		e.Hint = "hulft.not-found"
	case integrations.Throttled:
		c.banned(ctx, e, res.Header())
	}
	integrations.Explain(ctx, res.RawResponse, e, "")
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
