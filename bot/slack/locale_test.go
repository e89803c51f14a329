package slack_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/slack"
	"quell/bot/slacksim"
	"quell/bot/store"
	"quell/commands/words"
)

// language is a way to tell whether a text is in the pseudo-language or in English.
func language(text string) string {
	if strings.HasPrefix(text, "⟦") {
		return words.Pseudo
	}
	return "en"
}

// last is the newest message that somebody sees in a channel, as text.
func (s scene) last(user, channel string) string {
	s.Helper()
	all := s.As(user).State().In(channel)
	require.NotEmpty(s.T, all)
	body, err := json.Marshal(all[len(all)-1].Blocks)
	require.NoError(s.T, err)
	return string(body)
}

func (s scene) speaks(id, locale string) {
	s.Helper()
	require.NoError(s.T, s.SetLocale(id, locale))
}

func TestACardIsDrawnInTheLanguageOfItsChannel(t *testing.T) {
	t.Parallel()
	s := start(t)
	now := time.Now()
	s.config.Now = func() time.Time { return now }
	s.speaks(incident, words.Pseudo)
	s.speaks("U0ANNA", "en-US") // whoever asked for it is only one of its readers
	chat, c := s.connect(), consulting("10.0.0.1:2048")
	at, err := chat.Show(s.within(patience), c, "")
	require.NoError(t, err)
	assert.Contains(t, s.last("U0ANNA", incident), "⟦")
	same, err := chat.Show(s.within(patience), c, at)
	require.NoError(t, err)
	require.Equal(t, at, same)
	require.Zero(t, s.Calls("chat.update"), "nothing of it changed")

	s.speaks(incident, "en-GB")
	now = now.Add(time.Hour)
	_, err = chat.Show(s.within(patience), c, at)
	require.NoError(t, err)
	assert.NotContains(t, s.last("U0ANNA", incident), "⟦")
	assert.Equal(t, 1, s.Calls("chat.update"), "its language did")
}

func TestAnAnnouncementIsInTheLanguageOfWhoeverReadsIt(t *testing.T) {
	t.Parallel()
	m := words.New("why.lookup")
	for name, c := range map[string]struct {
		channel, person, set, alone, want string
	}{
		"a channel": {channel: words.Pseudo, want: words.Pseudo},
		"a channel of another language than that": {channel: words.Pseudo, set: "en", want: "en"},
		"a channel whose language is set":         {set: words.Pseudo, want: words.Pseudo},
		"a person in a channel":                   {person: words.Pseudo, alone: incident, want: words.Pseudo},
		"a person, directly":                      {person: words.Pseudo, alone: "D0ANNA", want: words.Pseudo},
		"a person in a channel of another one":    {channel: words.Pseudo, set: words.Pseudo, alone: incident, want: "en"},
		"an unknown language":                     {channel: "tlh", want: "en"},
		"none":                                    {want: "en"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.config.Locale = c.set
			s.speaks(incident, c.channel)
			s.speaks("U0ANNA", c.person)
			chat, place, seen := s.connect(), incident, incident
			_, err := chat.Standing(s.within(patience), anna, time.Now())
			require.NoError(t, err)
			switch c.alone {
			case incident:
				place = store.ToOne("T0QUELL", "U0ANNA", incident)
			case "D0ANNA":
				place, seen = store.ToOne("T0QUELL", "U0ANNA", ""), c.alone
			}
			require.NoError(t, announced(chat.Announce(s.within(patience), store.Saying{Place: place, Message: m})))
			all := s.As("U0ANNA").State().In(seen)
			require.Len(t, all, 1)
			assert.Equal(t, c.want, language(all[0].Text))
		})
	}
}

// Of whom nothing is known yet, the language of the place is the best guess. No call is made to
// learn it.
func TestWhoeverIsNotKnownIsAnsweredInTheLanguageOfTheChannel(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.speaks(incident, words.Pseudo)
	chat := s.connect()
	tell := func() string {
		require.NoError(t, chat.Tell(s.within(patience), slack.ReplyTo{Person: anna, Channel: incident}, words.New("why.lookup")))
		all := s.As("U0ANNA").State().In(incident)
		return language(all[len(all)-1].Text)
	}
	tell() // looks the channel up, to learn whether it is shared
	assert.Equal(t, words.Pseudo, tell())
	assert.Zero(t, s.Calls("users.info"))
	_, err := chat.Standing(s.within(patience), anna, time.Now())
	require.NoError(t, err)
	assert.Equal(t, "en", tell(), "by now they are known")
	s.fail("users.info", 9, slacksim.Fault{Name: slacksim.Fails})
	_, err = chat.Standing(s.within(patience), anna, time.Now().Add(time.Hour))
	require.Error(t, err)
	assert.Equal(t, "en", tell(), "what was known last")
}

// A user id of another organization is somebody else's here: so may be their language.
func TestALanguageIsNotTakenFromANamesake(t *testing.T) {
	t.Parallel()
	c := listen(t, bot.Offer{})
	c.speaks("U0ANNA", words.Pseudo)
	_, err := c.Standing(c.within(patience), anna, time.Now())
	require.NoError(t, err)
	c.must(c.As("U0ANNA").Say(incident, "/quell status"))
	c.next(slack.Answer{Say: words.New("why.lookup")})
	says := func(s slacksim.State) bool { return len(s.In(incident)) == 1 }
	assert.Equal(t, words.Pseudo, language(c.sees(says).In(incident)[0].Text), "an acknowledgement is in their language")
	stranger := slack.ReplyTo{Person: anna, Channel: incident}
	stranger.Person.Team = "T0OTHER"
	require.Error(t, c.Tell(c.within(patience), stranger, words.New("why.lookup")), "there is no other way to them than a response_url")
}
