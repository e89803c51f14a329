package slack

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

var update = flag.Bool("update", false, "write the golden cards anew")

var start = time.Date(2026, 11, 23, 3, 12, 0, 0, time.UTC)

// story is a case that tests lead through its life.
type story struct {
	t   *testing.T
	c   approval.Case
	now time.Time
}

func tell(t *testing.T, reason string, things ...integrations.Thing) *story {
	t.Helper()
	p := commands.Plan{Place: "node-1", Looked: start, Seen: 8, Fingerprint: "ptchgi2hvo"}
	for _, thing := range things {
		p.Items = append(p.Items, commands.Item{Thing: thing, Call: "POST /clients/kill"})
	}
	p.Hurts = []words.Message{words.New("hurts.kill-session", words.V{"count": words.Count(len(things))})}
	return open(t, "dcs", commands.Request{Command: "kill-session", Target: "cache-prod", Things: []string{"10.63.238.158:2048"}, Reason: reason}, p)
}

// open is a case that waits for a vote.
func open(t *testing.T, kind string, r commands.Request, p commands.Plan) *story {
	t.Helper()
	s := &story{t: t, now: start}
	r.By, r.Channel, r.At = anna, "C0INC", start
	s.c = approval.Open("Q-7F3K2M", r, kind, approval.DefaultLimits(), s.now)
	d := policy.Decision{Verdict: policy.Consult, Rule: "kill-cache-sessions", Need: 1, From: []string{"incident-commander"}, Within: 15 * time.Minute}
	return s.then(approval.Planned{Plan: p, Decision: d})
}

func (s *story) then(e approval.Event) *story {
	s.t.Helper()
	next, err := approval.Step(s.c, e, s.now)
	require.NoError(s.t, err)
	s.c, s.now = next, s.now.Add(time.Second)
	return s
}

func (s *story) approved() *story {
	v := approval.Vote{By: ben, Choice: approval.Yes, At: s.now}
	return s.then(approval.Voted{Vote: v, Fingerprint: "ptchgi2hvo"})
}

func (s *story) denied(why string) *story {
	s.then(approval.Voted{Vote: approval.Vote{By: ben, Choice: approval.No, At: s.now}, Fingerprint: "ptchgi2hvo"})
	return s.then(approval.Explained{By: ben, Why: why})
}

func (s *story) called(o commands.Outcome) *story {
	s.then(approval.Claim{Owner: "R-1"})
	o.Seen = commands.NotLooked
	return s.then(approval.CallEnded{Owner: "R-1", Outcome: o})
}

func (s *story) seen(what commands.Seen, successor string) *story {
	s.now = s.now.Add(time.Minute)
	return s.then(approval.Looked{Seen: []commands.Sight{{Seen: what, Successor: successor}}, At: s.now, Next: s.now})
}

func session(name string) integrations.Thing {
	return integrations.Thing{
		ID: "node-1/17/" + name, Name: name, Place: "node-1",
		Identity: []integrations.Field{{Name: "peer", Value: name}}, Called: "checkout-worker",
		Facts: []integrations.Field{
			{Name: "name", Value: "checkout-worker"}, {Name: "cmd", Value: "brpop"},
			{Name: "age", Value: "93784", Unit: "s"}, {Name: "idle", Value: "10805", Unit: "s"},
		},
	}
}

func chat(t *testing.T) *Slack {
	t.Helper()
	c, err := words.Load()
	require.NoError(t, err)
	now := func() time.Time { return start }
	return &Slack{link: link{Config: Config{Words: c, Now: now}}, directory: newDirectory(lookUp{}, home{}, now)}
}

func answered() commands.Outcome {
	return commands.Outcome{Done: commands.Answered, Seen: commands.NotLooked, Receipt: integrations.Receipt{At: start.Add(2500 * time.Millisecond), Status: 204}}
}

var anna, ben, cat = member("U0ANNA"), member("U0BEN"), member("U0CAT")

