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

// A thread tells each call that was to do something before it tells the looks,
// and says how much it leaves out.
func TestTheThreadInTheEnd(t *testing.T) {
	var things []integrations.Thing
	for i := range 10 {
		things = append(things, session(fmt.Sprintf("10.0.0.%d:2048", i)))
	}
	s := tell(t, "", things...).approved()
	look := integrations.Exchange{At: start, Method: "GET", Path: "/clients", Query: strings.Repeat("q", 180), Status: 200}
	for range 30 {
		s.c = s.c.Heard([]integrations.Exchange{look}, false)
	}
	seen := approval.Looked{At: start.Add(time.Hour), Next: start.Add(time.Hour)}
	for i, thing := range things {
		s.then(approval.Claim{Owner: "R-1"}).then(approval.Called{Owner: "R-1", Index: i, Outcome: answered()})
		kill := integrations.Exchange{At: start, Method: "POST", Path: "/kill", Body: `{"peer":"` + thing.Name + "``` <!channel>\"}", Status: 204, Millis: 12, RequestID: "r"}
		s.c = s.c.Heard([]integrations.Exchange{kill}, true)
		seen.Seen = append(seen.Seen, commands.Sight{Seen: commands.Gone})
	}
	text := chat(t).calls(s.then(seen).c)
	for _, thing := range things {
		assert.Contains(t, text, `{"peer":"`+thing.Name)
	}
	assert.Contains(t, text, "→ 204, 12 ms, request r")
	assert.Contains(t, text, "GET /clients?qqq")
	assert.Regexp(t, `\d+ more are in the record`, text)
	assert.LessOrEqual(t, len(text), 4000)
	assert.Equal(t, 2, strings.Count(text, "```"), "nothing ends the block of code early")
	assert.NotContains(t, text, "<!channel>")
}

func TestTheThreadKeepsTheShapeOfACall(t *testing.T) {
	s := tell(t, "", session("10.0.0.1:2048"))
	s.c.Plan.Items[0].Call = "POST /kill\n{\n  \"peer\": \"x```\"\n}"
	text := chat(t).calls(s.c)
	assert.Contains(t, text, "```\nPOST /kill\n{\n  \"peer\": \"xˋˋˋ\"\n}\n```")
}
