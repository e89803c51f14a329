package slacksim_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
)

// get fetches a path and decodes its JSON.
func (s scene) get(path string) (int, object) {
	s.Helper()
	req, err := http.NewRequestWithContext(s.ctx(), http.MethodGet, s.url+path, nil)
	s.must(err)
	res, err := http.DefaultClient.Do(req)
	s.must(err)
	defer res.Body.Close()
	var answer object
	s.must(json.NewDecoder(res.Body).Decode(&answer))
	return res.StatusCode, answer
}

// people acts over the people API.
func (s scene) people(verb string, body object) object {
	s.Helper()
	_, _, answer := s.post("/people/"+verb, "", body)
	return answer
}

func TestTheStateIsWhatOnePersonSees(t *testing.T) {
	t.Parallel()
	s := start(t, func(cfg *slacksim.Config) { cfg.Beside = "/beside/" })
	_, state := s.get("/people/state")
	assert.Equal(t, anna, state["me"], "without a name: the first person")
	assert.Equal(t, object{"id": "T0QUELL", "name": "Acme"}, state["team"])
	assert.Equal(t, object{"name": "Quell", "user_id": "U0QUELL", "connected": false}, state["app"])
	assert.Equal(t, "/beside/", state["beside"])
	assert.Nil(t, state["modal"])
	assert.Equal(t, []any{}, state["messages"])
	assert.Equal(t, []any{}, state["notices"])
	assert.Len(t, state["commands"], 5)
	assert.Contains(t, state["methods"], "chat.postMessage")
	assert.Equal(t, []any{}, state["faults"])

	var kinds []any
	for _, p := range state["people"].([]any) {
		kinds = append(kinds, p.(object)["kind"])
	}
	assert.Equal(t, []any{"member", "member", "member", "guest", "external"}, kinds, "nobody signs in as a bot, or after leaving")
	assert.Equal(t, "dan", state["all_people"].(object)["U0DAN"])

	_, state = s.get("/people/state?as=U0EXT")
	assert.Equal(t, []any{object{"id": partners, "name": "ext-partners", "kind": "channel", "ext_shared": true}}, state["channels"])
	_, state = s.get("/people/state?as=U0GUS")
	assert.Equal(t, object{"id": "D0GUS", "name": "Quell", "kind": "im", "ext_shared": false, "home": true}, state["channels"].([]any)[1])

	for _, as := range []string{"U0DAN", "U0QUELL", "U0NOBODY"} {
		status, _ := s.get("/people/state?as=" + as)
		assert.Equal(t, http.StatusNotFound, status)
	}
}

func TestPeopleActOverHTTP(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	assert.Equal(t, true, s.people("say", object{"as": anna, "channel": incident, "text": "hello"})["ok"])
	assert.Equal(t, "hello", s.As(ben).State().Messages[0].Text)
	top := s.As(ben).State().Messages[0].TS
	s.people("say", object{"as": ben, "channel": incident, "thread_ts": top, "text": "hi"})
	assert.Equal(t, top, s.As(ben).State().Messages[1].ThreadTS)

	s.people("say", object{"as": anna, "channel": incident, "text": "/quell help"})
	trigger := c.payload()["trigger_id"]

	ts := s.posted(object{"channel": incident, "blocks": card("Kill?")})
	click := object{"as": ben, "channel": incident, "ts": ts, "block_id": "vote", "action_id": "approve", "value": "Q-1:f00d"}
	assert.Equal(t, true, s.people("click", click)["ok"])
	assert.Equal(t, "block_actions", c.payload()["type"])
	assert.Equal(t, false, s.people("click", with(click, "value", "Q-1:0ld0"))["ok"])

	view := form()
	view["notify_on_close"] = true
	view["blocks"] = append(view["blocks"].([]object), actions(button("more", "More", "")))
	id := s.ok("views.open", object{"trigger_id": trigger, "view": view})["view"].(object)["id"]
	s.people("view-click", object{"as": anna, "view_id": id, "action_id": "more"})
	assert.Equal(t, id, c.payload()["container"].(object)["view_id"])
	s.people("submit", object{"as": anna, "view_id": id, "values": values})
	c.ack(c.next(), object{"response_action": "errors", "errors": object{"why": "More!"}})
	s.see(anna, func(state slacksim.State) bool { return state.Modal != nil && state.Modal.Errors["why"] == "More!" })
	s.people("close", object{"as": anna, "view_id": id})
	assert.Equal(t, "view_closed", c.payload()["type"])
	assert.Contains(t, s.people("close", object{"as": anna, "view_id": id})["error"], "no view")
}

