package words_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// apart reports whether a value stands in a text as a sentence, or as what a colon announces, of its
// own: what is put there needs to agree with no word around it.
func apart(text, value string) bool {
	before, after, _ := strings.Cut(text, "{{."+value+"}}")
	begins := regexp.MustCompile(`(^(• |- )?|[.?!:)] ?|\n(• |- )?|:[a-z_]+: |\}\} )$`).MatchString(before)
	ends := regexp.MustCompile(`^($|\n| [A-Z{(])`).MatchString(after)
	return begins && ends
}

func TestWhatStandsApart(t *testing.T) {
	for text, want := range map[string]bool{
		"{{.why}}": true, "Refused. {{.why}}": true, "It says: {{.why}}": true, "• {{.x}}\n{{.why}} Please wait.": true, ":warning: {{.why}}": true,
		"{{.x}} because {{.why}}": false, "{{.why}}, so it waits": false, "It is {{.why}}.": false, "{{.why}} is frozen": false,
	} {
		assert.Equal(t, want, apart(text, "why"), text)
	}
}

// spliced are the places where a message that is no sentence stands within another one, by the
// kind of what is put there. A translator has to know what comes: it is a name, which agrees with
// nothing. A clause is none of them.
func spliced() map[string][]string {
	return map[string][]string{
		// The name of a deed or a heading, quoted as such before a colon, a question mark or a dot.
		"heading": {
			"card.title.pending.deed", "confirm.all.deed", "confirm.left.deed", "confirm.private.deed", "confirm.some.deed", "confirm.text.deed", "confirm.title.deed",
			"home.case.title", "past.case.title", "past.case-alone.title", "push.stands.title", "push.stands-why.title", "push.unplanned.title", "push.unplanned-why.title", "unshown.refused.deed",
			"never.calls.things", "thread.calls.things", "push.asks.things", "push.asks-why.things", "push.stands.things",
			"push.stands-why.things", "push.confirm.deed", "push.confirm.things", "push.confirm-why.deed", "push.confirm-why.things", "report.became.thing",
		},
		// The state of something, in the words of our own table of states or of a vendor's.
		"state": {"state.alone.state", "status.case.state", "vote.over.state"},
		// What a colon announces and a dot ends: the parts agree with nothing.
		"announced": {"card.again.seen", "mistake.protected.why", "seen.older.ending", "why.passed.why"},
		// What stands in brackets.
		"aside": {"sight.note.note"},
	}
}

// A sentence is whole in the catalogue: no clause of it comes from elsewhere, for in another
// language the parts stand in another order and bend each other.
func TestNoClauseIsPutIntoASentence(t *testing.T) {
	s, sentences := readSource(t), readSentences(t)
	known := map[string]string{}
	for kind, all := range spliced() {
		for _, at := range all {
			known[at] = kind
		}
	}
	met := map[string]bool{}
	for _, u := range said(t, s) {
		for _, value := range u.inner {
			for _, text := range sentences[u.id] {
				if strings.Contains(text, "{{."+value+"}}") && !apart(text, value) {
					met[u.id+"."+value] = true
				}
			}
		}
	}
	for at := range met {
		assert.Contains(t, known, at, "a message is put into the middle of a sentence; say it as a sentence of its own")
	}
	for at := range known {
		assert.True(t, met[at] || slices.Contains(kept(), at), "%s is whole by now; take it off the list", at)
	}
}
