package slacksim_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
)

func homeTab(texts ...string) object {
	blocks := []any{}
	for _, text := range texts {
		blocks = append(blocks, object{"type": "section", "text": object{"type": "mrkdwn", "text": text}})
	}
	return object{"type": "home", "blocks": blocks}
}

// docs.slack.dev, views.publish: for one person, not over a picture that is newer than the one the
// app knows, and only where the Home tab is enabled.
func TestAHomeIsPublished(t *testing.T) {
	t.Parallel()
	s := start(t)
	first := s.ok("views.publish", object{"user_id": anna, "view": homeTab("one")})["view"].(object)
	require.Len(t, s.As(anna).State().Home.Blocks, 1)
	assert.Nil(t, s.As("U0BEN").State().Home)
	second := s.ok("views.publish", object{"user_id": anna, "view": homeTab("one", "two"), "hash": first["hash"]})["view"].(object)
	assert.Equal(t, first["id"], second["id"])
	assert.NotEqual(t, first["hash"], second["hash"])
	assert.Equal(t, "hash_conflict", s.refused("views.publish", object{"user_id": anna, "view": homeTab("three"), "hash": first["hash"]}))
	assert.Len(t, s.As(anna).State().Home.Blocks, 2)
	assert.Equal(t, "invalid_arguments", s.refused("views.publish", object{"user_id": anna, "view": object{"type": "modal", "blocks": []any{}}}))
	assert.Equal(t, "invalid_arguments", s.refused("views.publish", object{"user_id": "U0NOBODY", "view": homeTab("one")}))

	s = start(t, func(cfg *slacksim.Config) { cfg.NoHomeTab = true })
	assert.Equal(t, "not_enabled", s.refused("views.publish", object{"user_id": anna, "view": homeTab("one")}))
}

// docs.slack.dev, "app_home_opened": each time, with what is published; and a click on it names no
// channel and no message.
func TestAHomeIsOpenedAndClicked(t *testing.T) {
	t.Parallel()
	s := start(t, func(cfg *slacksim.Config) { cfg.Events = []string{"app_home_opened"} })
	k := s.connect()
	require.NoError(t, s.As(anna).OpenHome())
	e := k.next()
	event := e["payload"].(object)["event"].(object)
	assert.Equal(t, []any{"app_home_opened", anna, "home", "D0ANNA", nil}, []any{event["type"], event["user"], event["tab"], event["channel"], event["view"]})
	k.ack(e, nil)

	view := homeTab("one")
	view["blocks"] = append(view["blocks"].([]any), object{"type": "actions", "elements": []any{
		object{"type": "button", "action_id": "go", "value": "1", "text": object{"type": "plain_text", "text": "Go"}},
	}})
	s.ok("views.publish", object{"user_id": anna, "view": view})
	require.NoError(t, s.As(anna).OpenHome())
	e = k.next()
	assert.Equal(t, "home", e["payload"].(object)["event"].(object)["view"].(object)["type"])
	k.ack(e, nil)

	home := s.As(anna).State().Home
	require.Error(t, s.As("U0BEN").Do(slacksim.Act{View: home.ID, ActionID: "go"}), "it is Anna's")
	require.NoError(t, s.As(anna).Do(slacksim.Act{View: home.ID, ActionID: "go"}))
	click := k.next()["payload"].(object)
	assert.Equal(t, object{"type": "view", "view_id": home.ID}, click["container"])
	assert.Equal(t, "home", click["view"].(object)["type"])
	assert.Nil(t, click["channel"])
	assert.Nil(t, click["message"])
	assert.Nil(t, click["response_url"])
	s.ok("views.open", object{"trigger_id": click["trigger_id"], "view": object{"type": "modal", "title": object{"type": "plain_text", "text": "T"}, "blocks": []any{}}})
}
