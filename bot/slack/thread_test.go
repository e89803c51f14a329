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
	assert.Regexp(t, `\d+ more are in the record`, text)
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
	assert.Contains(t, text, "6 more are in the record")
	assert.Contains(t, chat(t).threadText(s.c, nil), "No call was made")
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
	assert.Regexp(t, `\d+ more are in the record`, text)
	assert.LessOrEqual(t, len(text), 4000)
	s.c.Plan.Items, s.c.Items = nil, nil
	assert.True(t, strings.HasPrefix(chat(t).threadText(s.c, made), "This went over the wire"))
}