func member(user string) commands.Person { return commands.Person{Team: "T0QUELL", User: user} }

// several is a case of four things: three are called, and somebody stopped the last.
func several(t *testing.T) *story {
	s := between(t).then(approval.Claim{Owner: "R-1"}).then(approval.CallEnded{Owner: "R-1", Index: 2, Outcome: answered()})
	s.then(approval.Postponed{Why: words.New("why.stop-waits"), Until: s.now})
	return s.then(approval.Voted{Vote: approval.Vote{By: cat, Choice: approval.No, At: s.now}, Fingerprint: "ptchgi2hvo"})
}

// found is a case of two things, of which one was found by its name and one by its user.
func found(t *testing.T, v policy.Verdict) *story {
	t.Helper()
	p := commands.Plan{Place: "node-1", Looked: start, Seen: 8, Fingerprint: "ptchgi2hvo", Items: []commands.Item{
		{Thing: session("10.63.238.158:2048"), Found: commands.Finding{Typed: "checkout-worker", By: commands.ByName}},
		{Thing: session("10.63.238.159:3058"), Found: commands.Finding{Typed: "default", By: commands.ByUser}},
	}}
	s := &story{t: t, now: start}
	r := commands.Request{Command: "kill-session", Target: "cache-prod", Things: []string{"checkout-worker", "default"}, By: anna, Channel: "C0INC", At: start}
	s.c = approval.Open("Q-7F3K2M", r, "dcs", approval.DefaultLimits(), s.now)
	d := policy.Decision{Verdict: v, Rule: "kill-cache-sessions", Need: 1, From: []string{"incident-commander"}, Within: 15 * time.Minute}
	return s.then(approval.Planned{Plan: p, Decision: d})
}

// between is a case of four things, of which two are called.
func between(t *testing.T) *story {
	s := tell(t, "leaks", session("10.63.238.158:2048"), session("10.63.238.159:3058"), session("10.63.238.160:4000"), session("10.63.238.161:5000")).approved()
	busy := commands.Outcome{Done: commands.Declined, Seen: commands.NotLooked, Why: words.New("vendor.busy", words.V{"target": words.Code("cache-prod")})}
	for i := range 2 {
		s.then(approval.Claim{Owner: "R-1"}).then(approval.CallEnded{Owner: "R-1", Index: i, Outcome: answered()})
	}
	return s.then(approval.Claim{Owner: "R-1"}).then(approval.CallEnded{Owner: "R-1", Index: 2, Outcome: busy, Retry: true, Until: s.now.Add(5 * time.Second)})
}

// looks is a look a minute after the calls.
func looks(seen ...commands.Seen) approval.Looked {
	e := approval.Looked{At: start.Add(2 * time.Minute), Next: start.Add(2 * time.Minute)}
	for _, s := range seen {
		e.Seen = append(e.Seen, commands.Sight{Seen: s, Successor: map[commands.Seen]string{commands.CameBack: "10.63.238.160:50000"}[s]})
	}
	return e
}

// fails is a look at one thing that the vendor refuses.
func fails(at time.Time) approval.Looked {
	return approval.Looked{
		At: at, Next: at, Seen: []commands.Sight{{Seen: commands.NotLooked}},
		Trouble: words.New("vendor.forbidden", words.V{"target": words.Code("cache-prod")}),
	}
}

