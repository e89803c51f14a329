package slacksim_test

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
)

// posting sets who may post in the incident channel.
func posting(p slacksim.Posting) func(*slacksim.Config) {
	return func(cfg *slacksim.Config) { cfg.Channels[0].Posting = p }
}

func TestWhoMayPostInAChannel(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		posting                     slacksim.Posting
		post, reply, alone, edit    any // codes; nil for done
		archived, readOnly, threads bool
	}{
		"everybody":    {},
		"nobody":       {posting: slacksim.Posting{Archived: true}, post: "is_archived", reply: "is_archived", alone: "is_archived", edit: "is_inactive", archived: true},
		"others":       {posting: slacksim.Posting{ReadOnly: true}, post: "restricted_action_read_only_channel", reply: "restricted_action_read_only_channel", readOnly: true},
		"some people":  {posting: slacksim.Posting{Restricted: true}, post: "restricted_action", reply: "restricted_action", alone: "restricted_action"},
		"replies only": {posting: slacksim.Posting{ThreadOnly: true}, post: "restricted_action_thread_only_channel", threads: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			ts := s.posted(object{"channel": incident, "text": "before"})
			channel := s.Channel(incident)
			channel.Posting = c.posting
			s.SetChannel(channel)
			assert.Equal(t, c.post, s.call("chat.postMessage", object{"channel": incident, "text": "x"})["error"])
			assert.Equal(t, c.reply, s.call("chat.postMessage", object{"channel": incident, "text": "x", "thread_ts": ts})["error"])
			assert.Equal(t, c.alone, s.call("chat.postEphemeral", object{"channel": incident, "text": "x", "user": anna})["error"])
			assert.Equal(t, c.edit, s.call("chat.update", object{"channel": incident, "text": "y", "ts": ts})["error"])
			is := s.ok("conversations.info", object{"channel": incident})["channel"].(object)
			assert.Equal(t, []any{c.archived, c.readOnly, c.threads}, []any{is["is_archived"], is["is_read_only"], is["is_thread_only"]})
			assert.Nil(t, s.call("chat.postMessage", object{"channel": partners, "text": "x"})["error"], "another channel is as it was")
		})
	}
}

func TestNobodySpeaksInAnArchivedChannel(t *testing.T) {
	t.Parallel()
	s := start(t, posting(slacksim.Posting{Archived: true}))
	require.ErrorContains(t, s.As(anna).Say(incident, "hello"), "archived")
}

func TestHowLongAMessageMayBeEdited(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := start(t, at(clock))
	ts := s.posted(object{"channel": incident, "text": "1"})
	edit := func() any { return s.call("chat.update", object{"channel": incident, "ts": ts, "text": "2"})["error"] }
	clock.Advance(24 * time.Hour)
	require.Nil(t, edit(), "for ever, unless the workspace says otherwise")
	s.SetEditWindow(5 * time.Minute)
	require.Equal(t, "edit_window_closed", edit())
	ts = s.posted(object{"channel": incident, "text": "1"})
	clock.Advance(5*time.Minute - time.Second)
	require.Nil(t, edit())
	clock.Advance(2 * time.Second)
	require.Equal(t, "edit_window_closed", edit())
	s.SetEditWindow(-1)
	ts = s.posted(object{"channel": incident, "text": "1"})
	require.Equal(t, "edit_window_closed", edit())
}

// Of conversations that the app is not in, and that are not public, it is told nothing.
func TestWhatTheAppIsNotIn(t *testing.T) {
	t.Parallel()
	s := start(t, func(cfg *slacksim.Config) {
		cfg.Channels = append(cfg.Channels,
			slacksim.Channel{ID: "C0HIDDEN", Name: "hidden", Private: true, WithoutApp: true, Members: []string{anna}},
			slacksim.Channel{ID: "D0THEIRS", Name: "directmessage", Direct: true, Members: []string{anna, ben}},
			slacksim.Channel{ID: "C0THREE", Name: "mpdm-anna--ben--cho-1", Direct: true, WithoutApp: true, Members: []string{anna, ben, "U0CHO"}})
	})
	for _, id := range []string{"C0HIDDEN", "D0THEIRS", "C0THREE", "C0NOWHERE"} {
		for method, args := range map[string]object{
			"conversations.info":    {},
			"conversations.history": {},
			"chat.postMessage":      {"text": "x"},
			"chat.postEphemeral":    {"text": "x", "user": anna},
			"chat.update":           {"text": "x", "ts": "1.000000"},
			"chat.getPermalink":     {"message_ts": "1.000000"},
		} {
			args["channel"] = id
			assert.Equal(t, "channel_not_found", s.call(method, args)["error"], "%s of %s", method, id)
		}
	}
}

