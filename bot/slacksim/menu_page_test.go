package slacksim_test

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAMenuSaysWhatItIsDoing(t *testing.T) {
	t.Parallel()
	s := start(t, unhurried)
	c := s.connect()
	b := s.browse(1400, 900)
	view := c.open(picking("214 sessions."))["id"]
	require.NotEmpty(t, view)
	popup := "#modal .popup:not([hidden])"
	b.click(thingMenu)
	b.reads(popup, "Searching…")
	b.shot("searching")
	question := c.next()
	c.ack(question, sessions(question["payload"].(object)))
	b.reads(popup, "checkout-worker")

	b.keys("zz")
	b.until(`() => document.querySelector("#modal .popup:not([hidden]) .choices")?.ariaBusy === "true"`)
	c.ack(c.next(), object{"options": []object{}})
	b.reads(popup, "Nothing found.")
	b.shot("nothing")

	b.keys("y")
	c.ack(c.next(), object{"text": "not a menu"})
	b.reads(popup, "no suggestions: neither options nor option_groups")
	b.shot("failed-search")
}

// TestEachInputIsDrawnAndHeld fills in one of each kind and looks at what the
// app gets.
func TestEachInputIsDrawnAndHeld(t *testing.T) {
	t.Parallel()
	s := start(t, unhurried)
	c := s.connect()
	b := s.browse(1400, 1400)
	choices := []object{described("One", "the first", "1"), described("Two", "the second", "2")}
	elements := []object{
		{"type": "multi_static_select", "options": choices},
		{"type": "users_select", "initial_user": ben}, {"type": "multi_users_select"},
		{"type": "conversations_select"}, {"type": "channels_select", "initial_channel": partners},
		{"type": "checkboxes", "options": choices}, {"type": "radio_buttons", "options": choices, "initial_option": choices[1]},
		{"type": "datepicker", "initial_date": "2026-03-01"}, {"type": "timepicker", "initial_time": "09:30"},
		{"type": "datetimepicker", "initial_date_time": 1_790_000_040},
		{"type": "email_text_input", "initial_value": "anna@acme.example"}, {"type": "number_input", "is_decimal_allowed": false},
	}
	blocks := []object{}
	for _, e := range elements {
		kind := e["type"].(string)
		blocks = append(blocks, with(asked(kind, kind, with(e, "action_id", kind)), "optional", true))
	}
	c.open(with(form(), "blocks", blocks))
	b.click(`[data-action-id="multi_static_select"]`)
	b.reads("#modal .popup:not([hidden])", "the second")
	b.keys("two", kb.Enter, kb.Escape)
	b.click(`[data-action-id="multi_users_select"]`)
	b.keys("anna", kb.Enter, kb.Escape)
	b.click(`[data-action-id="conversations_select"]`)
	b.keys("#inc", kb.Enter)
	b.click(`[data-action-id="checkboxes"] input`)
	b.click(`[data-action-id="number_input"]`)
	b.keys("42")
	b.shot("kinds")
	b.click("#modal-submit")

	held := c.payload()["view"].(object)["state"].(object)["values"].(object)
	for kind, want := range map[string]object{
		"multi_static_select":  {"selected_options": []any{choices[1]}},
		"users_select":         {"selected_user": ben},
		"multi_users_select":   {"selected_users": []any{anna}},
		"conversations_select": {"selected_conversation": incident},
		"channels_select":      {"selected_channel": partners},
		"checkboxes":           {"selected_options": []any{choices[0]}},
		"radio_buttons":        {"selected_option": choices[1]},
		"datepicker":           {"selected_date": "2026-03-01"},
		"timepicker":           {"selected_time": "09:30"},
		"datetimepicker":       {"selected_date_time": 1_790_000_040.0},
		"email_text_input":     {"value": "anna@acme.example"},
		"number_input":         {"value": "42"},
	} {
		assert.Equal(t, with(want, "type", kind), held[kind].(object)[kind], kind)
	}
}

// TestAMenuInAMessageActsAtOnce chooses a person at a card.
func TestAMenuInAMessageActsAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t, unhurried)
	c := s.connect()
	s.posted(object{"channel": incident, "blocks": []object{
		with(section("Who takes over?"), "accessory", object{"type": "users_select", "action_id": "who", "placeholder": plain("Choose a person")}),
		actions(object{"type": "overflow", "action_id": "more", "options": []object{{"text": plain("Mute"), "value": "mute"}, {"text": plain("Ask again"), "value": "again"}}}),
	}})
	b := s.browse(1400, 900)
	b.click(`[data-action-id="who"]`)
	b.keys("ben")
	b.reads(".popup:not([hidden])", "Ben Ito")
	b.shot("who")
	b.keys(kb.Enter)
	assert.Equal(t, ben, c.payload()["actions"].([]any)[0].(object)["selected_user"])
	b.click(`[data-action-id="more"]`)
	b.reads(".popup:not([hidden])", "Ask again")
	b.keys(kb.ArrowDown, kb.Enter)
	assert.Equal(t, "again", c.payload()["actions"].([]any)[0].(object)["selected_option"].(object)["value"])
}