func TestAMenuIsAskedOverHTTP(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	ts := s.posted(object{"channel": incident, "blocks": []object{actions(object{"type": "external_select", "action_id": "session"})}})
	answered := make(chan object, 1)
	go func() {
		answered <- s.people("suggest", object{"as": anna, "channel": incident, "ts": ts, "action_id": "session", "value": "10."})
	}()
	c.ack(c.next(), object{"options": []object{{"text": plain("o"), "value": "1"}}})
	answer := <-answered
	assert.Equal(t, true, answer["ok"])
	assert.Equal(t, []any{object{"text": plain("o"), "value": "1"}}, answer["options"])
}

func TestAMenuKeepsItsGroupsOverHTTP(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	ts := s.posted(object{"channel": incident, "blocks": []object{external("multi_external_select")}})
	answered := make(chan object, 1)
	go func() {
		answered <- s.people("suggest", object{"as": anna, "channel": incident, "ts": ts, "action_id": "session", "value": "10."})
	}()
	groups := []any{group(options(2)[:1]), group(options(2)[1:])}
	c.ack(c.next(), object{"option_groups": groups})
	answer := <-answered
	assert.Equal(t, groups, answer["option_groups"])
	assert.Nil(t, answer["options"])
}

func TestFaultsAreMadeAndTakenBackOverHTTP(t *testing.T) {
	t.Parallel()
	s := start(t)
	assert.Equal(t, true, s.people("fault", object{"what": "auth.test", "name": "does it and fails", "n": 2})["ok"])
	assert.Equal(t, true, s.people("fault", object{"what": "auth.test", "name": "is throttled"})["ok"])
	assert.Equal(t, `"auth.test" meets no such fault: "comes twice"`, s.people("fault", object{"what": "auth.test", "name": "comes twice"})["error"])
	_, state := s.get("/people/state")
	assert.Equal(t, []any{
		object{"what": "auth.test", "name": "does it and fails", "n": 2.0},
		object{"what": "auth.test", "name": "is throttled", "n": 1.0},
	}, state["faults"])

	assert.Equal(t, true, s.people("clear-faults", object{})["ok"])
	_, state = s.get("/people/state")
	assert.Empty(t, state["faults"])
	s.ok("auth.test", object{})
}

func TestThePeopleAPITakesNothingFromAnotherSite(t *testing.T) {
	t.Parallel()
	s := start(t)
	body := `{"as":"U0ANNA","channel":"C0INCCHECKOUT","text":"hello"}`
	for name, c := range map[string]struct {
		kind, origin, body string
		want               int
	}{
		"its own page":          {"application/json", s.url, body, http.StatusOK},
		"a program":             {"application/json", "", body, http.StatusOK},
		"another site":          {"application/json", "https://evil.example", body, http.StatusForbidden},
		"a page without a home": {"application/json", "null", body, http.StatusForbidden},
		"a form":                {"text/plain", "", body, http.StatusUnsupportedMediaType},
		"too much":              {"application/json", "", `{"text":"` + x(64<<10) + `"}`, http.StatusBadRequest},
		"nonsense":              {"application/json", "", "{", http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(s.ctx(), http.MethodPost, s.url+"/people/say", strings.NewReader(c.body))
			s.must(err)
			req.Header.Set("Content-Type", c.kind)
			if c.origin != "" {
				req.Header.Set("Origin", c.origin)
			}
			res, err := http.DefaultClient.Do(req)
			s.must(err)
			s.must(res.Body.Close())
			assert.Equal(t, c.want, res.StatusCode)
		})
	}
	assert.Len(t, s.As(anna).State().Messages, 2)
}

