package jp1ao

import (
	"context"
	"errors"

	"quell/integrations"
)

// AfterRefusal is how Stop failed, with what a look shows of the task where the server refused: it
// may have ended between our look and the call, or somebody else may have stopped it.
func (c *Client) AfterRefusal(ctx context.Context, thing integrations.Thing, err error) error {
	refusal, ok := errors.AsType[*integrations.Error](err)
	if !ok || refusal.Hint != "jp1ao.not-stoppable" && refusal.Hint != "jp1ao.not-found" {
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
