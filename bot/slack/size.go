package slack

import (
	"encoding/json"

	"github.com/slack-go/slack"
)

// Slack's limits on the blocks of one message: their number ("Block Kit reference",
// docs.slack.dev), and how large they may be together. The second is documented nowhere:
// chat.postMessage was seen to say msg_blocks_too_long from 13,200 on (bolt-js 2509, 2867).
const (
	maxBlocks = 50
	maxCard   = 12_500
)

// size is how large blocks are, in the count that comes out largest. Whether Slack counts
// characters or bytes, before or after it reads the JSON, nobody has found out: the bytes of
// the JSON as it is sent are never fewer than any of these.
func size(blocks []slack.Block) int {
	body, _ := json.Marshal(blocks) // blocks are made to be sent as JSON
	return len(body)
}

// fits says that Slack takes these blocks as one message.
func fits(blocks []slack.Block) bool { return len(blocks) <= maxBlocks && size(blocks) <= maxCard }
