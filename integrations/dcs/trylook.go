package dcs

import "context"

// TryLook looks at one node, as a look after a kill does: each look has the vendor scan its node,
// and a cluster has many.
func (c *Client) TryLook(ctx context.Context) error {
	nodes, _, err := c.nodes(ctx, "")
	if err != nil {
		return err
	}
	return c.looks.get(ctx, nodes[0]).err
}
