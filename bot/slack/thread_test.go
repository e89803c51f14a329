package slack

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"quell/bot/approval"
	"quell/commands"
	"quell/integrations"
)

// A thread tells every exchange of a call before it tells those of looks, and counts what it
// leaves out.
func TestTheThreadInTheEnd(t *testing.T) {
	t.Parallel()
	var things []integrations.Thing
	for i := range 10 {
		things = append(things, session(fmt.Sprintf("10.0.0.%d:2048", i)))
	}
	s := tell(t, "", things...).approved()
	var made []approval.Exchange
	look := integrations.Exchange{At: start, Operation: "GET /clients?" + strings.Repeat("q", 180), Answer: "200"}
	for range 30 {
		made = append(made, approval.Exchange{Exchange: look})
	}
	seen := approval.Looked{At: start.Add(time.Hour), Next: start.Add(time.Hour)}
	for i, thing := range things {
		s.then(approval.Claim{Owner: "R-1"}).then(approval.CallEnded{Owner: "R-1", Index: i, Outcome: answered()})
		kill := integrations.Exchange{At: start, Operation: "POST /kill", Sent: `{"peer":"` + thing.Name + "``` <!channel>\"}", Answer: "204", Change: true, Millis: 12, RequestID: "r"}
		made = append(made, approval.Exchange{Exchange: kill, OfCall: true})
		seen.Seen = append(seen.Seen, commands.Sight{Seen: commands.Gone})
	}
	text := chat(t).threadText(s.then(seen).c, made)
	for _, thing := range things {
		assert.Contains(t, text, `{"peer":"`+thing.Name)
	}
	assert.Contains(t, text, "→ 204, 12 ms, request r")
	assert.Contains(t, text, "GET /clients?qqq")
	assert.Regexp(t, `\d+ more exchanges, all of them looks, are in the record: .quell show Q-7F3K2M. in the shell`, text)
	assert.LessOrEqual(t, len(text), 4000)
	assert.Equal(t, 2*len(things)+2, strings.Count(text, "```"), "nothing ends a block of code early")
	assert.NotContains(t, text, "<!channel>")
}

func TestTheThreadKeepsTheShapeOfACall(t *testing.T) {
	t.Parallel()
	s := tell(t, "", session("10.0.0.1:2048")).denied("")
	s.c.Plan.Items[0].Call = "POST /kill\n{\n  \"peer\": \"x```\"\n}"
	text := chat(t).threadText(s.c, nil)
	assert.Contains(t, text, "```\nPOST /kill\n{\n  \"peer\": \"xˋˋˋ\"\n}\n```")
}

// Of many looks the newest are told, and the others are counted.
func TestTheThreadTellsTheNewestLooks(t *testing.T) {
	s := tell(t, "", session("10.0.0.1:2048")).approved().called(answered()).seen(commands.Gone, "")
	var made []approval.Exchange
	for i := range 30 {
		made = append(made, approval.Exchange{Exchange: integrations.Exchange{At: start, Operation: fmt.Sprintf("GET /%d", i), Answer: "200"}})
	}
	text := chat(t).threadText(s.c, made)
	assert.Equal(t, 24, strings.Count(text, "GET"))
	assert.NotContains(t, text, "GET /5 ")
	assert.Contains(t, text, "GET /6 ")
	assert.Contains(t, text, "GET /29 ")
	assert.Contains(t, text, "6 more exchanges, all of them looks, are in the record")
	assert.Contains(t, chat(t).threadText(s.c, nil), "No call was made")
}

// Of the looks those that saw the outcome first are told before the newest, in the order of time and
// with a mark where lines are left out.
func TestTheThreadTellsTheLookThatDecided(t *testing.T) {
	t.Parallel()
	s := tell(t, "", session("10.0.0.1:2048")).approved().called(answered())
	for i, seen := range []commands.Seen{commands.StillThere, commands.Gone, commands.Gone} {
		at := s.c.CallsEnded.Add(time.Duration(i*20) * time.Second)
		s.then(approval.Looked{Seen: []commands.Sight{{Seen: seen}}, At: at, Next: at})
	}
	var made []approval.Exchange
	for i := range 60 {
		at := s.c.Items[0].FirstSeen.Add(time.Duration(i-20) * time.Second)
		made = append(made, approval.Exchange{Exchange: integrations.Exchange{At: at, Operation: fmt.Sprintf("GET /%d", i), Answer: "200"}, OfCall: i == 10})
	}
	text := chat(t).threadText(s.c, made)
	var told []string
	for _, line := range strings.Split(text, "\n") {
		if _, what, ok := strings.Cut(line, "GET /"); ok {
			told = append(told, what[:2])
		} else if line == "…" {
			told = append(told, line)
		}
	}
	want := []string{"…", "10", "…", "20", "21", "22", "23", "24", "25", "…"}
	for i := 42; i < 60; i++ {
		want = append(want, fmt.Sprint(i))
	}
	assert.Equal(t, want, told)
	assert.Contains(t, text, "35 more exchanges, all of them looks, are in the record: `quell show Q-7F3K2M` in the shell tells them.")
	assert.Contains(t, text, "This went over the wire")
	made[10].OfCall = false
	assert.Contains(t, chat(t).threadText(s.c, made), "This went over the wire", "a call may have been made all the same")
}

