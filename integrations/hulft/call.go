package hulft

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/go-resty/resty/v2"

	"quell/integrations"
)

// call is one request.
type call struct {
	op, method, path string
	query            map[string]string
	body             any  // sent as JSON; nil for none
	acting           bool // with the key that acts, also where nothing is done
}

// read makes a call that changes nothing and decodes its answer into out. A 204 is
// documented for GET: there is nothing. A second try counts as the first does, and is
// not made where the limit has no room.
func (c *Client) read(ctx context.Context, k call, out any) (some bool, err error) {
	_, some, err = c.get(ctx, k, out)
	return some, err
}

// get is read with the header of the answer.
func (c *Client) get(ctx context.Context, k call, out any) (h http.Header, some bool, err error) {
	use := integrations.UseOf(ctx)
	ctx = integrations.Reading(ctx, func(integrations.Kind) bool { return c.room(ctx, k.op, use) == nil })
	res, err := c.send(ctx, k, use)
	if err != nil {
		return nil, false, err
	}
	if res.StatusCode() == http.StatusNoContent {
		return res.Header(), false, nil
	}
	if json.Unmarshal(res.Body(), out) != nil {
		return nil, false, &integrations.Error{Kind: integrations.Garbled, Vendor: Vendor, Op: k.op, Status: res.StatusCode(), Cause: errNotDocumented}
	}
	return res.Header(), true, nil
}

// send makes a call, once, if the limit has room for it.
func (c *Client) send(ctx context.Context, k call, use integrations.Use) (*resty.Response, error) {
	if err := c.room(ctx, k.op, use); err != nil {
		return nil, err
	}
	key := c.cfg.ReadKey
	if use == integrations.Act || k.acting {
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
	if !k.succeeded(res) {
		return nil, c.refusal(ctx, k.op, res)
	}
	return res, nil
}

// succeeded follows the table of HTTPStatusCode. A disconnection that was taken has no
// body: a page or a message in its place is somebody else's answer, or none.
func (k call) succeeded(res *resty.Response) bool {
	status := res.StatusCode()
	if k.method == http.MethodGet {
		return status == http.StatusOK || status == http.StatusNoContent
	}
	known := status == http.StatusOK || status == http.StatusCreated || status == http.StatusNoContent
	return known && len(bytes.TrimSpace(res.Body())) == 0
}

// asTime reads a moment in the forms that the vendor may use. It has no zone where
// the form has none; then it is the one that was asked for.
func asTime(value string, zone *time.Location) (time.Time, bool) {
	for _, form := range []string{time.RFC3339, "2006-01-02 15:04:05.999", "2006/01/02 15:04:05.999", "2006-01-02T15:04:05.999"} {
		if at, err := time.ParseInLocation(form, value, zone); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}
