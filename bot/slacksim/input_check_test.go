package slacksim_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
)

// asking is a form that asks with one element.
func asking(element object) object {
	return with(form(), "blocks", []object{{
		"type": "input", "block_id": "b", "optional": true, "label": plain("?"), "element": with(element, "action_id", "a"),
	}})
}

// state is what the app hears of the form's one element.
func (c wire) state() any {
	c.Helper()
	view := c.payload()["view"].(object)
	return view["state"].(object)["values"].(object)["b"].(object)["a"]
}

// What an input holds in view.state.values: untouched, as the app filled it in,
// and as the person did.
func TestWhatEachInputHolds(t *testing.T) {
	t.Parallel()
	one, two := object{"text": plain("o"), "value": "x"}, object{"text": plain("o"), "value": "xx"}
	both := []any{one, two}
	rich := object{"type": "rich_text", "elements": []any{}}
	file := object{"id": "F1", "name": "log.txt"}
	for kind, c := range map[string]struct {
		field, initial string
		start, given   any
		empty          any
	}{
		"plain_text_input":           {"value", "initial_value", "a", "b", nil},
		"email_text_input":           {"value", "initial_value", "a@b.example", "c@d.example", nil},
		"url_text_input":             {"value", "initial_value", "https://a.example", "https://b.example", nil},
		"number_input":               {"value", "initial_value", "1", "2", nil},
		"rich_text_input":            {"rich_text_value", "initial_value", rich, rich, nil},
		"static_select":              {"selected_option", "initial_option", one, two, nil},
		"radio_buttons":              {"selected_option", "initial_option", one, two, nil},
		"external_select":            {"selected_option", "initial_option", one, one, nil},
		"multi_static_select":        {"selected_options", "initial_options", both, both, []any{}},
		"checkboxes":                 {"selected_options", "initial_options", both, both, []any{}},
		"multi_external_select":      {"selected_options", "initial_options", both, both, []any{}},
		"users_select":               {"selected_user", "initial_user", anna, ben, nil},
		"multi_users_select":         {"selected_users", "initial_users", []any{anna}, []any{ben}, []any{}},
		"conversations_select":       {"selected_conversation", "initial_conversation", incident, partners, nil},
		"multi_conversations_select": {"selected_conversations", "initial_conversations", []any{incident}, []any{partners}, []any{}},
		"channels_select":            {"selected_channel", "initial_channel", incident, partners, nil},
		"multi_channels_select":      {"selected_channels", "initial_channels", []any{incident}, []any{partners}, []any{}},
		"datepicker":                 {"selected_date", "initial_date", "2026-01-01", "2026-01-02", nil},
		"timepicker":                 {"selected_time", "initial_time", "10:00", "11:00", nil},
		"datetimepicker":             {"selected_date_time", "initial_date_time", 1790000000.0, 1790000001.0, nil},
		"file_input":                 {"files", "", nil, []any{file}, []any{}},
	} {
		t.Run(kind, func(t *testing.T) {
			s := start(t)
			w := s.connect()
			element := func() object {
				e := object{"type": kind}
				switch kind {
				case "static_select", "radio_buttons", "multi_static_select", "checkboxes":
					e["options"] = both
				}
				return e
			}
			submit := func(e object, values slacksim.Values) any {
				s.must(s.As(anna).Submit(w.open(asking(e))["id"].(string), values))
				return w.state()
			}
			assert.Equal(t, object{"type": kind, c.field: c.empty}, submit(element(), nil))
			filled := element()
			if c.initial != "" {
				filled[c.initial] = c.start
				assert.Equal(t, object{"type": kind, c.field: c.start}, submit(filled, nil))
			}
			assert.Equal(t, object{"type": kind, c.field: c.given}, submit(filled, slacksim.Values{"b": {"a": {c.field: c.given}}}))
		})
	}
}

