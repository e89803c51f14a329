// Package fabric reads and closes the SQL sessions of one workspace of Huawei
// Cloud's DataArts Fabric (API version 1).
//
// The service has two hosts. Workspaces and endpoints are managed on one; the
// sessions, which are all that is needed here, are served by the other, fabric-ep.
// No project is in the paths, so a signed request says its own in X-Project-Id.
//
// A list can be asked for one state at a time, and closed sessions stay in it. So
// three lists are read, one for each state that a live session can be in, in the
// order of its life: a session that moves on in between is seen twice, never missed,
// and counts once.
//
// Closing is one call, answered when it is done. What became of a session is asked
// of that session (Trace): its state, which stays when it is closed.
//
// What the documents leave open, and what is done here:
//
//   - The fields of a listed session beyond id, state and creation are not in the
//     pages that could be read. Those of the likely names are shown, none is needed.
//     So nothing tells a client's next session from another's: one that comes back
//     is not called so.
//   - Whether statements that run are cut is not said. They run inside the session,
//     so it is assumed, and people are told.
//   - What closing a closed session answers is not said. A 404 or a 400 is a refusal,
//     and the session is looked at once: what is seen is said.
//   - The same error code stands for a 400 and a 404, so codes decide nothing here:
//     the status does.
//
// Sources: "Closing a Session" (CloseSqlSession), ListSqlSessions, ShowSqlSession,
// ListSessionStatementRecords of the DataArts Fabric API reference.
package fabric

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/go-resty/resty/v2"

	"quell/integrations"
	"quell/integrations/huaweicloud"
)

// Vendor is the kind of target that this package serves.
const Vendor = "fabric"

// Config names one workspace and the credentials to call it with.
type Config struct {
	Region      string
	Endpoint    string // in place of the region's fabric-ep, scheme and host
	IAMEndpoint string // the same for logins
	ProjectID   string
	WorkspaceID string
	EndpointID  string // limits everything to the sessions of this SQL endpoint; empty: all
	Credentials huaweicloud.Credentials
}

// Client is one workspace.
type Client struct {
	cfg Config
	api *huaweicloud.API
	now func() time.Time
}

// New returns a Client, or every mistake in cfg at once.
func New(cfg Config, client *resty.Client, now func() time.Time) (*Client, error) {
	endpoint, wrongEndpoint := huaweicloud.Endpoint("fabric-ep", cfg.Region, cfg.Endpoint)
	iam, wrongIAM := cfg.Credentials.LoginEndpoint(cfg.Region, cfg.IAMEndpoint)
	err := errors.Join(wrongEndpoint, wrongIAM,
		huaweicloud.CheckID("project id", cfg.ProjectID),
		checkID("workspace id", cfg.WorkspaceID),
		cfg.Credentials.Check(),
	)
	if cfg.EndpointID != "" {
		err = errors.Join(err, checkID("endpoint id", cfg.EndpointID))
	}
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

// EndSession asks the vendor to close the session, once. A Receipt means that the
// vendor says it is closed.
func (c *Client) EndSession(ctx context.Context, session integrations.Thing) (integrations.Receipt, error) {
	call, err := c.closing(session)
	if err != nil {
		return integrations.Receipt{}, err
	}
	return c.api.Write(ctx, call, nil)
}

// AfterRefusal is how EndSession failed, with what a look shows of the session where the vendor
// refused: somebody else may have closed it between our look and the call.
func (c *Client) AfterRefusal(ctx context.Context, session integrations.Thing, err error) error {
	refusal, ok := errors.AsType[*integrations.Error](err)
	if !ok || refusal.Kind != integrations.NotFound && refusal.Kind != integrations.Invalid {
		return err
	}
	trace, err := c.Trace(ctx, session, integrations.Receipt{})
	switch {
	case err == nil && trace.Fate == integrations.Over:
		return hinted(refusal, integrations.NotFound, "fabric.over-meanwhile")
	case err == nil && trace.Fate == integrations.Staying:
		return hinted(refusal, refusal.Kind, "fabric.refused-live")
	}
	return hinted(refusal, refusal.Kind, "fabric.refused-unseen")
}

// EndSessionCall is the request that EndSession would send, for people.
func (c *Client) EndSessionCall(session integrations.Thing) string {
	call, err := c.closing(session)
	if err != nil {
		return ""
	}
	return call.Method + " " + call.Path
}

// closing is the call without a body: the document's tables list none, though its
// example shows "{ }". An answer's body is not described and not read.
func (c *Client) closing(session integrations.Thing) (huaweicloud.Call, error) {
	id := session.IdentityField("session")
	if checkID("session", id) != nil || session.IdentityField("workspace") != c.cfg.WorkspaceID {
		return huaweicloud.Call{}, unsupported(opClose, "fabric.other-workspace")
	}
	return huaweicloud.Call{
		Op: opClose, Method: http.MethodDelete, Path: c.path("/sessions/" + id),
		Success: []int{http.StatusOK, http.StatusNoContent},
	}, nil
}

// Trace asks what became of one session.
func (c *Client) Trace(ctx context.Context, t integrations.Thing, _ integrations.Receipt) (integrations.Trace, error) {
	trace := integrations.Trace{Fate: integrations.Untold, At: c.now()}
	id := t.IdentityField("session")
	if checkID("session", id) != nil {
		return trace, unsupported(opShow, "fabric.other-workspace")
	}
	var s session
	err := c.api.Read(ctx, huaweicloud.Call{
		Op: opShow, Method: http.MethodGet, Path: c.path("/sessions/" + id), Success: []int{http.StatusOK},
	}, &s)
	switch {
	case integrations.KindOf(err) == integrations.NotFound:
		trace.Fate, trace.Note = integrations.Over, integrations.Note{Hint: "trace.fabric-forgotten"}
		return trace, nil
	case err != nil:
		return trace, err
	case string(s.ID) != id:
		return trace, garbled(opShow)
	}
	trace.Fate = s.fate()
	trace.Note = integrations.NewNote("trace.fabric-status", "status", string(s.Status))
	return trace, nil
}

func (c *Client) path(rest string) string { return "/v1/workspaces/" + c.cfg.WorkspaceID + rest }
