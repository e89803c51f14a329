package slacksim_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func x(n int) string { return strings.Repeat("x", n) }

func mrkdwn(text string) object { return object{"type": "mrkdwn", "text": text} }

func section(text string) object { return object{"type": "section", "text": mrkdwn(text)} }

func actions(elements ...object) object { return object{"type": "actions", "elements": elements} }

func with(o object, name string, value any) object {
	o[name] = value
	return o
}

func confirming(title, text string) object {
	return with(button("a", "A", ""), "confirm", object{"title": plain(title), "text": plain(text), "confirm": plain("Yes"), "deny": plain("No")})
}

// answering is a button with a confirmation whose two buttons say the same.
func answering(text string) object {
	b := confirming("t", "t")
	b["confirm"].(object)["confirm"], b["confirm"].(object)["deny"] = plain(text), plain(text)
	return b
}

func menu(kind string, options int) object {
	var all []object
	for i := range options {
		all = append(all, object{"text": plain("o"), "value": x(i + 1)})
	}
	return object{"type": kind, "action_id": "m", "options": all}
}

// ask is an input block.
func ask(element object) object {
	return object{"type": "input", "label": plain("?"), "element": element}
}

// grouped is a menu of so many groups.
func grouped(groups int) object {
	return object{"type": "static_select", "action_id": "m", "option_groups": groupsOf(groups, 1)}
}

// choice is a menu with one option.
func choice(kind string, text object, value string) object {
	return object{"type": kind, "action_id": "m", "options": []object{{"text": text, "value": value}}}
}

