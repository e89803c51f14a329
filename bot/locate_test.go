package bot_test

import (
	"encoding/json"
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
	"quell/integrations"
	"quell/policy"
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
	require.Equal(t, words.New("mistake.target-several", words.V{"target": words.Code(elsewhere), "targets": words.All(words.Code("cache"), words.Code("cache-2"))}), f.Wrong)
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

// Lists are long. They are read once for a command, and not at all for whoever may pick on no
// target: what a stranger mistypes costs nothing.
func TestListsAreReadOnceAndForWhoMayPick(t *testing.T) {
	w := newWorld(t)
	w.two(true)
	read := func(user, typed string) int32 {
		before := w.listed.Load()
		h := typing(typed)
		h.From = listener(user)
		w.answer(w.bot, h)
		return w.listed.Load() - before
	}
	require.EqualValues(t, 1, read("U0ANNA", elsewhere), "two systems have it, and both are named in the form")
	require.EqualValues(t, 1, read("U0ANNA", "nowhere"))
	require.Zero(t, read("U0ANNA", "cache"), "it names a system")
	require.Zero(t, read("U0EVE", elsewhere), "no rule lets her")
	w.bot.settle() // the forms that were opened are filled
	whole := w.formsRead.Load()
	w.bot.Locate(t.Context(), w.speaks("U0ANNA", channel), commands.Request{Command: "restart-proxy", Target: elsewhere})
	require.Equal(t, whole, w.formsRead.Load(), "of what is for another command the head is enough")
	w.bot.Locate(t.Context(), w.speaks("U0ANNA", channel), commands.Request{Command: "kill-session", Target: elsewhere})
	require.Equal(t, whole+2, w.formsRead.Load(), "each list is read once")
	w.people.stand("U0ANNA", policy.Guest)
	w.clock.advance(10 * time.Second)
	require.Zero(t, read("U0ANNA", elsewhere))
}

// Of each system the newest list counts, and one that is being read hides none.
func TestTheNewestListOfASystemCounts(t *testing.T) {
	w := newWorld(t)
	w.two(false)
	save := func(id string, at time.Time, things ...integrations.Thing) {
		list := integrations.Sighting{Things: things, Complete: true, At: at}
		body, err := json.Marshal(struct {
			Person  commands.Person       `json:"person"`
			Command string                `json:"command"`
			Target  string                `json:"target"`
			Want    []string              `json:"want"`
			List    integrations.Sighting `json:"list"`
		}{listener("U0ANNA").Person, "kill-session", "cache", []string{`"list":`}, list})
		require.NoError(t, err)
		w.clock.advance(time.Second)
		require.NoError(t, w.db.SaveForm(t.Context(), id, string(body), w.clock.Now().Add(time.Minute)))
	}
	const other = "10.63.238.161:1"
	on := func(thing string) string {
		r, _ := w.bot.Locate(t.Context(), w.speaks("U0ANNA", channel), commands.Request{Command: "kill-session", Target: thing})
		return r.Target
	}
	require.Equal(t, "cache", on(peer))
	save("F-read", time.Time{})
	require.Equal(t, "cache", on(peer))
	save("F-new", w.clock.Now(), integrations.Thing{ID: other, Name: other})
	require.Equal(t, "cache", on(other))
	require.Equal(t, peer, on(peer), "it is gone from the newest")
	require.Equal(t, "cache-2", on(elsewhere))
}