// TestCards compares the card of each state with a golden file, so that a change of a
// sentence is looked at: go test ./bot/slack -update writes the files anew.
func TestCards(t *testing.T) {
	t.Parallel()
	one := session("10.63.238.158:2048")
	unclear := commands.Outcome{Done: commands.Unknown, Why: words.New("vendor.no-answer", words.V{"target": words.Code("cache-prod")})}
	for name, s := range map[string]*story{
		"pending":       tell(t, "leaks connections, INC-2041", one),
		"pending-two":   tell(t, "", one, session("10.63.238.159:3058")),
		"approved":      tell(t, "", one).approved(),
		"running":       tell(t, "", one).approved().then(approval.Claim{Owner: "R-1"}),
		"verifying":     tell(t, "", one).approved().called(answered()),
		"watched":       tell(t, "leaks", one).approved().called(answered()).then(approval.Looked{Seen: []commands.Sight{{Seen: commands.Gone}}, At: start.Add(5 * time.Second)}),
		"unwatched":     tell(t, "leaks", one).approved().called(answered()).then(approval.Looked{Seen: []commands.Sight{{Seen: commands.Gone}}, At: start.Add(5 * time.Second)}).then(looks(commands.NotLooked)),
		"blind":         tell(t, "leaks", one).approved().called(answered()).then(fails(start.Add(5 * time.Second))),
		"blind-since":   tell(t, "leaks", one).approved().called(answered()).then(looks(commands.UnderWay)).then(fails(start.Add(121 * time.Second))),
		"gone":          tell(t, "leaks", one).approved().called(answered()).seen(commands.Gone, ""),
		"still-there":   tell(t, "", one).approved().called(answered()).seen(commands.StillThere, ""),
		"came-back":     tell(t, "", one).approved().called(answered()).seen(commands.CameBack, "10.63.238.158:40112"),
		"unknown-gone":  tell(t, "", one).approved().called(unclear).seen(commands.Gone, ""),
		"already-gone":  tell(t, "", one).approved().then(approval.EndedBeforeCall{State: approval.Done, AlreadyGone: true, Why: words.New("case.already-gone")}),
		"withdrawn":     tell(t, "", one).then(approval.Withdrawal{By: anna}),
		"denied":        tell(t, "leaks", one).denied("not during the sale"),
		"policy-change": tell(t, "", one).approved().then(approval.EndedBeforeCall{State: approval.Refused, Why: words.New("refused.no-rule")}),
		"partly":        several(t).then(looks(commands.Gone, commands.StillThere, commands.CameBack, commands.NotLooked)),
		"looked-again": tell(t, "", one).approved().called(answered()).seen(commands.StillThere, "").
			then(approval.LookedAgain{Evidence: approval.Evidence{By: ben, At: start.Add(time.Hour), Seen: []commands.Sight{{Seen: commands.Gone}}}}),
		"looked-again-all": several(t).then(looks(commands.Gone, commands.StillThere, commands.CameBack, commands.NotLooked)).
			then(approval.LookedAgain{Evidence: approval.Evidence{By: ben, At: start.Add(time.Hour), Seen: []commands.Sight{
				{Seen: commands.Gone}, {Seen: commands.Gone}, {Seen: commands.CameBack, Successor: "10.63.238.160:50001"}, {Seen: commands.NotLooked},
			}}}),
		"between":       between(t),
		"found":         found(t, policy.Consult).then(approval.Confirmed{By: anna, Fingerprint: "ptchgi2hvo"}),
		"found-first":   found(t, policy.Consult),
		"confirming":    found(t, policy.Run),
		"stop-the-rest": tell(t, "", one, session("10.63.238.159:3058")).approved().then(approval.Claim{Owner: "R-1"}),
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, s) })
	}
}

