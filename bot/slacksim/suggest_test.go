package slacksim_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
)

// options are n options, with values x, xx and so on.
func options(n int) []any {
	all := []any{}
	for i := range n {
		all = append(all, object{"text": plain("o"), "value": x(i + 1)})
	}
	return all
}

// groupsOf are groups of so many options each, with values of their own.
func groupsOf(groups, each int) (all []object) {
	for i := range groups {
		var options []any
		for j := range each {
			options = append(options, object{"text": plain("o"), "value": fmt.Sprint(i, "/", j)})
		}
		all = append(all, group(options))
	}
	return all
}

func group(options []any) object { return object{"label": plain("g"), "options": options} }

// external is a menu that asks the app, in a section.
func external(kind string) object {
	e := object{"type": kind, "action_id": "session", "placeholder": plain("Which?")}
	return with(with(section("s"), "accessory", e), "block_id", "pick")
}

// suggest types into a menu and lets the app answer, unless answer is nil.
func (c wire) suggest(act slacksim.Act, answer any) (envelope object, options []map[string]any, err error) {
	c.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		options, err = c.As(anna).Suggest(c.ctx(), act)
	}()
	envelope = c.next()
	c.ack(envelope, answer)
	<-done
	return envelope, options, err
}

func TestAMenuAsksTheAppForItsOptions(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"external_select", "multi_external_select"} {
		t.Run(kind+" in a message", func(t *testing.T) {
			s := start(t)
			c := s.connect()
			ts := s.posted(object{"channel": incident, "blocks": []object{external(kind)}})
			e, got, err := c.suggest(slacksim.Act{Channel: incident, TS: ts, ActionID: "session", Value: "10."}, object{"options": options(2)})
			s.must(err)
			assert.Equal(t, []any{"interactive", true}, []any{e["type"], e["accepts_response_payload"]})
			p := e["payload"].(object)
			for field, want := range map[string]any{
				"type": "block_suggestion", "block_id": "pick", "action_id": "session", "value": "10.", "api_app_id": "A0QUELL",
				"channel": object{"id": incident, "name": "inc-checkout"},
				"team":    object{"id": "T0QUELL", "domain": "acme"},
			} {
				assert.Equal(t, want, p[field], field)
			}
			assert.Equal(t, ts, p["message"].(object)["ts"])
			assert.NotContains(t, p, "trigger_id")
			assert.Len(t, got, 2)
		})
		t.Run(kind+" in a view", func(t *testing.T) {
			s := start(t)
			c := s.connect()
			id := c.open(with(form(), "blocks", []object{external(kind)}))["id"].(string)
			e, _, err := c.suggest(slacksim.Act{View: id, ActionID: "session", Value: "10."}, object{"options": options(2)})
			s.must(err)
			p := e["payload"].(object)
			assert.Equal(t, object{"type": "view", "view_id": id}, p["container"])
			assert.Equal(t, id, p["view"].(object)["id"])
		})
	}
}

