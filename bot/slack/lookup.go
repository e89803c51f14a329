package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"quell/bot/people"
)

// lookUp makes calls of the Web API that only read. Of an answer it decodes only the fields
// that are needed: in other fields Slack's answers differ from its documents (a user_count is
// a number or a string, slack-go#1604), and nobody's rights may depend on those.
type lookUp struct {
	doer  doer
	base  string // ends in "/"
	token string
}

type doer interface {
	Do(*http.Request) (*http.Response, error)
}

// lookUpPause is the backoff before a look-up is retried.
const lookUpPause = 250 * time.Millisecond

// get calls a method and decodes its answer into out. After a transient error it retries
// once. A refusal is a slack.SlackErrorResponse, as with the library's own calls.
func (l lookUp) get(ctx context.Context, method string, form url.Values, out any) error {
	body, _, err := l.fetch(ctx, method, form)
	if transient(ctx, err) && pause(ctx, lookUpPause) {
		body, _, err = l.fetch(ctx, method, form)
	}
	if err == nil {
		err = apiError(body)
	}
	if err == nil {
		err = json.Unmarshal(body, out)
	}
	err = wrap(method, withoutURL(err))
	if starved(err) {
		return fmt.Errorf("%w: %w", people.ErrBusy, err)
	}
	if r, ok := refusalOf(err); ok && r.final == ofApp {
		return &people.Refused{Why: r.say(), Err: err}
	}
	return err
}

// starved reports a call that got no turn within Slack's limits, and so surely did nothing: Slack is
// well.
func starved(err error) bool {
	status, answered := errors.AsType[slack.StatusCodeError](err)
	_, limited := errors.AsType[*slack.RateLimitedError](err)
	limited = limited || answered && status.Code == http.StatusTooManyRequests
	return limited || errors.Is(err, errNoTurn) || slices.Contains([]string{"ratelimited", "rate_limited"}, code(err))
}

func (l lookUp) fetch(ctx context.Context, method string, form url.Values) ([]byte, http.Header, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, l.base+method, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+l.token)
	res, err := l.doer.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return nil, nil, slack.StatusCodeError{Code: res.StatusCode, Status: res.Status}
	}
	body, err := io.ReadAll(res.Body)
	return body, res.Header, err
}

// identity is what is needed of auth.test (docs.slack.dev, "auth.test").
type identity struct {
	Team         string `json:"team"` // its name
	User         string `json:"user"` // its name
	URL          string `json:"url"`  // of the workspace; ends in "/"
	TeamID       string `json:"team_id"`
	UserID       string `json:"user_id"`
	BotID        string `json:"bot_id"`
	EnterpriseID string `json:"enterprise_id"`
	OrgWide      bool   `json:"is_enterprise_install"` // for a whole organization
	scopes       string // of the token, by X-OAuth-Scopes; "" where that is not said
}

// home is the bot's workspace.
func (i identity) home() home { return home{i.TeamID, i.EnterpriseID} }

// authTest asks who the bot is. The library's own type lacks is_enterprise_install.
func (l lookUp) authTest(ctx context.Context) (who identity, err error) {
	body, header, err := l.fetch(ctx, "auth.test", nil)
	if err == nil {
		err = apiError(body)
	}
	if err == nil {
		err = json.Unmarshal(body, &who)
	}
	who.scopes = header.Get("X-OAuth-Scopes")
	return who, err
}

// appOf asks which app a bot is of (docs.slack.dev/reference/methods/bots.info: "Use the app_id
// field to identify whether a bot belongs to your Slack app").
func (l lookUp) appOf(ctx context.Context, bot string) (string, error) {
	var answer struct {
		Bot struct {
			AppID string `json:"app_id"`
		} `json:"bot"`
	}
	err := l.get(ctx, "bots.info", url.Values{"bot": {bot}}, &answer)
	if err == nil && answer.Bot.AppID == "" {
		return "", errors.New("bots.info: the answer names no app")
	}
	return answer.Bot.AppID, err
}

// transient reports an error that a retry at once often mends: a status of 5xx, or a broken
// connection. A time-out is none: its caller has waited enough.
func transient(ctx context.Context, err error) bool {
	if err == nil || ctx.Err() != nil {
		return false
	}
	if status, ok := errors.AsType[slack.StatusCodeError](err); ok {
		return status.Code >= http.StatusInternalServerError
	}
	if _, limited := errors.AsType[*slack.RateLimitedError](err); limited || code(err) != "" {
		return false // Slack answered
	}
	if broken, ok := errors.AsType[net.Error](err); ok && broken.Timeout() {
		return false
	}
	_, large := errors.AsType[*http.MaxBytesError](err)
	return !large
}

// apiError is the error in an answer: nil for "ok", else a slack.SlackErrorResponse.
func apiError(body []byte) error {
	var v struct {
		OK     bool   `json:"ok"`
		Error  string `json:"error"`
		Needed string `json:"needed"`
	}
	switch err := json.Unmarshal(body, &v); {
	case err != nil:
		return fmt.Errorf("the answer cannot be read: %w", err)
	case !v.OK && v.Error == "":
		return errors.New("the answer says neither yes nor no")
	case !v.OK:
		return slack.SlackErrorResponse{Err: v.Error, Needed: v.Needed}
	}
	return nil
}
