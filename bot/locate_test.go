package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/engine"
	"quell/bot/slack"
	"quell/commands"
	"quell/commands/words"
)

const elsewhere = "10.63.238.160:1"

// two are systems whose lists Anna has read; both have elsewhere if they share it.
func (w *world) two(share bool) (second *system) {
	second = newSystem(w.clock.Now)
	second.sessions = []string{elsewhere}
	if share {
		w.system.upset(func(s *system) { s.sessions = append(s.sessions, elsewhere) })
	}
	w.targets["cache-2"] = engine.Target{Name: "cache-2", Kind: "dcs", Actions: map[string]engine.Action{"kill-session": commands.KillSession(second)}}
	w.bot = w.replica("R-2", everyCache)
	for _, target := range []string{"cache", "cache-2"} {
		require.Empty(w.t, w.opens("U0ANNA", target))
		w.screen.form(w.t)
		require.NotZero(w.t, w.screen.form(w.t).List.At)
	}
	return second
}

// An address alone is looked for on the lists that were read within a minute.
func TestAnAddressAloneFindsItsSystem(t *testing.T) {
	w := newWorld(t)
	w.two(false)
	for _, typed := range []string{peer, "`" + peer + "`", "id=" + peer, peer + ","} {
		require.Empty(t, w.opens("U0ANNA", typed+" --reason leaks"), typed)
		c := w.latest()
		require.Equal(t, "cache", c.Request.Target, typed)
		require.Equal(t, approval.Pending, c.State)
		require.Empty(t, w.press(w.bot, "U0ANNA", slack.Withdraw, c))
	}
	require.Empty(t, w.opens("U0ANNA", peer+" 10.63.238.159:3058 --reason leaks"))
	require.Len(t, w.latest().Plan.Items, 2)

	f := w.mends(peer + " " + elsewhere) // on no list are both of them
	require.Empty(t, f.Target)
	require.Equal(t, "mistake.which-target", f.Wrong.ID)

	w.clock.advance(time.Minute)
	f = w.mends(elsewhere)
	require.Empty(t, f.Target, "the list is too old")
	require.Equal(t, words.New("mistake.which-target", words.V{"target": words.Code(elsewhere)}), f.Wrong)
	f = w.chooses(w.bot, f, "cache-2")
	require.Len(t, f.Picked, 1)
	require.Equal(t, elsewhere, f.Picked[0].Name)
	require.Empty(t, w.opens("U0ANNA", elsewhere), "now it was read")
	require.Equal(t, "cache-2", w.latest().Request.Target)
}

// What two systems have is asked for, and both are named.
func TestAnAddressOfTwoSystems(t *testing.T) {
	w := newWorld(t)
	w.two(true)
	f := w.mends(elsewhere)
	require.Empty(t, f.Target)
	require.Equal(t, words.New("mistake.target-several", words.V{"target": words.Code(elsewhere), "targets": words.Text("cache, cache-2")}), f.Wrong)
	require.Equal(t, bot.TheTarget, f.WrongAt)
	require.Len(t, w.chooses(w.bot, f, "cache-2").Picked, 1)
}

// A name that is near that of a system, or is one, is no address; and what goes wrong without a
// form is told as ever.
func TestWhatIsNoAddress(t *testing.T) {
	w := newWorld(t)
	w.two(false)
	require.Equal(t, "mistake.target-near", w.mends("cach").Wrong.ID)
	require.Empty(t, w.mends("Cache").Wrong)
	h := typing(elsewhere + " 10.9.9.9:9")
	h.SlashCommand.Trigger = ""
	require.Equal(t, "mistake.target-unknown", w.answer(w.bot, h).Say.ID)
}

// A list is looked through only for people who may act on its system, from where they are.
func TestAnAddressOnAListOfOthers(t *testing.T) {
	w := newWorld(t)
	w.two(false)
	b := w.replica("R-3", strings.NewReplacer("users: [U0ANNA]", "users: [U0ANNA, U0DAN]", "targets: [cache-2]", "targets: [cache-2], channels: [C0OTHER]").Replace(everyCache))
	dan := typing(peer)
	dan.From = listener("U0DAN")
	require.Empty(t, w.answer(b, dan).Say, "he may see that list, whoever had it read")
	require.Equal(t, "cache", w.latest().Request.Target)
	dan = typing(elsewhere)
	dan.From = listener("U0DAN")
	require.Empty(t, w.answer(b, dan).Say)
	f := w.screen.form(t)
	assert.Equal(t, "mistake.which-target", f.Wrong.ID, "not from here")
	assert.Equal(t, []string{"cache"}, f.Targets)
	w.screen.form(t)
	eve := typing(peer)
	eve.From = listener("U0EVE")
	require.Equal(t, "refused.miss.channel", w.answer(b, eve).Say.ID)
}
