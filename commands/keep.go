package commands

import (
	"cmp"
	"slices"
	"strings"

	"quell/integrations"
)

// nearMost is how many things with a name near to an asked one are kept, to name one of them
// where there is no such thing.
const nearMost = 100

// asked keeps the things that a request may mean by its words, by whichever reading of them, and
// those that an answer to a mistake speaks of: the one that has the name of an id by now, and
// some with a name that is near.
func asked(r Request) integrations.Keep {
	typed := slices.Clone(r.Things)
	for _, w := range r.Things {
		typed = append(typed, listed(w)...)
	}
	exact, folded := map[string]bool{}, map[string]bool{}
	var begin []string
	for _, w := range typed {
		begin = append(begin, beginnings(w, leastBeginning)...)
		exact[w], exact[lastPart(w)] = true, true
		for _, s := range Spellings(w) {
			folded[Fold(s)] = true
		}
	}
	means := func(name string) bool { return exact[name] || !r.Picked && folded[Fold(name)] }
	near := nearTo(typed)
	return func(t integrations.Thing) bool {
		return slices.ContainsFunc(own(t), means) || !r.Picked && fits(t, means, begin) || near(t)
	}
}

// fits says that a thing is called so or is somebody's who is, or that its id begins so.
func fits(t integrations.Thing, means func(string) bool, begin []string) bool {
	_, called := calledWay(t, means)
	return called || slices.ContainsFunc(begin, func(b string) bool { return beginsID(t, b) })
}

// nearTo keeps some of the things with a name that is near to a typed word, or an id that begins so.
func nearTo(typed []string) integrations.Keep {
	typed = slices.DeleteFunc(slices.Clone(typed), isNumber)
	near := map[string]bool{}
	return func(t integrations.Thing) bool {
		if near[t.ID] || len(near) == nearMost {
			return near[t.ID]
		}
		if slices.ContainsFunc(typed, func(w string) bool { return isNear(t.Name, lastPart(w)) || beginsWith(t, lastPart(w)) }) {
			near[t.ID] = true
		}
		return near[t.ID]
	}
}

// lastPart is the name that an id ends in, for people; any other word is its own.
func lastPart(word string) string { return cmp.Or(word[strings.LastIndex(word, "/")+1:], word) }

// lineageMost is how many things of one lineage a look keeps: enough to see that it is a crowd,
// and who came to one that is none.
const lineageMost = maxLineage + 2*MaxThings

// planned keeps the things of a plan, those that end with them, and those of their lineages.
func planned(p Plan) integrations.Keep {
	ids, lineages := map[string]bool{}, map[string]map[string]bool{}
	for _, it := range p.Items {
		ids[it.Thing.ID] = true
		for _, c := range it.Thing.With {
			ids[c.ID] = true
		}
		if it.Thing.Lineage != "" {
			lineages[it.Thing.Lineage] = map[string]bool{}
		}
	}
	return func(t integrations.Thing) bool {
		kin, ok := lineages[t.Lineage]
		if ok && len(kin) < lineageMost {
			kin[t.ID] = true
		}
		return ids[t.ID] || kin[t.ID]
	}
}
