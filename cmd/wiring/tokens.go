package wiring

import (
	"context"
	"fmt"
	"log/slog"
	"os"
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

// tokenFile is a file that a token comes from. It is read again and again, as the policy's is.
type tokenFile struct {
	name, prefix, path string
	use                func(ctx context.Context, t integrations.Secret) error
	inUse, previous    integrations.Secret // previous is what the file held on the last look

	now   func() time.Time
	tried integrations.Secret // what was tried last and could not be used
	said  string              // what was said to be wrong with it
	rest  time.Time           // it is not tried again before
}

// tryRefusedEvery is how often a token is tried that Slack refused: it may be mended there and
// stay the same, where a scope is added or Socket Mode switched on.
const tryRefusedEvery = time.Minute

// tokenFiles are those of a process.
func tokenFiles(s Settings, chat *slack.Slack, now func() time.Time) (all []*tokenFile) {
	if s.AppTokenFile != "" {
		all = append(all, &tokenFile{name: "SLACK_APP_TOKEN_FILE", prefix: appPrefix, path: s.AppTokenFile, use: chat.UseAppToken, inUse: s.AppToken, now: now})
	}
	if s.BotTokenFile != "" {
		all = append(all, &tokenFile{name: "SLACK_BOT_TOKEN_FILE", prefix: botPrefix, path: s.BotTokenFile, use: chat.UseBotToken, inUse: s.BotToken, now: now})
	}
	return all
}

// watchTokens polls the files until ctx ends.
func watchTokens(ctx context.Context, files []*tokenFile, every time.Duration, log *slog.Logger) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for _, f := range files {
			f.poll(ctx, log)
		}
	}
}

// poll takes another token into use. The file has to be the same on two polls: it may be half
// written. The one from before stays in use until then. Where Slack cannot be reached it is
// tried again at the next poll, and what was refused after a while.
func (f *tokenFile) poll(ctx context.Context, log *slog.Logger) {
	data, err := os.ReadFile(f.path)
	if err != nil {
		return // it may be about to be replaced; the token stays
	}
	t := integrations.Secret(data)
	err = cleanToken(f.name, f.prefix, &t)
	settled := t == f.previous
	f.previous = t
	if !settled || !f.due(t) {
		return
	}
	if err == nil {
		err = f.use(ctx, t)
	}
	switch {
	case err == nil:
		f.inUse, f.tried = t, ""
		log.Info("another token is in use", "from", f.name)
	case slack.Unreachable(err):
		if f.isNew(err) {
			log.Warn("another token could not be tried yet", "from", f.name, "err", err)
		}
	case ctx.Err() == nil:
		f.rest = f.now().Add(tryRefusedEvery)
		if f.isNew(err) {
			log.Error("the file has another token, which cannot be used; the one from before stays", "from", f.name, "err", err)
		}
	}
}

// due reports whether a token of the file is to be tried.
func (f *tokenFile) due(t integrations.Secret) bool {
	if t == f.inUse {
		f.tried = ""
		return false
	}
	if t != f.tried {
		f.tried, f.said, f.rest = t, "", time.Time{}
	}
	wait := f.rest.Sub(f.now())
	return wait <= 0 || wait > tryRefusedEvery // the clock was put back
}

// isNew reports whether it was not said yet what is wrong with a token, and notes that it is.
func (f *tokenFile) isNew(err error) bool {
	before := f.said
	f.said = err.Error()
	return f.said != before
}

// tokenFrom is the variable that a token comes from.
func tokenFrom(name, file string) string {
	if file != "" {
		return name + "_FILE"
	}
	return name
}
