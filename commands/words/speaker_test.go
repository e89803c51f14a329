package words_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/commands/words"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 987_654_000, time.UTC)

// marks draws each kind so that it can be told from the others.
type marks struct{}

func (marks) Text(s string) string      { return "text:" + s }
func (marks) Code(s string) string      { return "code:" + s }
func (marks) Strong(said string) string { return "strong:" + said }
func (marks) Time(t time.Time) string   { return "time:" + t.UTC().Format(time.RFC3339Nano) }

func (marks) Refer(to words.Referent, id string) string { return string(to) + ":" + id }

func (m marks) Document(say func(words.Drawer) []string) string {
	return "document:" + strings.Join(say(m), "|")
}

func speaker(t *testing.T, d words.Drawer) words.Speaker {
	t.Helper()
	catalogue, err := words.Load()
	require.NoError(t, err)
	return catalogue.In("en", d)
}

func TestEachKindIsDrawnInItsWay(t *testing.T) {
	denied := words.New("case.denied", words.V{"by": words.User("U0BEN")})
	tests := []struct {
		value words.Value
		want  string
	}{
		{words.Text("leaks"), "text:leaks"},
		{words.Code("10.0.0.1:1"), "code:10.0.0.1:1"},
		{words.Case("Q-7F3K2M"), "case:Q-7F3K2M"},
		{words.User("U0ANNA"), "user:U0ANNA"},
		{words.Channel("C0INC"), "channel:C0INC"},
		{words.Group("S0ONCALL"), "group:S0ONCALL"},
		{words.Count(20), "20"},
		{words.Count(-3), "-3"},
		{words.At(noon), "time:2026-03-01T12:00:00.987654Z"},
		{words.At(noon.In(time.FixedZone("", 3600))), "time:2026-03-01T12:00:00.987654Z"},
		{words.For(90 * time.Second), "1 min 30 s"},
		{words.Say(denied), "user:U0BEN said no. Nothing was done."},
		{words.Say(words.Message{}), ""},
		{words.Strong(denied), "strong:user:U0BEN said no. Nothing was done."},
		{words.Document([]words.Message{denied, denied}), "document:user:U0BEN said no. Nothing was done.|user:U0BEN said no. Nothing was done."},
		{words.Value{}, "text:"},
	}
	for _, tt := range tests {
		t.Run(tt.want, func(t *testing.T) {
			require.Equal(t, tt.want, speaker(t, marks{}).Value(tt.value))
		})
	}
}

func TestASentenceWithItsValues(t *testing.T) {
	s := speaker(t, marks{})
	deed := func(v words.V) words.Message {
		v["target"] = words.Code("jobs")
		return words.New("deed.stop-task", v)
	}
	guests := words.New("refused.standing.guest")
	tests := []struct {
		m    words.Message
		want string
	}{
		{words.Message{}, ""},
		{guests, "Guests cannot use this bot. Nothing was done."},
		{words.New("grounds.rule", words.V{"rule": words.Code("ask-first")}), "rule code:ask-first"},
		{words.New("grounds.rule", words.V{"rule": words.Text("{{.rule}} <b>&"), "other": words.Code("unused")}), "rule text:{{.rule}} <b>&"},
		{words.New("card.status.ended", words.V{"why": words.Say(guests)}), "Guests cannot use this bot. Nothing was done."},
		{words.New("list.or", words.V{
			"first":  words.Say(words.New("list.or", words.V{"first": words.Code("a"), "second": words.Code("b")})),
			"second": words.Code("c"),
		}), "code:a or code:b or code:c"},
		{deed(words.V{"count": words.Count(1)}), "Stop 1 task on code:jobs"},
		{deed(words.V{"count": words.Count(2)}), "Stop 2 tasks on code:jobs"},
		{deed(words.V{"count": words.Count(0)}), "Stop 0 tasks on code:jobs"},
	}
	for _, tt := range tests {
		t.Run(tt.want, func(t *testing.T) {
			require.Equal(t, tt.want, s.Say(tt.m))
		})
	}
}

// Nothing is silently left out: what the catalogue lacks is said by its id.
func TestAnUnknownMessageIsSaidByItsID(t *testing.T) {
	s := speaker(t, words.Plain{})
	unknown := words.New("vendor.brand-new", words.V{"count": words.Count(1), "target": words.Code("cache-prod")})
	assert.Equal(t, "[vendor.brand-new]", s.Say(unknown))
	assert.Equal(t, "[vendor.brand-new]", s.Say(words.New("vendor.brand-new")))
	assert.Equal(t, "[vendor.brand-new]", s.Say(words.New("card.status.ended", words.V{"why": words.Say(unknown)})))
}

