package slacksim_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
)

// rung are the texts that a person's phone showed.
func (s scene) rung(person string) []string {
	texts := []string{}
	for _, p := range s.As(person).Pushes() {
		texts = append(texts, p.Text)
	}
	return texts
}

// A phone rings for a mention of its owner, of a group of theirs, of everybody, and for a direct message.
func TestWhatRings(t *testing.T) {
	t.Parallel()
	s := start(t, unlimited)
	s.posted(object{"channel": incident, "text": "nobody is meant"})
	s.posted(object{"channel": incident, "text": "<@U0BEN>: please look"})
	s.posted(object{"channel": incident, "text": "<!subteam^S0COMMANDERS>: decide"})
	s.posted(object{"channel": "D0BEN", "text": "for you alone"})
	s.posted(object{"channel": incident, "text": "&lt;@U0BEN&gt; is a text"})
	assert.Equal(t, []string{"@Ben Ito: please look", "@commanders: decide", "for you alone"}, s.rung(ben))
	assert.Empty(t, s.rung(anna))

	s.posted(object{"channel": incident, "text": "<!here> all hands"})
	assert.Equal(t, []string{"@here all hands"}, s.rung(anna))
	assert.Equal(t, []string{"@here all hands"}, s.rung("U0CHO"))
	assert.Empty(t, s.rung("U0EXT"), "is not in the channel")
	assert.Empty(t, s.rung("U0DAN"), "has no client")
	last := s.As(anna).Pushes()[0]
	assert.Equal(t, []any{incident, "Quell", "#inc-checkout"}, []any{last.Channel, last.From, last.Where})
	assert.Empty(t, s.As(ben).Pushes()[2].Where)
	assert.Equal(t, "Quell in #inc-checkout: @here all hands", last.String())
}

// What rings nobody: an edit, one's own words, what one person alone sees, a group that is no longer in use,
// a mention of somebody who is not in the channel, one in plain text, and one in the text beside blocks.
func TestWhatRingsNobody(t *testing.T) {
	t.Parallel()
	s := start(t, unlimited, func(cfg *slacksim.Config) {
		cfg.Groups = append(cfg.Groups, slacksim.Group{ID: "S0OLD", Handle: "old", Disabled: 1_772_000_000, Users: []string{ben}})
	})
	ts := s.posted(object{"channel": incident, "text": "first"})
	s.ok("chat.update", object{"channel": incident, "ts": ts, "text": "<@U0BEN> now"})
	s.must(s.As(ben).Say(incident, "I am <@U0BEN>"))
	s.ok("chat.postEphemeral", object{"channel": incident, "user": ben, "text": "<@U0BEN> between us"})
	s.posted(object{"channel": incident, "text": "<!subteam^S0OLD> old"})
	s.posted(object{"channel": partners, "text": "<@U0CHO> elsewhere"})
	s.posted(object{"channel": incident, "text": "<@U0BEN> in the text", "blocks": card("nobody in the blocks")})
	s.posted(object{"channel": incident, "blocks": []object{{"type": "header", "text": plain("<@U0BEN>")}}})
	assert.Empty(t, s.rung(ben))
	assert.Empty(t, s.rung("U0CHO"))
}

// A push shows message.text, with what its tokens stand for, and of the blocks nothing.
func TestWhatAPushShows(t *testing.T) {
	t.Parallel()
	s := start(t, unlimited)
	for text, shown := range map[string]string{
		"<@U0ANNA> &amp; <@U0NOBODY|x> in <#C0INCCHECKOUT>":               "@Anna Weber & x in #inc-checkout",
		"until <!date^1790000000^{time}|04:12> · <https://a.example|Q-1>": "until 04:12 · Q-1",
		"@ben <|x> and <|>, <@>, <#|y>":                                   "@ben x and , @, y",
		"a &lt;b&gt; &amp;lt; <https://a.example>":                        "a <b> &lt; https://a.example",
		"": "This content can't be displayed.",
	} {
		args := object{"channel": "D0BEN", "text": text, "blocks": card("*blocks*")}
		if text == "" {
			delete(args, "text")
		}
		s.posted(args)
		assert.Equal(t, shown, s.As(ben).Pushes()[len(s.As(ben).Pushes())-1].Text)
	}
}

// A person of the workspace rings somebody as the app does, and a click that answers in the channel does too.
func TestPeopleRingEachOther(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.must(s.As(anna).Say(incident, "<@U0BEN> are you there?"))
	require.Equal(t, []string{"@Ben Ito are you there?"}, s.rung(ben))
	assert.Equal(t, "Anna Weber", s.As(ben).Pushes()[0].From)
}

// The page is told of the newest first, and of no more than a phone shows.
func TestAScreenIsFullOfPushesInTheEnd(t *testing.T) {
	t.Parallel()
	s := start(t, unlimited)
	_, state := s.get("/people/state?as=" + ben)
	assert.Equal(t, []any{}, state["pushes"])
	for range 20 {
		s.posted(object{"channel": "D0BEN", "text": "earlier"})
	}
	s.posted(object{"channel": "D0BEN", "text": "newest"})
	_, state = s.get("/people/state?as=" + ben)
	require.Len(t, state["pushes"], 20)
	assert.Equal(t, "newest", state["pushes"].([]any)[0].(object)["text"])
	assert.Len(t, s.As(ben).Pushes(), 21)
}
