package slack

import (
	"context"
	"fmt"

	"github.com/slack-go/slack"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
)

// The form in which somebody says why they act alone, and the one field in it.
const (
	glassForm  = "glass"
	glassField = "why"
)

// AskGlass opens the form in which the asker may say why they act alone. Unlike a no,
// nothing counts before it is sent. The case must be one whose rule lets somebody act
// alone.
func (s *Slack) AskGlass(ctx context.Context, trigger string, c approval.Case) error {
	ctx, cancel := context.WithTimeout(ctx, apiTimeout)
	defer cancel()
	d := drawing{rich: s.speaker(mrkdwn{}), plain: s.speaker(plain{})}
	g := c.Decision.BreakGlass
	v := words.V{"case": words.Code(c.ID), "most": words.Count(commands.MaxReason), "channel": words.Channel(g.Notice), "cancel": words.For(g.Cancel)}
	why := slack.NewPlainTextInputBlockElement(nil, glassField).WithMultiline(true).WithMaxLength(commands.MaxReason)
	_, err := s.api.OpenViewContext(ctx, trigger, slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: glassForm,
		PrivateMetadata: about{Channel: c.Request.Channel, Case: c.ID, Fingerprint: c.Plan.Fingerprint}.metadata(),
		Title:           d.label(words.New("glass.title"), maxViewTitle),
		Submit:          d.label(words.New("glass.send"), maxViewTitle),
		Close:           d.label(words.New("glass.close"), maxViewTitle),
		Blocks: slack.Blocks{BlockSet: []slack.Block{
			d.section(d.rich.Say(words.New("glass.text", v))),
			slack.NewInputBlock(glassField, d.label(words.New("glass.label"), maxHint), d.label(words.New("because.hint", v), maxHint), why),
		}},
	})
	return wrap("views.open", err)
}

// alone reads that form.
func alone(id string, c slack.InteractionCallback) (Heard, error) {
	a, err := aboutOf(c.View)
	h := Heard{ID: id, From: Listener{Person: person(c), Channel: a.Channel}}
	if err != nil {
		return h, err
	}
	if c.View.State == nil {
		return h, fmt.Errorf("form %q has no values", c.View.CallbackID)
	}
	h.Alone = &Alone{Case: a.Case, Fingerprint: a.Fingerprint, Why: entered(c.View, glassField, glassField).Value}
	return h, nil
}