func TestAClientSendsNothingThatItsInputsDoNotTake(t *testing.T) {
	t.Parallel()
	input := func(kind string, fields object) object {
		fields["type"] = kind
		return fields
	}
	for name, c := range map[string]struct {
		element    object
		takes, not string
		why        string
	}{
		"too short":     {input("plain_text_input", object{"min_length": 2}), "üü", "ü", "needs 2 characters or more"},
		"too long":      {input("plain_text_input", object{"max_length": 2}), "üü", "üüü", "takes 2 characters or fewer"},
		"no number":     {input("number_input", object{"is_decimal_allowed": true}), "1.5", "a few", "takes a number"},
		"no decimals":   {input("number_input", object{"is_decimal_allowed": false}), "1", "1.5", "takes a number"},
		"too little":    {input("number_input", object{"min_value": "3"}), "3", "2", "no number below 3"},
		"too much":      {input("number_input", object{"max_value": "3"}), "3", "4", "no number above 3"},
		"no e-mail":     {input("email_text_input", object{}), "a@b.example", "a", "an e-mail address"},
		"no link":       {input("url_text_input", object{}), "https://a.example", "a", "an address of the web"},
		"blank is fine": {input("number_input", object{"min_value": "3"}), "", "x", "takes a number"},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			w := s.connect()
			submit := func(typed string) error {
				id := w.open(asking(c.element))["id"].(string)
				return s.As(anna).Submit(id, slacksim.Values{"b": {"a": {"value": typed}}})
			}
			require.ErrorContains(t, submit(c.not), c.why)
			s.must(submit(c.takes))
			assert.Equal(t, c.takes, w.state().(object)["value"])
		})
	}
	t.Run("never offered", func(t *testing.T) {
		s := start(t)
		w := s.connect()
		id := w.open(asking(object{"type": "static_select", "option_groups": []object{group(options(2))}}))["id"].(string)
		choose := func(value string) error {
			return s.As(anna).Submit(id, slacksim.Values{"b": {"a": {"selected_option": object{"value": value}}}})
		}
		require.ErrorContains(t, choose("xxx"), `does not offer "xxx"`)
		s.must(choose("xx"))
	})
}

func TestAnInputIsSilentUnlessItDispatches(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	view := form()
	quiet := view["blocks"].([]object)[0]
	loud := object{"type": "input", "block_id": "who", "dispatch_action": true, "label": plain("Who?"), "element": object{"type": "plain_text_input", "action_id": "name"}}
	id := c.open(with(view, "blocks", []object{quiet, loud}))["id"].(string)
	s.must(s.As(anna).Do(slacksim.Act{View: id, ActionID: "text", Value: "stuck"}))
	s.must(s.As(anna).Do(slacksim.Act{View: id, ActionID: "name", Value: "ben"}))
	p := c.payload()
	assert.Equal(t, "ben", p["actions"].([]any)[0].(object)["value"])
	assert.Equal(t, object{"values": object{
		"why": object{"text": object{"type": "plain_text_input", "value": "stuck"}},
		"who": object{"name": object{"type": "plain_text_input", "value": "ben"}},
	}}, p["view"].(object)["state"], "the app hears all that is entered so far")
}

func TestAClickBringsWhatElseWasChosenInTheMessage(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	ts := s.posted(object{"channel": incident, "blocks": []object{with(actions(menu("static_select", 2), button("go", "Go", "")), "block_id", "b")}})
	chosen := object{"text": plain("o"), "value": "xx"}
	s.must(s.As(ben).Do(slacksim.Act{Channel: incident, TS: ts, ActionID: "m", Selected: object{"selected_option": chosen}}))
	c.payload()
	held := func(person string) any {
		s.must(s.As(person).Click(incident, ts, "go"))
		return c.payload()["state"].(object)["values"].(object)["b"].(object)["m"].(object)["selected_option"]
	}
	assert.Equal(t, chosen, held(ben))
	assert.Nil(t, held(anna), "each has their own")
}

// A client sends all that stands in a form along with a click in it: also what
// is not finished, but nothing that is not on offer.
func TestAClickTellsWhatStandsInTheForm(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	text := object{"type": "plain_text_input", "action_id": "text", "min_length": 5}
	id := c.open(with(form(), "blocks", []object{
		{"type": "input", "block_id": "why", "label": plain("?"), "element": text},
		with(ask(menu("static_select", 1)), "block_id", "what"),
		with(actions(button("again", "Read again", "")), "block_id", "look"),
	}))["id"].(string)
	s.must(s.As(anna).Do(slacksim.Act{View: id, ActionID: "again", Values: slacksim.Values{
		"why":  {"text": {"value": "no"}},
		"what": {"m": {"selected_option": object{"value": "never offered"}}},
		"look": {"again": {"value": "a button holds nothing"}},
		"gone": {"text": {"value": "no such block"}},
	}}))
	assert.Equal(t, object{"values": object{
		"why":  object{"text": object{"type": "plain_text_input", "value": "no"}},
		"what": object{"m": object{"type": "static_select", "selected_option": nil}},
	}}, c.payload()["view"].(object)["state"])
}
