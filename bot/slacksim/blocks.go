package slacksim

import "encoding/json"

// surface is where blocks are shown.
type surface string

const (
	messageBlocks surface = "/blocks" // the JSON pointer to them, in an error
	viewBlocks    surface = "/view/blocks"
)

// most is how many blocks there may be.
func (s surface) most() int {
	if s == viewBlocks {
		return 100
	}
	return 50
}

// shows says whether blocks of a kind can be there (docs.slack.dev, "Blocks").
func (s surface) shows(kind string) bool {
	switch kind {
	case "actions", "context", "divider", "header", "image", "input", "rich_text", "section", "video":
		return true
	case "context_actions", "file", "markdown", "table":
		return s == messageBlocks
	}
	return false
}

// mistake is the error code for blocks that are wrong.
func (s surface) mistake() string {
	if s == viewBlocks {
		return "invalid_arguments"
	}
	return "invalid_blocks"
}

// blocksLimit is where chat.postMessage was seen to say msg_blocks_too_long
// (bolt-js issue 2509). How Slack counts is not documented; here it is every
// byte of the blocks' JSON, which errs on the strict side.
const blocksLimit = 13_200

// readBlocks reads blocks and checks them against the limits of the Block Kit
// reference. Blocks and elements without an id get one, as Slack gives them.
func (w *Workspace) readBlocks(t jsonText, where surface) ([]object, error) {
	if t == "" {
		return nil, nil
	}
	blocks := []object{}
	if json.Unmarshal([]byte(t), &blocks) != nil {
		return nil, refuse("invalid_blocks_format")
	}
	if where == messageBlocks && len(t) > blocksLimit {
		return nil, refuse("msg_blocks_too_long")
	}
	var c checker
	c.blocks(blocks, where)
	if c.wrong != nil {
		return nil, refuse(where.mistake(), c.wrong...)
	}
	w.nameBlocks(blocks)
	return blocks, nil
}

// nameBlocks gives ids to what came without.
func (w *Workspace) nameBlocks(blocks []object) {
	for _, b := range blocks {
		if str(b, "block_id") == "" {
			b["block_id"] = w.random(3)
		}
		for _, e := range elements(b) {
			if str(e, "action_id") == "" {
				e["action_id"] = w.random(3)
			}
		}
	}
}

// asJSON is o as it would come in over the wire.
func asJSON(o object) object {
	var read object
	if text, err := json.Marshal(o); err != nil || json.Unmarshal(text, &read) != nil {
		return nil
	}
	return read
}

func str(o object, name string) string {
	s, _ := o[name].(string)
	return s
}

// objects are the objects in a list that was read from JSON.
func objects(v any) []object {
	list, _ := v.([]any)
	all := make([]object, 0, len(list))
	for _, item := range list {
		o, _ := item.(object)
		all = append(all, o)
	}
	return all
}
