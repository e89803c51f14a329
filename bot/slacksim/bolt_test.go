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

// body is the payload of the next envelope of a kind. What Bolt makes of each
// is the same.
func (a nodeApp) body(kind, person string) object {
	a.Helper()
	line := a.saw(kind)
	assert.NotContains(a.T, line["context"], "retryNum", "only events are sent again")
	for field, want := range map[string]any{
		"teamId": "T0QUELL", "userId": person, "botId": "B0QUELL", "botUserId": "U0QUELL", "isEnterpriseInstall": false,
	} {
		assert.Equal(a.T, want, line["context"].(object)[field], field)
	}
	return line["body"].(object)
}

// bolt runs the Bolt app until it is connected.
func (s scene) bolt() nodeApp {
	s.Helper()
	a := s.node("app.js")
	a.saw("connected")
	return a
}

// finds waits for a message that says text, and returns it. An ack and a call
// travel apart: which of the two shows first is open.
func (s scene) finds(person, text string) slacksim.Message {
	s.Helper()
	at := -1
	state := s.see(person, func(state slacksim.State) bool {
		at = slices.IndexFunc(state.In(incident), func(m slacksim.Message) bool { return strings.Contains(m.Words(), text) })
		return at >= 0
	})
	return state.In(incident)[at]
}

func TestBoltAnswersACommandAndAVote(t *testing.T) {
	t.Parallel()
	s := start(t)
	app := s.bolt()

	s.must(s.As(anna).Say(incident, "/kill-session cache-prod 10.0.0.1"))
	command := app.body("slash_commands", anna)
	assert.Equal(t, "cache-prod 10.0.0.1", command["text"])
	assert.Equal(t, incident, command["channel_id"])
	assert.True(t, s.finds(anna, "Looking at cache-prod 10.0.0.1").Ephemeral, "the words of an ack are for one")
	told := s.finds(anna, "You will be told.")
	card := s.finds(ben, "End *cache-prod 10.0.0.1*?").TS
	require.Len(t, s.As(ben).State().In(incident), 1, "the card alone")

	s.must(s.As(anna).Click(incident, told.TS, "dismiss"))
	assert.Equal(t, true, app.body("block_actions", anna)["container"].(object)["is_ephemeral"])
	s.see(anna, func(state slacksim.State) bool { return len(state.In(incident)) == 2 })

	s.must(s.As(ben).Click(incident, card, "approve"))
	click := app.body("block_actions", ben)
	assert.Equal(t, card, click["message"].(object)["ts"])
	assert.Equal(t, "Q-1:f00d", click["actions"].([]any)[0].(object)["value"])
	state := s.see(ben, says(incident, "Your vote counts."))
	assert.Contains(t, state.In(incident)[0].Words(), "Gone, says <@U0BEN>")
	assert.Empty(t, state.In(incident)[0].Buttons())
	assert.NotContains(t, s.As(anna).State().String(), "Your vote counts.")
}

func TestBoltAsksForAReasonAfterANo(t *testing.T) {
	t.Parallel()
	s := start(t)
	app := s.bolt()
	s.must(s.As(anna).Say(incident, "/kill-session cache-prod"))

	s.must(s.As(ben).Click(incident, s.finds(ben, "End *cache-prod*?").TS, "deny"))
	state := s.see(ben, func(state slacksim.State) bool { return state.Modal != nil })
	s.must(s.As(ben).Submit(state.Modal.ID, slacksim.Values{"why": {"text": {"value": "not now"}}}))
	assert.Equal(t, "reason", app.body("view_submission", ben)["view"].(object)["callback_id"])
	s.see(ben, says(incident, "Denied: not now"))
	s.see(ben, func(state slacksim.State) bool { return state.Modal == nil })
}

