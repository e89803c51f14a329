package vendortest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fails is what the check of that name finds. It soon gives up on a call that does not
// keep its time: that never ends by itself.
func (v Vendor) fails(t *testing.T, name string) error {
	for _, c := range checks(v, 300*time.Millisecond) {
		if c.name == name {
			return c.run(v)
		}
	}
	require.FailNow(t, "no such check", name)
	return nil
}
