package commands

import (
	"slices"

	"quell/integrations"
)

// maxLineage bounds what is kept of a thing's lineage, for each item and in each move.
const maxLineage = 50

// SameLineage are the ids of the things of one lineage in a sighting, the thing itself among
// them. Of a crowd nothing is kept, and so nothing is said to be back: its members come and go.
func SameLineage(t integrations.Thing, s integrations.Sighting) []string {
	var ids []string
	for _, other := range s.Things {
		if t.Lineage != "" && other.Lineage == t.Lineage {
			ids = append(ids, other.ID)
		}
	}
	if len(ids) > maxLineage {
		return nil
	}
	return ids
}

// sightsOf says what a sighting shows of several things. One that is gone, and whose lineage
// has a member that was not there before the call, is back. Each such member came back for
// one of them, and as many of them as can be are given one (maximum matching): gone is said
// only where too few came.
func sightsOf(items []Item, made []KnownCall, s integrations.Sighting) []Sight {
	sights := make([]Sight, len(items))
	m := matching{candidates: make([][]integrations.Thing, len(items)), taken: map[string]int{}}
	for i, it := range items {
		if sights[i] = sightOf(it.Thing, s); sights[i].Seen == Gone {
			m.candidates[i] = successors(it.Thing, made[i], s)
		}
	}
	for _, known := range []bool{false, true} { // one that is known to be back displaces nobody
		for i := range items {
			if known == (made[i].Successor != "") {
				m.match(i, map[string]bool{})
			}
		}
	}
	for i, all := range m.candidates {
		for _, t := range all {
			if of, taken := m.taken[t.ID]; taken && of == i {
				sights[i] = Sight{Seen: CameBack, Successor: t.Name}
			}
		}
	}
	return sights
}

// SightOf says what a sighting shows of one thing. before are the ids of its lineage before the
// call.
func SightOf(t integrations.Thing, before []string, s integrations.Sighting) Sight {
	return sightsOf([]Item{{Thing: t}}, []KnownCall{{LineageBefore: before}}, s)[0]
}

// successors are the members of a thing's lineage that were not there before its call, the one
// that is known to be back first. Where nobody knows who was there, there are none.
func successors(t integrations.Thing, made KnownCall, s integrations.Sighting) (all []integrations.Thing) {
	if t.Lineage == "" || len(made.LineageBefore) == 0 {
		return nil
	}
	for _, other := range s.Things {
		switch {
		case other.Lineage != t.Lineage, slices.Contains(made.LineageBefore, other.ID):
		case other.Name == made.Successor:
			all = slices.Insert(all, 0, other)
		default:
			all = append(all, other)
		}
	}
	return all
}

// matching gives each item a successor of its own, by augmenting paths: whoever has one keeps
// one.
type matching struct {
	candidates [][]integrations.Thing // by item
	taken      map[string]int         // the item that has a successor, by the successor's id
}

func (m *matching) match(item int, tried map[string]bool) bool {
	for _, t := range m.candidates[item] {
		if tried[t.ID] {
			continue
		}
		tried[t.ID] = true
		if of, taken := m.taken[t.ID]; !taken || m.match(of, tried) {
			m.taken[t.ID] = item
			return true
		}
	}
	return false
}
