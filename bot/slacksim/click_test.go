package slacksim_test

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
)

func TestAClickCarriesWhatSlackSends(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	ts := s.posted(object{"channel": incident, "text": "fallback", "blocks": card("Kill it?")})
	s.must(s.As(ben).Click(incident, ts, "approve"))
	e := c.next()
	assert.Equal(t, "interactive", e["type"])
	assert.Equal(t, true, e["accepts_response_payload"])
	p := e["payload"].(object)
	for field, want := range map[string]any{
		"type": "block_actions", "api_app_id": "A0QUELL", "enterprise": nil, "is_enterprise_install": false,
		"user":      object{"id": ben, "username": "ben", "name": "ben", "team_id": "T0QUELL"},
		"team":      object{"id": "T0QUELL", "domain": "acme"},
		"channel":   object{"id": incident, "name": "inc-checkout"},
		"container": object{"type": "message", "message_ts": ts, "channel_id": incident, "is_ephemeral": false},
		"state":     object{"values": object{}},
	} {
		assert.Equal(t, want, p[field], field)
	}
	assert.Equal(t, ts, p["message"].(object)["ts"])
	assert.Equal(t, "fallback", p["message"].(object)["text"])
	assert.Contains(t, p["response_url"], s.url+"/actions/T0QUELL/A0QUELL/")
	assert.NotEmpty(t, p["trigger_id"])

	action := p["actions"].([]any)[0].(object)
	assert.Regexp(t, `^\d+\.\d{6}$`, action["action_ts"])
	delete(action, "action_ts")
	assert.Equal(t, object{
		"type": "button", "action_id": "approve", "block_id": "vote", "value": "Q-1:f00d", "text": plain("Approve"),
	}, action)
}

func TestAClickInAThreadOrOnAnEphemeralMessageSaysSo(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	top := s.posted(object{"channel": incident, "text": "top"})
	reply := s.posted(object{"channel": incident, "blocks": card("x"), "thread_ts": top})
	s.must(s.As(ben).Click(incident, reply, "approve"))
	assert.Equal(t, top, c.payload()["container"].(object)["thread_ts"])

	secret := s.ok("chat.postEphemeral", object{"channel": incident, "user": ben, "blocks": card("x")})["message_ts"].(string)
	s.must(s.As(ben).Click(incident, secret, "approve"))
	p := c.payload()
	assert.Equal(t, true, p["container"].(object)["is_ephemeral"])
	assert.NotContains(t, p, "message")
}

func TestAnOutsidersClickNamesTheirOwnTeam(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	ts := s.posted(object{"channel": partners, "blocks": card("x")})
	s.must(s.As("U0EXT").Click(partners, ts, "approve"))
	p := c.payload()
	assert.Equal(t, "T0OTHER", p["user"].(object)["team_id"])
	assert.Equal(t, "T0OTHER", p["team"].(object)["id"])
}

func TestAnUnansweredClickLeavesAMarkUntilTheNext(t *testing.T) {
	t.Parallel()
	s := start(t, impatient)
	ts := s.posted(object{"channel": incident, "blocks": card("x")})
	marked := func(state slacksim.State) bool { return state.In(incident)[0].Error != "" }

	s.must(s.As(ben).Click(incident, ts, "approve"))
	assert.Contains(t, s.see(ben, marked).In(incident)[0].Error, "could not be reached")

	c := s.connect()
	s.must(s.As(ben).Click(incident, ts, "approve"))
	assert.Empty(t, s.As(ben).State().In(incident)[0].Error)
	c.next()
	assert.Contains(t, s.see(ben, marked).In(incident)[0].Error, "did not answer in time")
	assert.Empty(t, s.As(anna).State().In(incident)[0].Error, "the others see nothing")

	s.ok("chat.update", object{"channel": incident, "ts": ts, "blocks": card("y")})
	assert.Empty(t, s.As(ben).State().In(incident)[0].Error)
}

