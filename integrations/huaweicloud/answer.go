package huaweicloud

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/go-resty/resty/v2"

	"quell/integrations"
)

var errNotDocumented = errors.New("the answer is not what the documents describe")

// said is what an error body says, out of any of the shapes in use:
//
//	{"error_code":"DCS.4957","error_msg":"…","error_ext_msg":null}    services
//	{"error_code":"common.01000001","error_msg":"…","solution_msg":"…"}  Fabric
//	{"error_code":"APIGW.0301","error_msg":"…","request_id":"…"}      the gateway
//	{"error":{"code":401,"message":"…","title":"…"}}                  IAM
//	{"code":"DCS.4957","message":"…"}                                 some, as the vendor's SDK reads it (core/sdkerr)
//
// Some services send the first and the fourth together, with a number as code.
type said struct {
	Code      integrations.Text `json:"error_code"`
	Message   integrations.Text `json:"error_msg"`
	RequestID integrations.Text `json:"request_id"`
	Solution  integrations.Text `json:"solution_msg"` // DataArts Fabric's advice
	Error     wrong             `json:"error"`
	wrong
}

type wrong struct {
	Code    integrations.Text `json:"code"`
	Message integrations.Text `json:"message"`
}

// dotted is a code that only this vendor has: of a service and a number. Anybody has "code": 404.
var dotted = regexp.MustCompile(`^[A-Za-z]+\.[0-9]+$`)

func parse(body []byte) said {
	var s said
	if json.Unmarshal(body, &s) != nil {
		return said{Message: integrations.Text(body)} // such as a proxy's HTML page
	}
	if s.Code == "" {
		s.Code, s.Message = s.Error.Code, s.Error.Message
	}
	if s.Code == "" && dotted.MatchString(string(s.wrong.Code)) {
		s.Code = s.wrong.Code
	}
	if s.Message == "" {
		s.Message = s.wrong.Message
	}
	return s
}

// saysNo says that a body which nobody described is an error all the same, or a page of
// somebody in between: then the status of success is not the service's word.
func saysNo(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) || parse(body).Code != ""
}

// refusal is the Error for an answer that is not a documented success.
func refusal(cfg Config, op string, res *resty.Response, now time.Time) *integrations.Error {
	status, s, secrets := res.StatusCode(), parse(res.Body()), secretsOf(cfg, res)
	e := &integrations.Error{
		Vendor: cfg.Vendor, Op: op, Status: status,
		Code:       secrets.word(string(s.Code)),
		RequestID:  requestID(cfg, res),
		RetryAfter: integrations.RetryAfter(res.Header(), now),
	}
	if e.RequestID == "" {
		e.RequestID = secrets.word(string(s.RequestID))
	}
	e.Kind, e.Hint = classify(cfg, e, tokenRefused(res, s))
	if e.Hint == "" && e.Kind == integrations.Unauthenticated {
		e.Hint = whyUnauthenticated(res, string(s.Message), now)
	}
	advice := ""
	if status != http.StatusUnauthorized { // there the gateway repeats the signed headers
		e.Cause, advice = secrets.quote(string(s.Message)), secrets.advice(string(s.Solution))
	}
	integrations.Explain(res.Request.Context(), res.RawResponse, e, advice)
	return e
}

func classify(cfg Config, e *integrations.Error, badToken bool) (integrations.Kind, string) {
	if kind, hint := gateway(e.Status, e.Code); kind != "" {
		return kind, hint
	}
	if badToken {
		return integrations.Unauthenticated, ""
	}
	if cfg.Classify != nil {
		if kind, hint := cfg.Classify(e.Status, e.Code); kind != "" {
			return kind, hint
		}
	}
	return integrations.KindOfStatus(e.Status, e.Code != ""), ""
}

// tokenRefused says that a 403 is about the token that was sent, and not about a permission:
// "Closing a Session" of DataArts Fabric has such a one, whose code is 403, and by IAM's guide
// "The token must be updated" asks for a new one. Other refusals of a token are a 401, or
// have a code that the service's own list explains.
func tokenRefused(res *resty.Response, s said) bool {
	if res.StatusCode() != http.StatusForbidden || s.Code != "403" || !sentToken(res) {
		return false
	}
	message := strings.ToLower(string(s.Message))
	return strings.Contains(message, "x-auth-token is invalid") || strings.Contains(message, "token must be updated")
}

// sentToken says that the call brought a token, and was not signed.
func sentToken(res *resty.Response) bool {
	return res.Request.RawRequest.Header.Get("X-Auth-Token") != ""
}

// gateway knows the codes of the API gateway, which stands before every
// service (API signing guide, "Error Codes"). By age and service their prefix
// is APIGW or APIG. "No such API" is not "no such instance".
func gateway(status int, code string) (integrations.Kind, string) {
	prefix, number, _ := strings.Cut(code, ".")
	if prefix != "APIGW" && prefix != "APIG" {
		return "", ""
	}
	switch {
	case number == "0308":
		return integrations.Throttled, ""
	case number == "0101" && status == http.StatusNotFound:
		return integrations.Unsupported, "huaweicloud.no-api"
	default:
		return "", ""
	}
}

// maxSkew is the gateway's, beyond which every signature is refused, less what the whole seconds
// of X-Sdk-Date and of Date hide.
const maxSkew = 15*time.Minute - 2*time.Second

func whyUnauthenticated(res *resty.Response, message string, now time.Time) string {
	if sentToken(res) { // which no clock of ours has a part in
		return "huaweicloud.token-refused"
	}
	if at, err := http.ParseTime(res.Header().Get("Date")); err == nil && now.Sub(at).Abs() >= maxSkew {
		return "huaweicloud.clock"
	}
	if strings.Contains(message, "failed to reach the limit") {
		return "huaweicloud.key-locked"
	}
	return "huaweicloud.unauthenticated"
}

func requestID(cfg Config, res *resty.Response) string {
	return secretsOf(cfg, res).word(res.Header().Get("X-Request-Id"))
}

// garbled is the Error for a success whose body cannot be read.
func garbled(cfg Config, op string, res *resty.Response) *integrations.Error {
	return &integrations.Error{
		Kind: integrations.Garbled, Vendor: cfg.Vendor, Op: op,
		Status: res.StatusCode(), RequestID: requestID(cfg, res), Cause: errNotDocumented,
	}
}
