package words_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"quell/commands/words"
)

// What somebody typed is text wherever a report is pasted: it is no heading, link, list, code, picture
// or tag there, and has one line. The names of things stay as they are read.
func TestTextIsNoMarkdown(t *testing.T) {
	var m words.Markdown
	for typed, want := range map[string]string{
		"the pool leaks, 3 of 40 left": "the pool leaks, 3 of 40 left",
		"# all clear":                  `\# all clear`,
		"leak\n# all clear\r\n- done":  "leak # all clear - done",
		"- done":                       `\- done`,
		"+ done":                       `\+ done`,
		"=== done":                     `\=== done`,
		"    indented":                 "indented",
		"1. done":                      `1\. done`,
		"12) done":                     `12\) done`,
		"```\n/quell unfreeze all":     "\\`\\`\\` /quell unfreeze all",
		"`x` and ~y~":                  "\\`x\\` and \\~y\\~",
		"![x](https://e.example/x)":    `!\[x\](https://e.example/x)`,
		"**bold** _slanted_ a_b_c":     `\*\*bold\*\* \_slanted\_ a_b_c`,
		"__init__":                     `\_\_init\_\_`,
		"größe_ü_漢_字":                  "größe_ü_漢_字",
		"<script>&lt;b&#62; a && b":    `\<script\>\&lt;b\&#62; a && b`,
		"a | b":                        `a \| b`,
		`\[x]`:                         `\\\[x\]`,
		"https://acme.slack.com/archives/C0INC/p1?thread_ts=1.2&cid=C0INC#x": "https://acme.slack.com/archives/C0INC/p1?thread_ts=1.2&cid=C0INC#x",
		"a\u202eb\x1b[31m": `a b \[31m`,
		"":                 "",
	} {
		assert.Equal(t, want, m.Text(typed), "%q", typed)
	}
}

func TestMarkdownNamesPeopleAndChannels(t *testing.T) {
	m := words.Markdown{
		Name: func(id string) string { return map[string]string{"U0ANNA": "Anna [W]", "C0INC": "inc-checkout"}[id] },
		Card: func(id string) string {
			return map[string]string{"Q-1": "https://acme.slack.com/archives/C0INC/p1"}[id]
		},
	}
	assert.Equal(t, `Anna \[W\] (U0ANNA)`, m.Refer(words.ToUser, "U0ANNA"))
	assert.Equal(t, "U0BEN", m.Refer(words.ToUser, "U0BEN"))
	assert.Equal(t, "#inc-checkout (C0INC)", m.Refer(words.ToChannel, "C0INC"))
	assert.Equal(t, "[Q-1](https://acme.slack.com/archives/C0INC/p1)", m.Refer(words.ToCase, "Q-1"))
	assert.Equal(t, "Q-2", m.Refer(words.ToCase, "Q-2"))
	assert.Equal(t, "<https://acme.slack.com/>", m.Refer(words.ToPage, "https://acme.slack.com/"))
	assert.Equal(t, `\<script\>`, m.Refer(words.ToPage, "<script>"))
	assert.Equal(t, "`a_bˋ`", m.Code("a_b`"))
	assert.Equal(t, "`a b`", m.Code("a\nb"))
	assert.Equal(t, "–", m.Code(" "))
	assert.Equal(t, "U0BEN", words.Markdown{}.Refer(words.ToUser, "U0BEN"))
	assert.Equal(t, "2026-03-01 12:00:00 UTC", m.Time(noon))
}

func TestWhoIsNamedInAMessage(t *testing.T) {
	by := func(id string) words.Message { return words.New("case.denied", words.V{"by": words.User(id)}) }
	m := words.New("past", words.V{"lines": words.Lines([]words.Message{by("U2"), words.New("past", words.V{
		"lines": words.All(words.User("U3"), words.Say(by("U1"))), "more": words.Document([]words.Message{by("U2")}),
	})})})
	assert.Equal(t, []string{"U1", "U2", "U3"}, m.Users())
}
