// Package huaweicloud speaks to the services of Huawei Cloud: it signs or
// brings a token, sends, and reads the several shapes in which the cloud says
// no. A package per service (dcs, …) sits on top and knows its own calls.
//
// There are two ways to prove who calls (IAM and API signing guides):
//
//   - Access keys sign each request (SDK-HMAC-SHA256, sign.go). Temporary keys
//     add a security token, which is signed as well. Huawei recommends this.
//   - A user's password buys a token for 24 hours (login.go).
//
// Read and Write differ in one thing. A read whose token is refused fetches a
// new one, and is repeated, and one that meets a passing failure is tried
// once more (integrations.Reading), also where the vendor reads by POST. A write is
// never repeated, nor is a login; it brings the token that the reads before it left.
package huaweicloud

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/go-resty/resty/v2"

	"quell/integrations"
)

// Config says which service of which project to call, and as whom.
type Config struct {
	Vendor      string // the target kind that errors name, such as "dcs"
	Endpoint    string // the service's scheme and host
	IAMEndpoint string // IAM's, for logins
	ProjectID   string
	Credentials Credentials
	// Classify knows the service's own error codes. It returns "" for the Kind
	// of what it does not know, and a hint where it has one. It may be nil.
	Classify func(status int, code string) (integrations.Kind, string)
}

// API is one service of one project, called with one set of credentials.
type API struct {
	cfg    Config
	client *resty.Client
	login  *login // nil where requests are signed
	now    func() time.Time
}

// New returns an API. It works on a copy of client, so that several targets can
// share one client and its connections without sharing credentials.
func New(cfg Config, client *resty.Client, now func() time.Time) *API {
	a := &API{cfg: cfg, client: client.Clone(), now: now}
	if cfg.Credentials.signs() {
		signer := signer{keys: cfg.Credentials, project: cfg.ProjectID, now: now}
		a.client.SetPreRequestHook(signer.prepare)
	} else {
		a.login = newLogin(cfg, client, now)
	}
	return a
}

// Call is one request to the service.
type Call struct {
	Op      string // the vendor's name of it, such as "HangUpClients"
	Method  string
	Path    string
	Query   map[string]string
	Header  map[string]string // of its own, such as X-Language; it is not signed
	Body    any               // sent as JSON; nil for none
	Success []int             // the documented statuses of success; any other is a failure
}

// Read makes a call that changes nothing and decodes its answer into out.
func (a *API) Read(ctx context.Context, call Call, out any) error {
	_, _, err := a.ReadDated(ctx, call, out)
	return err
}

// ReadDated is Read, and says how far the service's clock may be from ours, by the Date of
// this answer (integrations.ClocksApart).
func (a *API) ReadDated(ctx context.Context, call Call, out any) (apart time.Duration, known bool, err error) {
	sent := a.now()
	res, err := a.ask(ctx, call)
	if err != nil {
		return 0, false, err
	}
	apart, known = integrations.ClocksApart(res.Header(), sent, a.now())
	return apart, known, a.decode(call, res, out)
}

// ReadAsOf is Read, and says what time it was at the service, by the Date of this answer
// (integrations.VendorNow): what a time in the answer is compared with.
func (a *API) ReadAsOf(ctx context.Context, call Call, out any) (time.Time, error) {
	res, err := a.ask(ctx, call)
	if err != nil {
		return time.Time{}, err
	}
	return integrations.VendorNow(res.Header(), a.now()), a.decode(call, res, out)
}

// ask sends a read, with another token if the one that there is was refused.
func (a *API) ask(ctx context.Context, call Call) (*resty.Response, error) {
	reading := integrations.Reading(ctx, nil) // and the login is not of it
	if a.login == nil {
		return a.send(reading, call, "")
	}
	token, err := a.login.forRead(ctx)
	if err != nil {
		return nil, integrations.Failure(a.cfg.Vendor, call.Op, err)
	}
	res, err := a.send(reading, call, token)
	if integrations.KindOf(err) != integrations.Unauthenticated {
		return res, err
	}
	another, errLogin := a.login.replace(ctx, token)
	switch {
	case errLogin != nil:
		return nil, integrations.Failure(a.cfg.Vendor, call.Op, errLogin)
	case another == token:
		return nil, err
	}
	return a.send(reading, call, another)
}

// Write makes a call that changes something. It is sent at most once. out may
// be nil where the documented answer has no body.
func (a *API) Write(ctx context.Context, call Call, out any) (integrations.Receipt, error) {
	token, err := a.tokenThere(ctx)
	if err != nil {
		return integrations.Receipt{}, integrations.Failure(a.cfg.Vendor, call.Op, err)
	}
	res, err := a.send(ctx, call, token)
	if err != nil {
		return integrations.Receipt{}, err
	}
	if err := a.decode(call, res, out); err != nil {
		return integrations.Receipt{}, err
	}
	return integrations.Receipt{At: a.now(), Status: res.StatusCode(), RequestID: requestID(a.cfg, res)}, nil
}

func (a *API) tokenThere(ctx context.Context) (integrations.Secret, error) {
	if a.login == nil {
		return "", nil
	}
	return a.login.forWrite(ctx)
}

func (a *API) send(ctx context.Context, call Call, token integrations.Secret) (*resty.Response, error) {
	req := a.client.R().SetContext(ctx).SetQueryParams(call.Query).SetHeaders(call.Header)
	if call.Body != nil {
		body, err := json.Marshal(call.Body)
		if err != nil {
			return nil, fmt.Errorf("encoding the body of %s: %w", call.Op, err)
		}
		req.SetHeader("Content-Type", "application/json;charset=UTF-8").SetBody(body)
	}
	if token != "" {
		req.SetHeader("X-Auth-Token", token.Reveal())
	}
	res, err := req.Execute(call.Method, a.cfg.Endpoint+call.Path)
	return check(a.cfg, call, res, err, a.now)
}

// check turns everything but a documented success into an Error.
func check(cfg Config, call Call, res *resty.Response, err error, now func() time.Time) (*resty.Response, error) {
	if err != nil {
		failure := integrations.Failure(cfg.Vendor, call.Op, err)
		if res != nil {
			failure.Status = res.StatusCode()
		}
		return nil, failure
	}
	if !slices.Contains(call.Success, res.StatusCode()) {
		return nil, refusal(cfg, call.Op, res, now())
	}
	return res, nil
}

func (a *API) decode(call Call, res *resty.Response, out any) error {
	switch {
	case res.StatusCode() == http.StatusNoContent:
		return nil
	case out == nil && saysNo(res.Body()):
		return garbled(a.cfg, call.Op, res)
	case out == nil:
		return nil
	}
	if err := json.Unmarshal(res.Body(), out); err != nil {
		return garbled(a.cfg, call.Op, res)
	}
	return nil
}
