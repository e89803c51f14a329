package slacksim

import (
	"fmt"
	gopath "path"
	"unicode/utf16"
)

// checker collects what is wrong with blocks, in Slack's words.
type checker struct{ wrong []string }

func (c *checker) say(path, format string, values ...any) {
	c.wrong = append(c.wrong, fmt.Sprintf(format, values...)+" [json-pointer:"+path+"]")
}

func (c *checker) blocks(blocks []object, where surface) {
	if len(blocks) > where.most() {
		c.say(string(where), "no more than %d items allowed", where.most())
	}
	seen := map[string]bool{}
	for i, b := range blocks {
		path := fmt.Sprintf("%s/%d", where, i)
		if id := str(b, "block_id"); id != "" && seen[id] {
			c.say(path+"/block_id", "`block_id` already exists: %s", id)
		} else {
			seen[id] = true
		}
		c.length(path+"/block_id", str(b, "block_id"), 0, 255)
		if kind := str(b, "type"); kind != "" && !where.shows(kind) {
			c.say(path+"/type", "unsupported type: %s", kind)
			continue
		}
		c.block(path, b)
	}
}

// block checks one block. What is inside the kinds not named here is Slack's
// to know.
func (c *checker) block(path string, b object) {
	switch str(b, "type") {
	case "":
		c.say(path, "missing required field: type")
	case "section":
		c.section(path, b)
	case "header":
		c.plain(path+"/text", b["text"], 150)
	case "actions":
		c.list(path+"/elements", b["elements"], 25)
	case "context":
		c.context(path, b)
	case "image":
		c.image(path, b)
	case "input":
		c.plain(path+"/label", b["label"], 2000)
		if b["hint"] != nil {
			c.plain(path+"/hint", b["hint"], 2000)
		}
		if b["element"] == nil {
			c.say(path, "missing required field: element")
		}
	case "markdown":
		c.length(path+"/text", str(b, "text"), 1, 12_000)
	}
	c.elements(path, b)
}

func (c *checker) section(path string, b object) {
	if b["text"] == nil && b["fields"] == nil {
		c.say(path, "must define either `fields` or `text`")
	}
	if b["text"] != nil {
		c.text(path+"/text", b["text"], 3000)
	}
	if b["fields"] != nil {
		c.list(path+"/fields", b["fields"], 10)
	}
	for i, f := range objects(b["fields"]) {
		c.text(fmt.Sprintf("%s/fields/%d", path, i), f, 2000)
	}
}

func (c *checker) context(path string, b object) {
	c.list(path+"/elements", b["elements"], 10)
	for i, e := range objects(b["elements"]) {
		at := fmt.Sprintf("%s/elements/%d", path, i)
		if str(e, "type") == "image" {
			c.image(at, e)
		} else {
			c.text(at, e, 3000)
		}
	}
}

// image checks an image, be it a block or an element.
func (c *checker) image(path string, o object) {
	if o["image_url"] == nil && o["slack_file"] == nil {
		c.say(path, "must define either `image_url` or `slack_file`")
	}
	if o["alt_text"] == nil {
		c.say(path, "missing required field: alt_text")
	}
	c.length(path+"/image_url", str(o, "image_url"), 0, 3000)
	c.length(path+"/alt_text", str(o, "alt_text"), 0, 2000)
	if o["title"] != nil {
		c.plain(path+"/title", o["title"], 2000)
	}
}

// text checks a text object.
func (c *checker) text(path string, v any, most int) {
	o, ok := v.(object)
	if !ok {
		c.say(gopath.Dir(path), "missing required field: %s", gopath.Base(path))
		return
	}
	if o["text"] == nil {
		c.say(path, "missing required field: text")
		return
	}
	if kind := str(o, "type"); kind != "plain_text" && kind != "mrkdwn" {
		c.say(path+"/type", "unsupported type: %s", kind)
	}
	c.length(path+"/text", str(o, "text"), 1, most)
}

// plain checks a text object where Slack draws no markup.
func (c *checker) plain(path string, v any, most int) {
	c.text(path, v, most)
	if o, ok := v.(object); ok && str(o, "type") == "mrkdwn" {
		c.say(path+"/type", "unsupported type: mrkdwn")
	}
}

func (c *checker) list(path string, v any, most int) {
	list, _ := v.([]any)
	if len(list) == 0 {
		c.say(path, "must provide at least 1 items")
	}
	if len(list) > most {
		c.say(path, "no more than %d items allowed", most)
	}
}

// length checks a text. The documents count characters and do not say what one is; here an
// emoji is two, as in UTF-16, which errs on the strict side.
func (c *checker) length(path, s string, least, most int) {
	n := len(utf16.Encode([]rune(s)))
	if n < least {
		c.say(path, "must be more than %d characters", least-1)
	}
	if n > most {
		c.say(path, "must be less than %d characters", most+1)
	}
}
