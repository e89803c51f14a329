package slack

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"time"

	"quell/bot/store"
)

// permalinks are the addresses of cards in Slack, made without a call: chat.getPermalink answers
// the workspace's address with "archives/", the channel, "/p" and the ts without its dot, and for
// a reply "?thread_ts=", the ts of its thread, and "&cid=" with the channel (docs.slack.dev,
// "chat.getPermalink"). A card may be posted anew, so none is remembered.
type permalinks struct {
	workspace string
	find      func(ctx context.Context, id string) (store.Card, error)
}

// newPermalinks makes links into the workspace at an address, as auth.test has it; nil where that
// is no address of the web, or where no card can be found.
func newPermalinks(workspace string, find func(ctx context.Context, id string) (store.Card, error)) *permalinks {
	u, err := url.Parse(workspace)
	if find == nil || err != nil || u.Scheme != "https" || u.Host == "" {
		return nil
	}
	return &permalinks{"https://" + u.Host + "/", find}
}

var caseID = regexp.MustCompile(`^Q-[A-Z0-9]{1,20}$`)

// findWithin is how long a sentence waits for the address of a card; without it, it has the id.
const findWithin = 500 * time.Millisecond

// of is the address of the card of a case; "" while there is none, or none is known.
func (p *permalinks) of(id string) string {
	if p == nil || !caseID.MatchString(id) {
		return ""
	}
	ctx, cancel := context.WithTimeout(context.Background(), findWithin)
	defer cancel()
	card, err := p.find(ctx, id)
	if err != nil {
		return ""
	}
	return p.to(MessageOf(card))
}

// to is the address of a message; "" for none.
func (p *permalinks) to(m Message) string {
	if !slackID.MatchString(m.Channel) || !messageTS.MatchString(m.TS) {
		return ""
	}
	link := p.workspace + "archives/" + m.Channel + "/p" + strings.ReplaceAll(m.TS, ".", "")
	if messageTS.MatchString(m.Parent) {
		link += "?thread_ts=" + m.Parent + "&cid=" + m.Channel
	}
	return link
}

var messageTS = regexp.MustCompile(`^[0-9]+\.[0-9]+$`)
