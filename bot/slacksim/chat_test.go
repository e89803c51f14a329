package slacksim_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
)

// posted posts a message and returns its timestamp.
func (s scene) posted(args object) string {
	s.Helper()
	return s.ok("chat.postMessage", args)["ts"].(string)
}

func TestAMessageOfTheAppSaysWhoSentIt(t *testing.T) {
	t.Parallel()
	s := start(t)
	m := s.ok("chat.postMessage", object{"channel": incident, "text": "Hi"})["message"].(object)
	for field, want := range map[string]string{
		"type": "message", "user": "U0QUELL", "bot_id": "B0QUELL", "app_id": "A0QUELL", "team": "T0QUELL", "text": "Hi",
	} {
		assert.Equal(t, want, m[field], field)
	}
}

func TestTimestampsAreUniqueAndGrow(t *testing.T) {
	t.Parallel()
	s := start(t, at(newClock()))
	first := s.posted(object{"channel": incident, "text": "1"})
	second := s.posted(object{"channel": partners, "text": "2"})
	assert.Equal(t, "1790000000.000000", first, "seconds.microseconds")
	assert.Equal(t, "1790000000.000001", second)
}

func TestTextIsKeptExactly(t *testing.T) {
	t.Parallel()
	s := start(t)
	said := "*<@U0ANNA>* & `a<b>c` — “ü” \\u003c <!date^1790000000^{time}|soon>"
	s.posted(object{"channel": incident, "text": said, "blocks": card(said)})
	m := s.As(anna).State().In(incident)[0]
	assert.Equal(t, said, m.Text)
	assert.Equal(t, said, m.Blocks[0]["text"].(object)["text"])
}

func TestWhereAMessageCanGo(t *testing.T) {
	t.Parallel()
	s := start(t, func(cfg *slacksim.Config) {
		cfg.Channels = append(cfg.Channels,
			slacksim.Channel{ID: "C0OTHER", Name: "other", WithoutApp: true},
			slacksim.Channel{ID: "C0HIDDEN", Name: "hidden", Private: true, WithoutApp: true})
	})
	for name, c := range map[string]struct{ channel, goes, code string }{
		"a channel":                         {incident, incident, ""},
		"a person is their direct messages": {anna, "D0ANNA", ""},
		"direct messages":                   {"D0GUS", "D0GUS", ""},
		"nowhere":                           {"C0NOWHERE", "", "channel_not_found"},
		"a channel without the app":         {"C0OTHER", "", "not_in_channel"},
		"a private channel without the app": {"C0HIDDEN", "", "channel_not_found"},
		"somebody who has left":             {"U0DAN", "", "channel_not_found"},
		"somebody of another organization":  {"U0EXT", "", "channel_not_found"},
		"a name is not an id":               {"#inc-checkout", "", "channel_not_found"},
	} {
		t.Run(name, func(t *testing.T) {
			answer := s.call("chat.postMessage", object{"channel": c.channel, "text": "x"})
			if c.code != "" {
				assert.Equal(t, c.code, answer["error"])
				return
			}
			assert.Equal(t, c.goes, answer["channel"])
		})
	}
}

func TestAnUpdateFollowsTheRulesOfTextAndBlocks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		update object
		says   string
		text   string
		edited bool
	}{
		"blocks alone keep the text and show no mark": {object{"blocks": card("new")}, "new", "old text", false},
		"text alone removes the blocks":               {object{"text": "new text"}, "new text", "new text", true},
		"both replace both":                           {object{"text": "new text", "blocks": card("new")}, "new", "new text", false},
		"an empty list removes the blocks":            {object{"text": "new text", "blocks": []object{}}, "new text", "new text", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			ts := s.posted(object{"channel": incident, "text": "old text", "blocks": card("old")})
			c.update["channel"], c.update["ts"] = incident, ts
			s.ok("chat.update", c.update)
			m := s.As(anna).State().In(incident)[0]
			assert.Contains(t, m.Words(), c.says)
			assert.Equal(t, c.text, m.Text)
			assert.Equal(t, c.edited, m.Edited)
			assert.Equal(t, ts, m.TS, "an update moves nothing")
		})
	}
}

func TestWhatCannotBeChanged(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.must(s.As(anna).Say(incident, "hello"))
	theirs := s.As(anna).State().In(incident)[0].TS
	secret := s.ok("chat.postEphemeral", object{"channel": incident, "user": anna, "text": "psst"})["message_ts"].(string)
	own := s.posted(object{"channel": incident, "text": "mine"})

	for name, c := range map[string]struct {
		method string
		args   object
		code   string
	}{
		"somebody's message":        {"chat.update", object{"channel": incident, "ts": theirs, "text": "x"}, "cant_update_message"},
		"somebody's message, away":  {"chat.delete", object{"channel": incident, "ts": theirs}, "cant_delete_message"},
		"an ephemeral message":      {"chat.update", object{"channel": incident, "ts": secret, "text": "x"}, "message_not_found"},
		"no message":                {"chat.update", object{"channel": incident, "ts": "1.000000", "text": "x"}, "message_not_found"},
		"a message elsewhere":       {"chat.update", object{"channel": partners, "ts": own, "text": "x"}, "message_not_found"},
		"a message nowhere":         {"chat.update", object{"channel": "C0NOWHERE", "ts": own, "text": "x"}, "channel_not_found"},
		"a message, into nothing":   {"chat.update", object{"channel": incident, "ts": own}, "no_text"},
		"a message, into too much":  {"chat.update", object{"channel": incident, "ts": own, "text": strings.Repeat("x", 4001)}, "msg_too_long"},
		"an empty message, at once": {"chat.postMessage", object{"channel": incident}, "no_text"},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.code, s.refused(c.method, c.args)) })
	}
}

