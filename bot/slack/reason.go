package slack

import (
	"context"
	"fmt"

	"github.com/slack-go/slack"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// The two forms that ask for a reason, by the callback_id under which Slack returns them,
// and the block and the action of their one text input. Forms that are open have these ids.
const (
	denyReasonForm       = "because"
	breakGlassReasonForm = "glass"
	whyField             = "why"
)

// reasonForm is a modal with one text input: why somebody said no, or acts alone.
type reasonForm struct {
	callback                          string
	metadata                          formMetadata
	title, submit, close, text, label words.Message
	deed                              []words.Message // what is done and what it costs, in whole sentences
	optional                          bool
}

// AskDenyReason opens the form in which somebody who said no may say why.
func (s *Slack) AskDenyReason(ctx context.Context, trigger, channel, id string) error {
	return s.askReason(ctx, trigger, reasonForm{
		callback: denyReasonForm, metadata: formMetadata{Channel: channel, Case: id},
		title: words.New("because.title"), submit: words.New("because.send"), close: words.New("because.skip"),
		text:     words.New("because.text", words.V{"case": words.Case(id)}),
		label:    words.New("because.label"),
		optional: true,
	})
}

// AskBreakGlassReason opens the form in which the asker says why they act alone. Unlike a no,
// break-glass does not count before its form is sent. The rule of the case must allow it.
func (s *Slack) AskBreakGlassReason(ctx context.Context, trigger string, c approval.Case) error {
	g := c.Decision.BreakGlass
	v := words.V{"case": words.Case(c.ID), "channel": words.Channel(g.Notice), "cancel": words.For(g.Cancel), "roles": policy.Roles(g.Review.From)}
	return s.askReason(ctx, trigger, reasonForm{
		callback: breakGlassReasonForm,
		metadata: formMetadata{Channel: c.Request.Channel, Case: c.ID, Fingerprint: c.Plan.Fingerprint},
		title:    words.New("glass.title"), submit: words.New("glass.send"), close: words.New("glass.close"),
		text:  approval.Rehearsed(c, words.New("glass.text", v)),
		deed:  approval.Confirmation(c, len(c.Plan.Items), len(c.Plan.Hurts)),
		label: words.New("glass.label"),
	})
}

func (s *Slack) askReason(ctx context.Context, trigger string, f reasonForm) error {
	ctx, cancel := context.WithTimeout(ctx, apiTimeout)
	defer cancel()
	f.metadata.Home, f.metadata.View = listenerOf(ctx).Home, listenerOf(ctx).View
	d := s.toListener(ctx).formDrawing()
	hint := words.New("because.hint", words.V{"most": words.Count(commands.MaxReason)})
	why := slack.NewPlainTextInputBlockElement(nil, whyField).WithMultiline(true).WithMaxLength(commands.MaxReason)
	blocks := []slack.Block{section(markdown(d.rich.Say(f.text)))}
	if len(f.deed) > 0 {
		blocks = append([]slack.Block{section(plainText(d.plain.Value(words.Lines(f.deed)), maxSection))}, blocks...)
	}
	return s.openView(ctx, trigger, slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: f.callback, PrivateMetadata: f.metadata.encode(),
		Title:  d.label(f.title, maxViewTitle),
		Submit: d.label(f.submit, maxViewTitle),
		Close:  d.label(f.close, maxViewTitle),
		Blocks: slack.Blocks{BlockSet: append(blocks,
			slack.NewInputBlock(whyField, d.label(f.label, maxHint), d.label(hint, maxHint), why).WithOptional(f.optional),
		)},
	})
}

// decodeReason reads a form for a reason that was sent.
func decodeReason(id string, c slack.InteractionCallback) (Delivery, error) {
	m, err := metadataOf(c.View)
	h := Delivery{ID: id, From: from(c, m.Channel)}
	h.From.Home, h.From.View = m.Home, m.View
	if err != nil {
		return h, err
	}
	if c.View.State == nil {
		return h, fmt.Errorf("form %q has no values", c.View.CallbackID)
	}
	why := entered(c.View, whyField, whyField).Value
	if c.View.CallbackID == denyReasonForm {
		h.DenyReason = &DenyReason{Case: m.Case, Why: why}
	} else {
		h.BreakGlassReason = &BreakGlassReason{Case: m.Case, Fingerprint: m.Fingerprint, Why: why}
	}
	return h, nil
}
