// Package slack is Quell's face in Slack: the only package that imports slack-go, or
// knows what is Slack's: envelopes and their three seconds, trigger_ids, response_urls,
// the ts of a message, mentions, what it escapes.
//
// What comes in:
//
//	keeper.go        Socket Mode: how many sockets there are, and when each is replaced
//	connection.go    one socket: its frames, and when it is dead
//	census.go        somebody else who has sockets of the app
//	socket.go        envelopes become deliveries
//	delivery.go      a command, a click or a form, in the form in which it is stored
//	inbox.go         each is stored, then acknowledged, then judged
//	fairness.go      what one person may send
//	ack.go           answers in acknowledgements, or beside them
//	dispatch.go      each is judged by the verb of package bot that it means
//	offer.go         a form that could not be opened in time opens by a button
//	slash_quell.go   the same for /quell and its sub-commands
//	sweep.go         deliveries that were left or had to wait are judged later
//	keyboard.go      what Slack and people's phones make of typed text
//	person.go        who sent a delivery: one person, whichever workspace it names
//	directory.go     people, channels and user groups
//
// What is shown:
//
//	card.go          the sentences of a case (package approval) as Block Kit, within limits
//	redraw.go        a redraw that changes nothing is skipped, progress is throttled
//	thread.go        the calls that a case was to make, and the exchanges that there were
//	calls.go         the calls that a case would make, in a modal for whoever asks for them
//	show.go          cards and their threads are posted and updated
//	ladder.go        what a card does that Slack refuses: shorter, as text, anew, out of sight
//	drawing.go       messages as text, with markup or without
//	locale.go        in whose language
//	tell.go          one person is told something
//	announce.go      a channel is told something, and whether it is known that it was
//	message.go       where a card is, and how that is stored
//	form.go          the form to pick from: opened, redrawn, decoded
//	form_blocks.go   that form as Block Kit
//	option.go        a thing as an option of its menu
//	suggest.go       a search in that menu
//	shortcut.go      a shortcut, on a message or on nothing, opens a form
//	alert.go         what a message says, in whatever parts of it
//	mention.go       a mention and a direct message are answered with help
//	reason.go        the form for the reason of a no, or of a break-glass
//	names.go         what people and channels are called, for what is copied elsewhere
//	mrkdwn.go        how values look in Slack, and why they cannot break out
//
// How Slack is called:
//
//	link.go          how Slack is reached: calls, sockets and both tokens, tried at the start
//	tokens.go        each call has the token of the moment; a token may be exchanged
//	health.go        what is wrong between the bot and Slack, for its owners
//	transport.go     TLS, no redirects, answers of a bounded size
//	rate_limit.go    every call waits within Slack's limits; the only layer that retries
//	rate_queue.go    the priority queue in front of one limit
//	turn.go          a place in it that is taken before the call is written
//	lookup.go        calls that only read
//	refusal.go       the table of Slack's error codes: what each is final for
//	scopes.go        the permissions of the bot token, each with the methods that need it
//	manifest.go      the description from which Slack makes the app
//	checkup.go       what is wrong with a workspace, for whoever sets the bot up
//	checkup_write.go the part of it that writes into a channel
//	errors.go        what Slack said no to, and what a log must not hold
//	lookup_cache.go  what look-ups answered, cached, each as fresh as asked for (singleflight)
//
// One workspace per process: that of the bot token; an app that is installed for a whole
// organization of Enterprise Grid is refused. A member of the workspace is one person, (the
// workspace, their user id), whichever workspace of its organization an interaction names.
// Deliveries are stored as they came, and everything behind Inbox.judge has people in that
// form: it compares them. Everything that a person
// reads comes from package words; nothing is ever read back out of text that is
// shown. A button carries the case's id and fingerprint, or the id of a delivery, and nothing
// else.
package slack

import (
	"cmp"
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/slack-go/slack"

	"quell/bot/store"
	"quell/commands/words"
	"quell/integrations"
)

// Config is how Slack is reached.
type Config struct {
	AppToken integrations.Secret // xapp-…, scope connections:write
	BotToken integrations.Secret // xoxb-…
	// The variable that each token comes from, for sentences. If the name ends in _FILE, the
	// token is exchanged when its file changes (UseAppToken, UseBotToken).
	AppTokenFrom, BotTokenFrom string
	APIURL                     string // ends in "/"; "" is Slack itself
	Words                      *words.Catalogue
	// Locale is the language of all channels, such as "ja-JP"; "" for that which Slack tells of
	// each. People are answered in their own.
	Locale string
	Now    func() time.Time
	Log    *slog.Logger
	// RateFactor multiplies Slack's rate limits, for a Slack that is played; 1 unless set.
	RateFactor int
	Rand       func() float64 // in [0, 1), for the jitter of pauses; math/rand unless set
	// Cards finds the card of a case, for links to it; nil for none.
	Cards func(ctx context.Context, id string) (store.Card, error)

	permalinks *permalinks            // from Cards, once the workspace is known
	names      func(id string) string // of people and channels, for one person (namesFor)
}

// Slack is one workspace, reached.
type Slack struct {
	link
	shown shownCards
	// published are the Homes.
	published published
	directory
}

// Connect checks both tokens and learns the bot's workspace. An app that is installed for a
// whole organization is refused: rights are given to people of one workspace.
func Connect(ctx context.Context, c Config) (*Slack, error) {
	c.APIURL = cmp.Or(c.APIURL, slack.APIURL)
	if err := checkAddress(c.APIURL); err != nil {
		return nil, err
	}
	if c.Rand == nil {
		c.Rand = rand.Float64
	}
	s := &Slack{link: link{Config: c, http: newHTTP()}, shown: shownCards{cards: map[Message]cardHash{}}, published: published{hashes: map[string]string{}}}
	s.prepare(func(channel string) { s.channels.drop(channel) })
	ctx, cancel := context.WithTimeout(ctx, 2*apiTimeout)
	defer cancel()
	who, err := s.start(ctx)
	if err != nil {
		return nil, err
	}
	s.permalinks = newPermalinks(who.URL, c.Cards)
	s.directory = newDirectory(s.look, who.home(), c.Now)
	return s, nil
}
