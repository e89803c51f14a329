// Package jp1ao reads and forces to stop the tasks of one JP1/Automatic Operation
// server (API version 1, JP1/AO 12).
//
// Stopping is an operation of its own: the answer's 200 says that it was made, its
// state whether it was taken. So the state decides, never the 200. The task goes on
// for a while and ends as Failed, or as Completed if its last step was under way.
// What became of it is asked of the task (Trace), and its log is shown beside: a
// task may fail for other reasons.
//
// Who calls says so once by name and password. Each answer brings a token for 1,000
// seconds (auth.go), which serves until it is old; past half of its life a read brings
// another one, so that no call has to. A read that is refused with one is
// repeated with the password, once. A write never is; the read of its template just
// before it brings a fresh token. A read with the password that brings no answer is not
// tried once more: the answer may have been a refusal, and accounts are locked. For the
// same reason such reads go one at a time.
//
// The template names the address to call, by the server's own idea of its host. It is
// not followed: the path is built here from the same id, and a template that is about
// another task stops the call before it is made. (The document's own example posts an
// address that names another task.)
//
// What the documents leave open, and what is done here:
//
//   - The values of a task's status are not listed for the API. All spellings of the
//     manuals' names are read (status.go); one that is in none is shown as it came,
//     counts as alive, and refuses nothing. The vendor decides (409).
//   - Paging is documented by its parameters, not by its limits. A list counts as
//     whole only if the answer's own count says so. Of a long one the server is asked
//     for what has not ended (survey.go), by a filter or by an order, in words that it may
//     not know: what comes of it is added to the list, and proves nothing of the rest. A
//     task that was named is read by its id in any case.
//   - How a log ends is not said, nor what lies past its end, nor in which encoding its
//     bytes are counted. It counts as read to its end where nothing more comes and no
//     line can have been passed over (log.go); anything else is a log that was not read.
//   - A 404 stands for "not there" and for "not yours" (KNAE02102-E), so it proves no end,
//     and neither does a list, which has only what the user may see (2.7.1).
//   - Spellings differ between a schema and its example (instanceId, instanceID;
//     affectedResource, affectedResources): all are read.
//   - What a forced stop does to a process that a step has started elsewhere is not
//     said: people are told that what was done stays done.
//
// Sources: JP1/Automatic Operation Command and API Reference (3021-3-D06-40), 2.7.9
// "Forcibly stopping a task" (AOCR0110), 2.7.1, 2.7.2, 2.7.8, 2.7.21, 2.2; Administration
// Guide (3021-3-D04-40), 8.9.3 "Task log details" (AOUG0215).
package jp1ao

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-resty/resty/v2"

	"quell/integrations"
)

// Vendor is the kind of target that this package serves.
const Vendor = "jp1ao"

// Config names one server and the user to call it as.
type Config struct {
	Endpoint     string // scheme, host and port
	User         string
	Password     integrations.Secret
	ServiceGroup string // limits everything to tasks of this service group; empty: all
	Language     string // of the vendor's messages: en, which is the default, ja or zh
}

// Client is one server.
type Client struct {
	cfg  Config
	http *resty.Client
	auth *auth
	now  func() time.Time
}

// New returns a Client, or every mistake in cfg at once.
func New(cfg Config, client *resty.Client, now func() time.Time) (*Client, error) {
	if cfg.Language == "" {
		cfg.Language = "en"
	}
	endpoint, wrongEndpoint := checkEndpoint(cfg.Endpoint)
	if err := errors.Join(wrongEndpoint, cfg.checkUser(), checkLanguage(cfg.Language)); err != nil {
		return nil, err
	}
	cfg.Endpoint = endpoint
	return &Client{cfg: cfg, http: client, auth: newAuth(cfg, now), now: now}, nil
}

func checkEndpoint(endpoint string) (string, error) {
	u, err := url.Parse(endpoint)
	switch {
	case endpoint == "":
		return "", errors.New("the endpoint is missing: the server's address, such as https://host:22016")
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return "", errors.New("endpoint: an address such as https://host:22016 is needed")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "":
		return "", errors.New("endpoint: only scheme, host and port belong in it")
	}
	return u.Scheme + "://" + u.Host, nil
}

