package slack_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slack"
	"quell/bot/slacksim"
)

// journal is a log that a test reads.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

func TestWhatSlackRefusesIsSaidAndMendsByItself(t *testing.T) {
	t.Parallel()
	for fault, says := range map[string]string{
		slacksim.LosesAppToken:     "Slack refuses the app token: token_revoked. Set SLACK_APP_TOKEN to a valid one and restart; from a file (SLACK_APP_TOKEN_FILE) it would be read again by itself.",
		slacksim.HasTooManySockets: "Slack opens no socket: this app has ten already, which is the most. Stop other programs that use its app token; no restart is needed.",
		slacksim.LinkDisabled:      "Slack opens no socket: Socket Mode is switched off for this app. Switch it on (api.slack.com/apps, Socket Mode); no restart is needed.",
		slacksim.LosesBotToken:     "Slack refuses the bot token: token_revoked. Set SLACK_BOT_TOKEN to a valid one and restart; from a file (SLACK_BOT_TOKEN_FILE) it would be read again by itself.",
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			log := &journal{}
			s.config.Log = slog.New(slog.NewTextHandler(log, nil))
			chat := s.connect()
			s.hear(chat, deaf{})
			healthy := func() bool { return len(chat.Troubles()) == 0 }
			require.Eventually(t, func() bool { return chat.Sockets() == 2 && healthy() }, patience, time.Millisecond)
			what := "app"
			if fault == slacksim.LinkDisabled {
				what = "sockets"
			}
			require.NoError(t, s.FailNext(what, 1, slacksim.Named(fault)))
			_, err := chat.Channel(t.Context(), incident, time.Now())
			assert.Equal(t, fault == slacksim.LosesBotToken, err != nil)
			require.Eventually(t, func() bool { return len(chat.Troubles()) == 1 && chat.Troubles()[0] == says }, patience, time.Millisecond)
			s.ClearFaults()
			if fault == slacksim.LosesBotToken {
				_, err = chat.Channel(t.Context(), incident, time.Now())
				require.NoError(t, err)
			}
			require.Eventually(t, healthy, patience, time.Millisecond)
			assert.Equal(t, 1, strings.Count(log.String(), says), "said once")
			assert.Contains(t, log.String(), "Slack is well again")
			assert.NotContains(t, log.String(), "xapp-test")
			assert.NotContains(t, log.String(), "xoxb-test")
		})
	}
}

func TestTheSentenceForATokenFromAFileAsksForNoRestart(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.config.AppTokenFrom, s.config.BotTokenFrom = "SLACK_APP_TOKEN_FILE", "SLACK_BOT_TOKEN_FILE"
	chat := s.connect()
	s.fail("users.info", 1, slacksim.Fault{Name: slacksim.Says("account_inactive")})
	_, err := chat.Standing(t.Context(), anna, time.Now())
	require.Error(t, err)
	assert.Equal(t, []string{
		"Slack refuses the bot token: account_inactive. Write a valid one into the file that SLACK_BOT_TOKEN_FILE names; no restart is needed.",
	}, chat.Troubles())
	s.fail("conversations.info", 1, slacksim.Fault{Name: slacksim.Says("internal_error")})
	_, err = chat.Channel(t.Context(), incident, time.Now())
	require.Error(t, err)
	assert.Len(t, chat.Troubles(), 1, "what says nothing about the token leaves what is known")
}

// What keeps sockets from being opened is said, also where there is no advice for it.
func TestARefusalWithoutAdviceIsSaidAsItIs(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	s.hear(chat, deaf{})
	s.fail("apps.connections.open", 1, slacksim.Fault{Name: slacksim.Says("missing_scope")})
	s.DropSockets()
	require.Eventually(t, func() bool {
		all := chat.Troubles()
		return len(all) == 1 && all[0] == "Slack opens no socket for this app: missing_scope. It is tried again all the time; no restart is needed."
	}, patience, time.Millisecond)
	require.Eventually(t, func() bool { return len(chat.Troubles()) == 0 }, patience, time.Millisecond)
}

