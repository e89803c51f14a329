package slack_test

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/display"
	"quell/bot/slacksim"
	"quell/bot/store"
	"quell/commands/words"
)

// answerOf is what an error of Announce says of the post: not said, final, or not known.
const (
	posted  = "posted"
	refused = "not posted, and it may pass"
	never   = "not posted, and never will be"
	unknown = "nobody knows"
)

func answerOf(err error) string {
	no, ok := errors.AsType[*display.NotSaid](err)
	switch {
	case err == nil:
		return posted
	case !ok:
		return unknown
	case no.Final:
		return never
	}
	return refused
}

// announcements counts what was announced in a channel.
func (s scene) announcements(channel string) int {
	return len(s.As("U0ANNA").State().In(channel)) - s.cards(channel)
}

func TestWhatIsKnownOfAnAnnouncement(t *testing.T) {
	says := slacksim.Says
	for name, c := range map[string]struct {
		fault  slacksim.Fault
		says   string
		posted int
	}{
		"the answer is lost":           {slacksim.Fault{Name: slacksim.BreaksOff}, unknown, 0},
		"the answer is lost, done":     {slacksim.Fault{Name: slacksim.BreaksOff, After: true}, unknown, 1},
		"no answer in time":            {slacksim.Fault{Name: slacksim.Hangs}, unknown, 0},
		"no answer in time, done":      {slacksim.Fault{Name: slacksim.Hangs, After: true}, unknown, 1},
		"HTTP 500":                     {slacksim.Fault{Name: slacksim.Fails}, unknown, 0},
		"HTTP 500, done":               {slacksim.Fault{Name: slacksim.Fails, After: true}, unknown, 1},
		"internal_error":               {slacksim.Fault{Name: says("internal_error")}, unknown, 0},
		"internal_error, done":         {slacksim.Fault{Name: says("internal_error"), After: true}, unknown, 1},
		"fatal_error":                  {slacksim.Fault{Name: says("fatal_error")}, unknown, 0},
		"429":                          {slacksim.Fault{Name: slacksim.ThrottledFor(time.Minute)}, refused, 0},
		"ratelimited":                  {slacksim.Fault{Name: says("ratelimited")}, refused, 0},
		"rate_limited":                 {slacksim.Fault{Name: says("rate_limited")}, refused, 0},
		"message_limit_exceeded":       {slacksim.Fault{Name: says("message_limit_exceeded")}, refused, 0},
		"service_unavailable":          {slacksim.Fault{Name: says("service_unavailable")}, refused, 0},
		"request_timeout":              {slacksim.Fault{Name: says("request_timeout")}, refused, 0},
		"team_added_to_org":            {slacksim.Fault{Name: says("team_added_to_org")}, refused, 0},
		"token_revoked":                {slacksim.Fault{Name: says("token_revoked")}, refused, 0},
		"missing_scope":                {slacksim.Fault{Name: says("missing_scope")}, refused, 0},
		"a code that nobody has heard": {slacksim.Fault{Name: says("full_moon")}, refused, 0},
		"channel_not_found":            {slacksim.Fault{Name: says("channel_not_found")}, never, 0},
		"not_in_channel":               {slacksim.Fault{Name: says("not_in_channel")}, never, 0},
		"is_archived":                  {slacksim.Fault{Name: says("is_archived")}, never, 0},
		"restricted_action":            {slacksim.Fault{Name: says("restricted_action")}, never, 0},
		"read only":                    {slacksim.Fault{Name: says("restricted_action_read_only_channel")}, never, 0},
		"msg_too_long":                 {slacksim.Fault{Name: says("msg_too_long")}, never, 0},
		"slow":                         {slacksim.Fault{Name: slacksim.Slow}, posted, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			chat := s.connect()
			s.fail("chat.postMessage", 1, c.fault)
			within := patience
			if c.fault.Name == slacksim.Hangs {
				within = 300 * time.Millisecond
			}
			err := announced(chat.Announce(s.within(within), store.Saying{Place: incident, Message: words.New("why.lookup")}))
			assert.Equal(t, c.says, answerOf(err), "%v", err)
			assert.Equal(t, 1, s.Calls("chat.postMessage"))
			assert.Equal(t, c.posted, s.announcements(incident))
		})
	}
}