func TestALongTextIsCutOffOnPosting(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.posted(object{"channel": incident, "text": strings.Repeat("ü", 40_001)})
	assert.Equal(t, strings.Repeat("ü", 40_000), s.As(anna).State().In(incident)[0].Text)
}

func TestADeletedMessageIsGone(t *testing.T) {
	t.Parallel()
	s := start(t)
	ts := s.posted(object{"channel": incident, "text": "x"})
	s.ok("chat.delete", object{"channel": incident, "ts": ts})
	assert.Empty(t, s.As(anna).State().In(incident))
}

func TestAnEphemeralMessageIsForOne(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.ok("chat.postEphemeral", object{"channel": incident, "user": anna, "text": "only you"})
	mine := s.As(anna).State().In(incident)
	require.Len(t, mine, 1)
	assert.True(t, mine[0].Ephemeral)
	assert.Empty(t, s.As(ben).State().In(incident))
	assert.Empty(t, s.ok("conversations.history", object{"channel": incident})["messages"])
	assert.Equal(t, "user_not_in_channel", s.refused("chat.postEphemeral", object{"channel": partners, "user": "U0CHO", "text": "x"}))
}

func TestRepliesLieInTheThreadOfTheFirstMessage(t *testing.T) {
	t.Parallel()
	s := start(t)
	top := s.posted(object{"channel": incident, "text": "top"})
	reply := s.posted(object{"channel": incident, "text": "reply", "thread_ts": top})
	below := s.posted(object{"channel": incident, "text": "below", "thread_ts": reply})
	s.posted(object{"channel": incident, "text": "lost", "thread_ts": "1.000000"})

	thread := s.ok("conversations.replies", object{"channel": incident, "ts": below})["messages"].([]any)
	require.Len(t, thread, 3)
	assert.Equal(t, top, thread[0].(object)["thread_ts"])
	assert.EqualValues(t, 2, thread[0].(object)["reply_count"])
	assert.Equal(t, top, thread[2].(object)["thread_ts"])

	channel := s.ok("conversations.history", object{"channel": incident})["messages"].([]any)
	require.Len(t, channel, 2, "replies are left out; a reply to nothing goes to the channel")
	assert.Equal(t, "lost", channel[0].(object)["text"], "newest first")
}

func TestHistoryIsCutByTime(t *testing.T) {
	t.Parallel()
	now := newClock()
	s := start(t, at(now))
	old := s.posted(object{"channel": incident, "text": "old"})
	now.Advance(time.Minute)
	s.posted(object{"channel": incident, "text": "new"})

	for name, c := range map[string]struct {
		args object
		want []string
	}{
		"everything":         {object{}, []string{"new", "old"}},
		"after":              {object{"oldest": old}, []string{"new"}},
		"after and at":       {object{"oldest": old, "inclusive": true}, []string{"new", "old"}},
		"up to":              {object{"latest": "1790000030.000000"}, []string{"old"}},
		"no more than asked": {object{"limit": 1}, []string{"new"}},
	} {
		t.Run(name, func(t *testing.T) {
			c.args["channel"] = incident
			answer := s.ok("conversations.history", c.args)
			var got []string
			for _, m := range answer["messages"].([]any) {
				got = append(got, m.(object)["text"].(string))
			}
			assert.Equal(t, c.want, got)
			assert.Equal(t, name == "no more than asked", answer["has_more"])
		})
	}
}

func TestAPermalinkLeadsToTheMessage(t *testing.T) {
	t.Parallel()
	s := start(t, at(newClock()))
	top := s.posted(object{"channel": incident, "text": "top"})
	reply := s.posted(object{"channel": incident, "text": "reply", "thread_ts": top})
	link := func(ts string) string {
		return s.ok("chat.getPermalink", object{"channel": incident, "message_ts": ts})["permalink"].(string)
	}
	assert.Equal(t, "https://acme.slack.com/archives/C0INCCHECKOUT/p1790000000000000", link(top))
	assert.Equal(t, "https://acme.slack.com/archives/C0INCCHECKOUT/p1790000000000001?thread_ts="+top+"&cid="+incident, link(reply))
	assert.Equal(t, "message_not_found", s.refused("chat.getPermalink", object{"channel": incident, "message_ts": "1.000000"}))
}