func TestEventsTellAtOnceAndAfterEveryChange(t *testing.T) {
	t.Parallel()
	s := start(t)
	req, err := http.NewRequestWithContext(s.ctx(), http.MethodGet, s.url+"/people/events", nil)
	s.must(err)
	res, err := http.DefaultClient.Do(req)
	s.must(err)
	defer res.Body.Close()
	assert.Equal(t, "text/event-stream", res.Header.Get("Content-Type"))

	lines := bufio.NewScanner(res.Body)
	version := func() float64 {
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				var event object
				s.must(json.Unmarshal([]byte(data), &event))
				return event["version"].(float64)
			}
		}
		require.Fail(t, "the stream ended")
		return 0
	}
	before := version()
	s.must(s.As(anna).Say(incident, "hello"))
	assert.Greater(t, version(), before)

	s.Close()
	for lines.Scan() {
	}
	s.must(lines.Err())
}

func TestThePageIsServed(t *testing.T) {
	t.Parallel()
	s := start(t)
	for path, kind := range map[string]string{"/": "text/html", "/page/index.html": ""} {
		res, err := http.Get(s.url + path)
		s.must(err)
		s.must(res.Body.Close())
		assert.Equal(t, http.StatusOK, res.StatusCode, path)
		assert.Contains(t, res.Header.Get("Content-Type"), kind)
	}
}

// The page says of the app what whoever runs its program says, and everybody who waits hears of it.
func TestThePageSaysWhatIsSaidOfTheApp(t *testing.T) {
	t.Parallel()
	s := start(t)
	_, state := s.get("/people/state")
	before := state["version"]
	s.SayOfApp("It has no socket.")
	s.SayOfApp("It has no socket.")
	_, state = s.get("/people/state")
	assert.Equal(t, object{"name": "Quell", "user_id": "U0QUELL", "connected": false, "says": "It has no socket."}, state["app"])
	assert.Equal(t, before.(float64)+1, state["version"], "what is the same is no change")
	s.SayOfApp("")
	_, state = s.get("/people/state")
	assert.Equal(t, object{"name": "Quell", "user_id": "U0QUELL", "connected": false}, state["app"])
}

// TestPeopleReachTheAppOverHTTP opens the Home tab and runs a shortcut of either kind.
func TestPeopleReachTheAppOverHTTP(t *testing.T) {
	t.Parallel()
	s := start(t, offering, homely)
	c := s.connect()
	_, state := s.get("/people/state")
	assert.Equal(t, object{"name": "Stop something…", "type": "global", "callback_id": "stop", "description": "Opens a form"}, state["shortcuts"].([]any)[0])
	assert.Equal(t, "on-call", state["all_groups"].(object)["S0ONCALL"])
	assert.Nil(t, state["home"])

	assert.Equal(t, true, s.people("home", object{"as": anna})["ok"])
	assert.Equal(t, "app_home_opened", c.payload()["event"].(object)["type"])
	assert.Equal(t, true, s.people("shortcut", object{"as": anna, "name": "stop"})["ok"])
	assert.Equal(t, "shortcut", c.payload()["type"])
	ts := s.posted(object{"channel": incident, "text": "cache is down"})
	act := object{"as": anna, "channel": incident, "ts": ts, "name": "act"}
	assert.Equal(t, true, s.people("shortcut", act)["ok"])
	assert.Equal(t, ts, c.payload()["message_ts"])
	assert.Equal(t, false, s.people("shortcut", with(act, "ts", "1.2"))["ok"])

	s.ok("views.publish", object{"user_id": anna, "view": decisions("one waits")})
	_, state = s.get("/people/state?as=" + anna)
	home := state["home"].(object)
	assert.Equal(t, true, s.people("view-click", object{"as": anna, "view_id": home["id"], "block_id": "vote", "action_id": "approve", "value": "Q-1"})["ok"])
	assert.Equal(t, "home", c.payload()["view"].(object)["type"])
}
