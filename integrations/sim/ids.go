package sim

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"
)

// ids makes ids that look like a vendor's and are the same in every run.
type ids struct {
	mu   sync.Mutex
	seed string
	n    int
}

// next returns 32 hex digits.
func (i *ids) next(kind string) string {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.n++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%s/%d", i.seed, kind, i.n))
	return hex.EncodeToString(sum[:16])
}
