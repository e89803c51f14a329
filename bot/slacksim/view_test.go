package slacksim_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
)

// trigger types a command and returns the trigger it brought.
func (c wire) trigger() string {
	c.Helper()
	c.must(c.As(anna).Say(incident, "/quell"))
	return c.payload()["trigger_id"].(string)
}

// open opens a view for anna and returns it.
func (c wire) open(view object) object {
	c.Helper()
	return c.ok("views.open", object{"trigger_id": c.trigger(), "view": view})["view"].(object)
}

func modal(person string, s scene) *slacksim.Modal { return s.As(person).State().Modal }

var values = slacksim.Values{"why": {"text": {"value": "stuck"}}}

func TestAViewOpensForWhoActed(t *testing.T) {
	t.Parallel()
	s := start(t)
	view := s.connect().open(form())
	assert.Nil(t, modal(ben, s))
	seen := modal(anna, s)
	require.NotNil(t, seen)
	assert.Equal(t, view["id"], seen.ID)
	assert.Contains(t, seen.Words(), "Why?")

	assert.Equal(t, view["id"], view["root_view_id"])
	for field, want := range map[string]any{
		"type": "modal", "callback_id": "reason", "private_metadata": "Q-1", "external_id": "",
		"team_id": "T0QUELL", "app_id": "A0QUELL", "bot_id": "B0QUELL", "app_installed_team_id": "T0QUELL",
		"previous_view_id": nil, "close": nil, "clear_on_close": false, "notify_on_close": false,
		"state": object{"values": object{}},
	} {
		assert.Equal(t, want, view[field], field)
	}
}

func TestATriggerWorksOnceAndSoon(t *testing.T) {
	t.Parallel()
	now := newClock()
	s := start(t, at(now))
	c := s.connect()
	trigger := c.trigger()
	assert.Equal(t, "invalid_arguments", s.refused("views.open", object{"trigger_id": trigger, "view": object{"type": "home"}}))
	s.ok("views.open", object{"trigger_id": trigger, "view": form()})
	assert.Equal(t, "exchanged_trigger_id", s.refused("views.open", object{"trigger_id": trigger, "view": form()}))

	trigger = c.trigger()
	now.Advance(3*time.Second + time.Millisecond)
	assert.Equal(t, "expired_trigger_id", s.refused("views.open", object{"trigger_id": trigger, "view": form()}))
	assert.Equal(t, "invalid_trigger_id", s.refused("views.open", object{"trigger_id": "1.2.3", "view": form()}))
}

func TestAViewIsHeldAgainstSlacksLimits(t *testing.T) {
	t.Parallel()
	divider := object{"type": "divider"}
	for name, c := range map[string]struct {
		field     string
		fits, not any
		why       string
	}{
		"title 24":              {"title", plain(x(24)), plain(x(25)), "must be less than 25 characters [json-pointer:/view/title/text]"},
		"submit 24":             {"submit", plain(x(24)), plain(x(25)), "must be less than 25 characters [json-pointer:/view/submit/text]"},
		"close 24":              {"close", plain(x(24)), plain(x(25)), "must be less than 25 characters [json-pointer:/view/close/text]"},
		"private_metadata 3000": {"private_metadata", x(3000), x(3001), "must be less than 3001 characters [json-pointer:/view/private_metadata]"},
		"callback_id 255":       {"callback_id", x(255), x(256), "must be less than 256 characters [json-pointer:/view/callback_id]"},
		"100 blocks":            {"blocks", slices.Repeat([]object{divider}, 100), slices.Repeat([]object{divider}, 101), "no more than 100 items allowed [json-pointer:/view/blocks]"},
		"external_id 255":       {"external_id", x(255), x(256), "must be less than 256 characters [json-pointer:/view/external_id]"},
		"blocks, if only none":  {"blocks", []object{}, nil, "missing required field: blocks [json-pointer:/view]"},
		"a title":               {"title", plain("t"), nil, "missing required field: title [json-pointer:/view]"},
		"blocks for a form":     {"blocks", []object{divider}, []object{{"type": "markdown", "text": "x"}}, "unsupported type: markdown [json-pointer:/view/blocks/0/type]"},
		"a modal":               {"type", "modal", "home", "unsupported type: home [json-pointer:/view/type]"},
		"inputs need a submit":  {"submit", plain("Send"), nil, "missing required field: submit, which a view with an input block needs [json-pointer:/view]"},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			w := s.connect()
			w.open(with(form(), c.field, c.fits))
			answer := s.call("views.open", object{"trigger_id": w.trigger(), "view": with(form(), c.field, c.not)})
			assert.Equal(t, "invalid_arguments", answer["error"])
			assert.Contains(t, answer["errors"], c.why)
		})
	}
	s := start(t)
	var blocks []object
	for range 90 {
		blocks = append(blocks, section(x(2900)))
	}
	assert.Equal(t, "view_too_large", s.refused("views.open", object{"trigger_id": s.connect().trigger(), "view": with(form(), "blocks", blocks)}))
}

