package wiring

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/caarlos0/env/v10"

	"quell/bot/slack"
	"quell/integrations"
)

// Settings is the environment of the process. Each secret may come from a file
// instead: SLACK_APP_TOKEN_FILE for SLACK_APP_TOKEN.
type Settings struct {
	AppToken     integrations.Secret `env:"SLACK_APP_TOKEN"`
	AppTokenFile string              `env:"SLACK_APP_TOKEN_FILE"`
	BotToken     integrations.Secret `env:"SLACK_BOT_TOKEN"`
	BotTokenFile string              `env:"SLACK_BOT_TOKEN_FILE"`
	APIURL       string              `env:"SLACK_API_URL"` // Slack itself, unless set
	Targets      string              `env:"QUELL_CONFIG"`
	Policy       string              `env:"QUELL_POLICY"`
	Database     string              `env:"QUELL_DATABASE_URL" envDefault:"sqlite:data"`
	Audit        string              `env:"QUELL_AUDIT_CHANNEL"`  // a channel's id
	Prefix       string              `env:"QUELL_COMMAND_PREFIX"` // of the slash commands
	Locale       string              `env:"QUELL_LOCALE"`         // of all channels, such as ja-JP
	Listen       string              `env:"QUELL_LISTEN"`         // where /metrics is served, such as 127.0.0.1:9090
	// How many sockets of the Slack app are others' that may be there.
	OtherSockets int `env:"QUELL_OTHER_SOCKETS"`
	// What one person may send: a burst, then so many a second.
	PersonBurst int `env:"QUELL_PERSON_BURST" envDefault:"100"`
	PersonRate  int `env:"QUELL_PERSON_RATE" envDefault:"20"`
	// How many open cases one person may have.
	PersonCases int `env:"QUELL_PERSON_CASES" envDefault:"50"`
}

// ReadSettings reads the environment; its error names everything that is
// missing.
func ReadSettings() (Settings, error) {
	var s Settings
	if err := env.Parse(&s); err != nil {
		return s, err
	}
	err := errors.Join(
		readToken("SLACK_APP_TOKEN", appPrefix, &s.AppToken, s.AppTokenFile),
		readToken("SLACK_BOT_TOKEN", botPrefix, &s.BotToken, s.BotTokenFile),
		required("QUELL_CONFIG", s.Targets),
		required("QUELL_POLICY", s.Policy),
		channelID("QUELL_AUDIT_CHANNEL", s.Audit),
		countOfSockets("QUELL_OTHER_SOCKETS", s.OtherSockets),
		commandPrefix("QUELL_COMMAND_PREFIX", s.Prefix),
		atLeastOne("QUELL_PERSON_BURST", s.PersonBurst),
		atLeastOne("QUELL_PERSON_RATE", s.PersonRate),
		atLeastOne("QUELL_PERSON_CASES", s.PersonCases),
	)
	if s.APIURL != "" && !strings.HasSuffix(s.APIURL, "/") {
		s.APIURL += "/" // slack-go joins method names to it as it is
	}
	return s, err
}

// readToken takes a token from the environment or from its file. Where the file cannot be read,
// that alone is wrong.
func readToken(name, prefix string, t *integrations.Secret, file string) error {
	if err := fromFile(name, t, file); err != nil {
		return err
	}
	return cleanToken(tokenFrom(name, file), prefix, t)
}

func fromFile(name string, value *integrations.Secret, path string) error {
	if path == "" {
		return nil
	}
	if value.Reveal() != "" {
		return fmt.Errorf("%s and %s_FILE are both set; keep one", name, name)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%s_FILE: %w", name, err)
	}
	*value = integrations.Secret(strings.TrimSpace(string(data)))
	return nil
}

func required(name, value string) error {
	if value == "" {
		return fmt.Errorf("%s is not set", name)
	}
	return nil
}

func atLeastOne(name string, n int) error {
	if n < 1 && os.Getenv(name) != "" {
		return fmt.Errorf("%s: %d is too few; it is at least 1", name, n)
	}
	return nil
}

// countOfSockets refuses what is no number of sockets: Slack lets an app have ten.
func countOfSockets(name string, n int) error {
	if n < 0 || n > 10 {
		return fmt.Errorf("%s: %d is no number of sockets that others of the app can hold: 0 to 10", name, n)
	}
	return nil
}

// channelID refuses names: a channel can be renamed, and another take its name.
func channelID(name, value string) error {
	if value == "" || regexp.MustCompile(`^[CG][A-Z0-9]{2,}$`).MatchString(value) {
		return nil
	}
	return fmt.Errorf("%s: %q is no channel id; it is at the end of the channel's details, such as C0123456789", name, value)
}

func commandPrefix(name, value string) error {
	if err := slack.CheckPrefix(value); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
