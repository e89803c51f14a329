package huaweicloud

import (
	"errors"
	"fmt"
	"regexp"

	"quell/integrations"
)

// Credentials are access keys, or the user, password and domain of an IAM user.
type Credentials struct {
	AccessKey     string
	SecretKey     integrations.Secret
	SecurityToken integrations.Secret // with temporary keys only

	User     string
	Password integrations.Secret
	Domain   string // the name of the account that the user belongs to
	Project  string // the project's name; empty: a token is asked for by project id
}

func (c Credentials) signs() bool { return c.AccessKey != "" }

// Check returns every mistake at once.
func (c Credentials) Check() error {
	keys := c.AccessKey != "" || c.SecretKey != "" || c.SecurityToken != ""
	user := c.User != "" || c.Password != "" || c.Domain != ""
	switch {
	case keys && user:
		return errors.New("credentials: give access keys or a user, not both")
	case keys:
		return errors.Join(given("access key", c.AccessKey), given("secret key", c.SecretKey.Reveal()))
	case user:
		return errors.Join(given("user", c.User), given("password", c.Password.Reveal()), given("domain", c.Domain))
	default:
		return errors.New("credentials: access keys or a user with password and domain are needed")
	}
}

// LoginEndpoint is the address of IAM, or "" for keys, which need none: they work
// without a known region.
func (c Credentials) LoginEndpoint(region, override string) (string, error) {
	if c.User == "" {
		return "", nil
	}
	return Endpoint("iam", region, override)
}

func given(name, value string) error {
	if value == "" {
		return fmt.Errorf("credentials: the %s is missing", name)
	}
	return nil
}

var word = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// CheckID refuses an id that is missing or could not be a part of a path.
func CheckID(name, id string) error {
	if id == "" {
		return fmt.Errorf("the %s is missing", name)
	}
	if !word.MatchString(id) {
		return fmt.Errorf("%s: 1 to 64 letters, digits, hyphens and underscores are needed, not %q", name, id)
	}
	return nil
}