// Where not even all calls have room, what is left out is not said to be looks alone.
func TestTheThreadLeavesOutCalls(t *testing.T) {
	t.Parallel()
	s := tell(t, "", session("10.0.0.1:2048")).approved().called(answered())
	var made []approval.Exchange
	for i := range 40 {
		kill := integrations.Exchange{At: start, Operation: "POST /kill", Sent: strings.Repeat("q", 180), Answer: "204", Change: true}
		made = append(made, approval.Exchange{Exchange: kill, OfCall: i > 0})
	}
	text := chat(t).threadText(s.c, made)
	assert.Regexp(t, `\d+ more exchanges are in the record: .quell show Q-7F3K2M. in the shell tells them`, text)
	assert.LessOrEqual(t, len(text), 4000)
}

// Where no call was made, the thread says so, and tells nothing that reads as if one was.
func TestTheThreadOfACaseWithoutACall(t *testing.T) {
	t.Parallel()
	look := []approval.Exchange{{Exchange: integrations.Exchange{At: start, Operation: "GET /clients", Answer: "200"}}}
	text := chat(t).threadText(tell(t, "", session("10.0.0.1:2048")).denied("").c, look)
	assert.Contains(t, text, "\nNo call was made. Planned was exactly this one:\n```")
	assert.Contains(t, text, "Only looks went over the wire for `Q-7F3K2M` (times in UTC):\n```")
	assert.NotContains(t, text, "This went over the wire")
	assert.Contains(t, chat(t).threadText(tell(t, "", session("10.0.0.1:2048")).denied("").c, nil), "No call was made for `Q-7F3K2M`.")
	text = chat(t).threadText(tell(t, "", session("10.0.0.1:2048"), session("10.0.0.2:2048")).denied("").c, look)
	assert.Contains(t, text, "No call was made. Planned were exactly these, one by one:")
}

// What is told of each call comes before the calls that were planned, of which the first is told in
// any case, and those before the looks.
func TestTheThreadHasRoomForTheCallsFirst(t *testing.T) {
	t.Parallel()
	var things []integrations.Thing
	for i := range 20 {
		things = append(things, session(fmt.Sprintf("10.0.0.%d:2048", i)))
	}
	s := tell(t, "", things...).denied("")
	var made []approval.Exchange
	for i := range 20 {
		s.c.Plan.Items[i].Call = fmt.Sprintf("POST /kill %d %s", i, strings.Repeat("z", 700))
		kill := integrations.Exchange{At: start, Operation: "POST /kill", Sent: things[i].Name + strings.Repeat("q", 60), Answer: "204", Change: true}
		made = append(made, approval.Exchange{Exchange: kill, OfCall: true}, approval.Exchange{Exchange: integrations.Exchange{At: start, Operation: "GET /" + strings.Repeat("l", 300), Answer: "200"}})
	}
	text := chat(t).threadText(s.c, made)
	assert.Equal(t, 20, strings.Count(text, "→ 204"))
	assert.Contains(t, text, "POST /kill 0 z")
	assert.Contains(t, text, "and 19 more of the same kind.")
	assert.Regexp(t, `\d+ more exchanges, all of them looks, are in the record: .quell show Q-7F3K2M. in the shell`, text)
	assert.LessOrEqual(t, len(text), 4000)
	s.c.Plan.Items, s.c.Items = nil, nil
	assert.NotContains(t, chat(t).threadText(s.c, made), "lanned")
}

// The thread begins with when what happened, line by line, and names nobody: a new message
// would ring them.
func TestTheThreadBeginsWithATimeline(t *testing.T) {
	t.Parallel()
	one := session("10.0.0.1:2048")
	for name, c := range map[string]struct {
		s    *story
		want []string
	}{
		"gone":   {tell(t, "", one).approved().called(answered()).seen(commands.Gone, ""), []string{"asked", "approved by one person", "one call, over after", "seen: Gone", "ended, "}},
		"denied": {tell(t, "", one).denied("not now"), []string{"asked", "denied", "ended, "}},
	} {
		t.Run(name, func(t *testing.T) {
			head, _, _ := strings.Cut(chat(t).threadText(c.s.c, nil), "\n"+fence)
			lines := strings.Split(head, "\n")
			for i, want := range c.want {
				assert.Regexp(t, "^• <!date[^>]*> "+want, lines[i+1])
			}
			assert.NotContains(t, head, "<@")
		})
	}
}
