package bot_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slack"
	"quell/commands/words"
)

// A system is found in every command, in whatever spelling. One that is typed exactly is no
// question, and a spelling that fits two is answered with both.
func TestASystemInAnotherSpelling(t *testing.T) {
	w := newWorld(t)
	w.second()
	w.targets["CACHE-2"] = w.targets["cache-2"]
	w.bot = w.replica("R-2", strings.Replace(everyCache, "targets: [cache-2]", `targets: ["*"]`, 1))
	both := words.New("mistake.target-ambiguous", words.V{
		"target": words.Code("Cache-2"), "command": words.Code("/kill-session"), "targets": words.All(words.Code("CACHE-2"), words.Code("cache-2")),
	})
	say := func(command, text string) words.Message {
		return w.answer(w.bot, slack.Delivery{From: listener("U0ANNA"), SlashCommand: &slack.SlashCommand{Command: command, Text: text}}).Say
	}
	require.Empty(t, say("kill-session", "`Ｃａｃｈｅ` *"+peer+"*"))
	require.Equal(t, "cache", w.latest().Request.Target)
	require.Equal(t, both, say("kill-session", "Cache-2 "+peer))
	require.Equal(t, both, say("quell", "can U0ANNA Kill-Session Cache-2"))
	assert.Equal(t, "mistake.target-ambiguous", say("quell", "freeze Cache-2 --reason x").Values["why"].Inner.ID)
	assert.Equal(t, "why", say("quell", "can `U0ANNA` `/Kill-Session` *CACHE-2*").ID)
	assert.Equal(t, "why", say("quell", "ｃａｎ U0ANNA kill-session，　#cache").ID)
	assert.Equal(t, "freeze.done", say("quell", "*Freeze* _CACHE_ --reason x").ID)
	assert.Equal(t, "unfreeze.second", say("quell", "`UNFREEZE` <#C0123|cache>").ID)
	assert.Equal(t, "why", say("quell", "Why `"+w.latest().ID+"`").ID)
	assert.Equal(t, "why.no-case", say("quell", "why <http://q-1.example|q-1.example>").ID)
}
