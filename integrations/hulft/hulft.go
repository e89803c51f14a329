// Package hulft reads and ends the connections of the Agents of one HULFT-WebConnect
// contract (Site API, version 2).
//
// One Agent normally has two connections, one to send and one to receive. Each is a
// session of its own and a disconnection ends one of them, so a thing here is a
// session, and its name says the direction. After a disconnection the vendor marks the
// session (willBeClosed) and takes it off the list when it is gone. The Agent may
// connect again by itself, under a new session: that is the same Agent, back.
//
// A contract may make 100 requests a minute, all its keys and users together. One more
// and the vendor refuses everything for ten minutes, for everybody. So each request
// first asks the Limiter, which all processes share (limit.go), also the second try of a
// read, and browsing leaves room for what cases rest on.
//
// What the documents leave open, and what is done here:
//
//   - The status of a successful disconnection is not given, only that it has no body.
//     So 200, 201 and 204 without a body mean that the request was taken; the list
//     afterwards tells what came of it.
//   - What a session that is gone is answered is not given, and 404 is not among the
//     statuses of a POST. A documented refusal did nothing, whatever its status. After a 400
//     or a 404 the list is read at once: what is seen is said.
//   - No list of error codes is published. The status decides.
//   - What a session id is made of is not given; the example has 40 letters, digits,
//     "-" and "_". It travels in a body only, so whatever base64 is made of will do.
//   - Whether a time without a zone is in the zone that was asked for is not said. It is
//     taken so; in Retry-After, where none was asked for, see limit.go.
//   - Whether a transfer is under way no call can tell. So the warning stands always,
//     and the log of recent transfers is shown beside, where the key may read it. What
//     it has on transfers that ended abnormally is read after a disconnection too.
//   - Whether an Agent returns after a disconnection depends on its settings.
//
// Sources: "HULFT-WebConnect Site API Developer's Guide" V3, AgentDisconnect,
// AgentConnectStatus, RelayLog, RateLimit, ErrResp, HTTPStatusCode, APIKey; Agent Guide.
package hulft

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/go-resty/resty/v2"

	"quell/integrations"
)

// Vendor is the kind of target that this package serves.
const Vendor = "hulft"

// defaultEndpoint is where the API is; all paths in the documents are below it.
const defaultEndpoint = "https://www.webconnect.hulft.com/api/v2"

// Config names one contract and the keys to call it with.
type Config struct {
	Endpoint string // in place of the vendor's; may have a path
	APIKey   integrations.Secret
	// ReadKey is a key without the right to disconnect, for reads; empty: APIKey.
	ReadKey integrations.Secret
	// Contract is the name under which the limit is shared. Targets of one contract
	// need the same; empty: "default", so that all share one until told otherwise.
	Contract string
	Limiter  integrations.Limiter
	TimeZone string // of the times that are shown; default UTC
	Agent    string // limits everything to agents whose id fits this glob; empty: all
}

// Client is one contract.
type Client struct {
	cfg  Config
	zone *time.Location
	http *resty.Client
	now  func() time.Time
	log  logMemory
	ban  banMemory
}

// New returns a Client, or every mistake in cfg at once.
func New(cfg Config, client *resty.Client, now func() time.Time) (*Client, error) {
	if cfg.Endpoint == "" {
		cfg.Endpoint = defaultEndpoint
	}
	if cfg.Contract == "" {
		cfg.Contract = "default"
	}
	if cfg.TimeZone == "" {
		cfg.TimeZone = "UTC"
	}
	if cfg.ReadKey == "" {
		cfg.ReadKey = cfg.APIKey
	}
	zone, wrongZone := time.LoadLocation(cfg.TimeZone)
	if wrongZone != nil {
		wrongZone = fmt.Errorf("time zone: %q is none; one such as Asia/Tokyo is needed", cfg.TimeZone)
	}
	if err := errors.Join(cfg.check(), wrongZone); err != nil {
		return nil, err
	}
	cfg.Endpoint = strings.TrimSuffix(cfg.Endpoint, "/")
	return &Client{cfg: cfg, zone: zone, http: client, now: now}, nil
}

func (c Config) check() error {
	var wrong []error
	u, err := url.Parse(c.Endpoint)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		wrong = append(wrong, errors.New("endpoint: an address such as "+defaultEndpoint+" is needed"))
	}
	for _, key := range []integrations.Secret{c.APIKey, c.ReadKey} {
		if key == "" || strings.ContainsAny(key.Reveal(), " \r\n") {
			wrong = append(wrong, errors.New("credentials: an API key is needed, in one word"))
			break
		}
	}
	if c.Limiter == nil {
		wrong = append(wrong, errors.New("a limiter is needed: a contract has its limits"))
	}
	if _, err := path.Match(c.Agent, ""); err != nil {
		wrong = append(wrong, fmt.Errorf("agent: %q is no glob", c.Agent))
	}
	return errors.Join(wrong...)
}

// Disconnect asks the vendor to end the connection, once. A Receipt means that the
// request was taken.
func (c *Client) Disconnect(ctx context.Context, agent integrations.Thing) (integrations.Receipt, error) {
	k, err := c.disconnecting(agent)
	if err != nil {
		return integrations.Receipt{}, err
	}
	res, err := c.send(ctx, k, integrations.Act)
	if err != nil {
		return integrations.Receipt{}, err
	}
	return integrations.Receipt{At: c.now(), Status: res.StatusCode()}, nil
}

// DisconnectCall is the request that Disconnect would send, for people.
func (c *Client) DisconnectCall(agent integrations.Thing) string {
	k, err := c.disconnecting(agent)
	if err != nil {
		return ""
	}
	body, err := json.MarshalIndent(k.body, "", "  ")
	if err != nil {
		return "" // unreachable: strings only
	}
	return k.method + " " + k.path + "\n" + string(body)
}

var (
	sessionID = regexp.MustCompile(`^[A-Za-z0-9._~+/=-]{1,120}$`)
	host      = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$`)
)

// disconnecting names the session and the access point that it is connected to, both
// as the list gave them. What does not look like them is not sent.
func (c *Client) disconnecting(agent integrations.Thing) (call, error) {
	session, endpoint := agent.IdentityField("session"), agent.IdentityField("endpoint")
	if !sessionID.MatchString(session) || !host.MatchString(endpoint) {
		return call{}, &integrations.Error{Kind: integrations.Unsupported, Vendor: Vendor, Op: opDisconnect, Hint: "hulft.no-address"}
	}
	return call{
		op: opDisconnect, method: http.MethodPost, path: "/agent/disconnection",
		body: disconnection{SessionID: session, Endpoint: endpoint},
	}, nil
}