// golden compares the card of a case with its file.
func golden(t *testing.T, name string, s *story) {
	got, err := json.MarshalIndent(chat(t).cardBlocks(s.c), "", "  ")
	require.NoError(t, err)
	file := filepath.Join("testdata", name+".json")
	if *update {
		require.NoError(t, os.WriteFile(file, append(got, '\n'), 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, strings.TrimSpace(string(want)), string(got))
	saidByTheCatalogue(t, inPseudo(t).cardBlocks(s.c))
}

// TestNothingFromOutsideBecomesMarkup puts hostile text everywhere that people
// or vendors can write to.
func TestNothingFromOutsideBecomesMarkup(t *testing.T) {
	t.Parallel()
	hostile := "<!channel> <@U0EVIL> <https://evil.example|here> *x* _y_ ~z~ `c` ``` & \u202e\x00\n:tada:"
	thing := session(hostile)
	for i := range thing.Facts {
		thing.Facts[i].Value = hostile
	}
	s := tell(t, hostile, thing).approved()
	s.c.Decision.Rule = hostile
	s.c.Plan.Items[0].Found = commands.Finding{Typed: hostile + "!", By: commands.ByName}
	for _, b := range chat(t).cardBlocks(s.called(commands.Outcome{Done: commands.Unknown}).seen(commands.CameBack, hostile).c) {
		for _, text := range markup(b) {
			assert.True(t, text.Verbatim, "Slack makes no links of its own: %s", text.Text)
			for _, bad := range []string{"<!channel", "<https", "<@U0EVIL", "```", "\u202e", "\x00"} {
				assert.NotContains(t, text.Text, bad)
			}
			assert.Zero(t, strings.Count(text.Text, "`")%2, "every code span is closed: %s", text.Text)
		}
	}
}

// TestACardFitsSlack takes the largest request that the grammar lets through.
func TestACardFitsSlack(t *testing.T) {
	t.Parallel()
	var things []integrations.Thing
	for i := range commands.MaxThings {
		thing := session("[2001:db8:ffff:ffff:ffff:ffff:ffff:ffff]:" + string(rune('0'+i%10)) + "0000")
		thing.Facts[0].Value = strings.Repeat("w", 80)
		thing.Facts = append([]integrations.Field{{Name: "client", Value: "4711000" + string(rune('0'+i%10))}}, thing.Facts...)
		things = append(things, thing)
	}
	long := strings.Repeat("r", commands.MaxReason)
	denied := tell(t, long, things...).denied(strings.Repeat("n", commands.MaxReason))
	for name, c := range map[string]approval.Case{"denied": denied.c, "at its longest": longest(t, long, things)} {
		t.Run(name, func(t *testing.T) {
			for i := range c.Plan.Items {
				c.Plan.Items[i].Found = commands.Finding{Typed: strings.Repeat("t", 255), By: commands.ByStart}
			}
			blocks := chat(t).cardBlocks(c)
			assert.LessOrEqual(t, len(blocks), 50)
			body, err := json.Marshal(blocks)
			require.NoError(t, err)
			assert.Less(t, utf8.RuneCount(body), 13_200, "msg_blocks_too_long was seen from there on")
			for _, thing := range things {
				assert.Contains(t, string(body), thing.Name, "every one stands on the card")
				assert.Contains(t, string(body), thing.IdentityField("client"), "with its id")
			}
		})
	}
}

// longest is a case that ended with nothing known of any thing, with as many follow-up looks
// as a case keeps.
func longest(t *testing.T, reason string, things []integrations.Thing) approval.Case {
	s := tell(t, reason, things...).approved()
	unclear := commands.Outcome{Done: commands.Unknown, Why: words.New("vendor.not-sent", words.V{"target": words.Code("cache-prod")})}
	e := approval.Looked{At: start.Add(time.Hour), Next: start.Add(time.Hour)}
	for i := range things {
		s.then(approval.Claim{Owner: "R-1"}).then(approval.CallEnded{Owner: "R-1", Index: i, Outcome: unclear})
		e.Seen = append(e.Seen, commands.Sight{Seen: commands.StillThere})
	}
	s.then(e)
	for range 5 {
		s.then(approval.LookedAgain{Evidence: approval.Evidence{By: ben, At: start.Add(time.Hour), Seen: e.Seen}})
	}
	return s.c
}

// markup lists the text objects of a block that Slack reads markup in.
func markup(b slack.Block) []slack.TextBlockObject {
	var found []slack.TextBlockObject
	add := func(o any) {
		if t, ok := o.(*slack.TextBlockObject); ok && t != nil && t.Type == slack.MarkdownType {
			found = append(found, *t)
		}
	}
	switch b := b.(type) {
	case *slack.SectionBlock:
		add(b.Text)
	case *slack.ContextBlock:
		for _, e := range b.ContextElements.Elements {
			add(e)
		}
	}
	return found
}
