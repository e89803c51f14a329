package slack_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/slack"
	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// calls keeps the arguments of the calls that reach Slack.
type calls struct {
	mu  sync.Mutex
	all map[string][]url.Values
}

func (c *calls) over(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		form, _ := url.ParseQuery(string(body))
		c.mu.Lock()
		c.all[path.Base(r.URL.Path)] = append(c.all[path.Base(r.URL.Path)], form)
		c.mu.Unlock()
		next.ServeHTTP(w, r)
	})
}

// argumentsOf are the arguments of a method of Slack's (@slack/web-api,
// types/request/chat.d.ts), but for those that no bot needs.
func argumentsOf(method string) []string {
	all := []string{"token", "channel", "text", "blocks", "parse", "link_names"}
	switch method {
	case "chat.postMessage":
		return append(all, "thread_ts", "unfurl_links", "unfurl_media")
	case "chat.update":
		return append(all, "ts", "reply_broadcast")
	}
	return append(all, "user", "thread_ts") // chat.postEphemeral
}

// Each method gets only arguments that it has. What is posted is blocks beside its text, and
// draws nothing of what a link leads to.
func TestWhatIsSaidIsSaidAsSlackTakesIt(t *testing.T) {
	t.Parallel()
	k := calls{all: map[string][]url.Values{}}
	s := start(t, k.over)
	chat := s.connect()
	c := asking(incident)
	at, err := chat.Show(s.within(patience), c, "")
	require.NoError(t, err)
	c.State = "withdrawn"
	_, err = chat.Show(s.within(patience), c, at)
	require.NoError(t, err)
	at, err = chat.Explain(s.within(patience), c, nil, at)
	require.NoError(t, err)
	_, err = chat.Explain(s.within(patience), c, wire(c.Opened), at)
	require.NoError(t, err)
	require.NoError(t, chat.RetireCard(s.within(patience), c.ID, at, "", slack.ReplyTo{}))
	require.NoError(t, announced(chat.Announce(s.within(patience), store.Saying{Place: incident, Message: words.New("help")})))
	require.NoError(t, chat.Tell(s.within(patience), slack.ReplyTo{Person: anna, Channel: incident}, words.New("help")))
	for _, method := range []string{"chat.postMessage", "chat.update", "chat.postEphemeral"} {
		require.NotEmpty(t, k.all[method])
		for _, form := range k.all[method] {
			for name := range form {
				assert.Contains(t, argumentsOf(method), name, method)
			}
			assert.NotEmpty(t, form.Get("text"), method)
			assert.NotEmpty(t, form.Get("blocks"), method)
			if method == "chat.postMessage" {
				assert.Equal(t, []string{"false", "false"}, []string{form.Get("unfurl_links"), form.Get("unfurl_media")})
			}
		}
	}
}

// What people write into a reason stays what they wrote, wherever it is told: no link, no
// mention, no emoji.
func TestAReasonStaysText(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	hostile := words.Text("see cache.prod.example, https://evil.example, <https://evil.example|here>, <!channel>, @anna, #general and :tada: at 10:30:00")
	reason := words.New("guard.frozen-all", words.V{"at": words.At(time.Now()), "by": words.User("U0ANNA"), "command": words.Code("x"), "reason": hostile})
	require.NoError(t, announced(chat.Announce(s.within(patience), store.Saying{Place: incident, Message: reason})))
	require.NoError(t, chat.Tell(s.within(patience), slack.ReplyTo{Person: anna, Channel: incident}, reason))
	c := asking(incident)
	c.Request.Reason, c.State = hostile.Value, approval.Withdrawn
	at, err := chat.Show(s.within(patience), c, "")
	require.NoError(t, err)
	_, err = chat.Explain(s.within(patience), c, nil, at)
	require.NoError(t, err)
	said := s.As("U0ANNA").State().In(incident)
	require.Len(t, said, 4)
	for _, m := range said {
		assert.Empty(t, m.Links(), m.Words())
		assert.NotContains(t, m.Words(), ":tada:")
		assert.NotContains(t, m.Text, ":tada:")
		assert.NotContains(t, m.Text, "<!channel>")
	}
	for _, m := range said[:3] {
		assert.Contains(t, m.Words(), "see cache.prod.example, https://evil.example")
	}
}

// A text that is longer than a section goes on in the next, and a block of code as one.
func TestALongTextIsSaidWhole(t *testing.T) {
	t.Parallel()
	s := start(t)
	lines := make([]words.Message, 80)
	for i := range lines {
		lines[i] = words.New("policy.spoiled", words.V{"policy": words.Code("p"), "mistakes": words.Text(strings.Repeat("m", 60))})
	}
	require.NoError(t, announced(s.connect().Announce(s.within(patience), store.Saying{Place: incident, Message: words.New("why", words.V{"lines": words.Lines(lines)})})))
	m := s.As("U0ANNA").State().In(incident)[0]
	assert.Equal(t, 80, strings.Count(m.Words(), strings.Repeat("m", 60)))
	assert.Greater(t, len(m.Blocks), 2)
}

// Nothing that people must read before a yes is folded behind "See more".
func TestACardIsShownWhole(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := asking(incident)
	c.Request.Reason = strings.Repeat("why ", 125)
	for i := range 20 {
		thing := integrations.Thing{ID: fmt.Sprint(i), Name: fmt.Sprintf("10.63.238.158:%d", 2048+i), Facts: []integrations.Field{{Name: "cmd", Value: strings.Repeat("f", 80)}}}
		c.Plan.Items = append(c.Plan.Items, commands.Item{Thing: thing})
		c.Plan.Hurts = append(c.Plan.Hurts, words.New("hurts.kill-session", words.V{"count": words.Count(i + 1)}))
	}
	c.Items = make([]approval.Item, 20)
	_, err := s.connect().Show(s.within(patience), c, "")
	require.NoError(t, err)
	seen := s.As("U0ANNA").State().In(incident)[0].Words()
	assert.NotContains(t, seen, "See more")
	for _, it := range c.Plan.Items {
		assert.Contains(t, seen, it.Thing.Name)
	}
}