func TestAPlaceThatIsNone(t *testing.T) {
	s := start(t)
	err := announced(s.connect().Announce(s.within(patience), store.Saying{Place: "C0NOWHERE", Message: words.New("why.lookup")}))
	require.Equal(t, never, answerOf(err))
	require.ErrorContains(t, err, "C0NOWHERE: Slack shows me no such channel")
}

// A post that did not leave its queue was not posted, also if Slack turned it away before.
func TestAnAnnouncementThatGetsNoTurn(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	s.fail("chat.postMessage", 1, slacksim.Fault{Name: slacksim.ThrottledFor(time.Minute)})
	require.Equal(t, refused, answerOf(announced(chat.Announce(s.within(patience), store.Saying{Place: incident, Message: words.New("why.lookup")}))))
	err := announced(chat.Announce(s.within(100*time.Millisecond), store.Saying{Place: incident, Message: words.New("why.lookup")}))
	require.ErrorContains(t, err, "no turn")
	require.Equal(t, refused, answerOf(err))
	require.Zero(t, s.announcements(incident))
}

func TestAnAnswerThatIsNone(t *testing.T) {
	for name, c := range map[string]struct {
		says   string
		answer func(http.ResponseWriter)
	}{
		"neither yes nor no": {unknown, func(rw http.ResponseWriter) { _, _ = io.WriteString(rw, `{}`) }},
		"no without why":     {unknown, func(rw http.ResponseWriter) { _, _ = io.WriteString(rw, `{"ok":false}`) }},
		"no JSON":            {unknown, func(rw http.ResponseWriter) { _, _ = io.WriteString(rw, `<html>`) }},
		"a proxy's redirect": {unknown, func(rw http.ResponseWriter) { rw.WriteHeader(http.StatusFound) }},
		"a gateway's 503":    {unknown, func(rw http.ResponseWriter) { rw.WriteHeader(http.StatusServiceUnavailable) }},
		"a proxy's 403":      {refused, func(rw http.ResponseWriter) { rw.WriteHeader(http.StatusForbidden) }},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, with("chat.postMessage", func(rw http.ResponseWriter) bool { c.answer(rw); return true }))
			err := announced(s.connect().Announce(s.within(patience), store.Saying{Place: incident, Message: words.New("why.lookup")}))
			require.Equal(t, c.says, answerOf(err), "%v", err)
			require.True(t, strings.HasPrefix(err.Error(), "chat.postMessage: "), err)
		})
	}
}

// Without a connection to Slack nothing was posted.
func TestNoConnectionNoAnnouncement(t *testing.T) {
	s := start(t)
	server := httptest.NewUnstartedServer(s.Handler())
	server.Config.SetKeepAlivesEnabled(false) // so that no call meets a connection that is just closing
	server.Start()
	t.Cleanup(server.Close)
	s.config.APIURL = server.URL + "/api/"
	chat := s.connect()
	server.Close()
	err := announced(chat.Announce(s.within(patience), store.Saying{Place: incident, Message: words.New("why.lookup")}))
	require.Equal(t, refused, answerOf(err), "%v", err)
}

// The outbox over Slack: of two posts whose answers are lost, only the one that may be
// repeated, a notice, is posted again.
func TestAnOutboxInSlack(t *testing.T) {
	s := start(t)
	db, err := store.Open(t.Context(), t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	now := time.Now()
	o := display.Outbox{Store: db, Chat: s.connect(), Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)}
	until := now.Add(time.Hour)
	require.NoError(t, db.Say(t.Context(),
		store.Saying{Key: "freeze", Place: incident, Message: words.New("why.lookup"), Until: until},
		store.Saying{Key: "alone", Place: incident, Message: words.New("button.approve"), Until: until, Repeat: true},
		store.Saying{Key: "nowhere", Place: "C0NOWHERE", Message: words.New("why.lookup"), Until: until, Repeat: true},
	))
	s.fail("chat.postMessage", 2, slacksim.Fault{Name: slacksim.BreaksOff, After: true})
	o.Send(s.within(patience))
	now = now.Add(time.Minute)
	o.Send(s.within(patience))
	fate := func(key string) store.Result {
		f, err := db.ResultOf(t.Context(), key)
		require.NoError(t, err)
		return f
	}
	require.False(t, fate("freeze").Dropped.IsZero())
	require.False(t, fate("alone").Said.IsZero())
	require.Contains(t, fate("nowhere").Why, "no such channel")
	require.Equal(t, 3, s.announcements(incident), "one of them twice")
}

// announced is the error of an announcement, whose place does not matter.
func announced(_ store.Card, err error) error { return err }
