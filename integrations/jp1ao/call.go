package jp1ao

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/go-resty/resty/v2"

	"quell/integrations"
)

// call is one request.
type call struct {
	op, method, path string
	query            string // encoded
	body             any    // sent as JSON; nil for none
}

// read makes a call that changes nothing, in its turn, unless the password rests.
func (c *Client) read(ctx context.Context, k call) (*resty.Response, error) {
	return c.ask(ctx, k, c.sendInTurn)
}

// ask makes a call that changes nothing. Refused with a token, it is repeated once
// with the password; and with a token that is good still, where the password was to renew it.
func (c *Client) ask(ctx context.Context, k call, send func(context.Context, call) (*resty.Response, error)) (*resty.Response, error) {
	ctx = integrations.Reading(ctx, c.auth.mayRetry)
	used := c.auth.token()
	res, err := send(ctx, k)
	if used != "" && integrations.KindOf(err) == integrations.Unauthenticated {
		res, err = send(ctx, k)
	}
	return res, err
}

func (c *Client) sendInTurn(ctx context.Context, k call) (*resty.Response, error) {
	proof, done, err := c.auth.inTurn(ctx)
	if err != nil {
		return nil, &integrations.Error{Kind: integrations.NotSent, Vendor: Vendor, Op: k.op, Cause: err}
	}
	defer done()
	if rest := c.auth.resting(); rest > 0 && isPassword(proof) {
		return nil, &integrations.Error{Kind: integrations.Unauthenticated, Vendor: Vendor, Op: k.op, Hint: "jp1ao.unauthenticated", RetryAfter: rest}
	}
	return c.sendWith(ctx, k, proof)
}

func (c *Client) send(ctx context.Context, k call) (*resty.Response, error) {
	return c.sendWith(ctx, k, c.auth.proof())
}

// sendWith makes a call, once. Anything but a 200 is a failure.
func (c *Client) sendWith(ctx context.Context, k call, proof integrations.Secret) (*resty.Response, error) {
	req := c.http.R().SetContext(ctx).
		SetHeader("Authorization", proof.Reveal()).
		SetHeader("Accept", "application/json").
		SetHeader("Accept-Language", c.cfg.Language)
	if k.body != nil {
		body, err := json.Marshal(k.body)
		if err != nil {
			return nil, fmt.Errorf("encoding the body of %s: %w", k.op, err)
		}
		req.SetHeader("Content-Type", "application/json").SetBody(body)
	}
	address := c.cfg.Endpoint + k.path
	if k.query != "" {
		address += "?" + k.query // as it is: one parameter takes no value
	}
	res, err := req.Execute(k.method, address)
	if res != nil && res.StatusCode() == http.StatusUnauthorized { // also where the rest of it was lost
		c.auth.refused(proof)
	}
	if err != nil {
		failure := integrations.Failure(Vendor, k.op, err)
		if res != nil {
			failure.Status = res.StatusCode()
		}
		return nil, failure
	}
	if res.StatusCode() != http.StatusOK {
		return nil, refusal(k.op, res, []string{proof.Reveal(), c.cfg.Password.Reveal()}, c.now())
	}
	c.auth.take(res.Header().Get("WWW-Authenticate"))
	return res, nil
}

// warning is what the server says of itself in the header Warning: that it did what it was asked
// for, and has a problem (2.2.13). It is cleaned and cut; "" for none, and for one that repeats
// what was sent.
func (c *Client) warning(res *resty.Response) string {
	text := strings.Join(res.Header().Values("Warning"), ", ")
	sent := res.Request.Header.Get("Authorization")
	if holds(text, []string{sent, c.cfg.Password.Reveal()}) {
		return ""
	}
	return integrations.Clean(text, integrations.Shown)
}