func TestAViewIsUpdatedByIdOrByNameAndGuardedByItsHash(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	view := c.open(with(form(), "external_id", "Q-1"))
	next := with(with(form(), "title", plain("Really?")), "external_id", "Q-1")

	assert.Equal(t, "hash_conflict", s.refused("views.update", object{"view_id": view["id"], "hash": "old", "view": next}))
	updated := s.ok("views.update", object{"view_id": view["id"], "hash": view["hash"], "view": next})["view"].(object)
	assert.NotEqual(t, view["hash"], updated["hash"])
	assert.Contains(t, modal(anna, s).Words(), "Really?")

	s.ok("views.update", object{"external_id": "Q-1", "view": next})
	assert.Equal(t, "duplicate_external_id", s.refused("views.open", object{"trigger_id": c.trigger(), "view": next}))
	second := s.ok("views.open", object{"trigger_id": c.trigger(), "view": with(next, "external_id", "Q-2")})["view"].(object)
	assert.Equal(t, "Q-2", second["external_id"])
	s.must(s.As(ben).Say(incident, "/quell"))
	s.ok("views.open", object{"trigger_id": c.payload()["trigger_id"], "view": with(form(), "external_id", "Q-3")})
	assert.Equal(t, "duplicate_external_id", s.refused("views.update", object{"external_id": "Q-3", "view": next}))

	view = second
	s.must(s.As(anna).CloseView(view["id"].(string)))
	assert.Equal(t, "not_found", s.refused("views.update", object{"view": next}))
	assert.Equal(t, "not_found", s.refused("views.update", object{"view_id": view["id"], "view": next}))
}

func TestASubmissionCarriesWhatWasEntered(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	id := c.open(form())["id"].(string)
	s.must(s.As(anna).Submit(id, values))
	assert.True(t, modal(anna, s).Busy)

	e := c.next()
	assert.Equal(t, []any{"interactive", true}, []any{e["type"], e["accepts_response_payload"]})
	p := e["payload"].(object)
	assert.Equal(t, "view_submission", p["type"])
	assert.Equal(t, []any{}, p["response_urls"])
	view := p["view"].(object)
	assert.Equal(t, id, view["id"])
	assert.Equal(t, "Q-1", view["private_metadata"])
	assert.Equal(t, object{"values": object{"why": object{"text": object{"type": "plain_text_input", "value": "stuck"}}}}, view["state"])
}

func TestInputsKeepWhatTheyHold(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	view := form()
	view["blocks"] = append(view["blocks"].([]object),
		object{"type": "input", "block_id": "note", "optional": true, "label": plain("Note"),
			"element": object{"type": "plain_text_input", "action_id": "text"}},
		object{"type": "input", "block_id": "when", "label": plain("When"),
			"element": with(with(menu("static_select", 2), "action_id", "pick"), "initial_option", object{"text": plain("o"), "value": "x"})},
	)
	id := c.open(view)["id"].(string)
	require.ErrorContains(t, s.As(anna).Submit(id, nil), "why is required", "no client sends that")
	require.ErrorContains(t, s.As(anna).Submit(id, slacksim.Values{"why": {"text": nil}}), "why is required")
	s.must(s.As(anna).Submit(id, values))
	entered := c.next()["payload"].(object)["view"].(object)["state"].(object)["values"].(object)
	assert.Equal(t, object{"text": object{"type": "plain_text_input", "value": nil}}, entered["note"])
	assert.Equal(t, "x", entered["when"].(object)["pick"].(object)["selected_option"].(object)["value"])
}

