package approval

import (
	"encoding/json"
	"slices"
	"strings"

	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

// Version is the newest version of the stored form of a case (schema version) that this program
// knows. It reads every version up to this one and nothing of a newer one: only the release
// that wrote a newer case knows what its fields mean. It writes a case as the oldest version
// that tells all of it, so that an older release can go on with what it knows.
//
//	0  the releases before a case had a version. That a call is in flight, that all things
//	   were gone before it and why policy refuses is told by the id of a sentence alone. The
//	   exchanges with the vendor are in the case (Case.Exchanges).
//	1  Item.InFlight, AlreadyGone and Decision.Cause tell the same, and no sentence is read.
//	   Exchanges are rows beside the case; those of a case of version 0 stay in it.
//	2  a case that is a rehearsal (Never), or that waits or waited for its asker's word on what
//	   was found (Confirming). A release that knows neither would make its calls, so it has to
//	   leave the case alone.
//	3  a case whose details are kept out of the channel (Decision.Private). A release that does not
//	   know that would draw them there, and store the case without it.
//
// The sentences stay as they were: a release of version 0 can go on with a case of version
// 1, and leaves one of version 0 behind.
const Version = 3

// versionOf is the version that a case is written as.
func versionOf(c Case) int {
	switch {
	case c.Decision.Private:
		return 3
	case c.Never, c.Confirming != nil:
		return 2
	}
	return 1
}

// Newer says that a newer release stored the case. Nothing of it is known then but its id,
// its version and when it was opened.
func (c Case) Newer() bool { return c.Version > Version }

// Read reads a stored case as this program writes it. Of a newer one it reads the id and the
// version.
func Read(body []byte) (Case, error) {
	var c Case
	err := json.Unmarshal(body, &c)
	if c.Newer() { // a field may mean something else by now, or not fit at all
		return Case{ID: c.ID, Version: c.Version}, nil
	}
	if c.Version == 0 {
		c.flagsFromSentences()
	}
	c.nameClients()
	c.triesOfItems()
	c.Version = versionOf(c)
	return c, err
}

// nameClients puts the number of a client of Redis first among its facts, as its system does
// today. Where that was not stored among them, it was shown out of the thing's identity.
func (c *Case) nameClients() {
	for i := range c.Plan.Items {
		t := &c.Plan.Items[i].Thing
		called := func(f integrations.Field) bool { return f.Name == "client" && f.Value != "" }
		if n := slices.IndexFunc(t.Identity, called); n >= 0 && !slices.ContainsFunc(t.Facts, called) {
			t.Facts = append([]integrations.Field{t.Identity[n]}, t.Facts...)
		}
	}
}

// flagsFromSentences sets the flags of version 1 in a case of version 0, in which only the ids
// of sentences told the same. No other code decides by the id of a sentence.
func (c *Case) flagsFromSentences() {
	for i, it := range c.Items {
		c.Items[i].InFlight = it.Claimed && it.Why.ID == "why.no-answer-yet"
	}
	c.AlreadyGone = c.State == Done && c.Why.ID == "case.already-gone"
	if d := &c.Decision; d.Verdict == policy.Refuse {
		d.Cause = causeIn(d.Why)
	}
}

// causeIn reads the cause of a refusal of version 0 from the id of its sentence.
func causeIn(why words.Message) policy.Cause {
	switch {
	case strings.HasPrefix(why.ID, "refused.standing."):
		return policy.CausePerson
	case strings.HasPrefix(why.ID, "refused.place."):
		return policy.CausePlace
	}
	return map[string]policy.Cause{
		"refused.no-rule":      policy.CauseNoRule,
		"refused.miss.channel": policy.CauseChannel,
		"refused.miss.role":    policy.CauseRole,
		"refused.miss.when":    policy.CauseTime,
		"refused.miss.scope":   policy.CauseScope,
		"refused.denied":       policy.CauseDenied,
		"refused.reason":       policy.CauseReason,
		"refused.ticket":       policy.CauseReason,
		"refused.too-many":     policy.CauseNumber,
		"refused.protected":    policy.CauseShield,
	}[why.ID]
}