func TestWhatAnAppMaySuggest(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	ts := s.posted(object{"channel": incident, "blocks": []object{external("external_select")}})
	act := slacksim.Act{Channel: incident, TS: ts, ActionID: "session", Value: "10."}
	for name, c2 := range map[string]struct {
		answer any
		many   int
		why    string
	}{
		"nothing at all":      {nil, 0, ""},
		"an empty list":       {object{"options": options(0)}, 0, ""},
		"no groups":           {object{"option_groups": options(0)}, 0, ""},
		"100 options":         {object{"options": options(100)}, 100, ""},
		"100 groups":          {object{"option_groups": groupsOf(100, 2)}, 200, ""},
		"not 101 options":     {object{"options": options(101)}, 0, "no more than 100 items allowed [json-pointer:/options]"},
		"not 101 groups":      {object{"option_groups": groupsOf(101, 1)}, 0, "no more than 100 items allowed [json-pointer:/option_groups]"},
		"not 101 in a group":  {object{"option_groups": []object{group(options(101))}}, 0, "no more than 100 items allowed [json-pointer:/option_groups/0/options]"},
		"not both":            {object{"options": options(1), "option_groups": []object{group(options(1))}}, 0, "either `options` or `option_groups`"},
		"not something else":  {object{"text": "none"}, 0, "neither options nor option_groups"},
		"no long words":       {object{"options": []object{{"text": plain(x(76)), "value": "1"}}}, 0, "must be less than 76 characters [json-pointer:/options/0/text/text]"},
		"no long values":      {object{"options": []object{{"text": plain("o"), "value": x(151)}}}, 0, "must be less than 151 characters [json-pointer:/options/0/value]"},
		"no markup":           {object{"options": []object{{"text": mrkdwn("o"), "value": "1"}}}, 0, "unsupported type: mrkdwn [json-pointer:/options/0/text/type]"},
		"no value twice":      {object{"option_groups": []object{group(options(1)), group(options(2))}}, 0, "option values must be unique: x"},
		"no group, no label":  {object{"option_groups": []object{{"options": options(1)}}}, 0, "missing required field: label [json-pointer:/option_groups/0]"},
		"no list, no options": {[]string{"1"}, 0, "neither options nor option_groups"},
	} {
		t.Run(name, func(t *testing.T) {
			_, got, err := c.suggest(act, c2.answer)
			if c2.why != "" {
				require.ErrorContains(t, err, c2.why)
				return
			}
			require.NoError(t, err)
			assert.Len(t, got, c2.many)
		})
	}
}

func TestWhenNoSuggestionsCome(t *testing.T) {
	t.Parallel()
	s := start(t, impatient)
	ts := s.posted(object{"channel": incident, "blocks": []object{
		external("external_select"), actions(menu("static_select", 1)),
		actions(with(object{"type": "external_select", "action_id": "any"}, "min_query_length", 0)),
	}})
	suggest := func(action, typed string) error {
		_, err := s.As(ben).Suggest(s.ctx(), slacksim.Act{Channel: incident, TS: ts, ActionID: action, Value: typed})
		return err
	}
	require.ErrorContains(t, suggest("session", "10."), "dispatch_failed")
	s.connect()
	require.ErrorContains(t, suggest("session", "10."), "operation_timeout")
	require.ErrorContains(t, suggest("any", ""), "operation_timeout", "it asks at once")
	require.ErrorContains(t, suggest("session", "10"), "3 or more characters")
	require.ErrorContains(t, suggest("m", "10."), "asks for no suggestions")
	require.ErrorContains(t, suggest("nope", "10."), "not there")
}

func TestOnlyWhatWasSuggestedCanBeChosen(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	block := with(external("multi_external_select"), "accessory", object{"type": "multi_external_select", "action_id": "session", "max_selected_items": 2})
	id := c.open(with(form(), "blocks", []object{block}))["id"].(string)
	choose := func(values ...string) error {
		chosen := []any{}
		for _, value := range values {
			chosen = append(chosen, object{"text": plain("o"), "value": value})
		}
		return s.As(anna).Do(slacksim.Act{View: id, ActionID: "session", Selected: object{"selected_options": chosen}})
	}
	require.ErrorContains(t, choose("x"), `does not offer "x"`)
	_, _, err := c.suggest(slacksim.Act{View: id, ActionID: "session", Value: "10."}, object{"options": options(3)})
	s.must(err)
	s.must(choose("x", "xxx"))
	p := c.payload()
	assert.Len(t, p["actions"].([]any)[0].(object)["selected_options"], 2)
	assert.Len(t, p["view"].(object)["state"].(object)["values"].(object)["pick"].(object)["session"].(object)["selected_options"], 2)
	require.ErrorContains(t, choose("x", "xx", "xxx"), "takes 2 or fewer")
	s.must(s.As(anna).Submit(id, nil))
}
