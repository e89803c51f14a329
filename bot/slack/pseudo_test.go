package slack

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// inPseudo is chat where everything is said in the pseudo-language.
func inPseudo(t *testing.T) *Slack {
	t.Helper()
	s := chat(t)
	s.Locale = words.Pseudo
	return s
}

// texts are all that people read of blocks or of a view.
func texts(t *testing.T, drawn any) (all []string) {
	t.Helper()
	body, err := json.Marshal(drawn)
	require.NoError(t, err)
	var v any
	require.NoError(t, json.Unmarshal(body, &v))
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if text, ok := v["text"].(string); ok {
				all = append(all, text)
			}
			for _, part := range v {
				walk(part)
			}
		case []any:
			for _, part := range v {
				walk(part)
			}
		}
	}
	walk(v)
	return all
}

// outside is what stands in a text outside all brackets, without values that Slack or a vendor
// names: code, people and times, icons. ok says that each bracket is closed: nothing was cut.
func outside(text string) (rest string, ok bool) {
	depth := 0
	var out strings.Builder
	for _, r := range text {
		switch {
		case r == '⟦':
			depth++
		case r == '⟧':
			depth--
		case depth == 0:
			out.WriteRune(r)
		}
	}
	values := regexp.MustCompile("(?s)```.*?```|`[^`]*`|<[^>]*>|:[a-z_]+:")
	return values.ReplaceAllString(out.String(), ""), depth == 0
}

// saidByTheCatalogue holds that people read nothing which the catalogue has not, but names of
// things, and that nothing grew too long for its place.
func saidByTheCatalogue(t *testing.T, drawn any, names ...string) {
	t.Helper()
	for _, text := range texts(t, drawn) {
		rest, whole := outside(text)
		for _, name := range names {
			rest = strings.ReplaceAll(rest, name, "")
		}
		assert.False(t, strings.ContainsFunc(rest, unicode.IsLetter), "outside the catalogue: %q of %q", rest, text)
		assert.True(t, whole, "too long for its place: %s", text)
	}
}

func TestWhatStandsOutsideTheBrackets(t *testing.T) {
	for text, want := range map[string]string{
		"⟦a ⟦b⟧ `c`⟧ · ⟦d⟧": " · ", "⟦a⟧ Approve": " Approve", ":x: ⟦a⟧ `b` <@U1>": "  ", "": "", "```a\nb```": "",
	} {
		rest, whole := outside(text)
		assert.Equal(t, want, strings.ReplaceAll(rest, "   ", "  "), text)
		assert.True(t, whole, text)
	}
	_, whole := outside("⟦a ⟦b…")
	assert.False(t, whole)
}

// The largest requests fit in a language with longer words, too.
func TestTheLongestCardsHaveRoomForLongerWords(t *testing.T) {
	t.Parallel()
	s := inPseudo(t)
	for _, count := range []int{1, 5, commands.MaxThings} {
		long := strings.Repeat("r", commands.MaxReason)
		var things []integrations.Thing
		for i := range count {
			thing := session(fmt.Sprintf("[2001:db8:ffff:ffff:ffff:ffff:ffff:ffff]:%d", 10_000+i))
			thing.Facts[0].Value = strings.Repeat("w", integrations.Shown)
			things = append(things, thing)
		}
		for name, c := range map[string]approval.Case{
			"asked": tell(t, long, things...).c, "denied": tell(t, long, things...).denied(long).c, "ended": longest(t, long, things),
		} {
			blocks := s.cardBlocks(c)
			assert.True(t, fits(blocks), "%s, %d", name, count)
			said := strings.Join(texts(t, blocks), "\n")
			for _, thing := range things {
				assert.Contains(t, said, thing.Name, "%s, %d: every one stands on the card", name, count)
			}
			d := s.drawing(start)
			d.brief = briefest
			assert.True(t, fits(d.textCard(c)), "%s, %d: as text", name, count)
			assert.LessOrEqual(t, characters(s.threadText(c, nil)), maxThread, "%s, %d: the thread", name, count)
		}
	}
}

// What one person is asked or told has brackets around all of it.
func TestAnswersStandInTheCatalogue(t *testing.T) {
	t.Parallel()
	s := inPseudo(t)
	c := tell(t, "leaks", session("10.63.238.158:2048")).c
	saidByTheCatalogue(t, s.callBlocks(c))
	saidByTheCatalogue(t, s.drawing(start).textCard(c), "10.63.238.158:2048")
	saidByTheCatalogue(t, sections(s.threadText(c, nil)))
	saidByTheCatalogue(t, s.menu("kill-session", bot.Offer{Things: []integrations.Thing{session("10.63.238.158:2048")}, All: 8, At: start}), "10.63.238.158:2048", "checkout-worker")
	saidByTheCatalogue(t, s.menu("kill-session", bot.Offer{}))
	saidByTheCatalogue(t, s.menu("kill-session", bot.Offer{All: 30_001, Left: 30_000, At: start}))
	saidByTheCatalogue(t, s.targetMenu(bot.Offer{Targets: []string{"cache-prod"}, All: 200, At: start}), "cache-prod")
	saidByTheCatalogue(t, s.targetMenu(bot.Offer{}))
}

// Titles and buttons of a form have room for few letters, and a cut one may say something else
// (docs.slack.dev, "View objects").
func TestTitlesHaveRoomForLongerWords(t *testing.T) {
	t.Parallel()
	d := inPseudo(t).formDrawing()
	few, many := words.V{"count": words.Count(1)}, words.V{"count": words.Count(20)}
	all := []words.Message{
		words.New("because.title"), words.New("because.send"), words.New("because.skip"),
		words.New("glass.title"), words.New("glass.send"), words.New("glass.close"),
		words.New("form.send"), words.New("form.cancel"), words.New("calls.title", few), words.New("calls.title", many), words.New("calls.close"),
	}
	for _, name := range commands.Names() {
		all = append(all, words.New("form.title."+name))
	}
	for _, m := range all {
		said := strings.Trim(d.plain.Say(m), "⟦⟧")
		assert.LessOrEqual(t, characters(said), maxViewTitle, "%s: %s", m.ID, said)
	}
	for _, m := range []words.Message{words.New("confirm.yes"), words.New("button.renew"), words.New("button.confirm"), words.New("confirm.no")} {
		said := d.plain.Say(m)
		assert.LessOrEqual(t, characters(said), maxConfirmYes, "%s: %s", m.ID, said)
	}
}

// A confirmation leaves out names, then costs, before it is cut. The name of a system of more than
// 60 letters may be cut in its title, as in English.
func TestAConfirmationHasRoomForLongerWords(t *testing.T) {
	t.Parallel()
	s := inPseudo(t)
	for _, target := range []int{1, 60} {
		for _, count := range []int{1, 2, 5, 20} {
			var things []integrations.Thing
			for i := range count {
				things = append(things, session(fmt.Sprintf("%02d%s", i, strings.Repeat("x", 40))))
			}
			c := tell(t, "leaks", things...).c
			c.Request.Target = strings.Repeat("t", target)
			saidByTheCatalogue(t, s.drawing(start).confirm(c))
		}
	}
}
