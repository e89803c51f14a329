package slack

import (
	"errors"
	"fmt"
	"net/url"

	"github.com/slack-go/slack"
)

// code is Slack's error code, or "" for an error of another kind.
func code(err error) string {
	if e, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		return e.Err
	}
	return ""
}

// wrap adds the method that failed, and the scope that its token lacks; nil stays nil.
func wrap(method string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[slack.SlackErrorResponse](err); ok && e.Needed != "" {
		return fmt.Errorf("%s: %w: the token lacks the scope %s", method, err, e.Needed)
	}
	return fmt.Errorf("%s: %w", method, err)
}

// withoutURL keeps a response_url, which lets anybody answer, out of the log.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}
