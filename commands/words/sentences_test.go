package words_test

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sentence is an entry of the catalogue: its text by plural form, "other" for
// one without forms.
type sentence map[string]string

func readSentences(t *testing.T) map[string]sentence {
	t.Helper()
	data, err := os.ReadFile("active.en.json")
	require.NoError(t, err)
	return read(t, data)
}

// read takes a catalogue apart.
func read(t *testing.T, data []byte) map[string]sentence {
	t.Helper()
	var raw map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(data, &raw))
	all := map[string]sentence{}
	for id, r := range raw {
		var text string
		if json.Unmarshal(r, &text) == nil {
			all[id] = sentence{"other": text}
			continue
		}
		var forms sentence
		require.NoError(t, json.Unmarshal(r, &forms), id)
		all[id] = forms
	}
	return all
}

func (s sentence) plural() bool { return len(s) > 1 }

// asks are the names of the values that a sentence needs.
func (s sentence) asks() []string {
	placeholder := regexp.MustCompile(`\{\{\.(\w+)\}\}`)
	var all []string
	for _, text := range s {
		for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
			all = append(all, m[1])
		}
	}
	return all
}

// endings are what the code puts behind an id that it completes when it runs:
// the values of the type it completes it with. The comments say why one is
// missing.
func endings(s source) map[string][]string {
	states := s.constants("bot/approval", "State")
	seen, named := s.constants("commands", "Seen"), s.fields("commands", "Name", "Flags")
	onWhoseSay := []string{"", "-alone", "-unasked"}
	short := []string{"nobody", "few", "no-other-team"}
	systems := s.systems()
	return map[string][]string{
		"state.": values(states),
		// A case that is being verified has the title of its outcome; a pending one
		// asks in words of its own.
		"card.title.":           values(states),
		"card.status.":          values(states, "pending", "done"),
		"card.title.approved":   onWhoseSay,
		"card.status.approved":  onWhoseSay,
		"card.found.":           values(s.constants("commands", "Way"), ""),
		"card.status.waiting":   onWhoseSay,
		"card.title.held":       onWhoseSay,
		"state.held":            onWhoseSay,
		"card.status.not-run":   onWhoseSay,
		"card.status.short-":    short,
		"short.":                short,
		"history.":              append(values(s.constants("bot/approval", "Choice")), "alone", "asked", "confirmed", "renewed", "signed", "withdrawn"),
		"report.at.":            append(values(s.constants("bot/approval", "Choice")), "alone", "asked", "confirmed", "renewed", "signed", "withdrawn"),
		"report.head":           {"", "-anywhere", "-anywhere-by", "-anywhere-by-on", "-anywhere-on", "-by", "-by-on", "-on"},
		"ending.":               pairs(named, values(seen)),
		"seen.":                 pairs(named, values(seen)),
		"deed.":                 named,
		"help.":                 named,
		"things.":               named,
		"hurts.":                named,
		"card.outcome.unclear.": named,
		"card.kind.":            named,
		"form.title.":           named,
		"form.things.":          named,
		"form.listed.":          named,
		"grounds.looked.":       named,
		"by-hand.":              systems,
		"by-hand-at.":           slices.DeleteFunc(slices.Clone(systems), func(kind string) bool { return kind == "hulft" }), // its console has no ids
		"fact.":                 facts(s, systems),
		"brief.": {
			"active", "age", "blocked", "cmd", "idle", "multi", "open", "runs", "service", "statements", "status",
			"subscriber", "transaction", "transfer-failed", "transferred",
		},
		"refused.standing.": append(values(s.constants("policy", "Standing"), "member"), "unknown"), // members are not refused for it
		"refused.place.":    append(values(s.constants("policy", "Place"), "channel"), "unknown"),   // our own channels neither
		"slack.":            values(s.constants("bot/slack", "cause")),
		"vendor.":           values(s.constants("integrations", "Kind")),
		"span.":             {"days", "hours", "minutes", "seconds"},
		"list.":             {"all-two", "all-start", "all-middle", "all-end", "any-two", "any-start", "any-middle", "any-end"},
		"":                  hints(s, append(systems, "huaweicloud")),
	}
}

func values(constants map[string]string, but ...string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Values(constants)), func(v string) bool { return slices.Contains(but, v) })
}

// pairs are each of some with each of others.
func pairs(some, others []string) (all []string) {
	for _, a := range some {
		for _, b := range others {
			all = append(all, a+"."+b)
		}
	}
	return all
}

