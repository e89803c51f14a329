// Package dcs reads and ends the client sessions of one Redis instance of
// Huawei Cloud's Distributed Cache Service (API version 2).
//
// The vendor lists sessions in two steps: a scan of one node is ordered, then
// its stored result is read in pages. The result would be served again later,
// so every look here orders a scan of its own (scan.go), and callers who ask
// at the same time share one that began after each of them asked (share.go).
//
// Ending a session is one call that names its peer address. The vendor answers
// 204 and does not say what became of the session: whoever wants to know looks
// again. What a session that is gone is answered is not documented either: after a 400 or a
// 404 without a documented reason we look at once. Behind a proxy several sessions can have one address, and end together:
// each of them says which others (addresses.go).
//
// While the vendor scans a node it refuses a kill there (DCS.4957). When
// several cases are at work on one node, that scan is most often our own, made
// to verify another case. So a case holds its node from its look to its kill (Hold),
// and no scan of ours begins in between. A kill without a hold waits for our scan of
// its node, and our next scan waits for the kills there, though not for long if one
// hangs or one follows the other. A scan by somebody else still refuses it, and of a refusal
// that a scan of our own may explain the error says so (Error.Ours).
//
// Sources: "Killing Specified Sessions" (HangUpClients), ScanClients,
// ListClients, ShowNodesInformation and ShowInstance of the DCS API reference.
package dcs

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/go-resty/resty/v2"

	"quell/integrations"
	"quell/integrations/huaweicloud"
)

// Vendor is the kind of target that this package serves.
const Vendor = "dcs"

// Config names one instance and the credentials to call it with.
type Config struct {
	Region      string
	Endpoint    string // in place of the region's, scheme and host
	IAMEndpoint string // the same for logins
	ProjectID   string
	InstanceID  string
	Node        string // limits everything to this node; empty: all nodes that the instance type needs
	Credentials huaweicloud.Credentials
	// ScanTimeout bounds one look at one node; 0 means 20 s, which people are told of.
	ScanTimeout time.Duration
	// PollEvery is the first pause between two questions whether a scan is done; 0
	// means 300 ms. Each is half as long again as the one before, up to 2 s.
	PollEvery time.Duration
	// KillQuiet is how long a kill without an answer keeps looks at its node from
	// beginning, and how long a look is kept by kills; 0 means 2.5 s.
	KillQuiet time.Duration
	// Lanes are shared with other clients, such as the one that this one takes the place of; nil
	// where there are none.
	Lanes *Lanes
}

// Client is one instance.
type Client struct {
	cfg   Config
	api   *huaweicloud.API
	now   func() time.Time
	looks *share
}

// New returns a Client, or every mistake in cfg at once.
func New(cfg Config, client *resty.Client, now func() time.Time) (*Client, error) {
	endpoint, wrongEndpoint := huaweicloud.Endpoint("dcs", cfg.Region, cfg.Endpoint)
	iam, wrongIAM := cfg.Credentials.LoginEndpoint(cfg.Region, cfg.IAMEndpoint)
	err := errors.Join(wrongEndpoint, wrongIAM,
		huaweicloud.CheckID("project id", cfg.ProjectID),
		huaweicloud.CheckID("instance id", cfg.InstanceID),
		cfg.Credentials.Check(),
	)
	if err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	c := &Client{cfg: cfg, now: now}
	c.looks = newShare(cfg.ScanTimeout, c.look)
	c.looks.order = cfg.Lanes.order(endpoint, cfg.ProjectID, cfg.InstanceID)
	if cfg.KillQuiet > 0 {
		c.looks.quiet = cfg.KillQuiet
	}
	c.api = huaweicloud.New(huaweicloud.Config{
		Vendor: Vendor, Endpoint: endpoint, IAMEndpoint: iam, ProjectID: cfg.ProjectID,
		Credentials: cfg.Credentials, Classify: classify,
	}, client, now)
	return c, nil
}

func (c Config) withDefaults() Config {
	if c.ScanTimeout <= 0 {
		c.ScanTimeout = 20 * time.Second
	}
	if c.PollEvery <= 0 {
		c.PollEvery = 300 * time.Millisecond
	}
	return c
}

// killQuiet is far more than a kill takes that is answered at all, and little
// to those who wait for a look.
const killQuiet = 2500 * time.Millisecond

// killPatience bounds how long a kill waits for our own scan. It is short
// because what its caller saw grows old meanwhile, and because the call itself
// needs what is left of the caller's time.
const killPatience = 5 * time.Second

// EndSession asks the vendor to end the session, once. A Receipt means that
// the request was taken. The error is Late if a scan of our own did not end in
// time to send it.
func (c *Client) EndSession(ctx context.Context, session integrations.Thing) (receipt integrations.Receipt, err error) {
	peer := session.IdentityField("peer")
	if peer == "" {
		return integrations.Receipt{}, unsupported(opKill, "dcs.no-peer")
	}
	if c.cfg.Node != "" && session.Place != c.cfg.Node {
		return integrations.Receipt{}, unsupported(opKill, "dcs.other-node")
	}
	end, ok := c.quiet(ctx, session.Place)
	if !ok {
		return integrations.Receipt{}, &integrations.Error{Kind: integrations.Late, Vendor: Vendor, Op: opKill}
	}
	defer func() { err = explained(err, end()) }()
	return c.api.Write(ctx, c.kill(session), nil)
}

func (c *Client) quiet(ctx context.Context, node string) (end func() bool, ok bool) {
	ctx, cancel := context.WithTimeout(ctx, integrations.TimeToSend(ctx, c.now, killPatience))
	defer cancel()
	return c.looks.hold(ctx, node)
}

// EndSessionCall is the request that EndSession would send, for people.
func (c *Client) EndSessionCall(session integrations.Thing) string {
	call := c.kill(session)
	body, err := json.MarshalIndent(call.Body, "", "  ")
	if err != nil {
		return "" // unreachable: strings only
	}
	return call.Method + " " + call.Path + "\n" + string(body)
}

func (c *Client) kill(session integrations.Thing) huaweicloud.Call {
	return huaweicloud.Call{
		Op: opKill, Method: http.MethodPost, Path: c.path("/clients/kill"),
		Body:    killBody{NodeID: session.Place, ClientAddrs: []string{session.IdentityField("peer")}},
		Success: []int{http.StatusNoContent},
	}
}

func (c *Client) instance(ctx context.Context) (instance, error) {
	var i instance
	err := c.api.Read(ctx, huaweicloud.Call{
		Op: opInstance, Method: http.MethodGet, Path: c.path(""), Success: []int{http.StatusOK},
	}, &i)
	return i, err
}

func (c *Client) path(rest string) string {
	return "/v2/" + c.cfg.ProjectID + "/instances/" + c.cfg.InstanceID + rest
}
