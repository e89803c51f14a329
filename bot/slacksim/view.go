package slacksim

import (
	"encoding/json"
	"maps"
	"slices"
)

const (
	mostViews = 3       // in a stack
	viewLimit = 250_000 // bytes of a view's definition
)

// view is one open modal.
type view struct {
	id, hash, root, previous string
	def                      object // as the app sent it
	inputs
	errors map[string]string // by block
	busy   bool              // submitted, not yet acknowledged
	error  string            // what Slack shows at the foot
}

func (v *view) blocks() []object { return objects(v.def["blocks"]) }

// viewObject is the view object of docs.slack.dev.
func (w *Workspace) viewObject(v *view) object {
	o := object{
		"private_metadata": "", "callback_id": "", "external_id": "",
		"clear_on_close": false, "notify_on_close": false, "close": nil, "submit": nil,
	}
	maps.Copy(o, v.def)
	o["id"], o["hash"], o["root_view_id"] = v.id, v.hash, v.root
	o["previous_view_id"] = nil
	if v.previous != "" {
		o["previous_view_id"] = v.previous
	}
	o["team_id"], o["app_installed_team_id"] = w.cfg.Team.ID, w.cfg.Team.ID
	o["app_id"], o["bot_id"] = w.cfg.App.ID, w.cfg.App.BotID
	o["state"] = object{"values": object{}}
	if len(v.values) > 0 {
		o["state"] = v.current(v.blocks())
	}
	return o
}

// define gives v the content that the app sent. Values of inputs that are
// still there stay.
func (w *Workspace) define(v *view, def object) {
	v.def, v.hash = def, w.ts()
	v.errors, v.error = nil, ""
	v.dropMissing(v.blocks())
	w.touch()
}

// readView reads a view's definition and checks it against Slack's limits.
func (w *Workspace) readView(t jsonText) (object, error) { return w.readViewAs(t, "modal") }

// readViewAs is readView for a view of one type.
func (w *Workspace) readViewAs(t jsonText, kind string) (object, error) {
	var def object
	if json.Unmarshal([]byte(t), &def) != nil || def == nil {
		return nil, refuse("invalid_arguments", "view is not a JSON object [json-pointer:/view]")
	}
	if len(t) > viewLimit {
		return nil, refuse("view_too_large")
	}
	var c checker
	c.view(def, kind)
	if c.wrong != nil {
		return nil, refuse("invalid_arguments", c.wrong...)
	}
	list, err := json.Marshal(def["blocks"])
	if err != nil {
		return nil, err
	}
	blocks, err := w.readBlocks(jsonText(list), viewBlocks)
	def["blocks"] = anys(blocks)
	return def, err
}

// view checks what stands around the blocks.
func (c *checker) view(def object, kind string) {
	if str(def, "type") != kind {
		c.say("/view/type", "unsupported type: %s", str(def, "type"))
	}
	if kind == "modal" {
		c.plain("/view/title", def["title"], 24)
	}
	if def["blocks"] == nil {
		c.say("/view", "missing required field: blocks")
	}
	for _, button := range []string{"submit", "close"} {
		if def[button] != nil {
			c.plain("/view/"+button, def[button], 24)
		}
	}
	c.length("/view/private_metadata", str(def, "private_metadata"), 0, 3000)
	c.length("/view/callback_id", str(def, "callback_id"), 0, 255)
	c.length("/view/external_id", str(def, "external_id"), 0, 255)
	for _, b := range objects(def["blocks"]) {
		if kind == "modal" && str(b, "type") == "input" && def["submit"] == nil {
			c.say("/view", "missing required field: submit, which a view with an input block needs")
			return
		}
	}
}

// hasInput says whether an input block of that id is there.
func (v *view) hasInput(block string) bool {
	return slices.ContainsFunc(v.blocks(), func(b object) bool {
		return str(b, "type") == "input" && str(b, "block_id") == block
	})
}

func anys(list []object) []any {
	all := make([]any, len(list))
	for i, o := range list {
		all[i] = o
	}
	return all
}
