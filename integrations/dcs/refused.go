package dcs

import (
	"context"
	"errors"

	"quell/integrations"
)

// AfterRefusal is how EndSession failed, with what a look shows of the session where the vendor
// refused without a documented reason: it may have ended between our look and the call.
func (c *Client) AfterRefusal(ctx context.Context, session integrations.Thing, err error) error {
	refusal, ok := errors.AsType[*integrations.Error](err)
	if !ok || refusal.Op != opKill || refusal.Hint != "" || refusal.Kind != integrations.NotFound && refusal.Kind != integrations.Invalid {
		return err
	}
	seen := *refusal
	list, errLook := c.Sessions(integrations.Keeping(ctx, func(t integrations.Thing) bool { return t.ID == session.ID }), session.Place)
	_, there := list.Find(session.ID)
	switch {
	case errLook == nil && there:
		seen.Hint = "dcs.refused-live"
	case errLook == nil && list.Complete:
		seen.Hint = "dcs.gone-meanwhile"
	default:
		seen.Hint = "dcs.refused-unseen"
	}
	return &seen
}