// checkUser refuses the password that is printed in the manual.
func (c Config) checkUser() error {
	switch {
	case c.User == "" || c.Password.Reveal() == "":
		return errors.New("credentials: a user and a password are needed")
	case strings.Contains(c.User, ":"):
		return errors.New("user: a colon cannot be in it")
	case c.User == "system" && c.Password.Reveal() == "manager":
		return errors.New("credentials: these are the ones printed in the manual; change them on the server first")
	}
	return nil
}

func checkLanguage(l string) error {
	if !slices.Contains([]string{"en", "ja", "zh"}, l) {
		return fmt.Errorf("language: the vendor knows en, ja and zh, not %q", l)
	}
	return nil
}

// Stop asks the vendor to force the task to stop, once. A Receipt without an error means that
// the operation was taken; its id is the Job. With one it is what was answered all the same.
func (c *Client) Stop(ctx context.Context, task integrations.Thing) (integrations.Receipt, error) {
	id, err := number(opStop, task)
	if err != nil {
		return integrations.Receipt{}, err
	}
	if err := c.ready(ctx, id); err != nil {
		return integrations.Receipt{}, err
	}
	res, err := c.send(ctx, c.stopping(id))
	if err != nil {
		return integrations.Receipt{}, err
	}
	receipt := integrations.Receipt{At: c.now(), Status: res.StatusCode(), Warning: c.warning(res)}
	var done operation
	if json.Unmarshal(res.Body(), &done) != nil {
		return receipt, garbled(opStop, res.StatusCode())
	}
	receipt.Job = integrations.Clean(string(done.id()), 80)
	return receipt, done.check(id, res.StatusCode())
}

// StopCall is the request that Stop would send, for people.
func (c *Client) StopCall(task integrations.Thing) string {
	id, err := number(opStop, task)
	if err != nil {
		return ""
	}
	call := c.stopping(id)
	body, err := json.MarshalIndent(call.body, "", "  ")
	if err != nil {
		return "" // unreachable: strings only
	}
	return call.method + " " + call.path + "\n" + string(body)
}

func (c *Client) stopping(id string) call {
	path := tasksPath + "/" + id + "/actions/forceStop/invoke"
	return call{
		op: opStop, method: http.MethodPost, path: path,
		body: action{Name: actionName, Href: c.cfg.Endpoint + path, Method: http.MethodPost, Parameters: []string{}},
	}
}

// templatePatience leaves time for the call itself.
const templatePatience = 5 * time.Second

// ready reads what the vendor would have posted, and refuses to go on if that is not
// about this task. It is no check of the task's state: it is given in any. One that is
// slow ends while the call may still be sent. It belongs to a call that people agreed
// to, and so neither a password that rests nor somebody's look keeps it back.
func (c *Client) ready(ctx context.Context, id string) error {
	inTime, cancel := context.WithTimeout(ctx, integrations.TimeToSend(ctx, c.now, templatePatience))
	defer cancel()
	res, err := c.ask(inTime, call{op: opTemplate, method: http.MethodGet, path: tasksPath + "/" + id + "/actions/forceStop"}, c.send)
	switch {
	case err != nil && integrations.TimeToSend(ctx, c.now, templatePatience) <= 0:
		return &integrations.Error{Kind: integrations.Late, Vendor: Vendor, Op: opStop, Cause: err}
	case err != nil:
		return integrations.Failure(Vendor, opStop, err) // the call itself never left
	}
	var t action
	if json.Unmarshal(res.Body(), &t) != nil || t.Name != actionName || t.Method != http.MethodPost {
		return integrations.Failure(Vendor, opStop, garbled(opTemplate, res.StatusCode()))
	}
	return about(t.Href, id, res.StatusCode())
}

// about says why a template's address is not that of this task.
func about(href, id string, status int) error {
	switch m := taskInPath.FindStringSubmatch(href); {
	case m == nil:
		return integrations.Failure(Vendor, opStop, garbled(opTemplate, status))
	case m[1] != id:
		return integrations.Failure(Vendor, opStop, &integrations.Error{
			Kind: integrations.Garbled, Vendor: Vendor, Op: opTemplate, Status: status, Hint: "jp1ao.other-template", Cause: errOtherTemplate,
		})
	}
	return nil
}

var digits = regexp.MustCompile(`^[0-9]{1,19}$`)

// number is the task's number, which goes into a path.
func number(op string, task integrations.Thing) (string, error) {
	if id := task.IdentityField("task"); digits.MatchString(id) {
		return id, nil
	}
	return "", &integrations.Error{Kind: integrations.Unsupported, Vendor: Vendor, Op: op, Hint: "jp1ao.no-number"}
}
