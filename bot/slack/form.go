package slack

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/slack-go/slack"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/words"
	"quell/commands"
)

// The form for a reason, and the one field in it.
const (
	becauseForm  = "because"
	becauseField = "why"
)

// about is what a form carries: what it is about, and where it was opened from.
type about struct {
	Case    string `json:"case"`
	Channel string `json:"channel"`
}

// AskWhy opens the form in which somebody who said no may say why.
func (s *Slack) AskWhy(ctx context.Context, trigger string, c approval.Case) error {
	ctx, cancel := context.WithTimeout(ctx, apiTimeout)
	defer cancel()
	metadata, err := json.Marshal(about{c.ID, c.Request.Channel})
	if err != nil {
		return err
	}
	v := words.V{"case": words.Code(c.ID), "most": words.Count(commands.MaxReason)}
	d := drawing{s.speaker(mrkdwn{}), s.speaker(plain{})}
	label := func(id string) *slack.TextBlockObject {
		return slack.NewTextBlockObject(slack.PlainTextType, d.plain.Say(words.New("because."+id, v)), false, false)
	}
	why := slack.NewPlainTextInputBlockElement(nil, becauseField).WithMultiline(true).WithMaxLength(commands.MaxReason)
	_, err = s.api.OpenViewContext(ctx, trigger, slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: becauseForm, PrivateMetadata: string(metadata),
		Title: label("title"), Submit: label("send"), Close: label("skip"),
		Blocks: slack.Blocks{BlockSet: []slack.Block{
			d.section(d.rich.Say(words.New("because.text", v))),
			slack.NewInputBlock(becauseField, label("label"), label("hint"), why).WithOptional(true),
		}},
	})
	return wrap("views.open", err)
}

// because reads the form for a reason.
func because(id string, c slack.InteractionCallback) (bot.Heard, error) {
	var a about
	if err := json.Unmarshal([]byte(c.View.PrivateMetadata), &a); err != nil {
		return bot.Heard{}, fmt.Errorf("form's metadata: %w", err)
	}
	if c.View.State == nil {
		return bot.Heard{}, fmt.Errorf("form %q has no values", c.View.CallbackID)
	}
	return bot.Heard{
		ID:      id,
		From:    bot.Listener{Person: person(c), Channel: a.Channel},
		Because: &bot.Because{Case: a.Case, Why: c.View.State.Values[becauseField][becauseField].Value},
	}, nil
}
