package slacksim_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"quell/bot/slacksim"
)

// Nobody writes to an app whose Messages tab is off or read-only; to one that is read-only the app can.
func TestTheMessagesTab(t *testing.T) {
	t.Parallel()
	off := func(cfg *slacksim.Config) { cfg.NoMessagesTab = true }
	readOnly := func(cfg *slacksim.Config) { cfg.MessagesReadOnly = true }
	for name, c := range map[string]struct {
		set       func(*slacksim.Config)
		writes    bool
		post, all any // codes; nil for done
	}{
		"it is on":        {func(*slacksim.Config) {}, true, nil, nil},
		"it is read-only": {readOnly, false, nil, nil},
		"it is off":       {off, false, "messages_tab_disabled", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, homely, c.set)
			for _, text := range []string{"hello", "/quell help"} {
				answer := s.people("say", object{"as": anna, "channel": "D0ANNA", "text": text})
				assert.Equal(t, c.writes, answer["ok"], text)
				if !c.writes {
					assert.Contains(t, answer["error"], "Messages tab", text)
				}
			}
			for _, to := range []string{anna, "D0ANNA"} {
				assert.Equal(t, c.post, s.call("chat.postMessage", object{"channel": to, "text": "x"})["error"], to)
			}
			assert.Equal(t, c.post, s.call("chat.postEphemeral", object{"channel": "D0ANNA", "user": anna, "text": "x"})["error"])
			assert.Equal(t, c.all, s.call("chat.postMessage", object{"channel": incident, "text": "x"})["error"], "elsewhere it is as ever")
			assert.Equal(t, true, s.people("say", object{"as": anna, "channel": incident, "text": "/quell help"})["ok"])
		})
	}
}
