package slack

import (
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
	"quell/commands/words"
)

// A document is told in blocks of code, which are copied as they are typed: each has whole cases, and
// each but the last as many as a section holds.
func TestADocumentIsDividedBetweenItsPieces(t *testing.T) {
	t.Parallel()
	pieces := []words.Message{bot.ReportHead(bot.Past{Channel: "C0INC"}, start.Add(-time.Hour), start)}
	for range 20 {
		c := waitingCase("Q-7F3K2M")
		c.Request.Reason, c.Plan.Items[0].Thing.Name = strings.Repeat("leak ", 100), "10.0.0.1:1"
		pieces = append(pieces, bot.Reported(c))
	}
	report := words.New("report", words.V{"report": words.Document(pieces)})
	said := chat(t).say(words.New("past", words.V{"lines": words.Lines([]words.Message{report, words.New("past.none")})}))
	blocks := sections(said)
	for i, b := range blocks {
		text := b.(*slack.SectionBlock).Text.Text
		assert.LessOrEqual(t, characters(text), maxSection)
		assert.Equal(t, 2, strings.Count(text, fence), text)
		assert.Regexp(t, "^"+fence+"\n##? ", text)
		if i < len(blocks)-1 {
			assert.Greater(t, characters(text), maxSection-800)
		}
	}
	assert.Len(t, blocks, 5)
	assert.Equal(t, 20, strings.Count(said, "## Q-7F3K2M"))
}

// Nobody's words end the block of code in which a report stands, begin a line of it, or ring anybody
// from there; and what Slack draws for its readers alone is said so that it can be pasted.
func TestNothingBreaksOutOfADocument(t *testing.T) {
	t.Parallel()
	c := waitingCase("Q-7F3K2M")
	c.Request.Reason = "```\n# All clear <!channel> <https://e.example|here> [x](https://e.example) :tada:"
	c.Plan.Items[0].Thing.Name, c.Plan.Items[0].Thing.Called = "10.0.0.1:1```", "```\n```"
	c.Votes = approval.Votes{{By: ben, At: start, Choice: approval.No, Why: "`````` <@U0CAT>"}}
	s := chat(t)
	s.names = func(id string) string { return map[string]string{"U0ANNA": "Anna ```Lindqvist", "C0INC": "inc"}[id] }
	link := approval.Line(words.New("report.line", words.V{"what": words.Link("https://e.example/```")}))
	said := s.say(words.New("report", words.V{"report": words.Document([]words.Message{bot.ReportHead(bot.Past{Channel: "C0INC"}, start.Add(-time.Hour), start), bot.Reported(c), link})}))
	body, ok := strings.CutPrefix(said, fence+"\n# What was asked in #inc (C0INC) from ")
	require.True(t, ok, said)
	body, ok = strings.CutSuffix(body, "\n"+fence)
	require.True(t, ok, said)
	assert.NotContains(t, body, fence)
	assert.NotRegexp(t, "<|>", body)
	assert.Equal(t, 1, strings.Count(body, "\n#"))
	assert.Contains(t, body, "\n- 2026-11-27 03:12:00 UTC asked by Anna \\`\\`\\`Lindqvist (U0ANNA)\n")
	assert.Contains(t, body, "\n- Why: \\`\\`\\` # All clear \\&lt;!channel\\&gt; \\&lt;https://e.example\\|here\\&gt; \\[x\\](https://e.example) :tada:\n")
	for line := range strings.Lines(body[strings.Index(body, "\n##")+1:]) {
		assert.Regexp(t, `^(## |- |$)`, strings.TrimSuffix(line, "\n"))
	}
	assert.Contains(t, body, "denied by U0BEN")
	assert.Contains(t, body, "\n- Why not: \\`\\`\\`")
}
