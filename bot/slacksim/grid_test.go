package slacksim_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"quell/bot/slacksim"
)

// acmeGroup is the organization of a workspace on Grid.
var acmeGroup = slacksim.Enterprise{ID: "E0ACME", Name: "Acme Group"}

// onGrid puts the workspace into it, with people of every sort.
func onGrid(cfg *slacksim.Config) {
	cfg.Enterprise = acmeGroup
	cfg.People[1].Home = "T0EMEA" // Ben
	cfg.People = append(cfg.People,
		slacksim.Person{ID: "W0KIN", Name: "kin", Kind: slacksim.External, Team: "T0EMEA", Enterprise: acmeGroup},
		slacksim.Person{ID: "U0FAR", Name: "far", Kind: slacksim.External, Team: "T0FAR", Enterprise: slacksim.Enterprise{ID: "E0FAR", Name: "Far"}},
		slacksim.Person{ID: "U0BENTOO", UserID: ben, Name: "ben", Kind: slacksim.External, Team: "T0OTHER"})
	cfg.Channels[1].Members = append(cfg.Channels[1].Members, "W0KIN", "U0FAR", "U0BENTOO")
}

// buttonIn posts a card with one button.
func (s scene) buttonIn(channel string) string {
	return s.ok("chat.postMessage", object{"channel": channel, "text": "Kill?", "blocks": []object{actions(button("approve", "Approve", "x"))}})["ts"].(string)
}

func TestWhichWorkspaceAnInteractionNames(t *testing.T) {
	t.Parallel()
	s := start(t, onGrid)
	c := s.connect()
	ts := s.buttonIn(partners)
	acme, far := object{"id": "E0ACME", "name": "Acme Group"}, object{"id": "E0FAR", "name": "Far"}
	for name, from := range map[string]struct {
		person, user string
		slash        string // the team of a slash command
		own, place   string // the teams of a click
		enterprise   any
	}{
		"a member":                      {anna, anna, "T0QUELL", "T0QUELL", "T0QUELL", acme},
		"a member at home elsewhere":    {ben, ben, "T0QUELL", "T0EMEA", "T0QUELL", acme},
		"in another workspace's client": {ben + "/T0APAC", ben, "T0APAC", "T0APAC", "T0APAC", acme},
		"no member, of the same group":  {"W0KIN", "W0KIN", "T0EMEA", "T0EMEA", "T0EMEA", acme},
		"of another group":              {"U0FAR", "U0FAR", "T0FAR", "T0FAR", "T0FAR", far},
		"another's Ben":                 {"U0BENTOO", ben, "T0OTHER", "T0OTHER", "T0OTHER", nil},
	} {
		t.Run(name, func(t *testing.T) {
			s.must(s.As(from.person).Say(partners, "/quell"))
			p := c.payload()
			assert.Equal(t, from.slash, p["team_id"])
			assert.Equal(t, from.user, p["user_id"])
			if of, ok := from.enterprise.(object); ok {
				assert.Equal(t, []any{of["id"], of["name"]}, []any{p["enterprise_id"], p["enterprise_name"]})
			} else {
				assert.NotContains(t, p, "enterprise_id")
			}
			s.must(s.As(from.person).Click(partners, ts, "approve"))
			p = c.payload()
			user := p["user"].(object)
			assert.Equal(t, []any{from.user, from.own}, []any{user["id"], user["team_id"]})
			assert.Equal(t, from.place, p["team"].(object)["id"])
			assert.Equal(t, from.enterprise, p["enterprise"])
		})
	}
}

func TestWithGridOffNobodyComesFromHome(t *testing.T) {
	t.Parallel()
	s := start(t, onGrid)
	c := s.connect()
	ts := s.buttonIn(partners)
	for _, on := range []bool{false, true} {
		assert.Equal(t, object{"ok": true}, s.people("grid", object{"on": on}))
		_, state := s.get("/people/state")
		assert.Equal(t, object{"enterprise": "Acme Group", "on": on}, state["grid"])
		s.must(s.As(ben).Click(partners, ts, "approve"))
		assert.Equal(t, map[bool]any{true: "T0EMEA", false: "T0QUELL"}[on], c.payload()["user"].(object)["team_id"])
	}
	_, state := start(t).get("/people/state")
	assert.Nil(t, state["grid"], "a workspace of no organization")
}