// facts are the names under which clients tell what they know of a thing.
func facts(s source, systems []string) (all []string) {
	for _, system := range systems {
		all = append(all, s.fields("integrations/"+system, "Name", "Identity", "Scopes", "Roles", "Options")...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// checked is how the ids begin that a kind gives to a word which can name nothing there.
const checked = "mistake."

// hints are the ids that clients give along with an error, a thing or a trace.
func hints(s source, systems []string) (all []string) {
	for _, system := range systems {
		for _, family := range []string{system + ".", "bar." + system + "-", "warn." + system + "-", "trace." + system + "-", checked} {
			all = append(all, s.literals("integrations/"+system, family)...)
		}
	}
	all = append(all, s.literals("integrations", "network.")...)
	return append(all, s.literals("bot/engine", "bar.")...) // what the policy protects
}

// said are all uses in the module with their ids made whole.
func said(t *testing.T, s source) []use {
	t.Helper()
	ends := endings(s)
	completed := map[string]bool{}
	var all []use
	for dir := range s.packages {
		for _, u := range s.uses(dir) {
			if !u.open {
				all = append(all, u)
				continue
			}
			require.Contains(t, ends, u.id, "%s completes an id in a way that this test does not know", u.at)
			completed[u.id] = true
			all = append(all, each(u, ends[u.id])...)
		}
	}
	for prefix := range ends {
		require.True(t, completed[prefix], "nothing completes %q any more", prefix)
	}
	return all
}

// kept are the sentences that the code said once and says no more: what is stored may hold them.
func kept() []string {
	return []string{
		"fabric.not-found", "freeze.role", "glass.notice", "glass.over", "heard.twice", "list.or", "list.some", "mistake.thing-unknown",
		"mistake.things-limited", "mistake.things-unfit",
		"refused.miss.role", "ring.denied", "trace.taurusdb-jobs-none-yet", "trace.taurusdb-not-visible", "unfreeze.one",
	}
}

func TestEveryMessageHasItsSentenceAndEverySentenceItsUse(t *testing.T) {
	s, sentences := readSource(t), readSentences(t)
	used := map[string]bool{}
	for _, u := range said(t, s) {
		used[u.id] = true
		assert.NotEmpty(t, sentences[u.id], "%s says %q, which has no sentence", u.at, u.id)
	}
	for id := range sentences {
		assert.True(t, used[id] || slices.Contains(kept(), id), "nothing says %q", id)
	}
	for _, id := range kept() {
		assert.NotEmpty(t, sentences[id], "%q may be stored, and has no sentence", id)
	}
	require.Greater(t, len(used), 150, "the test no longer sees what the code says")
}

func TestEverySentenceIsGivenWhatItAsksFor(t *testing.T) {
	s, sentences := readSource(t), readSentences(t)
	var notes []string
	for _, system := range s.systems() {
		notes = append(notes, s.literals("integrations/"+system, checked)...)
	}
	told := 0
	for _, u := range said(t, s) {
		family, _, _ := strings.Cut(u.id, ".")
		if u.dark || slices.Contains([]string{"bar", "warn", "trace"}, family) || slices.Contains(notes, u.id) { // a note brings its own
			continue
		}
		told++
		needs := sentences[u.id].asks()
		if sentences[u.id].plural() {
			needs = append(needs, "count") // which chooses the form
		}
		for _, n := range needs {
			assert.Contains(t, u.given, n, "%s does not give %q, which %q asks for", u.at, n, u.id)
		}
	}
	require.Greater(t, told, 150, "the test no longer sees what the code gives")
}

// A message that is not made by words.New would escape the tests above.
func TestMessagesAreMadeInOneWay(t *testing.T) {
	s := readSource(t)
	for dir := range s.packages {
		if dir == "commands/words" {
			continue
		}
		s.each(dir, s.noOtherMessages(t))
	}
}

func TestSentencesAreWellFormed(t *testing.T) {
	stray := regexp.MustCompile(`\{\{|\}\}|  |^\s|\s$|<no value>`)
	placeholder := regexp.MustCompile(`\{\{\.\w+\}\}`)
	for id, s := range readSentences(t) {
		assert.Contains(t, s, "other", id)
		for form, text := range s {
			assert.Contains(t, []string{"one", "other"}, form, "%s: English has no other forms", id)
			assert.NotEmpty(t, text, id)
			assert.False(t, stray.MatchString(placeholder.ReplaceAllString(text, "x")), "%s: %q", id, text)
			assert.Zero(t, strings.Count(text, "`")%2, "%s: a backtick is open", id)
			// Slack reads these three as markup in a sentence too, also within backticks: only a value is escaped.
			assert.NotRegexp(t, "[<>&]", text, "%s: give it as a value", id)
		}
	}
}

// A refusal and a mistake end without a call. People who are in a hurry have to
// read that, and not to guess it.
func TestWhoIsRefusedReadsThatNothingWasDone(t *testing.T) {
	for id, s := range readSentences(t) {
		family, _, _ := strings.Cut(id, ".")
		if family != "refused" && family != "mistake" || slices.Contains([]string{"mistake.command", "mistake.quell"}, id) {
			continue
		}
		for _, text := range s {
			assert.Contains(t, strings.ToLower(text), "nothing was done", id)
		}
	}
}

// What a system cannot do or does not like is said with the system's name:
// whoever reads it may have asked for several.
func TestASystemsTroubleNamesTheSystem(t *testing.T) {
	families := append(readSource(t).systems(), "vendor", "huaweicloud", "network")
	for id, s := range readSentences(t) {
		family, _, _ := strings.Cut(id, ".")
		if slices.Contains(families, family) {
			assert.Contains(t, s.asks(), "target", id)
		}
	}
}

// A vendor's trouble leaves a person with something to do next.
func TestASystemsTroubleSaysWhatToDoNext(t *testing.T) {
	families := append(readSource(t).systems(), "vendor", "huaweicloud", "network")
	for id, s := range readSentences(t) {
		family, _, _ := strings.Cut(id, ".")
		if slices.Contains(families, family) {
			assert.Regexp(t, `\b(Please|please|should)\b`, s["other"], id)
		}
	}
}
