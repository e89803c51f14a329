package slack_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/slack"
	"quell/bot/slacksim"
)

// A redirect is an answer and is not followed: the library puts the token into the body,
// and a 307 takes the body along.
func TestNoTokenFollowsARedirect(t *testing.T) {
	t.Parallel()
	var followed atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { followed.Add(1) }))
	t.Cleanup(elsewhere.Close)
	for _, method := range []string{"auth.test", "users.info", "chat.postMessage"} {
		for _, status := range []int{http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
			s := start(t, with(method, func(rw http.ResponseWriter) bool {
				rw.Header().Set("Location", elsewhere.URL+"/api/"+method)
				rw.WriteHeader(status)
				return true
			}))
			chat, err := slack.Connect(s.within(patience), s.config)
			if err == nil {
				_, errPerson := chat.Standing(s.within(patience), person("U0BEN"), time.Now())
				_, errPost := chat.Show(s.within(patience), asking(incident), "")
				assert.True(t, errPerson != nil || errPost != nil, "%s %d", method, status)
			}
		}
	}
	assert.Zero(t, followed.Load(), "calls that went elsewhere")
}

func TestTokensTravelInTheClearOnThisMachineAlone(t *testing.T) {
	t.Parallel()
	for address, says := range map[string]string{
		"http://slack.example.com/api/": "SLACK_API_URL: http:// is refused beyond this machine: the tokens would travel in the clear. Write https://",
		"http://10.0.0.1/api/":          "SLACK_API_URL: http:// is refused beyond this machine: the tokens would travel in the clear. Write https://",
		"slack.com/api/":                `SLACK_API_URL: "slack.com/api/" is no address such as https://slack.com/api/`,
	} {
		s := start(t)
		s.config.APIURL = address
		_, err := slack.Connect(s.within(patience), s.config)
		require.EqualError(t, err, says)
	}
}

// A frame of two megabytes is no envelope of Slack's. It ends its socket, and not the bot.
func TestAFrameBeyondAllSenseEndsItsSocket(t *testing.T) {
	t.Parallel()
	c := listen(t, bot.Offer{})
	for range cap(c.answers) {
		c.answers <- slack.Answer{}
	}
	text := strings.Repeat("x", 2<<20)
	c.must(c.As("U0ANNA").Forge(incident, "slash_commands", map[string]any{"command": "/kill-session", "text": text}))
	for range cap(c.heard) { // what goes to the socket that is about to end is lost
		select {
		case h := <-c.heard:
			require.Equal(t, "cache-prod", h.SlashCommand.Text)
			return
		case <-time.After(500 * time.Millisecond):
		}
		c.sees(func(s slacksim.State) bool { return s.App.Connected })
		c.must(c.As("U0ANNA").Say(incident, "/kill-session cache-prod"))
	}
	require.Fail(t, "nothing was heard any more")
}
