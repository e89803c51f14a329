package slacksim_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
)

func TestACommandCarriesWhatSlackSends(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	s.must(s.As(anna).Say(incident, "/kill-session  cache-prod   --all \n"))
	e := c.next()
	assert.Equal(t, "slash_commands", e["type"])
	assert.Equal(t, true, e["accepts_response_payload"])
	assert.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$`, e["envelope_id"])
	p := e["payload"].(object)
	for field, want := range map[string]any{
		"team_id": "T0QUELL", "team_domain": "acme", "api_app_id": "A0QUELL", "is_enterprise_install": "false",
		"channel_id": incident, "channel_name": "inc-checkout", "user_id": anna, "user_name": "anna",
		"command": "/kill-session", "text": "cache-prod   --all",
	} {
		assert.Equal(t, want, p[field], field)
	}
	assert.Regexp(t, `^\d+\.\d+\.[0-9a-f]+$`, p["trigger_id"])
	assert.True(t, strings.HasPrefix(p["response_url"].(string), s.url+"/commands/T0QUELL/A0QUELL/"))
	assert.NotEmpty(t, p["token"])
}

func TestWhereACommandComesFrom(t *testing.T) {
	t.Parallel()
	s := start(t, func(cfg *slacksim.Config) {
		cfg.Channels = append(cfg.Channels, slacksim.Channel{ID: "C0SECRET", Name: "secret", Private: true, Members: []string{anna}})
	})
	c := s.connect()
	for name, from := range map[string]struct{ person, channel, name, team string }{
		"direct messages":      {anna, "D0ANNA", "directmessage", "T0QUELL"},
		"a private channel":    {anna, "C0SECRET", "privategroup", "T0QUELL"},
		"a guest":              {"U0GUS", incident, "inc-checkout", "T0QUELL"},
		"another organization": {"U0EXT", partners, "ext-partners", "T0OTHER"},
	} {
		t.Run(name, func(t *testing.T) {
			s.must(s.As(from.person).Say(from.channel, "/quell"))
			p := c.payload()
			assert.Equal(t, from.name, p["channel_name"])
			assert.Equal(t, from.team, p["team_id"])
			assert.Equal(t, from.person, p["user_id"])
			assert.Equal(t, "", p["text"])
		})
	}
}

func TestWhatAnAckShows(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		payload object
		toAnna  string
		toBen   string
	}{
		"nothing":                     {nil, "", ""},
		"an empty payload is nothing": {object{}, "", ""},
		"no message is nothing":       {object{"response_type": "in_channel", "blocks": nil, "attachments": nil}, "", ""},
		"text, to the asker alone":    {object{"text": "Looking …"}, "Looking …", ""},
		"text, to everybody":          {object{"text": "Hi all", "response_type": "in_channel"}, "Hi all", "Hi all"},
		"blocks":                      {object{"blocks": card("Kill?")}, "Kill?", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			w := s.connect()
			s.must(s.As(anna).Say(incident, "/quell"))
			w.ack(w.next(), c.payload)
			assert.Contains(t, words(w.settled(anna)), c.toAnna)
			assert.Contains(t, words(s.As(ben).State()), c.toBen)
			if c.toAnna == "" {
				assert.Equal(t, "settled", words(s.As(anna).State()))
			}
			if c.toBen == "" {
				assert.Empty(t, s.As(ben).State().In(incident))
			}
		})
	}
}

// settled waits until the workspace has read every ack so far: it answers one
// more command and waits for that answer.
func (c wire) settled(person string) slacksim.State {
	c.Helper()
	c.must(c.As(person).Say(incident, "/quell settled"))
	c.ack(c.next(), object{"text": "settled"})
	return c.see(person, says(incident, "settled"))
}

func words(state slacksim.State) string {
	var all []string
	for _, m := range state.Messages {
		all = append(all, m.Words())
	}
	return strings.Join(all, "\n")
}

func TestACommandThatFailsIsToldToItsAskerAlone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		typed string
		app   func(scene)
		says  string
	}{
		"no socket":   {"/quell help", func(scene) {}, `/quell failed with the error "dispatch_failed"`},
		"no ack":      {"/quell help", func(s scene) { s.connect() }, `/quell failed with the error "operation_timeout"`},
		"no command":  {"/quel help", func(s scene) { s.connect() }, "/quel is not a valid command."},
		"a late word": {"/", func(s scene) { s.connect() }, "/ is not a valid command."},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, impatient)
			c.app(s)
			s.must(s.As(anna).Say(incident, c.typed))
			state := s.see(anna, warned)
			assert.Equal(t, c.says, state.Notices[0].Text)
			assert.Equal(t, incident, state.Notices[0].Channel)
			assert.Empty(t, s.As(ben).State().Notices)
		})
	}
}

func TestAnAckMayBeTooLateTooLongOrOnAnotherSocket(t *testing.T) {
	t.Parallel()
	t.Run("late: it shows nothing", func(t *testing.T) {
		s := start(t, impatient)
		c := s.connect()
		s.must(s.As(anna).Say(incident, "/quell"))
		e := c.next()
		s.see(anna, warned)
		c.ack(e, object{"text": "sorry"})
		assert.Equal(t, "settled", words(c.settled(anna)))
	})
	t.Run("20 kB: it vanishes", func(t *testing.T) {
		s := start(t, impatient)
		c := s.connect()
		s.must(s.As(anna).Say(incident, "/quell"))
		c.ack(c.next(), object{"text": x(20 << 10)})
		assert.Contains(t, s.see(anna, warned).Notices[0].Text, "operation_timeout")
	})
	t.Run("another socket: it counts", func(t *testing.T) {
		s := start(t)
		one := s.connect()
		s.must(s.As(anna).Say(incident, "/quell"))
		e := one.next()
		s.connect().ack(e, object{"text": "here"})
		s.see(anna, says(incident, "here"))
	})
}

func TestACommandIsNeverSentTwice(t *testing.T) {
	t.Parallel()
	s := start(t, impatient)
	c := s.connect()
	s.must(s.As(anna).Say(incident, "/quell one"))
	c.next()
	s.see(anna, warned)
	s.must(s.As(anna).Say(incident, "/quell two"))
	assert.Equal(t, "two", c.payload()["text"])
}

func TestAnAnswerThatIsNoMessageFailsTheCommand(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	s.must(s.As(anna).Say(incident, "/quell"))
	c.ack(c.next(), object{"blocks": []object{section("")}})
	assert.Contains(t, s.see(anna, warned).Notices[0].Text, "invalid_blocks")
}

func TestSlackHasNoCommandsInThreads(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.connect()
	s.must(s.As(anna).Say(incident, "hello"))
	top := s.As(anna).State().In(incident)[0].TS
	s.must(s.As(anna).Reply(incident, top, "/quell help"))
	assert.Equal(t, "/quell is not supported in threads. Sorry!", s.see(anna, warned).Notices[0].Text)
}

func TestWhoCanType(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, c := range map[string]struct{ person, channel string }{
		"somebody who has left":       {"U0DAN", incident},
		"the bot":                     {"U0QUELL", incident},
		"nobody":                      {"U0NOBODY", incident},
		"somebody not in the channel": {"U0CHO", partners},
		"somebody in no channel":      {anna, "C0NOWHERE"},
		"in others' direct messages":  {anna, "D0BEN"},
	} {
		t.Run(name+" cannot", func(t *testing.T) {
			require.Error(t, s.As(c.person).Say(c.channel, "hello"))
		})
	}
	require.Error(t, s.As(anna).Say(incident, ""))
	assert.Empty(t, s.As(anna).State().Messages)
}

func TestAPhoneRewritesWhatIsTyped(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	s.must(s.As(anna).SayFromPhone(incident, `/kill-session cache-prod --reason "it's 'stuck'"`))
	assert.Equal(t, "cache-prod —reason “it’s ‘stuck’”", c.payload()["text"])
}
