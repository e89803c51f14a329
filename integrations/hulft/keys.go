package hulft

import (
	"context"
	"net/http"

	"quell/integrations"
)

// TwoKeys says that reads have a key of their own.
func (c *Client) TwoKeys() bool { return c.cfg.ReadKey != c.cfg.APIKey }

// ActingKey asks whether the vendor accepts the key that disconnects, and whether that can read
// the Agents as well, by reading one row of them with it: no call tells what scopes a key has. A
// key without the scope is refused with 403, and one that is none with 401 (HTTPStatusCode).
func (c *Client) ActingKey(ctx context.Context) (reads bool, err error) {
	_, err = c.read(ctx, call{op: opStatus, method: http.MethodGet, path: "/agent/status", acting: true, query: map[string]string{
		"startIndex": "1", "maxResults": "1", "timezone": c.cfg.TimeZone,
	}}, new(page))
	if integrations.KindOf(err) == integrations.Forbidden {
		return false, nil
	}
	return err == nil, err
}