func TestEveryLocaleIsSpokenTo(t *testing.T) {
	catalogue, err := words.Load()
	require.NoError(t, err)
	for _, locale := range []string{"en", "en-GB", "ja-JP", "", "no such locale", "\xff"} {
		s := catalogue.In(locale, words.Plain{})
		assert.Equal(t, "2 days", s.Value(words.For(48*time.Hour)), locale)
		assert.Equal(t, "[none]", s.Say(words.New("none")), locale)
	}
}

func TestSpans(t *testing.T) {
	tests := []struct {
		d    time.Duration
		want string
	}{
		{0, "0 ms"},
		{time.Microsecond, "0 ms"},
		{time.Millisecond, "1 ms"},
		{time.Second - 1, "999 ms"},
		{time.Second, "1 s"},
		{1999 * time.Millisecond, "1 s"},
		{59 * time.Second, "59 s"},
		{time.Minute, "1 min"},
		{90 * time.Second, "1 min 30 s"},
		{time.Hour, "1 h"},
		{time.Hour + time.Second, "1 h"},
		{3*time.Hour + 5*time.Minute, "3 h 5 min"},
		{3*time.Hour + 5*time.Minute + 59*time.Second, "3 h 5 min"},
		{24*time.Hour - time.Second, "23 h 59 min"},
		{24 * time.Hour, "1 day"},
		{24*time.Hour + 59*time.Minute, "1 day"},
		{25 * time.Hour, "1 day 1 h"},
		{50 * time.Hour, "2 days 2 h"},
		{1000 * 24 * time.Hour, "1000 days"},
		{-time.Hour, "0 ms"},
	}
	s := speaker(t, words.Plain{})
	for _, tt := range tests {
		t.Run(tt.d.String(), func(t *testing.T) {
			require.Equal(t, tt.want, s.Value(words.For(tt.d)))
		})
	}
}

func TestLists(t *testing.T) {
	s := speaker(t, marks{})
	for want, ids := range map[string][]string{
		"text:": nil, "code:a": {"a"}, "code:a and code:b": {"a", "b"}, "code:a, code:b and code:c": {"a", "b", "c"},
		"code:a, code:b, code:c, code:d and code:e": {"a", "b", "c", "d", "e"},
	} {
		assert.Equal(t, want, s.Value(words.All(words.Codes(ids)...)))
		assert.Equal(t, strings.ReplaceAll(want, " and ", " or "), s.Value(words.Any(words.Codes(ids)...)))
	}
	assert.Equal(t, "code:a and code:b", s.Value(words.Some([]string{"a", "b"}, 2)))
	assert.Equal(t, "code:a, code:b and 3 more", s.Value(words.Some([]string{"a", "b", "c", "d", "e"}, 2)))
	assert.Equal(t, "text:a, b", s.Value(words.Value{Kind: "all", Value: "a, b"}), "damaged")
	m := words.New("refused.role", words.V{"roles": words.Any(words.Code("a"), words.Code("b"))})
	assert.Equal(t, `refused.role roles="a, b"`, m.String())
	stored, err := json.Marshal(m.Values["roles"])
	require.NoError(t, err)
	assert.JSONEq(t, `{"kind": "any", "value": "a, b", "items": [{"kind": "code", "value": "a"}, {"kind": "code", "value": "b"}]}`, string(stored))
}

// everything is a message with a value of each kind.
func everything() words.Message {
	return words.New("case.changed", words.V{
		"text": words.Text("a <b>\n\"c\" ü"), "code": words.Code(""), "user": words.User("U0ANNA"), "channel": words.Channel("C0INC"),
		"count": words.Count(-1), "at": words.At(noon), "for": words.For(-time.Nanosecond),
		"why": words.Say(words.New("case.denied", words.V{"by": words.User("U0BEN")})), "nothing": words.Say(words.Message{}),
	})
}

func TestMessagesSurviveBeingStored(t *testing.T) {
	for _, m := range []words.Message{{}, words.New("help"), words.New("help", words.V{}), everything()} {
		stored, err := json.Marshal(m)
		require.NoError(t, err)
		var got words.Message
		require.NoError(t, json.Unmarshal(stored, &got))
		if len(m.Values) == 0 {
			m.Values = nil // no values and none at all are the same
		}
		require.Equal(t, m, got)
	}
}

