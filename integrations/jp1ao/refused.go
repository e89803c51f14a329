package jp1ao

import (
	"context"
	"errors"
	"net/http"

	"quell/integrations"
)

// AfterRefusal is how Stop failed, with what a look shows of the task where the server refused: it
// may have ended between our look and the call, or somebody else may have stopped it.
func (c *Client) AfterRefusal(ctx context.Context, thing integrations.Thing, err error) error {
	refusal, ok := errors.AsType[*integrations.Error](err)
	if !ok || !mayBeOver(refusal) {
		return err
	}
	id, errID := number(opStop, thing)
	if errID != nil {
		return err
	}
	t, errLook := c.task(ctx, id)
	if errLook != nil {
		return err
	}
	seen := *refusal
	switch stageOf(t.Status) {
	case over:
		seen.Hint = "jp1ao.over-meanwhile"
	case leaving:
		seen.Hint = "jp1ao.leaving-meanwhile"
	default:
		seen.Hint = "jp1ao.refused-live"
	}
	return &seen
}

// mayBeOver says that a refusal is one of those that a task gets which has ended: 409, or 404, as the
// manual has them (2.7.9).
func mayBeOver(e *integrations.Error) bool {
	return e.Kind == integrations.NotFound || e.Kind == integrations.Unsupported && e.Status == http.StatusConflict
}