func TestWhoIsAMemberOfWhichWorkspaces(t *testing.T) {
	t.Parallel()
	s := start(t, onGrid, func(cfg *slacksim.Config) { cfg.People[0].AppUser = true })
	for id, want := range map[string]struct {
		team       string
		enterprise any
		teams      []any
	}{
		anna:      {"T0QUELL", "E0ACME", []any{"T0QUELL"}},
		ben:       {"T0EMEA", "E0ACME", []any{"T0QUELL", "T0EMEA"}},
		"W0KIN":   {"T0EMEA", "E0ACME", []any{"T0EMEA"}},
		"U0FAR":   {"T0FAR", "E0FAR", []any{"T0FAR"}},
		"U0QUELL": {"T0QUELL", nil, nil},
		"U0EXT":   {"T0OTHER", nil, nil},
	} {
		user := s.ok("users.info", object{"user": id})["user"].(object)
		assert.Equal(t, want.team, user["team_id"], id)
		assert.Equal(t, id == anna, user["is_app_user"], "somebody who has authorized the app is no bot")
		if want.enterprise == nil {
			assert.NotContains(t, user, "enterprise_user", id)
			continue
		}
		of := user["enterprise_user"].(object)
		assert.Equal(t, []any{id, want.enterprise, want.teams}, []any{of["id"], of["enterprise_id"], of["teams"]})
	}
	assert.Equal(t, "user_not_found", s.refused("users.info", object{"user": "U0BENTOO"}), "no id of Slack's")
	assert.NotContains(t, start(t).ok("users.info", object{"user": ben})["user"], "enterprise_user")
}

func TestWhereAnAppIsInstalled(t *testing.T) {
	t.Parallel()
	me := start(t, onGrid).ok("auth.test", object{})
	assert.Equal(t, []any{"T0QUELL", "E0ACME", false}, []any{me["team_id"], me["enterprise_id"], me["is_enterprise_install"]})
	me = start(t, onGrid, func(cfg *slacksim.Config) { cfg.OrgWide = true }).ok("auth.test", object{})
	assert.Equal(t, []any{nil, "E0ACME", true}, []any{me["team_id"], me["enterprise_id"], me["is_enterprise_install"]})
	assert.NotContains(t, start(t).ok("auth.test", object{}), "enterprise_id")
}

func TestGroupsOfAPlanThatHasThem(t *testing.T) {
	t.Parallel()
	s := start(t, func(cfg *slacksim.Config) { cfg.Groups[1].CountAsText = true })
	groups := s.ok("usergroups.list", object{})["usergroups"].([]any)
	assert.Equal(t, []any{1.0, "1"}, []any{groups[0].(object)["user_count"], groups[1].(object)["user_count"]})
	s = start(t, func(cfg *slacksim.Config) { cfg.WithoutGroups = true })
	assert.Equal(t, "plan_upgrade_required", s.refused("usergroups.list", object{}))
	assert.Equal(t, "plan_upgrade_required", s.refused("usergroups.users.list", object{"usergroup": "S0ONCALL"}))
}

func TestDirectMessagesOfOthers(t *testing.T) {
	t.Parallel()
	s := start(t, func(cfg *slacksim.Config) {
		cfg.Channels = append(cfg.Channels,
			slacksim.Channel{ID: "D0TWO", Name: "ben", Direct: true, Members: []string{anna, ben}},
			slacksim.Channel{ID: "G0FEW", Name: "mpdm-anna--ben--cho-1", Direct: true, WithoutApp: true, Members: []string{anna, ben, "U0CHO"}},
			slacksim.Channel{ID: "G0WITH", Name: "mpdm-anna--ben--quell-1", Direct: true, Members: []string{anna, ben, "U0QUELL"}})
	})
	c := s.connect()
	for id, name := range map[string]string{"D0TWO": "directmessage", "G0FEW": "privategroup", "G0WITH": "privategroup"} {
		s.must(s.As(anna).Say(id, "/quell"))
		p := c.payload()
		assert.Equal(t, []any{id, name}, []any{p["channel_id"], p["channel_name"]})
	}
	for _, id := range []string{"D0TWO", "G0FEW"} {
		assert.Equal(t, "channel_not_found", s.refused("conversations.info", object{"channel": id}))
		assert.Equal(t, "channel_not_found", s.refused("chat.postMessage", object{"channel": id, "text": "hi"}))
	}
	with := s.ok("conversations.info", object{"channel": "G0WITH"})["channel"].(object)
	assert.Equal(t, []any{true, false, true}, []any{with["is_mpim"], with["is_im"], with["is_private"]})
	s.ok("chat.postMessage", object{"channel": "G0WITH", "text": "hi"})
}

func TestTheSwitchForGrid(t *testing.T) {
	t.Parallel()
	b := start(t, onGrid, unhurried).browse(1200, 800)
	b.reads("#grid", "People of Acme Group come from their home workspaces")
	b.reads(`[data-person="U0BEN"]`, "from T0EMEA")
	b.click("#grid input")
	b.until(`() => !document.querySelector("[data-person=U0BEN]").innerText.includes("from T0EMEA") && !document.querySelector("#grid input").checked`)
	b.click("#grid input")
	b.reads(`[data-person="U0BEN"]`, "from T0EMEA")
}
