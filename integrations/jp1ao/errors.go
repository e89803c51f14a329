package jp1ao

import (
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/go-resty/resty/v2"

	"quell/integrations"
)

var (
	errNotDocumented = errors.New("the answer is not what the documents describe")
	errFailed        = errors.New("the operation was made and its state is not success")
	errOtherTask     = errors.New("the operation names another task")
	errOtherTemplate = errors.New("the template is about another task")
)

// said is the error body (2.2.18, AOCR0058). Its language follows Accept-Language.
type said struct {
	Message   text `json:"message"`
	MessageID text `json:"messageID"`
}

var code = regexp.MustCompile(`^[A-Za-z0-9 -]{1,40}$`)

// refusal is the Error for an answer that is not a 200. 2.7.9 gives the meaning of
// its statuses; a status without the documented body may be a proxy's.
func refusal(k call, res *resty.Response, secrets []string, now time.Time) *integrations.Error {
	var s said
	_ = json.Unmarshal(res.Body(), &s)
	e := &integrations.Error{
		Vendor: Vendor, Op: k.op, Status: res.StatusCode(),
		Kind: integrations.KindOfStatus(res.StatusCode(), s.MessageID != ""), RetryAfter: integrations.RetryAfter(res.Header(), now),
	}
	if id := string(s.MessageID); code.MatchString(id) && !holds(id, secrets) {
		e.Code = id
	}
	if m := string(s.Message); m != "" && !holds(m, secrets) {
		e.Cause = errors.New(integrations.Clean(m, 160))
	}
	if s.MessageID != "" {
		e.Kind, e.Hint = k.meaning(e.Kind, res.StatusCode())
		e.ByHand = res.StatusCode() == http.StatusPreconditionFailed
	}
	integrations.Explain(res.Request.Context(), res.RawResponse, e, "")
	return e
}

// meaning is what a documented status says here.
func (k call) meaning(kind integrations.Kind, status int) (integrations.Kind, string) {
	switch status {
	case http.StatusUnauthorized:
		return kind, k.unauthenticated()
	case http.StatusForbidden:
		return kind, "jp1ao.no-permission"
	case http.StatusNotFound:
		return kind, "jp1ao.not-found"
	case http.StatusConflict: // not In progress, Waiting for response or Abnormality detected
		return integrations.Unsupported, "jp1ao.not-stoppable"
	case http.StatusPreconditionFailed: // "the server is not available"
		return integrations.Busy, "jp1ao.not-available"
	}
	return kind, ""
}

// holds says whether text has a secret in it, or a telling part of one.
func holds(text string, secrets []string) bool {
	const enough = 12
	for _, s := range secrets {
		_, s, _ = cutLast(s)
		if len(s) > enough {
			s = s[:enough]
		}
		if s != "" && strings.Contains(text, s) {
			return true
		}
	}
	return false
}

// cutLast takes a credential from behind its scheme.
func cutLast(s string) (scheme, value string, ok bool) {
	if i := strings.LastIndexByte(s, ' '); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return "", s, false
}

func garbled(op string, status int) *integrations.Error {
	return &integrations.Error{Kind: integrations.Garbled, Vendor: Vendor, Op: op, Status: status, Cause: errNotDocumented}
}
