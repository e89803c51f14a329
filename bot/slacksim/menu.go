package slacksim

import (
	"fmt"
	"slices"
)

// asksForOptions says whether an element needs options of its own.
func asksForOptions(kind string) bool {
	return slices.Contains([]string{"static_select", "multi_static_select", "checkboxes", "radio_buttons", "overflow"}, kind)
}

// menu checks a menu's choices: at most 100, 10 boxes to tick, or 5 in an
// overflow menu. Suggestions are the same, but for their kind, and may be none.
func (c *checker) menu(path string, e object) {
	most, kind := 100, str(e, "type")
	switch kind {
	case "overflow":
		most = 5
	case "checkboxes", "radio_buttons":
		most = 10
	}
	if e["options"] != nil && e["option_groups"] != nil {
		c.say(path, "must define either `options` or `option_groups`")
	}
	if e["options"] != nil {
		c.options(path+"/options", e, kind, most)
	}
	if e["option_groups"] != nil {
		c.groups(path+"/option_groups", e, kind)
	}
	c.unique(path, e)
}

// unique checks that a menu has each value once: "A unique string value"
// (docs.slack.dev, "Option object"). What Slack says to a repeated one is not documented.
func (c *checker) unique(path string, e object) {
	seen := map[string]bool{}
	for _, o := range optionsOf(e) {
		if value := str(o, "value"); seen[value] {
			c.say(path, "option values must be unique: %s", value)
		} else {
			seen[value] = true
		}
	}
}

func (c *checker) groups(path string, e object, kind string) {
	if kind != "" || len(objects(e["option_groups"])) > 0 {
		c.list(path, e["option_groups"], 100)
	}
	for i, g := range objects(e["option_groups"]) {
		at := fmt.Sprintf("%s/%d", path, i)
		c.plain(at+"/label", g["label"], 75)
		c.options(at+"/options", g, kind, 100)
	}
}

// options checks the options of a menu or of a group. Only boxes to tick take
// markup (docs.slack.dev, "Option object").
func (c *checker) options(path string, of object, kind string, most int) {
	if kind != "" || len(objects(of["options"])) > 0 {
		c.list(path, of["options"], most)
	}
	text := c.plain
	if kind == "checkboxes" || kind == "radio_buttons" {
		text = c.text
	}
	for i, o := range objects(of["options"]) {
		at := fmt.Sprintf("%s/%d", path, i)
		text(at+"/text", o["text"], 75)
		c.length(at+"/value", str(o, "value"), 0, 150)
		if o["description"] != nil {
			text(at+"/description", o["description"], 75)
		}
	}
}

// initial checks that what is chosen to begin with is one of the options.
func (c *checker) initial(path string, e object) {
	if !asksForOptions(str(e, "type")) {
		return
	}
	chosen := objects(e["initial_options"])
	if one, ok := e["initial_option"].(object); ok {
		chosen = append(chosen, one)
	}
	for _, o := range chosen {
		if !slices.ContainsFunc(optionsOf(e), func(other object) bool { return str(other, "value") == str(o, "value") }) {
			c.say(path, "the initial option must be one of the options: %s", str(o, "value"))
		}
	}
}