// Cases of an older release are still drawn: this form is never changed.
func TestTheStoredFormOutlivesARelease(t *testing.T) {
	stored, err := json.MarshalIndent(everything(), "", " ")
	require.NoError(t, err)
	require.JSONEq(t, `{"id": "case.changed", "values": {
		"text": {"kind": "text", "value": "a <b>\n\"c\" ü"}, "code": {"kind": "code"},
		"user": {"kind": "user", "value": "U0ANNA"}, "channel": {"kind": "channel", "value": "C0INC"},
		"count": {"kind": "count", "value": "-1"}, "at": {"kind": "time", "value": "1772366400987654"},
		"for": {"kind": "duration", "value": "-1"},
		"why": {"kind": "message", "message": {"id": "case.denied", "values": {"by": {"kind": "user", "value": "U0BEN"}}}},
		"nothing": {"kind": "message", "message": {"id": ""}}
	}}`, string(stored))
}

// What is damaged is drawn as little as it says, and nothing gets past the Drawer.
func TestDamagedValues(t *testing.T) {
	s := speaker(t, marks{})
	for stored, want := range map[string]string{
		`{"kind":"message"}`:                      "",
		`{"kind":"count","value":"<!channel>"}`:   "0",
		`{"kind":"time","value":"noon"}`:          "time:1970-01-01T00:00:00Z",
		`{"kind":"duration","value":"long"}`:      "0 ms",
		`{"kind":"of tomorrow","value":"<b>"}`:    "text:<b>",
		`{"value":"<b>"}`:                         "text:<b>",
		`{"kind":"message","message":{"id":"x"}}`: "[x]",
	} {
		var v words.Value
		require.NoError(t, json.Unmarshal([]byte(stored), &v))
		assert.Equal(t, want, s.Value(v), stored)
	}
}

func TestPlainKeepsATerminalSafe(t *testing.T) {
	p := words.Plain{}
	for dirty, clean := range map[string]string{
		"10.0.0.1:1 – größer 漢字 👩‍🚒": "10.0.0.1:1 – größer 漢字 👩‍🚒",
		"a\x1b[31mb":        "a [31mb",
		"a\r\nb\tc\x00\x7f": "a  b c  ",
		"a\u009b31mb":       "a 31mb",
		"a\u2028b\u2029c":   "a b c",
		"a\u202eb\u2066c":   "a b c",
		"a\xffb":            "a\ufffdb",
		"":                  "",
	} {
		assert.Equal(t, clean, p.Text(dirty), "%q", dirty)
		assert.Equal(t, clean, p.Code(dirty), "%q", dirty)
		assert.Equal(t, "@"+clean, p.Refer(words.ToUser, dirty), "%q", dirty)
		assert.Equal(t, "#"+clean, p.Refer(words.ToChannel, dirty), "%q", dirty)
	}
	assert.Equal(t, "2026-03-01 12:00:00 UTC", p.Time(noon.In(time.FixedZone("", 3600))))
}

func TestNearest(t *testing.T) {
	known := []string{"cache-prod", "cache-test", "db", "x"}
	for typed, want := range map[string]string{
		"cache-prod":    "cache-prod",
		"Cache-prod":    "cache-prod",
		"cache-pord":    "cache-prod", // two letters changed places: two slips
		"cacheprod":     "cache-prod",
		"cache-prodd":   "cache-prod",
		"cache-tes":     "cache-test",
		"cache-prd-":    "cache-prod",
		"cash-prd":      "", // three slips
		"cache-staging": "",
		"dB":            "db", // one slip in two letters
		"dbs":           "db",
		"bd":            "", // two are too many there
		"y":             "", // one letter is the whole word
		"x":             "x",
		"":              "",
		"кэш":           "",
	} {
		assert.Equal(t, want, words.Nearest(typed, known), typed)
	}
	assert.Equal(t, "cache-a", words.Nearest("cache-x", []string{"cache-a", "cache-b"}), "of two as near, the first")
	assert.Equal(t, "cache-b", words.Nearest("cache-bb", []string{"cache-a", "cache-b"}), "of two, the nearer")
	assert.Empty(t, words.Nearest("cache-prod", nil))
}
