package slack

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands/words"
	"quell/integrations"
)

// The confirmation of a yes is whole: how many things, that it cannot be undone, and no half
// of a name, which may be the name of another thing.
func TestAConfirmationIsNeverCutShort(t *testing.T) {
	t.Parallel()
	s := chat(t)
	d := drawing{rich: s.speaker(mrkdwn{}), plain: s.speaker(plain{})}
	for _, target := range []int{1, 60, 79, 88, 150} {
		for _, count := range []int{1, 2, 5, 14, 20} {
			for _, long := range []int{3, 19, 40, 80, 200} {
				var things []integrations.Thing
				for i := range count {
					things = append(things, session(fmt.Sprintf("%02d%s", i, strings.Repeat("x", long-2))))
				}
				c := tell(t, "leaks", things...).c
				c.Request.Target = strings.Repeat("t", target)
				confirm := d.confirm(c)
				name := fmt.Sprintf("%d of %d letters on one of %d", count, long, target)
				assert.LessOrEqual(t, utf8.RuneCountInString(confirm.Title.Text), 100, name)
				assert.Contains(t, confirm.Title.Text, fmt.Sprintf("End %d session", count), name)
				text := confirm.Text.Text
				assert.LessOrEqual(t, utf8.RuneCountInString(text), 300, name)
				assert.Contains(t, text, c.Request.Target, "%s: which system it is", name)
				assert.True(t, strings.HasSuffix(text, "It cannot be undone."), "%s: %s", name, text)
				assert.Contains(t, text, fmt.Sprintf("End %d session", count), "%s: how many of what", name)
				if target <= 60 {
					assert.Regexp(t, "connections? (is|are) cut", text, "%s: what it costs", name)
				}
				named := 0
				for _, thing := range things {
					named += strings.Count(text, thing.Name)
				}
				assert.Equal(t, strings.Count(text, "x"), named*(long-2), "%s: %s", name, text)
				if named < count {
					assert.Regexp(t, fmt.Sprintf(`\b(%d more|all %d|the one|worker × %d)\b`, count-named, count, count), text, name)
				}
			}
		}
	}
}

// Where there is no room for all warnings, the dialog keeps what is known of these very things, and
// says that the card has more.
func TestAConfirmationDropsNoWarningWithoutAWord(t *testing.T) {
	t.Parallel()
	s := chat(t)
	d := drawing{rich: s.speaker(mrkdwn{}), plain: s.speaker(plain{})}
	c := tell(t, "leaks", session("10.63.238.158:2048")).c
	multi := words.New("warn.redis-multi", words.V{"commands": words.Code("set get")})
	c.Plan.Hurts = append(c.Plan.Hurts, multi, words.New("warn.redis-unnoticed"), words.New("warn.redis-subscriptions"))
	text := d.confirm(c).Text.Text
	assert.Contains(t, text, "Commands queued in its transaction: set get. None of them runs.")
	assert.Contains(t, text, "See the card for 2 more warnings.")
	assert.True(t, strings.HasSuffix(text, "It cannot be undone."), text)
}

func TestACutEndsBehindAWord(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		most int
		want string
	}{
		{"short", 5, "short"},
		{"one two three", 12, "one two…"},
		{"one two three", 8, "one two…"},
		{"one · two · three", 10, "one · two…"},
		{"one, two", 7, "one…"},
		{"toolongaword", 5, "to…rd"},
		{"by <@U0ANNA> at <!date^1^{time_secs}|03:12:00 UTC>", 49, "by <@U0ANNA> at…"},
		{"by <@U0ANNA>, then", 17, "by <@U0ANNA>…"},
		{"id `a b c` · name", 12, "id `a b c`…"},
		{"id `a b c` · name", 10, "id…"},
		{"セッション を 終了", 8, "セッション を…"},
		{"a < b", 4, "a <…"},
		{"<unclosed and long", 6, "<un…ng"},
		{"&amp;&amp;&amp;", 9, "…&amp;"},
		{":tada::tada:", 8, "…:tada:"},
		{"<@U0ANNA><@U0BEN><@U0CAT>", 20, "<@U0ANNA>…<@U0CAT>"},
		{"👩‍💻👩‍💻👩‍💻", 8, "…👩‍💻"},
		{"e\u0301e\u0301e\u0301e\u0301", 5, "e\u0301…e\u0301"},
		{"障害対応👍🏽👍🏽", 8, "障害対応…"},
	} {
		got := cut(c.text, c.most)
		assert.Equal(t, c.want, got, c.text)
		require.LessOrEqual(t, len(utf16.Encode([]rune(got))), c.most)
	}
}

// The yes of the dialog is that of the button that opened it.
func TestTheDialogSaysWhatItsButtonSays(t *testing.T) {
	s := chat(t)
	d := drawing{rich: s.speaker(mrkdwn{}), plain: s.speaker(plain{})}
	c := tell(t, "leaks", session("a")).c
	require.Equal(t, "Approve", d.confirm(c).Confirm.Text)
	c.Renewal = &approval.Renewal{}
	require.Equal(t, "Go on", d.confirm(c).Confirm.Text)
}
