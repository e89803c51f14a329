package slacksim_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWhatSlackMakesLinksOf(t *testing.T) {
	t.Parallel()
	verbatim := func(text string) object {
		return object{"type": "section", "text": with(mrkdwn(text), "verbatim", true)}
	}
	for name, c := range map[string]struct {
		message object
		links   []string
	}{
		"a bare text":       {object{"text": "see https://a.example/x and cache.prod.internal, 10.0.0.1:80"}, []string{"https://a.example/x", "cache.prod.internal"}},
		"what is written":   {object{"text": "<https://a.example|here> <@U0ANNA> <#C0INCCHECKOUT> <!channel>"}, []string{"https://a.example|here"}},
		"markup in blocks":  {object{"blocks": []object{section("at a.example")}}, []string{"a.example"}},
		"as it was written": {object{"blocks": []object{verbatim("at a.example https://b.example")}}, nil},
		"but for a link":    {object{"blocks": []object{verbatim("at <https://b.example>")}}, []string{"https://b.example"}},
		"plain text":        {object{"blocks": []object{{"type": "section", "text": plain("at a.example")}}}, nil},
		"deeper":            {object{"blocks": []object{{"type": "context", "elements": []object{mrkdwn("a.example")}}}}, []string{"a.example"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			c.message["channel"] = incident
			s.posted(c.message)
			assert.Equal(t, c.links, s.As(anna).State().In(incident)[0].Links())
		})
	}
}
