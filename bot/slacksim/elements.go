package slacksim

import "fmt"

// elements are the interactive elements of a block, wherever they sit.
func elements(b object) []object {
	var all []object
	if str(b, "type") == "actions" {
		all = objects(b["elements"])
	}
	for _, place := range []string{"accessory", "element"} {
		if e, ok := b[place].(object); ok && str(e, "type") != "image" {
			all = append(all, e)
		}
	}
	return all
}

// elements checks the interactive elements of a block.
func (c *checker) elements(path string, b object) {
	seen := map[string]bool{}
	for i, e := range elements(b) {
		at := fmt.Sprintf("%s/elements/%d", path, i)
		if str(b, "type") != "actions" {
			at = path + "/accessory"
			if str(b, "type") == "input" {
				at = path + "/element"
			}
		}
		id := str(e, "action_id")
		if id != "" && seen[id] {
			c.say(at+"/action_id", "`action_id` already exists: %s", id)
		}
		seen[id] = true
		c.element(at, e)
	}
}

func (c *checker) element(path string, e object) {
	c.length(path+"/action_id", str(e, "action_id"), 0, 255)
	if str(e, "type") == "" {
		c.say(path, "missing required field: type")
	}
	if str(e, "type") == "button" {
		c.plain(path+"/text", e["text"], 75)
		c.length(path+"/value", str(e, "value"), 0, 2000)
		if s := str(e, "style"); s != "" && s != "primary" && s != "danger" {
			c.say(path+"/style", "must be one of the allowed values: primary, danger")
		}
	}
	if e["options"] != nil {
		c.options(path, e)
	}
	if confirm, ok := e["confirm"].(object); ok {
		c.confirm(path+"/confirm", confirm)
	}
}

// options checks a menu's choices: at most 100, or 5 in an overflow menu.
func (c *checker) options(path string, e object) {
	most := 100
	if str(e, "type") == "overflow" {
		most = 5
	}
	c.list(path+"/options", e["options"], most)
	for i, o := range objects(e["options"]) {
		at := fmt.Sprintf("%s/options/%d", path, i)
		c.text(at+"/text", o["text"], 75)
		c.length(at+"/value", str(o, "value"), 0, 150)
	}
}

func (c *checker) confirm(path string, o object) {
	c.plain(path+"/title", o["title"], 100)
	c.text(path+"/text", o["text"], 300)
	for _, button := range []string{"confirm", "deny"} {
		if o[button] != nil {
			c.plain(path+"/"+button, o[button], 30)
		}
	}
}