func TestBoltRunsAForm(t *testing.T) {
	t.Parallel()
	s := start(t)
	app := s.bolt()
	s.must(s.As(anna).Say(incident, "/quell"))
	opened := app.saw("opened")["view"].(object)
	id := opened["id"].(string)

	s.must(s.As(anna).Do(slacksim.Act{View: id, ActionID: "kind", Selected: chosen("proxy")}))
	picked := app.body("block_actions", anna)
	assert.Equal(t, opened["hash"], picked["view"].(object)["hash"])
	assert.NotContains(t, picked, "response_url", "a form has no place to answer to")
	app.saw("updated")

	options, err := s.As(anna).Suggest(s.ctx(), slacksim.Act{View: id, ActionID: "thing", Value: "sess"})
	s.must(err)
	assert.Equal(t, []map[string]any{option("session-1"), option("session-2")}, options)
	asked := app.body("block_suggestion", anna)
	assert.Equal(t, "proxy", asked["view"].(object)["private_metadata"], "the form was updated meanwhile")
	s.must(s.As(anna).Do(slacksim.Act{View: id, ActionID: "thing", Selected: chosen("session-2")}))
	app.body("block_actions", anna)

	s.must(s.As(anna).Submit(id, entered("x")))
	state := s.see(anna, func(state slacksim.State) bool { return len(state.Modal.Errors) > 0 })
	assert.Equal(t, map[string]string{"why": "Say more."}, state.Modal.Errors)
	app.body("view_submission", anna)

	s.must(s.As(anna).Submit(id, entered("it is stuck")))
	sent := app.body("view_submission", anna)
	values := sent["view"].(object)["state"].(object)["values"].(object)
	assert.Equal(t, "session-2", values["pick"].(object)["thing"].(object)["selected_option"].(object)["value"])
	assert.Equal(t, incident, sent["response_urls"].([]any)[0].(object)["channel_id"])
	s.see(ben, says(incident, "Asked: it is stuck"))
	state = s.see(anna, func(state slacksim.State) bool { return strings.Contains(state.Modal.Words(), "Thank you.") })

	s.must(s.As(anna).CloseView(state.Modal.ID))
	closed := app.body("view_closed", anna)
	assert.Equal(t, "done", closed["view"].(object)["callback_id"])
	assert.Equal(t, false, closed["is_cleared"])
}

func option(text string) object { return object{"text": plain(text), "value": text} }

func chosen(text string) object { return object{"selected_option": option(text)} }

// entered is the app's form, filled in.
func entered(why string) slacksim.Values {
	return slacksim.Values{
		"why": {"text": {"value": why}}, "how": {"how": chosen("now")}, "where": {"where": {"selected_conversation": incident}},
	}
}

// Bolt waits 5 s before it connects anew; meanwhile a command fails.
func TestBoltComesBack(t *testing.T) {
	t.Parallel()
	for _, event := range []string{slacksim.Warning, slacksim.RefreshRequested, slacksim.BreaksOff} {
		t.Run("after a socket meets: "+event, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			app := s.bolt()
			s.must(s.FailNext("socket", 1, slacksim.Named(event)))
			s.must(s.As(anna).Say(incident, "/kill-session nobody"))
			assert.Contains(t, s.see(anna, warned).Notices[0].Text, "failed with the error", "no socket, or one that acknowledges nothing any more")
			app.saw("closed")
			app.saw("connected")
			s.must(s.As(anna).Say(incident, "/kill-session cache-prod"))
			assert.Equal(t, "cache-prod", app.body("slash_commands", anna)["text"])
			s.finds(anna, "You will be told.")
		})
	}
	t.Run("after it was one too many", func(t *testing.T) {
		t.Parallel()
		s := start(t)
		var others []wire
		for range 10 {
			others = append(others, s.connect())
		}
		app := s.node("app.js")
		app.saw("closed")
		s.must(others[0].Close())
		app.saw("connected")
	})
}

// The program stops at the first answer that lacks a field.
func TestSlacksPackagesForNodeReadWhatTheSimulatorSays(t *testing.T) {
	t.Parallel()
	s := start(t, func(cfg *slacksim.Config) { cfg.PingEvery = 50 * time.Millisecond })
	s.must(s.FailNext("conversations.history", 1, slacksim.Named(slacksim.Throttled)))
	s.must(s.FailNext("conversations.history", 1, slacksim.Named(slacksim.Fails)))
	app := s.node("direct.js")
	for _, what := range []string{
		"api.test", "auth.test", "conversations.info", "conversations.open", "users.info", "usergroups.list",
		"usergroups.users.list", "chat.postEphemeral", "channel_not_found", "invalid_blocks", "invalid_trigger_id",
	} {
		app.saw(what)
	}
	card := app.saw("posted")["ts"]
	assert.EqualValues(t, 1, app.saw("rate_limited")["seconds"])
	app.saw("history")
	assert.Equal(t, 3, s.Calls("conversations.history"), "throttled, failed, answered")
	assert.Equal(t, card, s.As(ben).State().In(incident)[0].TS)

	app.saw("connected")
	s.must(s.As(anna).Say(incident, "/quell help"))
	s.see(ben, says(incident, "Heard help"))
	app.saw("disconnected")
	app.ends()
	s.see(anna, func(state slacksim.State) bool { return !state.App.Connected })
}
