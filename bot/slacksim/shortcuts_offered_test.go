package slacksim_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Slack offers a shortcut that the app's configuration has, where its kind is offered, and no other.
func TestOnlyConfiguredShortcutsAreOffered(t *testing.T) {
	t.Parallel()
	s := start(t, offering)
	c := s.connect()
	ts := s.posted(object{"channel": incident, "text": "cache is down"})
	for name, act := range map[string]object{
		"one that nobody configured":        {"name": "nuke"},
		"a message's from nowhere":          {"name": "act"},
		"a global one on a message":         {"name": "stop", "channel": incident, "ts": ts},
		"an unknown one on a message":       {"name": "nuke", "channel": incident, "ts": ts},
		"by its name for people":            {"name": "Stop something…"},
		"one without a callback_id":         {"name": ""},
		"one without a callback_id, either": {"name": "", "channel": incident, "ts": ts},
	} {
		answer := s.people("shortcut", with(act, "as", anna))
		assert.Equal(t, false, answer["ok"], name)
		assert.Contains(t, answer["error"], "shortcut with the callback_id", name)
	}
	assert.Equal(t, true, s.people("shortcut", object{"as": anna, "name": "stop"})["ok"])
	assert.Equal(t, "stop", c.payload()["callback_id"], "nothing of the others was sent")
	assert.Equal(t, true, s.people("shortcut", object{"as": anna, "name": "done", "channel": incident, "ts": ts})["ok"])
	assert.Equal(t, "done", c.payload()["callback_id"])

	s = start(t)
	assert.Equal(t, false, s.people("shortcut", object{"as": anna, "name": "stop"})["ok"], "an app without shortcuts")
}
