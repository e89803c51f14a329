package slacksim

import (
	"maps"
	"slices"
)

// ClearFaults forgets every fault that waits to happen, and switches Socket
// Mode on again after LinkDisabled.
func (w *Workspace) ClearFaults() {
	w.mu.Lock()
	defer w.mu.Unlock()
	clear(w.faults)
	w.off = false
	w.touch()
}

// waiting lists the faults that have not happened yet, those of a kind in
// their order. Socket Mode being off is one: it lasts until ClearFaults.
func (w *Workspace) waiting() []FaultSeen {
	all := []FaultSeen{}
	if w.off {
		all = append(all, FaultSeen{"sockets", LinkDisabled, 1})
	}
	for _, what := range slices.Sorted(maps.Keys(w.faults)) {
		for _, f := range w.faults[what] {
			if last := len(all) - 1; last >= 0 && all[last].What == what && all[last].Name == f.String() {
				all[last].N++
				continue
			}
			all = append(all, FaultSeen{what, f.String(), 1})
		}
	}
	return all
}

// fault is what the next thing of a kind meets; none if it has no name. It is
// used up. The caller holds mu.
func (w *Workspace) fault(what string) Fault {
	queue := w.faults[what]
	if len(queue) == 0 {
		return Fault{}
	}
	w.faults[what] = queue[1:]
	w.touch()
	return queue[0]
}
