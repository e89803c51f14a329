package slacksim

import (
	"errors"
	"maps"
	"strings"
	"time"
)

// refusal is an answer with "ok": false.
type refusal struct {
	code     string
	messages []string      // what is wrong in detail
	wait     time.Duration // only with "ratelimited"
	more     object        // what else the answer says
}

func (e *refusal) Error() string { return strings.Join(append([]string{e.code}, e.messages...), "; ") }

func refuse(code string, messages ...string) error { return &refusal{code: code, messages: messages} }

// codeOf is the code of a refusal; "" if there is none.
func codeOf(err error) string {
	if err == nil {
		return ""
	}
	if no, ok := errors.AsType[*refusal](err); ok {
		return no.code
	}
	return "internal_error"
}

// body is the JSON of a refusal. Details come twice, as Slack sends them.
func (e *refusal) body() object {
	o := object{"ok": false, "error": e.code}
	maps.Copy(o, e.more)
	if len(e.messages) == 0 {
		return o
	}
	marked := make([]string, len(e.messages))
	for i, m := range e.messages {
		marked[i] = "[ERROR] " + m
	}
	o["errors"] = e.messages
	o["response_metadata"] = object{"messages": marked}
	return o
}
