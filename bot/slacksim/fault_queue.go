package slacksim

import (
	"maps"
	"slices"
)

// ClearFaults empties the queues of faults, and switches Socket Mode on again
// after LinkDisabled. What the app has met is mended.
func (w *Workspace) ClearFaults() {
	w.mu.Lock()
	defer w.mu.Unlock()
	clear(w.faults)
	w.disabled, w.others, w.idle, w.uncounted = false, 0, false, false
	clear(w.lost)
	w.touch()
}

// pendingFaults lists the faults that are queued, those of a kind in their order. Socket
// Mode being off is one: it lasts until ClearFaults.
func (w *Workspace) pendingFaults() []FaultSeen {
	all := []FaultSeen{}
	if w.disabled {
		all = append(all, FaultSeen{"sockets", LinkDisabled, 1})
	}
	all = append(all, w.appFaults()...)
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

// takeFault takes the fault that the next thing of a kind meets out of its queue;
// the zero Fault if it meets none. The caller holds mu.
func (w *Workspace) takeFault(what string) Fault {
	queue := w.faults[what]
	if len(queue) == 0 {
		return Fault{}
	}
	w.faults[what] = queue[1:]
	w.touch()
	return queue[0]
}
