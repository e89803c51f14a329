// Package taurusdb reads and restarts the proxies of one TaurusDB instance of
// Huawei Cloud, formerly GaussDB(for MySQL) (API version 3).
//
// A restart is a job. The call is answered with the job's id; the job can be read
// some seconds later and tells how far it is and whether it failed. The proxy is in
// the list before, meanwhile and afterwards, so only the job tells what became of
// the call (Trace): completed, and the proxy active again.
//
// Every accepted call is another restart. It is sent once, and one whose answer was
// lost is looked for among the instance's jobs, never sent again.
//
// What the documents leave open, and what is done here:
//
//   - No state of a proxy is documented for a restart. States are shown as they come
//     and refuse nothing but a proxy that is deleted; the vendor decides the rest.
//   - The name of the job is in no list of names. So a job that is found without its
//     id is shown as evidence and decides nothing.
//   - A job's time is the vendor's, and the call's is ours. One that began within the
//     clocks' doubt may be this one, and none is said to be there only of a whole list,
//     once a new job could be seen (evidence.go).
//   - Whether the start_time and end_time of a list are about when its jobs were made is not
//     said. They are taken for that, with an hour of room at both ends for the vendor's clock.
//   - For how long a new job cannot be seen is not said ("some seconds"). Past 30 s one that
//     the lookup does not know is looked for on the list, and then said to be unknown.
//   - No field tells when a proxy was restarted last, so its identity is its id. Two
//     restarts by Quell cannot follow one approval all the same: the store sees to
//     that.
//   - The error list and the specification's own example disagree on a code's meaning.
//     Codes refine what a status says and never turn a failure into "nothing done".
//
// Sources: "Restarting a Proxy Instance" (RestartProxyInstance), ShowGaussMySqlProxyList,
// ShowGaussMySqlJobInfo, ListImmediateJobs, "Error Codes" of the TaurusDB API reference.
package taurusdb

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"time"

	"github.com/go-resty/resty/v2"

	"quell/integrations"
	"quell/integrations/huaweicloud"
)

// Vendor is the kind of target that this package serves.
const Vendor = "taurusdb"

// Config names one instance and the credentials to call it with.
type Config struct {
	Region      string
	Endpoint    string // in place of the region's, scheme and host
	IAMEndpoint string // the same for logins
	ProjectID   string
	InstanceID  string
	Language    string // of the vendor's messages: en-us, which is the default, or zh-cn
	Credentials huaweicloud.Credentials
}

// Client is one instance.
type Client struct {
	cfg Config
	api *huaweicloud.API
	now func() time.Time
}

// New returns a Client, or every mistake in cfg at once.
func New(cfg Config, client *resty.Client, now func() time.Time) (*Client, error) {
	endpoint, wrongEndpoint := huaweicloud.Endpoint(Vendor, cfg.Region, cfg.Endpoint)
	iam, wrongIAM := cfg.Credentials.LoginEndpoint(cfg.Region, cfg.IAMEndpoint)
	if cfg.Language == "" {
		cfg.Language = "en-us"
	}
	err := errors.Join(wrongEndpoint, wrongIAM,
		huaweicloud.CheckID("project id", cfg.ProjectID),
		huaweicloud.CheckID("instance id", cfg.InstanceID),
		checkLanguage(cfg.Language),
		cfg.Credentials.Check(),
	)
	if err != nil {
		return nil, err
	}
	c := &Client{cfg: cfg, now: now}
	c.api = huaweicloud.New(huaweicloud.Config{
		Vendor: Vendor, Endpoint: endpoint, IAMEndpoint: iam, ProjectID: cfg.ProjectID,
		Credentials: cfg.Credentials, Classify: classify,
	}, client, now)
	return c, nil
}

// CheckForm says that an instance's id is not of the form that the vendor documents: 36 letters
// and digits, the last of them "in07" (RestartProxyInstance, "instance_id"). New takes it
// all the same: whether there is such an instance is the vendor's to say.
func CheckForm(id string) error {
	const form = `^[A-Za-z0-9]{32}in07$`
	if right, _ := regexp.MatchString(form, id); right || id == "" {
		return nil
	}
	return errors.New("instance id: the vendor's have 36 letters and digits, the last of them in07; this one has another form")
}

