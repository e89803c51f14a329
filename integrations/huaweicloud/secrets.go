package huaweicloud

import (
	"errors"
	"regexp"
	"strings"

	"github.com/go-resty/resty/v2"

	"quell/integrations"
)

// secrets are the credentials that a request carried. A server can send back
// what it was sent, so its words pass through here before an error keeps them.
type secrets []string

func secretsOf(cfg Config, res *resty.Response) secrets {
	header := res.Request.RawRequest.Header
	_, signature, _ := strings.Cut(header.Get("Authorization"), "Signature=")
	return secrets{
		cfg.Credentials.SecretKey.Reveal(),
		cfg.Credentials.SecurityToken.Reveal(),
		cfg.Credentials.Password.Reveal(),
		header.Get("X-Auth-Token"),
		signature,
	}
}

// in says whether text holds a secret, or the beginning of a long one.
func (s secrets) in(text string) bool {
	const enough = 16
	for _, secret := range s {
		if len(secret) > enough {
			secret = secret[:enough]
		}
		if secret != "" && strings.Contains(text, secret) {
			return true
		}
	}
	return false
}

var oneWord = regexp.MustCompile(`^[A-Za-z0-9._-]{1,128}$`)

// word lets a code or a request id through if it looks like one.
func (s secrets) word(text string) string {
	if !oneWord.MatchString(text) || s.in(text) {
		return ""
	}
	return text
}

// quote keeps a message for the log; nil if there is nothing to keep.
func (s secrets) quote(message string) error {
	if message == "" || s.in(message) {
		return nil
	}
	return errors.New(integrations.Clean(message, 160))
}

// advice lets a text of the vendor's through for people, if no secret is in it.
func (s secrets) advice(text string) string {
	if s.in(text) {
		return ""
	}
	return text
}
