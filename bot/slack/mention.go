package slack

import (
	"cmp"
	"context"

	"github.com/slack-go/slack"

	"quell/commands"
)

// Whoever mentions the bot, or writes to it directly, is told what there is to type. That changes
// nothing, and is a delivery all the same: the store knows a copy of an event, which may come to
// another process (docs.slack.dev, "The Events API", "Retries"), and the sender's share is bounded
// as for all else that they send.

// eventCallback is the payload of an envelope with an event. Of it only what is needed is decoded.
type eventCallback struct {
	ID             string `json:"event_id"` // the same in each copy of an event
	TeamID         string `json:"team_id"`
	ExtShared      bool   `json:"is_ext_shared_channel"`
	Authorizations []struct {
		EnterpriseID string `json:"enterprise_id"`
	} `json:"authorizations"`
	Event struct {
		Type        string    `json:"type"`
		Subtype     string    `json:"subtype"`
		User        string    `json:"user"`
		UserTeam    string    `json:"user_team"` // the author's, in a channel that is shared
		Team        string    `json:"team"`
		BotID       string    `json:"bot_id"`
		Channel     string    `json:"channel"`
		ChannelType string    `json:"channel_type"`
		Thread      string    `json:"thread_ts"`
		Edited      *struct{} `json:"edited"`
		Tab         string    `json:"tab"` // which one of the App Home was opened
	} `json:"event"`
}

// Mention is a message in which somebody mentions the bot, or writes to it directly.
type Mention struct {
	Direct bool `json:"direct,omitempty"`
}

// asks reports an event by which a person spoke to the bot. An edit of what they said before, what
// a bot says, and a message that tells what somebody did, such as a join, are no questions.
func (c eventCallback) asks(self string) bool {
	e := c.Event
	spoken := e.Type == "app_mention" || c.direct()
	return spoken && e.Subtype == "" && e.BotID == "" && e.Edited == nil && e.User != "" && e.User != self
}

func (c eventCallback) direct() bool { return c.Event.Type == "message" && c.Event.ChannelType == "im" }

// opensHome reports that somebody opened the Home tab (docs.slack.dev, "app_home_opened").
func (c eventCallback) opensHome() bool {
	return c.Event.Type == "app_home_opened" && c.Event.Tab == "home" && c.Event.User != ""
}

// delivery is the question that an event asks, or that somebody opened their Home; zero for any other
// event.
func (c eventCallback) delivery(self string) Delivery {
	if c.opensHome() {
		h := Delivery{ID: c.ID, HomeOpened: true, From: ReplyTo{Person: commands.Person{Team: c.TeamID, User: c.Event.User}, Home: true}}
		if len(c.Authorizations) > 0 {
			h.From.Enterprise = c.Authorizations[0].EnterpriseID
		}
		return h
	}
	if !c.asks(self) || c.ID == "" {
		return Delivery{}
	}
	h := Delivery{ID: c.ID, Mention: &Mention{Direct: c.direct()}, From: ReplyTo{
		Person: commands.Person{Team: cmp.Or(c.Event.UserTeam, c.Event.Team, c.TeamID), User: c.Event.User}, Thread: c.Event.Thread,
	}}
	if !c.direct() {
		h.From.Channel = c.Event.Channel
	}
	if len(c.Authorizations) > 0 && !c.ExtShared { // else the organization is ours, and not the author's
		h.From.Enterprise = c.Authorizations[0].EnterpriseID
	}
	return h
}

// tellInThread is tellOne for somebody who spoke in a thread: of a channel, or of their direct
// messages with the bot.
func (s *Slack) tellInThread(ctx context.Context, to ReplyTo, said []slack.MsgOption) error {
	inThread := append(said[:len(said):len(said)], slack.MsgOptionTS(to.Thread))
	if to.Channel == "" {
		return s.tellDirectly(ctx, to.Person, inThread)
	}
	if shared, err := s.isShared(ctx, to.Channel); !shared && err == nil {
		_, err := s.api.PostEphemeralContext(ctx, to.Channel, to.Person.User, inThread...)
		if !refused(err) {
			return s.said("chat.postEphemeral", err)
		}
	}
	return s.tellDirectly(ctx, to.Person, said)
}
