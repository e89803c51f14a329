// Package slack is Quell's ear and face in Slack, and the only package that
// imports slack-go, or knows what is Slack's: envelopes and their three seconds,
// triggers, response_urls, the ts of a message, mentions, what it escapes.
//
//	hear.go       Socket Mode envelopes become Heard
//	heard.go      what a person said or pressed, in a form that can be kept
//	inbox.go      that is stored, then acknowledged, then judged
//	judge.go      each brought to the verb of package bot that it means
//	quell.go      the same for /quell and its words
//	keyboard.go   what people's keyboards and Slack make of a command
//	late.go       judged by a later sweep: what was left, or had to wait
//	ack.go        answers go back with their acknowledgements, or beside them
//	message.go    where a card is, and how that is kept
//	screen.go     cards are drawn, answers are told
//	announce.go   what all are told, and whether it is known that they were
//	drawn.go      a card is sent only when it shows something new
//	card.go       the sentences of a case become Block Kit, within Slack's limits
//	thread.go     the calls that a case would make, and those that it made
//	form.go       the form to pick from: opened, chosen in, sent
//	picker.go     that form becomes Block Kit
//	option.go     a thing becomes an option of its menu
//	suggest.go    what somebody types into it is searched for
//	because.go    the form for a reason
//	glass.go      the form of somebody who acts alone
//	directory.go  people and channels
//	answers.go    what Slack said, as fresh as asked for, asked for once
//	lookup.go     calls that only read, of which only what is needed is decoded
//	transport.go  TLS, no redirects, answers of a bounded size
//	rates.go      the way of every call: its turn, and what is sent again
//	lane.go       one limit, and the order in which calls leave it
//	mrkdwn.go     how values look in Slack, and why they cannot break out
//
// One workspace per process: that of the bot token. Everything that a person
// reads comes from package words; nothing is ever read back out of text that is
// shown. A button carries the case's id and fingerprint and nothing else.
package slack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"quell/commands/words"
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
	// RateFactor multiplies Slack's rate limits, for a Slack that is played; 1 unless set.
	RateFactor int
}

// Slack is one workspace, reached.
type Slack struct {
	Config
	api  *slack.Client
	http *http.Client
	team string // the workspace's id
	user string // the bot's own user id
	// handling counts what came in and is not handed on yet.
	handling sync.WaitGroup
	shown    shownCards
	directory
}

// Connect checks both tokens and learns which workspace the bot belongs to. An
// app that is installed for a whole organisation is refused: rights are given
// to people of one workspace.
func Connect(ctx context.Context, c Config) (*Slack, error) {
	c.APIURL = cmp.Or(c.APIURL, slack.APIURL)
	if err := checkAddress(c.APIURL); err != nil {
		return nil, err
	}
	s := &Slack{Config: c, http: newHTTP(), shown: shownCards{cards: map[Message]cardHash{}}}
	paced := newRateLimiter(s.http, c.Now, max(c.RateFactor, 1))
	s.api = slack.New(c.BotToken.Reveal(), slack.OptionAppLevelToken(c.AppToken.Reveal()), slack.OptionHTTPClient(paced), slack.OptionAPIURL(c.APIURL))
	ctx, cancel := context.WithTimeout(ctx, 2*apiTimeout)
	defer cancel()
	if err := s.signIn(ctx); err != nil {
		return nil, fmt.Errorf("slack: %w", err)
	}
	if err := s.tryAppToken(ctx); err != nil {
		return nil, fmt.Errorf("slack: %w", err)
	}
	s.directory = newDirectory(lookUp{paced, c.APIURL, c.BotToken.Reveal()}, s.team, c.Now)
	return s, nil
}

// signIn learns who the bot is.
func (s *Slack) signIn(ctx context.Context) error {
	who, err := s.api.AuthTestContext(ctx)
	if transient(ctx, err) && pause(ctx, lookUpPause) {
		who, err = s.api.AuthTestContext(ctx)
	}
	switch {
	case refused(err):
		return fmt.Errorf("the bot token is not accepted: %w", wrap("auth.test", err))
	case err != nil:
		return fmt.Errorf("it cannot be reached: %w", err)
	case who.TeamID == "":
		return errors.New("the bot is installed for an organisation; install it in one workspace")
	}
	if lacking := lacking(who.Header.Get("X-OAuth-Scopes")); lacking != "" {
		return fmt.Errorf("the bot token lacks the scopes %s; add them to the app and install it again", lacking)
	}
	s.team, s.user = who.TeamID, who.UserID
	return nil
}

// tryAppToken asks for a socket's address, which it does not use: a token that is
// wrong shall be known before anything is called ready. Where Slack has trouble
// of its own, the socket's client tries again by itself.
func (s *Slack) tryAppToken(ctx context.Context) error {
	_, _, err := s.api.StartSocketModeContext(ctx)
	if refused(err) {
		return fmt.Errorf("the app token is not accepted: %w", wrap("apps.connections.open", err))
	}
	if err != nil {
		s.Log.Warn("the app token could not be tried", "err", err)
	}
	return nil
}

// refused reports whether Slack said no for good. The codes that are left out
// mean trouble on its side ("Errors" of auth.test, docs.slack.dev).
func refused(err error) bool {
	switch code(err) {
	case "", "fatal_error", "internal_error", "ratelimited", "request_timeout", "service_unavailable", "team_added_to_org":
		return false
	}
	return true
}

// lacking names the bot scopes that are not among those granted, as Slack lists
// them in a header of its answers. Without the header nobody knows.
func lacking(granted string) string {
	if granted == "" {
		return ""
	}
	has := strings.FieldsFunc(granted, func(r rune) bool { return r == ',' || r == ' ' })
	needed := []string{
		"commands", "chat:write", "users:read", "usergroups:read", "channels:read", "groups:read", "im:read", "mpim:read",
	}
	return strings.Join(slices.DeleteFunc(needed, func(scope string) bool { return slices.Contains(has, scope) }), ", ")
}

// Team is the id of the workspace.
func (s *Slack) Team() string { return s.team }
