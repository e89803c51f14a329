package sim_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"quell/integrations/sim"
)

// A vendor grants each call on its own: who may kill need not be one who may look.
func TestAPermissionForOneCallAlone(t *testing.T) {
	t.Parallel()
	c := cacheProd(t)
	c.vendor.SetMoodOf(sim.ListClients, sim.Forbidden)
	for range 2 {
		c.scan()
		res := c.get(clients + "?node_id=" + master)
		assert.Equal(t, 403, res.status)
		assert.Equal(t, "DCS.2007", res.code(t))
	}
	assert.Equal(t, 204, c.killStuck().status, "a kill is another call")
	c.vendor.SetMood(sim.Down)
	assert.Equal(t, 403, c.get(clients+"?node_id="+master).status, "the mood is for the others")
	c.vendor.SetMood(sim.Healthy)
	c.vendor.SetMoodOf(sim.ListClients, sim.Healthy)
	c.scan()
	assert.Equal(t, 200, c.get(clients+"?node_id="+master).status)
}
