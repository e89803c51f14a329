package approval

import (
	"quell/commands/words"
)

// A case on a target that is set to act: never is a rehearsal (Case.Never). It is looked up, put to
// people, voted on, looked at once more and judged once more like any other, and it ends where its
// first call would be claimed. Its votes count as ever, they are not refused: for a team that tries
// Quell on production for the first time, the way up to the call with its own systems, names, rights
// and cards is what there is to try, and all of that is wrong more often than the call.
//
// A rehearsal stays one. Its card told people that nothing happens, so their yes was a yes to that,
// and no later change of the setting makes it act. The other way round the setting counts as it is at
// the call (package engine).

// Rehearsed says of a rehearsal that it is one, after something that is said of the case.
func Rehearsed(c Case, said words.Message) words.Message {
	if !c.Never {
		return said
	}
	return words.New("never.said", words.V{"said": words.Say(said), "target": words.Code(c.Request.Target)})
}

// Rehearsals is the line on the card of a rehearsal that is still open.
func Rehearsals(c Case) []words.Message {
	if !c.Never || c.State.Terminal() {
		return nil
	}
	return []words.Message{words.New("never.card", words.V{"target": words.Code(c.Request.Target)})}
}