func TestWhatTheAckOfASubmissionDoes(t *testing.T) {
	t.Parallel()
	const trouble = "We had some trouble connecting. Try again?"
	second := with(form(), "title", plain("And now?"))
	for name, c := range map[string]struct {
		ack   any
		open  bool
		says  string // in the view that is open
		error string
		marks map[string]string
	}{
		"nothing closes it":              {nil, false, "", "", nil},
		"an empty object closes it":      {object{}, false, "", "", nil},
		"clear closes all":               {object{"response_action": "clear"}, false, "", "", nil},
		"update replaces it":             {object{"response_action": "update", "view": second}, true, "And now?", "", nil},
		"push lays one on top":           {object{"response_action": "push", "view": second}, true, "And now?", "", nil},
		"errors mark the inputs":         {object{"response_action": "errors", "errors": object{"why": "More!"}}, true, "Why?", "", map[string]string{"why": "More!"}},
		"errors without any, too":        {object{"response_action": "errors", "errors": object{}}, true, "Why?", trouble, nil},
		"errors elsewhere are trouble":   {object{"response_action": "errors", "errors": object{"nope": "More!"}}, true, "Why?", trouble, nil},
		"anything else is trouble":       {object{"ok": true}, true, "Why?", trouble, nil},
		"a view that breaks rules, too":  {object{"response_action": "update", "view": object{"type": "home"}}, true, "Why?", trouble, nil},
		"and what is not even an object": {[]string{"clear"}, true, "Why?", trouble, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			w := s.connect()
			s.must(s.As(anna).Submit(w.open(form())["id"].(string), values))
			w.ack(w.next(), c.ack)
			seen := w.settled(anna).Modal
			require.Equal(t, c.open, seen != nil)
			if !c.open {
				return
			}
			assert.Contains(t, seen.Words(), c.says)
			assert.Equal(t, c.error, seen.Error)
			assert.False(t, seen.Busy)
			if c.marks != nil {
				assert.Equal(t, c.marks, seen.Errors)
			}
		})
	}
}

func TestAClosedFormStaysClosed(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	id := c.open(form())["id"].(string)
	s.must(s.As(anna).Submit(id, values))
	s.must(s.As(anna).CloseView(id))
	c.ack(c.next(), object{"response_action": "push", "view": form()})
	assert.Nil(t, c.settled(anna).Modal)
}

func TestAFormIsNotSentTwice(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	id := c.open(form())["id"].(string)
	s.must(s.As(anna).Submit(id, values))
	require.ErrorContains(t, s.As(anna).Submit(id, values), "on its way")
	c.ack(c.next(), object{"response_action": "errors", "errors": object{"why": "More!"}})
	c.settled(anna)
	s.must(s.As(anna).Submit(id, values))
}

func TestAFormThatPickedAConversationBringsAResponseURL(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	view := form()
	view["blocks"] = append(view["blocks"].([]object), object{
		"type": "input", "block_id": "where", "label": plain("Where?"), "element": object{
			"type": "conversations_select", "action_id": "pick", "response_url_enabled": true, "initial_conversation": incident,
		},
	})
	s.must(s.As(anna).Submit(c.open(view)["id"].(string), slacksim.Values{
		"why": values["why"], "where": {"pick": {"selected_conversation": partners}},
	}))
	urls := c.payload()["response_urls"].([]any)
	require.Len(t, urls, 1)
	to := urls[0].(object)
	url := to["response_url"].(string)
	delete(to, "response_url")
	assert.Equal(t, object{"block_id": "where", "action_id": "pick", "channel_id": partners}, to)
	s.responded(url, object{"text": "Filed.", "response_type": "in_channel"})
	s.see(ben, says(partners, "Filed."))
}

