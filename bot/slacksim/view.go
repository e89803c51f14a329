package slacksim

import (
	"encoding/json"
	"maps"
)

const (
	mostViews = 3       // in a stack
	viewLimit = 250_000 // bytes of a view's definition
)

// view is one open modal.
type view struct {
	id, hash, root, previous string
	def                      object // as the app sent it
	// values are the inputs' values: by block, then by action.
	values map[string]map[string]object
	errors map[string]string // by block
	busy   bool              // submitted, not yet acknowledged
	error  string            // what Slack shows at the foot
}

func (v *view) blocks() []object { return objects(v.def["blocks"]) }

func (v *view) set(block, action string, value object) {
	if v.values == nil {
		v.values = map[string]map[string]object{}
	}
	if v.values[block] == nil {
		v.values[block] = map[string]object{}
	}
	v.values[block][action] = value
}

// state is view.state.values on the wire.
func (v *view) state() object {
	values := object{}
	for block, actions := range v.values {
		values[block] = maps.Clone(actions)
	}
	return object{"values": values}
}

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
	o["state"] = v.state()
	return o
}

// define gives v the content that the app sent. Values of inputs that are
// still there stay.
func (w *Workspace) define(v *view, def object) {
	v.def, v.hash = def, w.ts()
	v.errors, v.error = nil, ""
	kept := v.values
	v.values = nil
	for _, b := range v.blocks() {
		for _, e := range elements(b) {
			if value, ok := kept[str(b, "block_id")][str(e, "action_id")]; ok {
				v.set(str(b, "block_id"), str(e, "action_id"), value)
			}
		}
	}
	w.touch()
}

// readView reads a view's definition and holds it against Slack's limits.
func (w *Workspace) readView(t jsonText) (object, error) {
	var def object
	if json.Unmarshal([]byte(t), &def) != nil || def == nil {
		return nil, refuse("invalid_arguments", "view is not a JSON object [json-pointer:/view]")
	}
	if len(t) > viewLimit {
		return nil, refuse("view_too_large")
	}
	var c checker
	c.view(def)
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
func (c *checker) view(def object) {
	if str(def, "type") != "modal" {
		c.say("/view/type", "unsupported type: %s", str(def, "type"))
	}
	c.plain("/view/title", def["title"], 24)
	for _, button := range []string{"submit", "close"} {
		if def[button] != nil {
			c.plain("/view/"+button, def[button], 24)
		}
	}
	c.length("/view/private_metadata", str(def, "private_metadata"), 0, 3000)
	c.length("/view/callback_id", str(def, "callback_id"), 0, 255)
	c.length("/view/external_id", str(def, "external_id"), 0, 255)
	for _, b := range objects(def["blocks"]) {
		if str(b, "type") == "input" && def["submit"] == nil {
			c.say("/view", "missing required field: submit, which a view with an input block needs")
			return
		}
	}
}

// inputs lists the ids of the view's input blocks.
func (v *view) inputs() map[string]bool {
	ids := map[string]bool{}
	for _, b := range v.blocks() {
		if str(b, "type") == "input" {
			ids[str(b, "block_id")] = true
		}
	}
	return ids
}

func anys(list []object) []any {
	all := make([]any, len(list))
	for i, o := range list {
		all[i] = o
	}
	return all
}