// What is refused to the app by one method, and not the token as a whole, is said until that method
// works: another one that does says nothing about it.
func TestWhatOneMethodIsRefusedIsSaidUntilItWorks(t *testing.T) {
	t.Parallel()
	for code, says := range map[string]string{
		"missing_scope":            "Slack refuses users.info: missing_scope. The app lacks the permission for it (users:read). Add it (api.slack.com/apps, OAuth & Permissions) and install the app again; no restart is needed.",
		"not_allowed_token_type":   "Slack refuses users.info with the bot token: not_allowed_token_type. Set SLACK_BOT_TOKEN to a valid one and restart; from a file (SLACK_BOT_TOKEN_FILE) it would be read again by itself.",
		"enterprise_is_restricted": "Slack refuses users.info to the app: enterprise_is_restricted. The administrators of the workspace can allow it; no restart is needed.",
		"plan_upgrade_required":    "",
		"user_not_found":           "",
		"ratelimited":              "",
	} {
		s := start(t)
		log := &journal{}
		s.config.Log = slog.New(slog.NewTextHandler(log, nil))
		chat := s.connect()
		s.fail("users.info", 1, slacksim.Fault{Name: slacksim.Says(code)})
		_, _ = chat.Standing(t.Context(), anna, time.Now())
		said := func() string {
			return strings.TrimSuffix(strings.Join(chat.Troubles(), " / "), "There is no open socket to Slack. It is tried again all the time.")
		}
		assert.Equal(t, says, said(), code)
		_, err := chat.Channel(t.Context(), incident, time.Now())
		require.NoError(t, err)
		assert.Equal(t, says, said(), "another method works")
		_, err = chat.Standing(t.Context(), anna, time.Now())
		require.NoError(t, err)
		assert.Empty(t, said(), code)

		s.fail("users.info", 1, slacksim.Fault{Name: slacksim.Says(code)})
		_, _ = chat.Standing(t.Context(), anna, time.Now())
		require.NoError(t, chat.UseBotToken(t.Context(), "xoxb-test-acme"))
		assert.Empty(t, said(), "another token is in use: %s", code)
	}
}

// The app token may be of another app than the bot token: the first hello tells.
func TestTokensOfTwoApps(t *testing.T) {
	t.Parallel()
	for app, says := range map[string]string{
		"":        "",
		"A0QUELL": "",
		"A0OTHER": "The app token is of the app A0OTHER, and the bot token of another one, A0QUELL: what people type reaches a bot that cannot answer it. Give tokens of one app by SLACK_APP_TOKEN and SLACK_BOT_TOKEN; one that comes from no file takes a restart.",
	} {
		s := startAs(t, func(c *slacksim.Config) { c.SocketApp = app })
		log := &journal{}
		s.config.Log = slog.New(slog.NewTextHandler(log, nil))
		chat := s.connect()
		s.fail("bots.info", 1, slacksim.Fault{Name: slacksim.Says("fatal_error")})
		s.hear(chat, deaf{})
		require.Eventually(t, func() bool {
			return chat.Sockets() == 2 && s.Calls("bots.info") >= 2 && strings.Join(chat.Troubles(), "") == says
		}, patience, time.Millisecond, "%v", chat.Troubles())
		assert.Equal(t, min(len(says), 1), strings.Count(log.String(), "level=ERROR"), "said once")
		require.NoError(t, chat.UseBotToken(t.Context(), "xoxb-test-acme"))
		assert.Equal(t, says, strings.Join(chat.Troubles(), ""), "another token of the same bot mends nothing")
	}
}

// A token that is exchanged while people use the bot costs nothing.
func TestTokensAreExchanged(t *testing.T) {
	t.Parallel()
	var elsewhere atomic.Value // what auth.test answers; "" for the truth
	elsewhere.Store("")
	s := start(t, with("auth.test", func(rw http.ResponseWriter) bool {
		answer := elsewhere.Load().(string)
		if answer != "" {
			_, _ = rw.Write([]byte(answer))
		}
		return answer != ""
	}))
	chat := s.connect()
	s.hear(chat, deaf{})
	require.ErrorContains(t, chat.UseBotToken(t.Context(), "xoxb-other"), "invalid_auth")
	require.ErrorContains(t, chat.UseAppToken(t.Context(), "xapp-other"), "invalid_auth")
	elsewhere.Store(`{"ok":true,"team_id":"T0OTHER","user_id":"U0OTHER"}`)
	require.ErrorContains(t, chat.UseBotToken(t.Context(), "xoxb-test-acme"), "it is of another workspace (T0OTHER)")
	elsewhere.Store(`{"ok":true,"team_id":"` + anna.Team + `","user_id":"U0OTHER"}`)
	require.ErrorContains(t, chat.UseBotToken(t.Context(), "xoxb-test-acme"), "it is of another app in this workspace (its bot is U0OTHER, and this one's is U0QUELL)")
	elsewhere.Store("")
	assert.Empty(t, chat.Troubles(), "what is only tried is no trouble")

	s.ReplaceTokens("xapp-test-new", "xoxb-test-new")
	before := s.Sockets().Opened
	require.NoError(t, chat.UseAppToken(t.Context(), "xapp-test-new"))
	require.NoError(t, chat.UseBotToken(t.Context(), "xoxb-test-new"))
	s.until(func() bool { return s.Sockets().Opened > before })
	_, err := chat.Show(t.Context(), asking(incident), "")
	require.NoError(t, err)
	_, err = chat.Standing(t.Context(), anna, time.Now())
	require.NoError(t, err)
	s.fail("auth.test", 1, slacksim.Fault{Name: slacksim.Hangs})
	err = chat.UseBotToken(s.within(100*time.Millisecond), "xoxb-test-new")
	assert.True(t, slack.Unreachable(err), "%v", err)
}
