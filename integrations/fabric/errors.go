package fabric

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"

	"quell/integrations"
)

// classify goes by the status alone: "common.01000001" is said with 400 and with
// 404 ("Closing a Session"). What a 403 or a 404 means here, people are told in
// their own sentences.
func classify(status int, code string) (integrations.Kind, string) {
	switch {
	case status == http.StatusForbidden && code != "":
		return integrations.Forbidden, "fabric.no-permission"
	case status == http.StatusNotFound && code != "":
		return integrations.NotFound, "fabric.not-found"
	}
	return "", ""
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
