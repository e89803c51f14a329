package approval

import (
	"encoding/json"
	"strings"

	"quell/commands/words"
	"quell/policy"
)

// Version is the form of a stored case that this program writes. It reads those up to it,
// and nothing of a newer one: what that means is for the release to say that wrote it.
//
//	0  the releases before a case had a version. That a call is on its way, that all was
//	   gone before it and what policy refuses for is told by the id of a sentence alone.
//	   What went over the wire is in the case (Calls).
//	1  Item.InFlight, AlreadyGone and Decision.Cause tell that, and no sentence is read.
//	   What goes over the wire is stored beside the case; what a case of version 0 has of
//	   it stays there.
//
// The sentences stay as they were: a release of version 0 can go on with a case of version
// 1, and leaves one of version 0 behind.
const Version = 1

// Newer says that a newer release stored the case. Nothing of it is known then but its id,
// its version and when it was opened.
func (c Case) Newer() bool { return c.Version > Version }

// Read reads a stored case as one of this version. Of a newer one it reads the id and the
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
	c.Version = Version
	return c, err
}

// flagsFromSentences gives a case of version 0 the flags for what only its sentences told. No
// other code decides by the id of a sentence.
func (c *Case) flagsFromSentences() {
	for i, it := range c.Items {
		c.Items[i].InFlight = it.Claimed && it.Why.ID == "why.no-answer-yet"
	}
	c.AlreadyGone = c.State == Done && c.Why.ID == "case.already-gone"
	if d := &c.Decision; d.Verdict == policy.Refuse {
		d.Cause = causeIn(d.Why)
	}
}

// causeIn is what a refusal of version 0 is about.
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
