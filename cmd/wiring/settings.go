package wiring

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/caarlos0/env/v10"

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
}

// ReadSettings reads the environment; its error names everything that is
// missing.
func ReadSettings() (Settings, error) {
	var s Settings
	if err := env.Parse(&s); err != nil {
		return s, err
	}
	err := errors.Join(
		fromFile("SLACK_APP_TOKEN", &s.AppToken, s.AppTokenFile),
		fromFile("SLACK_BOT_TOKEN", &s.BotToken, s.BotTokenFile),
		required("SLACK_APP_TOKEN", s.AppToken.Reveal()),
		required("SLACK_BOT_TOKEN", s.BotToken.Reveal()),
		required("QUELL_CONFIG", s.Targets),
		required("QUELL_POLICY", s.Policy),
	)
	if s.APIURL != "" && !strings.HasSuffix(s.APIURL, "/") {
		s.APIURL += "/" // slack-go joins method names to it as it is
	}
	return s, err
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
