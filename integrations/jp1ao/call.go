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

// paths are those on which a 401 means the same.
type paths int

const (
	ofAll  paths = iota // the user or its proof is not taken
	ofTask              // or the user lacks a permission on the task's service group (AOCR0057)
)

func (k call) paths() paths {
	if k.op == opTasks {
		return ofAll
	}
	return ofTask
}

// unauthenticated is the sentence for a 401.
func (k call) unauthenticated() string {
	if k.paths() == ofTask {
		return "jp1ao.unauthenticated-task"
	}
	return "jp1ao.unauthenticated"
}

// read makes a call that changes nothing, in its turn, unless the password rests.
func (c *Client) read(ctx context.Context, k call) (*resty.Response, error) {
	return c.ask(ctx, k, c.sendInTurn)
}

// ask makes a call that changes nothing. Refused with a token, it is repeated once
// with the password; and with a token that is good still, where the password was to renew it.
func (c *Client) ask(ctx context.Context, k call, send func(context.Context, call) (*resty.Response, error)) (*resty.Response, error) {
	ctx = integrations.Reading(ctx, func(why integrations.Kind) bool { return c.auth.mayRetry(why, k.paths()) })
	used := c.auth.serving(k.paths())
	res, err := send(ctx, k)
	if used != "" && integrations.KindOf(err) == integrations.Unauthenticated {
		res, err = send(ctx, k)
	}
	return res, err
}

func (c *Client) sendInTurn(ctx context.Context, k call) (*resty.Response, error) {
	proof, done, err := c.auth.inTurn(ctx, k.paths())
	if err != nil {
		return nil, &integrations.Error{Kind: integrations.NotSent, Vendor: Vendor, Op: k.op, Cause: err}
	}
	defer done()
	if rest := c.auth.resting(k.paths()); rest > 0 && isPassword(proof) {
		return nil, &integrations.Error{Kind: integrations.Unauthenticated, Vendor: Vendor, Op: k.op, Hint: k.unauthenticated(), RetryAfter: rest}
	}
	return c.sendWith(ctx, k, proof)
}

func (c *Client) send(ctx context.Context, k call) (*resty.Response, error) {
	return c.sendWith(ctx, k, c.auth.proof(k.paths()))
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
		c.auth.refused(proof, k.paths())
	}
	if err != nil {
		failure := integrations.Failure(Vendor, k.op, err)
		if res != nil {
			failure.Status = res.StatusCode()
		}
		return nil, failure
	}
	if res.StatusCode() != http.StatusOK {
		return nil, refusal(k, res, append(c.auth.secrets(res.Header()), proof.Reveal()), c.now())
	}
	c.auth.take(res.Header().Get("WWW-Authenticate"))
	return res, nil
}

// warning is what the server says of itself in the header Warning: that it did what it was asked
// for, and has a problem (2.2.13). It is cleaned and cut; "" for none, and for one that repeats
// what proves who calls: what was sent, or what came.
func (c *Client) warning(res *resty.Response) string {
	text := strings.Join(res.Header().Values("Warning"), ", ")
	if holds(text, append(c.auth.secrets(res.Header()), res.Request.Header.Get("Authorization"))) {
		return ""
	}
	return integrations.Clean(text, integrations.Shown)
}
