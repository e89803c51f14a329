package slack

import (
	"context"
	"fmt"

	"github.com/slack-go/slack"

	"quell/commands"
	"quell/commands/words"
)

// The form for a reason, and the one field in it.
const (
	becauseForm  = "because"
	becauseField = "why"
)

// AskWhy opens the form in which somebody who said no may say why.
func (s *Slack) AskWhy(ctx context.Context, trigger, channel, id string) error {
	ctx, cancel := context.WithTimeout(ctx, apiTimeout)
	defer cancel()
	v := words.V{"case": words.Code(id), "most": words.Count(commands.MaxReason)}
	d := drawing{rich: s.speaker(mrkdwn{}), plain: s.speaker(plain{})}
	label, hint := d.label(words.New("because.label"), maxHint), d.label(words.New("because.hint", v), maxHint)
	why := slack.NewPlainTextInputBlockElement(nil, becauseField).WithMultiline(true).WithMaxLength(commands.MaxReason)
	_, err := s.api.OpenViewContext(ctx, trigger, slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: becauseForm, PrivateMetadata: about{Channel: channel, Case: id}.metadata(),
		Title:  d.label(words.New("because.title"), maxViewTitle),
		Submit: d.label(words.New("because.send"), maxViewTitle),
		Close:  d.label(words.New("because.skip"), maxViewTitle),
		Blocks: slack.Blocks{BlockSet: []slack.Block{
			d.section(d.rich.Say(words.New("because.text", v))),
			slack.NewInputBlock(becauseField, label, hint, why).WithOptional(true),
		}},
	})
	return wrap("views.open", err)
}

// because reads the form for a reason.
func because(id string, c slack.InteractionCallback) (Heard, error) {
	a, err := aboutOf(c.View)
	h := Heard{ID: id, From: Listener{Person: person(c), Channel: a.Channel}}
	if err != nil {
		return h, err
	}
	if c.View.State == nil {
		return h, fmt.Errorf("form %q has no values", c.View.CallbackID)
	}
	h.Because = &Because{Case: a.Case, Why: entered(c.View, becauseField, becauseField).Value}
	return h, nil
}