// seen lists what a person sees in the incident channel.
func (s scene) seen(person string) (all []string) {
	for _, m := range s.As(person).State().In(incident) {
		all = append(all, m.Text)
	}
	return all
}

func TestWhatOnlyOnePersonSeesIsGoneOnceThePageIsLoadedAnew(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.posted(object{"channel": incident, "text": "for all"})
	for _, who := range []string{anna, ben} {
		s.ok("chat.postEphemeral", object{"channel": incident, "text": "for " + who, "user": who})
	}
	s.must(s.As(anna).Say(incident, "/nothing"))
	require.Len(t, s.As(anna).State().Notices, 1)
	_, _, answer := s.post("/people/reload", "", object{"as": anna})
	require.Equal(t, true, answer["ok"])
	require.Equal(t, []string{"for all"}, s.seen(anna))
	require.Empty(t, s.As(anna).State().Notices)
	require.Equal(t, []string{"for all", "for " + ben}, s.seen(ben))
	_, _, answer = s.post("/people/reload", "", object{"as": "U0NOBODY"})
	require.Equal(t, false, answer["ok"])
}

func TestTheSwitchesOfAChannel(t *testing.T) {
	t.Parallel()
	s := start(t)
	turn := func(channel, name string, on bool) object {
		_, _, answer := s.post("/people/channel", "", object{"channel": channel, "name": name, "on": on})
		return answer
	}
	for name, is := range map[string]func(slacksim.ChannelSeen) bool{
		"archived":    func(c slacksim.ChannelSeen) bool { return c.Archived },
		"read_only":   func(c slacksim.ChannelSeen) bool { return c.ReadOnly },
		"thread_only": func(c slacksim.ChannelSeen) bool { return c.ThreadOnly },
		"restricted":  func(c slacksim.ChannelSeen) bool { return c.Restricted },
		"ext_shared":  func(c slacksim.ChannelSeen) bool { return c.ExtShared },
		"pseudo":      func(c slacksim.ChannelSeen) bool { return c.Pseudo },
	} {
		for _, on := range []bool{true, false} {
			require.Equal(t, object{"ok": true}, turn(incident, name, on), name)
			require.Equal(t, on, is(s.As(anna).State().Channels[0]), name)
		}
	}
	require.Contains(t, turn(incident, "haunted", true)["error"], "haunted")
	require.Contains(t, turn("C0NOWHERE", "archived", true)["error"], "C0NOWHERE")
}

// A person turns the switches on the page, and a page that is loaded anew has forgotten what
// was said to them alone.
func TestThePageSwitchesAndForgets(t *testing.T) {
	s := start(t, unhurried)
	b := s.browse(1200, 900)
	b.click(`#posting [name="archived"]`)
	b.reads("#kept", "archived")
	require.True(t, s.Channel(incident).Archived)
	b.click(`#posting [name="archived"]`)
	b.until(`() => document.getElementById("kept").hidden`)
	s.posted(object{"channel": incident, "text": "for all"})
	s.ok("chat.postEphemeral", object{"channel": incident, "text": "for Anna", "user": anna})
	b.reads("#messages", "for all", "for Anna")
	b.do(chromedp.Reload())
	b.reads("#messages", "for all")
	b.until(`() => !document.getElementById("messages").innerText.includes("for Anna")`)
}

// On a phone what is said of a channel stands there whole, as the buttons do, and nothing is wider than
// the page. A long name of a channel ends in an ellipsis.
func TestAPhoneShowsWhatAChannelIs(t *testing.T) {
	t.Parallel()
	s := start(t, unlimited, func(cfg *slacksim.Config) { cfg.Beside = "/page/page.css" })
	b := s.browse(390, 844)
	b.click("#show-sides")
	b.click(`[data-channel="` + partners + `"]`)
	b.reads("#ext-shared", "shared with another company")
	b.until(`() => [document.documentElement, ...document.querySelectorAll("#top .badge, #top button")].every(e => e.scrollWidth <= e.clientWidth)`)
	b.shot("shared")
}