func TestWhatCannotBeClicked(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.connect()
	ts := s.posted(object{"channel": incident, "blocks": card("x")})
	secret := s.ok("chat.postEphemeral", object{"channel": incident, "user": anna, "blocks": card("x")})["message_ts"].(string)
	for name, act := range map[string]slacksim.Act{
		"a button that is not there":           {Channel: incident, TS: ts, ActionID: "undo"},
		"a button in another block":            {Channel: incident, TS: ts, ActionID: "approve", BlockID: "what"},
		"a button whose value has changed":     {Channel: incident, TS: ts, ActionID: "approve", Value: "Q-1:0ld0"},
		"a message that is not there":          {Channel: incident, TS: "1.000000", ActionID: "approve"},
		"another one's ephemeral message":      {Channel: incident, TS: secret, ActionID: "approve"},
		"a message in a channel one is not in": {Channel: "C0NOWHERE", TS: ts, ActionID: "approve"},
		"a view that is not open":              {View: "V0", ActionID: "approve"},
	} {
		t.Run(name, func(t *testing.T) { require.Error(t, s.As(ben).Do(act)) })
	}
}

func TestAMenuSendsWhatWasChosen(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	ts := s.posted(object{"channel": incident, "blocks": []object{actions(menu("static_select", 2))}})
	choose := func(value string) error {
		return s.As(ben).Do(slacksim.Act{Channel: incident, TS: ts, ActionID: "m", Selected: object{
			"selected_option": object{"text": plain("o"), "value": value},
		}})
	}
	s.must(choose("xx"))
	action := c.payload()["actions"].([]any)[0].(object)
	assert.Equal(t, "static_select", action["type"])
	assert.Equal(t, "xx", action["selected_option"].(object)["value"])
	require.Error(t, choose("xxx"), "it was never offered")
}

func TestAnActionRepeatsWhatItsElementSaysOfItself(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	confirm := object{"title": plain("Sure?"), "text": plain("It ends."), "confirm": plain("Yes"), "deny": plain("No")}
	one := options(1)[0]
	for name, c2 := range map[string]struct{ element, repeats object }{
		"a button": {
			button("a", "End", "Q-1"),
			object{"style": "danger", "url": "https://example.com/", "confirm": confirm},
		},
		"a menu": {
			menu("static_select", 1),
			object{"placeholder": plain("Which?"), "initial_option": one, "confirm": confirm},
		},
		"boxes":                    {menu("checkboxes", 1), object{"initial_options": []any{one}}},
		"a menu that asks the app": {object{"type": "external_select"}, object{"min_query_length": 2.0}},
	} {
		t.Run(name, func(t *testing.T) {
			element := with(c2.element, "action_id", "a")
			maps.Copy(element, c2.repeats)
			ts := s.posted(object{"channel": incident, "blocks": []object{actions(element)}})
			s.must(s.As(ben).Do(slacksim.Act{Channel: incident, TS: ts, ActionID: "a"}))
			action := c.payload()["actions"].([]any)[0].(object)
			for field, want := range c2.repeats {
				assert.Equal(t, want, action[field], field)
			}
		})
	}
}

func TestBoxesSendAllThatIsTicked(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	ts := s.posted(object{"channel": incident, "blocks": []object{actions(menu("checkboxes", 2))}})
	tick := func(values ...string) any {
		options := []object{}
		for _, value := range values {
			options = append(options, object{"value": value})
		}
		return s.people("click", object{"as": ben, "channel": incident, "ts": ts, "action_id": "m", "selected": object{"selected_options": options}})["ok"]
	}
	assert.Equal(t, true, tick("x", "xx"))
	assert.Len(t, c.payload()["actions"].([]any)[0].(object)["selected_options"], 2)
	assert.Equal(t, true, tick())
	assert.Empty(t, c.payload()["actions"].([]any)[0].(object)["selected_options"])
	assert.Equal(t, false, tick("x", "xxx"), "it was never offered")
}
