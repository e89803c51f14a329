// Package slack is Quell's ear and face in Slack, and the only package that
// imports slack-go.
//
//	hear.go       Socket Mode envelopes become bot.Heard; acknowledgements go back
//	screen.go     cards are drawn, answers are told
//	card.go       a case becomes Block Kit, drawn anew from its stored state
//	directory.go  people and channels, as fresh as asked for
//	mrkdwn.go     how values look in Slack, and why they cannot break out
//
// One workspace per process: that of the bot token. Everything that a person
// reads comes from package words; nothing is ever read back out of text that is
// shown. A button carries the case's id and fingerprint and nothing else.
package slack

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"quell/bot/words"
	"quell/integrations"
)

// Config is how Slack is reached.
type Config struct {
	AppToken integrations.Secret // xapp-…, scope connections:write
	BotToken integrations.Secret // xoxb-…
	APIURL   string              // ends in "/"; "" is Slack itself
	Words    *words.Catalogue
	Now      func() time.Time
	Log      *slog.Logger
}

// Slack is one workspace, reached.
type Slack struct {
	Config
	api  *slack.Client
	http *http.Client
	team string // the workspace's id
	user string // the bot's own user id
	// handing counts what came in and is not handed on yet.
	handing sync.WaitGroup
	directory
}

// apiTimeout bounds one call of the Web API.
const apiTimeout = 10 * time.Second

// Connect checks the bot token and learns which workspace it belongs to. An
// app that is installed for a whole organisation is refused: rights are given
// to people of one workspace.
func Connect(ctx context.Context, c Config) (*Slack, error) {
	// Cards of many channels are drawn at once: two idle connections, the
	// default, would make each burst dial anew.
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 32
	s := &Slack{Config: c, http: &http.Client{Transport: transport, Timeout: apiTimeout}}
	options := []slack.Option{
		slack.OptionAppLevelToken(c.AppToken.Reveal()), slack.OptionHTTPClient(s.http), slack.OptionRetry(2),
	}
	if c.APIURL != "" {
		options = append(options, slack.OptionAPIURL(c.APIURL))
	}
	s.api = slack.New(c.BotToken.Reveal(), options...)
	who, err := s.api.AuthTestContext(ctx)
	if code(err) != "" {
		return nil, fmt.Errorf("slack: the bot token is not accepted: %w", err)
	}
	if err != nil {
		return nil, fmt.Errorf("slack: it cannot be reached: %w", err)
	}
	if who.TeamID == "" {
		return nil, fmt.Errorf("slack: the bot is installed for an organisation; install it in one workspace")
	}
	s.team, s.user = who.TeamID, who.UserID
	s.directory = newDirectory(s.api, who.TeamID, c.Now)
	return s, nil
}

// Team is the id of the workspace.
func (s *Slack) Team() string { return s.team }
