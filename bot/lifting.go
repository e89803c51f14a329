package bot

import (
	"slices"
	"time"

	"quell/bot/approval"
	"quell/bot/engine"
	"quell/bot/store"
	"quell/commands/words"
)

// lifting is somebody's word to lift a freeze, with what the freeze holds.
type lifting struct {
	by      Speaker
	at      time.Time
	target  string
	of      store.Freeze   // what is to be lifted
	freezes []store.Freeze // all of them
	asked   time.Time      // when the same person said so before, if that still counts
	holds   []store.FrozenCase
}

func (l lifting) values() words.V {
	return words.V{
		"by": words.User(l.by.Person.User), "what": frozenWhat(l.target), "command": words.Code(engine.UnfreezeCommand(l.target)),
		"frozen": words.Say(engine.Frozen(l.of)),
	}
}

// news is what people are told of the word: that it lifts the freeze, or waits for another's, and
// which cases go on. A channel is told the cases that were asked in it, and how many there are
// elsewhere; the audit channel is told all. Once the freeze is lifted, the channels of the cases
// are told as well. Nobody is told a word that counts already.
func (l lifting) news(done bool, audit string) (all []store.Saying) {
	if !l.asked.IsZero() {
		return nil
	}
	key, m, channels := "asks to unfreeze "+l.by.ID, words.New("unfreeze.first", l.values()), []string{l.by.Channel, audit}
	if done {
		key, m = "unfreeze "+l.by.ID, words.New("unfreeze.done", l.values())
		for _, c := range l.holds {
			channels = append(channels, c.Request.Channel)
		}
	}
	for _, channel := range slices.Compact(slices.Sorted(slices.Values(channels))) {
		named := func(c store.FrozenCase) bool { return c.Request.Channel == channel || channel == audit }
		shows := func(target string) bool {
			return channel == audit || slices.ContainsFunc(l.holds, func(c store.FrozenCase) bool { return c.Request.Target == target && named(c) })
		}
		all = append(all, sayings(key, l.at, tellStop, l.withCases(l.withFrozen(m, done, shows), done, named), channel)...)
	}
	return all
}

// answer is what the speaker alone is told. sees says of which targets they may be told.
func (l lifting) answer(done bool, sees func(target string) bool) words.Message {
	named := func(c store.FrozenCase) bool { return sees(c.Request.Target) }
	if done {
		return l.withCases(l.withFrozen(words.New("unfreeze.lifted", l.values()), done, sees), done, named)
	}
	if !l.asked.IsZero() {
		v := l.values()
		v["at"], v["until"] = words.At(l.asked), words.At(l.asked.Add(store.UnfreezeWithin))
		return l.withCases(words.New("unfreeze.again", v), done, named)
	}
	return l.withCases(words.New("unfreeze.second", l.values()), done, named)
}

// withFrozen adds to the message that a freeze is lifted what stays frozen by another: some system
// where everything was lifted, or everything. named says which targets may be named.
func (l lifting) withFrozen(m words.Message, done bool, named func(target string) bool) words.Message {
	if !done {
		return m
	}
	var names []string
	unnamed := 0
	for _, f := range l.freezes {
		switch {
		case f.Target == l.target:
		case f.Target == "":
			return words.New("unfreeze.still", words.V{"said": words.Say(m), "what": frozenWhat("")})
		case l.target != "": // the freeze of another system says nothing of this one
		case named(f.Target):
			names = append(names, f.Target)
		default:
			unnamed++
		}
	}
	if len(names) > 0 {
		m = words.New("unfreeze.still", words.V{"said": words.Say(m), "what": words.Some(names, statusMost)})
	}
	if unnamed > 0 {
		m = words.New("unfreeze.still-unnamed", words.V{"said": words.Say(m), "count": words.Count(unnamed)})
	}
	return m
}

// withCases adds to a message which cases go on or end, or would if the freeze were lifted now: as
// many as one can read, and how many others there are.
func (l lifting) withCases(m words.Message, done bool, named func(store.FrozenCase) bool) words.Message {
	var lines []words.Message
	unnamed, unnamedEnds := 0, 0
	for _, c := range l.holds {
		switch {
		case !l.goesOn(c):
		case named(c) && len(lines) < statusMost:
			lines = append(lines, l.goesOnAs(c))
		case c.EndsOnLifting():
			unnamedEnds++
		default:
			unnamed++
		}
	}
	if unnamed > 0 {
		lines = append(lines, words.New("unfreeze.unnamed", words.V{"count": words.Count(unnamed)}))
	}
	if unnamedEnds > 0 {
		lines = append(lines, words.New("unfreeze.unnamed-ends", words.V{"count": words.Count(unnamedEnds)}))
	}
	v := words.V{"said": words.Say(m), "cases": words.Lines(lines)}
	switch {
	case len(lines) == 0:
		return m
	case done:
		return words.New("unfreeze.with", v)
	}
	return words.New("unfreeze.would", v)
}

// goesOn says that a case that is held may be called once this freeze is lifted: it waits for
// no decision, and no other freeze holds it.
func (l lifting) goesOn(c store.FrozenCase) bool {
	for _, f := range l.freezes {
		if f.Target != l.target && (f.Target == "" || f.Target == c.Request.Target) {
			return false
		}
	}
	return c.State == approval.Approved || c.HasMoreCalls()
}

// goesOnAs says how a case goes on: at once, after it has asked once more, or not at all.
func (l lifting) goesOnAs(c store.FrozenCase) words.Message {
	v := words.V{
		"case": words.Case(c.ID), "command": words.Code("/" + c.Request.Command), "target": words.Code(c.Request.Target),
		"by": words.User(c.Request.By.User), "channel": words.Channel(c.Request.Channel),
	}
	switch {
	case c.EndsOnLifting():
		return words.New("unfreeze.ends", v)
	case c.Asks != nil:
		return words.New("unfreeze.asks", v)
	}
	return words.New("unfreeze.goes-on", v)
}
