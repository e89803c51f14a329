package slack_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/slack"
	"quell/bot/slacksim"
	"quell/commands"
	"quell/commands/words"
)

// reportBy is a report in which each of some people asked once.
func reportBy(users ...string) words.Message {
	pieces := []words.Message{bot.ReportHead(bot.Past{Channel: incident}, time.Now(), time.Now())}
	for _, user := range users {
		c := consulting("10.0.0.1:2048")
		c.Request.By = commands.Person{Team: "T0QUELL", User: user}
		pieces = append(pieces, bot.Reported(c))
	}
	return words.New("report", words.V{"report": words.Document(pieces)})
}

// A report names people and channels as Slack does. Whoever was not met since the start is looked up
// for it, once; where that fails they have their id.
func TestAReportNamesPeople(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat, m := s.connect(), reportBy("U0ANNA", "U0BEN", "U0NOBODY", "U0ANNA")
	_, err := chat.Channel(s.within(patience), incident, time.Now())
	require.NoError(t, err)
	to := slack.ReplyTo{Person: person("U0CHO"), Channel: incident}
	for range 2 {
		assert.True(t, chat.Fits(s.within(patience), to, m))
		assert.Equal(t, 3, s.Calls("users.info"))
	}
	require.NoError(t, chat.Tell(s.within(patience), to, m))
	said := s.last("U0CHO", incident)
	assert.Contains(t, said, "# What was asked in #inc-checkout ("+incident+") from ")
	assert.Equal(t, 2, strings.Count(said, "asked by Anna Weber (U0ANNA)"))
	assert.Contains(t, said, "asked by Ben Ito (U0BEN)")
	assert.Contains(t, said, "asked by U0NOBODY")

	s.fail("users.info", 2, slacksim.Fault{Name: slacksim.Says("internal_error")})
	assert.True(t, chat.Fits(s.within(patience), to, reportBy("U0GUS")))
	require.NoError(t, chat.Tell(s.within(patience), to, reportBy("U0GUS")))
	assert.Contains(t, s.last("U0CHO", incident), "asked by U0GUS")

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	before := s.Calls("users.info")
	assert.True(t, chat.Fits(ended, to, reportBy("U0EXT")))
	assert.Equal(t, before, s.Calls("users.info"), "the time for look-ups is over")
}

// What a private channel is called is told to whoever is in it alone, as Slack does.
func TestAReportNamesNoPrivateChannelToOthers(t *testing.T) {
	t.Parallel()
	s := startAs(t, func(c *slacksim.Config) {
		c.Channels = append(c.Channels, slacksim.Channel{ID: "C0SECRET", Name: "secret", Private: true, Members: []string{"U0ANNA"}})
	})
	chat := s.connect()
	m := words.New("report", words.V{"report": words.Document([]words.Message{bot.ReportHead(bot.Past{Channel: "C0SECRET"}, time.Now(), time.Now())})})
	for user, want := range map[string]string{"U0ANNA": "in #secret (C0SECRET) from", "U0BEN": "in C0SECRET from"} {
		_, err := chat.Reads(s.within(patience), person(user), "C0SECRET", time.Time{})
		require.NoError(t, err)
		require.NoError(t, chat.Tell(s.within(patience), slack.ReplyTo{Person: person(user), Channel: incident}, m))
		assert.Contains(t, s.last(user, incident), want)
	}

	said := make(chan string, 1)
	theirs := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		said <- string(body)
	}))
	t.Cleanup(theirs.Close)
	namesake := commands.Person{Team: "T0OTHER", User: "U0ANNA"} // an id of another workspace is somebody else
	require.NoError(t, chat.Tell(s.within(patience), slack.ReplyTo{Person: namesake, Channel: incident, Reply: theirs.URL}, m))
	assert.Contains(t, <-said, "in C0SECRET from")
}

// What is too much for the blocks of one message does not fit.
func TestALongReportDoesNotFit(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat, to := s.connect(), slack.ReplyTo{Person: person("U0CHO"), Channel: incident}
	assert.True(t, chat.Fits(s.within(patience), to, reportBy(make([]string, 10)...)))
	assert.False(t, chat.Fits(s.within(patience), to, reportBy(make([]string, 200)...)))
}
