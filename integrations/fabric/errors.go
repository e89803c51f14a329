package fabric

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"

	"quell/integrations"
)

// classify goes by the status alone: "common.01000001" is said with 400 and with
// 404 ("Closing a Session"). What a 404 means depends on the call.
func classify(status int, code string) (integrations.Kind, string) {
	if status == http.StatusForbidden && code != "" {
		return integrations.Forbidden, "fabric.no-permission"
	}
	return "", ""
}

// hinted is the vendor's error with another kind and another sentence for people.
func hinted(e *integrations.Error, kind integrations.Kind, hint string) error {
	better := *e
	better.Kind, better.Hint = kind, hint
	return &better
}

// noWorkspace says what a list that the vendor does not find means: the workspace in its path
// is not there. Any other error is as it was.
func noWorkspace(err error) error {
	if e, ok := errors.AsType[*integrations.Error](err); ok && e.Kind == integrations.NotFound {
		return hinted(e, e.Kind, "fabric.no-workspace")
	}
	return err
}

// unsupported is what we refuse ourselves, without a call.
func unsupported(op, hint string) error {
	return &integrations.Error{Kind: integrations.Unsupported, Vendor: Vendor, Op: op, Hint: hint}
}

var errOther = errors.New("the answer is about another session")

func garbled(op string) error {
	return &integrations.Error{Kind: integrations.Garbled, Vendor: Vendor, Op: op, Cause: errOther}
}

var word = regexp.MustCompile(`^[A-Za-z0-9-]{1,36}$`)

// checkID holds an id to the range that the documents give, before it goes into a
// path.
func checkID(name, id string) error {
	if !word.MatchString(id) {
		return fmt.Errorf("%s: 1 to 36 letters, digits and hyphens are needed, not %q", name, id)
	}
	return nil
}
