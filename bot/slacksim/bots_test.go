package slacksim_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"quell/bot/slacksim"
)

func TestABotNamesItsApp(t *testing.T) {
	t.Parallel()
	s := start(t, func(cfg *slacksim.Config) { cfg.Scopes = []string{"users:read"} })
	who := s.ok("auth.test", nil)
	bot := s.ok("bots.info", object{"bot": who["bot_id"]})["bot"].(object)
	assert.Equal(t, who["bot_id"], bot["id"])
	assert.Equal(t, who["user_id"], bot["user_id"])
	assert.Equal(t, "A0QUELL", bot["app_id"])
	assert.Equal(t, "bot_not_found", s.refused("bots.info", object{"bot": "B0NOBODY"}))
	assert.NotContains(t, s.ok("bots.info", nil), "bot")
	s = start(t, func(cfg *slacksim.Config) { cfg.Scopes = []string{"chat:write"} })
	assert.Equal(t, "missing_scope", s.refused("bots.info", object{"bot": who["bot_id"]}))
}

// The app-level token may be of another app than the bot token: the hello names that app.
func TestAHelloNamesTheAppOfItsToken(t *testing.T) {
	t.Parallel()
	s := start(t, func(cfg *slacksim.Config) { cfg.SocketApp = "A0OTHER" })
	assert.Equal(t, object{"app_id": "A0OTHER"}, s.dial().next()["connection_info"])
}