func TestALateSubmissionKeepsTheFormOpen(t *testing.T) {
	t.Parallel()
	s := start(t, impatient)
	c := s.connect()
	s.must(s.As(anna).Submit(c.open(form())["id"].(string), values))
	seen := s.see(anna, func(state slacksim.State) bool { return state.Modal.Error != "" }).Modal
	assert.False(t, seen.Busy)
}

func TestViewsStackUpToThree(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	pushing := with(form(), "blocks", []object{actions(button("more", "More", ""))})
	top := c.open(pushing)["id"].(string)
	root := top
	for range 2 {
		s.must(s.As(anna).Do(slacksim.Act{View: top, ActionID: "more"}))
		p := c.payload()
		assert.Equal(t, object{"type": "view", "view_id": top}, p["container"])
		assert.NotContains(t, p, "response_url")
		pushed := s.ok("views.push", object{"trigger_id": p["trigger_id"], "view": pushing})["view"].(object)
		assert.Equal(t, []any{root, top}, []any{pushed["root_view_id"], pushed["previous_view_id"]})
		top = pushed["id"].(string)
	}
	s.must(s.As(anna).Do(slacksim.Act{View: top, ActionID: "more"}))
	assert.Equal(t, "push_limit_reached", s.refused("views.push", object{"trigger_id": c.payload()["trigger_id"], "view": pushing}))

	require.Error(t, s.As(anna).CloseView(root), "it lies below")
	s.must(s.As(anna).CloseView(top))
	assert.NotEqual(t, top, modal(anna, s).ID)
	assert.Equal(t, "not_found", s.refused("views.push", object{"trigger_id": c.trigger(), "view": pushing}), "not from a view")
}

func TestTheAppHearsOfAClosedViewIfItAsked(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	s.must(s.As(anna).CloseView(c.open(form())["id"].(string)))
	id := c.open(with(form(), "notify_on_close", true))["id"].(string)
	s.must(s.As(anna).CloseView(id))
	assert.Nil(t, modal(anna, s))
	e := c.next()
	p := e["payload"].(object)
	assert.Equal(t, []any{"view_closed", false}, []any{p["type"], p["is_cleared"]}, "the first one was silent")
	assert.Equal(t, id, p["view"].(object)["id"])
	assert.Equal(t, false, e["accepts_response_payload"])
	assert.NotContains(t, p, "trigger_id")
}

func TestAViewMayCloseAllThatLieBelow(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	more := func(field string) object {
		return with(with(form(), "blocks", []object{actions(button("more", "More", ""))}), field, true)
	}
	bottom := c.open(more("notify_on_close"))["id"].(string)
	s.must(s.As(anna).Do(slacksim.Act{View: bottom, ActionID: "more"}))
	view := with(more("clear_on_close"), "notify_on_close", true)
	top := s.ok("views.push", object{"trigger_id": c.payload()["trigger_id"], "view": view})["view"].(object)["id"].(string)
	s.must(s.As(anna).CloseView(top))
	assert.Nil(t, modal(anna, s))
	for _, id := range []string{top, bottom} {
		p := c.payload()
		assert.Equal(t, []any{"view_closed", true}, []any{p["type"], p["is_cleared"]})
		assert.Equal(t, id, p["view"].(object)["id"])
	}
}

func TestAMenuInAViewRemembersItsChoice(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	view := form()
	view["blocks"] = []object{with(with(section("s"), "accessory", menu("static_select", 2)), "block_id", "pick")}
	id := c.open(view)["id"].(string)
	s.must(s.As(anna).Do(slacksim.Act{View: id, ActionID: "m", Selected: object{"selected_option": object{"value": "xx"}}}))
	chosen := c.payload()["view"].(object)["state"].(object)["values"].(object)["pick"].(object)["m"].(object)
	assert.Equal(t, "xx", chosen["selected_option"].(object)["value"])

	updated := s.ok("views.update", object{"view_id": id, "view": with(view, "title", plain("Next"))})["view"].(object)
	assert.Contains(t, updated["state"].(object)["values"], "pick", "what is still there keeps its value")
	assert.False(t, strings.Contains(modal(anna, s).Words(), "Why?"))
}
