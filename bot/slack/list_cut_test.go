package slack

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
)

// A form says how many things it leaves out, and how to ask for those.
func TestAFormSaysWhatItLeavesOut(t *testing.T) {
	t.Parallel()
	f := listing(session("10.63.238.158:2048"))
	f.List.Left, f.List.Complete = 30_000, false
	view, err := json.Marshal(chat(t).formView(f))
	require.NoError(t, err)
	assert.Contains(t, string(view), "30001 sessions, read at")
	assert.Contains(t, string(view), "Of these I can offer 1 here, and 30000 are left out. To ask for one of those, name it in the command itself.")
	assert.NotContains(t, string(view), "there may be more")

	menu, err := json.Marshal(chat(t).menu("kill-session", bot.Offer{Things: f.List.Things, All: f.List.All(), At: start}))
	require.NoError(t, err)
	assert.Contains(t, string(menu), "1 of 30001, read at")

	nothing, err := json.Marshal(chat(t).menu("kill-session", bot.Offer{All: 30_001, Left: 30_000, At: start}))
	require.NoError(t, err)
	assert.Contains(t, string(nothing), "It is not among the 1 of 30001 that I can offer")
	assert.Contains(t, string(nothing), `"value":"-"`, "an advice is nothing to end")
}
