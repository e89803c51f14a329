package slacksim_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"

	"quell/bot/slacksim"
)

func TestEverythingThatTheAppSendsIsRecorded(t *testing.T) {
	t.Parallel()
	var sent []slacksim.Sent
	s := start(t, func(cfg *slacksim.Config) { cfg.Record = func(r slacksim.Sent) { sent = append(sent, r) } })
	s.form("/api/chat.postMessage", url.Values{
		"token": {"xoxb-test-acme"}, "channel": {incident}, "text": {"true"}, "unfurl_links": {"false"}, "blocks": {`[{"type":"divider"}]`},
	})
	s.form("/api/conversations.members", url.Values{"token": {"xoxb-test-acme"}, "channel": {incident}, "limit": {"999"}, "cursor": {""}})
	c := s.connect()
	s.must(s.As(anna).Say(incident, "/quell help"))
	e := c.next()
	c.ack(e, object{"text": "Here."})
	s.see(anna, says(incident, "Here."))
	status, _, _ := s.post(e["payload"].(object)["response_url"].(string)[len(s.url):], "", object{"text": "More."})
	assert.Equal(t, http.StatusOK, status)

	s.Close() // nothing is recorded any more
	assert.Equal(t, []slacksim.Sent{
		{Method: "chat.postMessage", Args: object{"channel": incident, "text": "true", "unfurl_links": false, "blocks": []any{object{"type": "divider"}}}},
		{Method: "conversations.members", Args: object{"channel": incident, "limit": 999.0, "cursor": ""}},
		{Method: "apps.connections.open", Args: object{}},
		{Method: "ack slash_commands", Args: object{"text": "Here."}},
		{Method: "response_url", Args: object{"text": "More."}},
	}, sent)
}