func checkLanguage(l string) error {
	if l != "en-us" && l != "zh-cn" {
		return fmt.Errorf("language: the vendor knows en-us and zh-cn, not %q", l)
	}
	return nil
}

// Restart asks the vendor to restart the proxy, once. A Receipt means that a job
// was made of it; its id is in it.
func (c *Client) Restart(ctx context.Context, proxy integrations.Thing) (integrations.Receipt, error) {
	call, err := c.restarting(proxy)
	if err != nil {
		return integrations.Receipt{}, err
	}
	var made struct {
		JobID text `json:"job_id"`
	}
	receipt, err := c.api.Write(ctx, call, &made)
	if err != nil {
		return receipt, err
	}
	if receipt.Job = string(made.JobID); huaweicloud.CheckID("job id", receipt.Job) != nil {
		return integrations.Receipt{}, &integrations.Error{
			Kind: integrations.Garbled, Vendor: Vendor, Op: opRestart, Status: receipt.Status, RequestID: receipt.RequestID, Cause: errNoJob,
		}
	}
	return receipt, nil
}

// AfterRefusal is how Restart failed, with what a look shows where the vendor did not find the
// proxy: somebody else may have deleted it between our look and the call.
func (c *Client) AfterRefusal(ctx context.Context, thing integrations.Thing, err error) error {
	refusal, ok := errors.AsType[*integrations.Error](err)
	if !ok || refusal.Kind != integrations.NotFound {
		return err
	}
	all, complete, errLook := c.proxies(ctx)
	seen := *refusal
	switch {
	case errLook != nil:
	case slices.ContainsFunc(all, func(p proxy) bool { return c.id(p) == thing.ID }):
		seen.Hint = "taurusdb.refused-live"
	case complete:
		seen.Hint = "taurusdb.gone-meanwhile"
	}
	return &seen
}

// RestartCall is the request that Restart would send, for people.
func (c *Client) RestartCall(proxy integrations.Thing) string {
	call, err := c.restarting(proxy)
	if err != nil {
		return ""
	}
	return call.Method + " " + call.Path
}

// restarting is the call, which has no body. Its Content-Type is mandatory all the
// same.
func (c *Client) restarting(proxy integrations.Thing) (huaweicloud.Call, error) {
	id := proxy.IdentityField("proxy")
	if huaweicloud.CheckID("proxy id", id) != nil || proxy.IdentityField("instance") != c.cfg.InstanceID {
		return huaweicloud.Call{}, &integrations.Error{Kind: integrations.Unsupported, Vendor: Vendor, Op: opRestart, Hint: "taurusdb.other-instance"}
	}
	return huaweicloud.Call{
		Op: opRestart, Method: http.MethodPost, Path: c.instance("/proxy/" + id + "/restart"),
		Header: c.headers(), Success: []int{http.StatusOK},
	}, nil
}

// read reads from a path, and says what it may.
func (c *Client) read(ctx context.Context, op, path string, query map[string]string, out any) error {
	_, _, err := c.readDated(ctx, op, path, query, out)
	return err
}

// readDated is read, and says how far the vendor's clock may be from ours.
func (c *Client) readDated(ctx context.Context, op, path string, query map[string]string, out any) (apart time.Duration, known bool, err error) {
	return c.api.ReadDated(ctx, huaweicloud.Call{
		Op: op, Method: http.MethodGet, Path: path, Query: query, Header: c.headers(), Success: []int{http.StatusOK},
	}, out)
}

func (c *Client) headers() map[string]string {
	return map[string]string{"Content-Type": "application/json", "X-Language": c.cfg.Language}
}

func (c *Client) instance(rest string) string {
	return c.project("/instances/" + c.cfg.InstanceID + rest)
}

func (c *Client) project(rest string) string { return "/v3/" + c.cfg.ProjectID + rest }