// Every limit of the Block Kit reference: what just fits and what does not,
// with Slack's words for it.
func TestBlocksAreHeldAgainstSlacksLimits(t *testing.T) {
	t.Parallel()
	many := func(n int, o object) []object { return slices.Repeat([]object{o}, n) }
	buttons := func(n int) object {
		var all []object
		for i := range n {
			all = append(all, button(x(i+1), "A", ""))
		}
		return actions(all...)
	}
	fields := func(n int, text string) object {
		return object{"type": "section", "fields": slices.Repeat([]object{mrkdwn(text)}, n)}
	}
	context := func(n int) object {
		return object{"type": "context", "elements": slices.Repeat([]object{mrkdwn("c")}, n)}
	}
	divider := object{"type": "divider"}

	for name, c := range map[string]struct {
		fits, not []object
		why       string
	}{
		"50 blocks":                  {many(50, divider), many(51, divider), "no more than 50 items allowed [json-pointer:/blocks]"},
		"section text 3000":          {many(1, section(x(3000))), many(1, section(x(3001))), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"},
		"3000 in any script":         {many(1, section(strings.Repeat("字", 3000))), many(1, section(strings.Repeat("🔥", 1501))), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"},
		"section text not empty":     {many(1, section("x")), many(1, section("")), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"},
		"section needs something":    {many(1, section("x")), []object{{"type": "section"}}, "must define either `fields` or `text` [json-pointer:/blocks/0]"},
		"10 fields":                  {many(1, fields(10, "f")), many(1, fields(11, "f")), "no more than 10 items allowed [json-pointer:/blocks/0/fields]"},
		"field text 2000":            {many(1, fields(1, x(2000))), many(1, fields(1, x(2001))), "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]"},
		"header 150":                 {[]object{{"type": "header", "text": plain(x(150))}}, []object{{"type": "header", "text": plain(x(151))}}, "must be less than 151 characters [json-pointer:/blocks/0/text/text]"},
		"a header has no markup":     {[]object{{"type": "header", "text": plain("x")}}, []object{{"type": "header", "text": mrkdwn("x")}}, "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"},
		"a button has no markup":     {many(1, actions(button("a", "A", ""))), many(1, actions(with(button("a", "A", ""), "text", mrkdwn("A")))), "unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/text/type]"},
		"25 elements":                {many(1, buttons(25)), many(1, buttons(26)), "no more than 25 items allowed [json-pointer:/blocks/0/elements]"},
		"actions need an element":    {many(1, buttons(1)), many(1, actions()), "must provide at least 1 items [json-pointer:/blocks/0/elements]"},
		"button text 75":             {many(1, actions(button("a", x(75), ""))), many(1, actions(button("a", x(76), ""))), "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]"},
		"button value 2000":          {many(1, actions(button("a", "A", x(2000)))), many(1, actions(button("a", "A", x(2001)))), "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]"},
		"button style":               {many(1, actions(with(button("a", "A", ""), "style", "danger"))), many(1, actions(with(button("a", "A", ""), "style", "loud"))), "must be one of the allowed values: primary, danger [json-pointer:/blocks/0/elements/0/style]"},
		"action_id 255":              {many(1, actions(button(x(255), "A", ""))), many(1, actions(button(x(256), "A", ""))), "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]"},
		"action_id once in a block":  {many(1, actions(button("a", "A", ""), button("b", "B", ""))), many(1, actions(button("a", "A", ""), button("a", "B", ""))), "`action_id` already exists: a [json-pointer:/blocks/0/elements/1/action_id]"},
		"confirm title 100":          {many(1, actions(confirming(x(100), "t"))), many(1, actions(confirming(x(101), "t"))), "must be less than 101 characters [json-pointer:/blocks/0/elements/0/confirm/title/text]"},
		"confirm text 300":           {many(1, actions(confirming("t", x(300)))), many(1, actions(confirming("t", x(301)))), "must be less than 301 characters [json-pointer:/blocks/0/elements/0/confirm/text/text]"},
		"10 elements in a context":   {many(1, context(10)), many(1, context(11)), "no more than 10 items allowed [json-pointer:/blocks/0/elements]"},
		"block_id once":              {[]object{with(section("a"), "block_id", "1"), with(section("b"), "block_id", "2")}, []object{with(section("a"), "block_id", "1"), with(section("b"), "block_id", "1")}, "`block_id` already exists: 1 [json-pointer:/blocks/1/block_id]"},
		"5 options in an overflow":   {many(1, actions(menu("overflow", 5))), many(1, actions(menu("overflow", 6))), "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]"},
		"100 options in a menu":      {many(1, actions(menu("static_select", 100))), many(1, actions(menu("static_select", 101))), "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]"},
		"an accessory is an element": {many(1, with(section("s"), "accessory", button("a", "A", ""))), many(1, with(section("s"), "accessory", button("a", "", ""))), "must be more than 0 characters [json-pointer:/blocks/0/accessory/text/text]"},
		"a kind of block that is":    {many(1, divider), []object{{"type": "devider"}}, "unsupported type: devider [json-pointer:/blocks/0/type]"},
		"a kind of element that is":  {many(1, actions(button("a", "A", ""))), many(1, actions(with(button("a", "A", ""), "type", "buton"))), "unsupported type: buton [json-pointer:/blocks/0/elements/0/type]"},
		"several in a section":       {many(1, with(section("s"), "accessory", menu("multi_static_select", 1))), many(1, actions(menu("multi_static_select", 1))), "unsupported type: multi_static_select [json-pointer:/blocks/0/elements/0/type]"},
		"text inputs in an input":    {many(1, ask(object{"type": "plain_text_input"})), many(1, actions(object{"type": "plain_text_input"})), "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]"},
		"buttons in no input":        {many(1, ask(menu("static_select", 1))), many(1, ask(button("a", "A", ""))), "unsupported type: button [json-pointer:/blocks/0/element/type]"},
		"an input has an element":    {many(1, ask(menu("static_select", 1))), many(1, ask(nil)), "missing required field: element [json-pointer:/blocks/0]"},
		"an input has a label":       {many(1, ask(menu("static_select", 1))), many(1, with(ask(menu("static_select", 1)), "label", nil)), "missing required field: label [json-pointer:/blocks/0]"},
		"hint 2000":                  {many(1, with(ask(menu("static_select", 1)), "hint", plain(x(2000)))), many(1, with(ask(menu("static_select", 1)), "hint", plain(x(2001)))), "must be less than 2001 characters [json-pointer:/blocks/0/hint/text]"},
		"placeholder 150":            {many(1, actions(with(menu("static_select", 1), "placeholder", plain(x(150))))), many(1, actions(with(menu("static_select", 1), "placeholder", plain(x(151))))), "must be less than 151 characters [json-pointer:/blocks/0/elements/0/placeholder/text]"},
		"max_length 3000":            {many(1, ask(object{"type": "plain_text_input", "max_length": 3000})), many(1, ask(object{"type": "plain_text_input", "max_length": 3001})), "must be between 1 and 3000 [json-pointer:/blocks/0/element/max_length]"},
		"a menu has options":         {many(1, actions(menu("static_select", 1))), many(1, actions(object{"type": "static_select"})), "must define either `options` or `option_groups` [json-pointer:/blocks/0/elements/0]"},
		"or groups of them":          {many(1, actions(grouped(100))), many(1, actions(grouped(101))), "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/option_groups]"},
		"not both":                   {many(1, actions(grouped(1))), many(1, actions(with(grouped(1), "options", options(1)))), "must define either `options` or `option_groups` [json-pointer:/blocks/0/elements/0]"},
		"10 boxes":                   {many(1, actions(menu("checkboxes", 10))), many(1, actions(menu("checkboxes", 11))), "no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]"},
		"10 radio buttons":           {many(1, actions(menu("radio_buttons", 10))), many(1, actions(menu("radio_buttons", 11))), "no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]"},
		"option text 75":             {many(1, actions(choice("static_select", plain(x(75)), "v"))), many(1, actions(choice("static_select", plain(x(76)), "v"))), "must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]"},
		"option value 150":           {many(1, actions(choice("static_select", plain("o"), x(150)))), many(1, actions(choice("static_select", plain("o"), x(151)))), "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]"},
		"option values differ":       {many(1, actions(object{"type": "static_select", "action_id": "m", "options": options(2)})), many(1, actions(object{"type": "static_select", "action_id": "m", "options": slices.Repeat(options(1), 2)})), "option values must be unique: x [json-pointer:/blocks/0/elements/0]"},
		"in all groups together":     {many(1, actions(object{"type": "static_select", "action_id": "m", "option_groups": []object{group(options(2)), group([]any{object{"text": plain("o"), "value": "z"}})}})), many(1, actions(object{"type": "static_select", "action_id": "m", "option_groups": []object{group(options(2)), group(options(1))}})), "option values must be unique: x [json-pointer:/blocks/0/elements/0]"},
		"block_id 255":               {many(1, with(section("s"), "block_id", x(255))), many(1, with(section("s"), "block_id", x(256))), "must be less than 256 characters [json-pointer:/blocks/0/block_id]"},
		"confirm and deny 30":        {many(1, actions(answering(x(30)))), many(1, actions(answering(x(31)))), "must be less than 31 characters [json-pointer:/blocks/0/elements/0/confirm/deny/text]"},
		"markup in boxes alone":      {many(1, actions(choice("checkboxes", mrkdwn("o"), "v"))), many(1, actions(choice("static_select", mrkdwn("o"), "v"))), "unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/options/0/text/type]"},
		"to begin with, an option":   {many(1, actions(with(menu("static_select", 1), "initial_option", options(1)[0]))), many(1, actions(with(menu("static_select", 1), "initial_option", options(2)[1]))), "the initial option must be one of the options: xx [json-pointer:/blocks/0/elements/0]"},
		"a confirm has a title":      {many(1, actions(confirming("t", "t"))), many(1, actions(with(button("a", "A", ""), "confirm", object{"text": plain("t"), "confirm": plain("Yes"), "deny": plain("No")}))), "missing required field: title [json-pointer:/blocks/0/elements/0/confirm]"},
		"button url 3000":            {many(1, actions(with(button("a", "A", ""), "url", x(3000)))), many(1, actions(with(button("a", "A", ""), "url", x(3001)))), "must be less than 3001 characters [json-pointer:/blocks/0/elements/0/url]"},
		"an image has words":         {[]object{{"type": "image", "image_url": "https://a.example", "alt_text": "x"}}, []object{{"type": "image", "image_url": "https://a.example"}}, "missing required field: alt_text [json-pointer:/blocks/0]"},
		"an image has a picture":     {many(1, object{"type": "context", "elements": []object{{"type": "image", "image_url": "https://a.example", "alt_text": "x"}}}), many(1, object{"type": "context", "elements": []object{{"type": "image", "alt_text": "x"}}}), "must define either `image_url` or `slack_file` [json-pointer:/blocks/0/elements/0]"},
		"a text has words":           {many(1, section("x")), []object{{"type": "section", "text": object{"type": "mrkdwn"}}}, "missing required field: text [json-pointer:/blocks/0/text]"},
		"text has a kind":            {many(1, section("x")), []object{{"type": "section", "text": object{"type": "html", "text": "x"}}}, "unsupported type: html [json-pointer:/blocks/0/text/type]"},
		"a block has a type":         {many(1, divider), []object{{}}, "missing required field: type [json-pointer:/blocks/0]"},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			s.ok("chat.postMessage", object{"channel": incident, "blocks": c.fits})
			answer := s.call("chat.postMessage", object{"channel": incident, "blocks": c.not})
			assert.Equal(t, "invalid_blocks", answer["error"])
			assert.Contains(t, answer["response_metadata"].(object)["messages"], "[ERROR] "+c.why)
			assert.Contains(t, answer["errors"], c.why)
		})
	}
}

func TestBlocksAreLimitedAsAWhole(t *testing.T) {
	t.Parallel()
	s := start(t)
	long := func(letter string, n int) []object {
		return slices.Repeat([]object{section(strings.Repeat(letter, n))}, 5)
	}
	s.ok("chat.postMessage", object{"channel": incident, "blocks": long("x", 2500)})
	s.ok("chat.postMessage", object{"channel": incident, "blocks": long("字", 800)})
	assert.Equal(t, "msg_blocks_too_long", s.refused("chat.postMessage", object{"channel": incident, "blocks": long("x", 2700)}))
	assert.Equal(t, "msg_blocks_too_long", s.refused("chat.postMessage", object{"channel": incident, "blocks": long("字", 900)}))
}

func TestBlocksHaveToBeAList(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, blocks := range []any{"not json", object{"type": "divider"}, []any{"divider"}} {
		assert.Equal(t, "invalid_blocks_format", s.refused("chat.postMessage", object{"channel": incident, "blocks": blocks}))
	}
}

func TestWhatHasNoIdGetsOne(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.ok("chat.postMessage", object{"channel": incident, "blocks": []object{
		section("x"), actions(object{"type": "button", "text": plain("A")}),
	}})
	m := s.As(anna).State().In(incident)[0]
	assert.NotEmpty(t, m.Blocks[0]["block_id"])
	assert.NotEmpty(t, m.Buttons()[0].ActionID)
}
