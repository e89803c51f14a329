package wiring

import (
	"context"
	"fmt"
	"strings"
	"time"

	"quell/bot/slack"
	"quell/integrations"
)

// What Slack's tokens begin with ("Tokens", docs.slack.dev).
const (
	appPrefix      = "xapp-"
	botPrefix      = "xoxb-"
	expiringPrefix = "xoxe" // token rotation: xoxe-… and xoxe.xoxb-…
)

// cleanToken trims a token, and says what is wrong with one that Slack would not take.
func cleanToken(name, prefix string, t *integrations.Secret) error {
	text := strings.TrimSpace(t.Reveal())
	*t = integrations.Secret(text)
	switch {
	case text == "" && strings.HasSuffix(name, "_FILE"):
		return fmt.Errorf("the file that %s names is empty", name)
	case text == "":
		return fmt.Errorf("%s is not set", name)
	case strings.HasPrefix(text, expiringPrefix):
		return fmt.Errorf("%s is a token that expires (xoxe…): the app has token rotation switched on, and this bot cannot renew a token. Make an app without it", name)
	case strings.ContainsAny(text[:1]+text[len(text)-1:], "\"'`"):
		return fmt.Errorf("%s is in quotes, which belong to a shell and not to the token: leave them out", name)
	case !strings.HasPrefix(text, prefix):
		return fmt.Errorf("%s is no %s: that begins with %s%s", name, tokenKinds()[prefix], prefix, otherKind(text))
	case strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }):
		return fmt.Errorf("%s has a character within it that no token has, such as a space or the end of a line", name)
	}
	return nil
}

func tokenKinds() map[string]string {
	return map[string]string{appPrefix: "app-level token", botPrefix: "bot token", "xoxp-": "user token"}
}

// otherKind says which other kind of token somebody took.
func otherKind(text string) string {
	for prefix, kind := range tokenKinds() {
		if strings.HasPrefix(text, prefix) {
			return fmt.Sprintf(", and this is the %s (%s)", kind, prefix)
		}
	}
	return ""
}

// tokenFile is a file that a token comes from.
func tokenFile(name, prefix, path string, inUse integrations.Secret, use func(context.Context, integrations.Secret) error, now func() time.Time) *watched {
	return &watched{from: name, inUse: contents{path: inUse}, now: now, use: func(ctx context.Context, c contents) error {
		t := c[path]
		if err := cleanToken(name, prefix, &t); err != nil {
			return err
		}
		return use(ctx, t)
	}}
}

// tokenFiles are those of a process.
func tokenFiles(s Settings, chat *slack.Slack, now func() time.Time) (all []*watched) {
	if s.AppTokenFile != "" {
		all = append(all, tokenFile("SLACK_APP_TOKEN_FILE", appPrefix, s.AppTokenFile, s.AppToken, chat.UseAppToken, now))
	}
	if s.BotTokenFile != "" {
		all = append(all, tokenFile("SLACK_BOT_TOKEN_FILE", botPrefix, s.BotTokenFile, s.BotToken, chat.UseBotToken, now))
	}
	return all
}

// tokenFrom is the variable that a token comes from.
func tokenFrom(name, file string) string {
	if file != "" {
		return name + "_FILE"
	}
	return name
}
