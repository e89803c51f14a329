package hulft

import (
	"context"
	"errors"

	"quell/integrations"
)

// AfterRefusal is how Disconnect failed, with what a look shows of the connection where the vendor
// refused: it may have ended between our look and the call. What a session that is gone is
// answered is not given, so a bad request may mean that too.
func (c *Client) AfterRefusal(ctx context.Context, agent integrations.Thing, err error) error {
	refusal, ok := errors.AsType[*integrations.Error](err)
	if !ok || !refusal.Answered() || refusal.Kind != integrations.NotFound && refusal.Kind != integrations.Invalid {
		return err
	}
	given := integrations.Keeping(ctx, func(t integrations.Thing) bool { return t.ID == agent.ID })
	rows, complete, errLook := c.rows(given) // to the end: it is for one Agent
	seen := *refusal
	seen.Hint = "hulft.refused-unseen"
	for _, r := range rows {
		switch {
		case string(r.Session) != agent.IdentityField("session"):
			continue
		case r.Leaving == "true":
			seen.Hint = "hulft.leaving-meanwhile"
		default:
			seen.Hint = "hulft.refused-live"
		}
		return &seen
	}
	if errLook == nil && complete {
		seen.Hint = "hulft.gone-meanwhile"
	}
	return &seen
}
