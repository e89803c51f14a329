package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"quell/bot"
)

// The form in which people pick what a command acts on: its callback_id, blocks and
// actions. Slack keeps what was entered into a block for as long as the block keeps its
// block_id (docs.slack.dev, "views.update").
const (
	pickForm     = "form"
	targetField  = string(bot.TheTarget)
	thingsField  = string(bot.TheThings)
	reasonField  = string(bot.TheReason)
	listBlock    = "list"
	reloadAction = "read-again"
	channelField = string(bot.TheChannel)
)

// thingsBlock is the block_id of the menu of things, another for each target: what was
// picked on one target must not stay when another is chosen.
func thingsBlock(target string) string { return thingsField + " " + target }

// formMetadata is the private_metadata of a form: Slack returns it as it was set, and shows
// it to nobody. Forms that are open carry it, so its tags stay.
type formMetadata struct {
	Channel string `json:"channel"`       // where the form was opened from, or what was chosen in it; "" for a view
	Any     bool   `json:"any,omitempty"` // bot.Form has it, and the next one
	Ask     bool   `json:"ask,omitempty"`
	Home    bool   `json:"in_home,omitempty"`
	View    string `json:"in_view,omitempty"`
	Case    string `json:"case,omitempty"`
	// Fingerprint is what the asker saw of the case.
	Fingerprint string `json:"fingerprint,omitempty"`
	Form        string `json:"form,omitempty"`
	Command     string `json:"command,omitempty"`
	Target      string `json:"target,omitempty"` // whose list is shown
	Place       string `json:"place,omitempty"`  // bot.Form has it, and the next one
	PlaceOf     string `json:"place_of,omitempty"`
}

func (a formMetadata) encode() string {
	body, _ := json.Marshal(a) // strings alone
	return string(body)
}

func metadataOf(v slack.View) (a formMetadata, err error) {
	if err = json.Unmarshal([]byte(v.PrivateMetadata), &a); err == nil && a.Channel == "" && !a.Ask && !a.Home && a.View == "" {
		err = errors.New("no channel")
	}
	if err != nil {
		return formMetadata{}, fmt.Errorf("metadata of form %q: %w", v.CallbackID, err)
	}
	return a, nil
}

// entered is the value of one input of a form; zero if the form has no such input.
func entered(v slack.View, block, action string) slack.BlockAction {
	if v.State == nil {
		return slack.BlockAction{}
	}
	return v.State.Values[block][action]
}

// OpenForm opens a form. Where Slack's answer is lost, the form may be open all the same: it
// is redrawn then, which succeeds only if it is. One that was turned away, or that got no turn,
// surely is not. A trigger_id opens one form, so no form is opened twice.
func (s *Slack) OpenForm(ctx context.Context, trigger string, f bot.Form) error {
	openCtx, cancel := context.WithTimeout(ctx, apiTimeout)
	defer cancel()
	_, err := s.api.OpenViewContext(openCtx, trigger, s.toListener(ctx).formView(f))
	if err != nil && code(err) == "" && !notPosted(err) {
		s.Log.Warn("whether a form was opened is not known", "err", err)
		return s.RedrawForm(ctx, f)
	}
	return s.wrap("views.open", err)
}

// ErrFormClosed says that a form is not open any more.
var ErrFormClosed = errors.New("slack: the form is closed")

// redrawPauses are the backoff between tries to redraw a form: short, for somebody is
// waiting.
func redrawPauses() []time.Duration { return []time.Duration{250 * time.Millisecond, time.Second} }

// RedrawForm shows an open form as it is now. It finds the form by its external_id, which is
// ours: Slack's view_id is not known where the answer to views.open was lost. Redrawing is
// idempotent, so it is retried unless Slack refuses it. For a form that is not open the
// error is ErrFormClosed.
func (s *Slack) RedrawForm(ctx context.Context, f bot.Form) error {
	ctx, cancel := context.WithTimeout(ctx, 3*apiTimeout)
	defer cancel()
	view := s.toListener(ctx).formView(f)
	err := s.redraw(ctx, view)
	for _, d := range redrawPauses() {
		if err == nil || refused(err) || !pause(ctx, d) {
			break
		}
		err = s.redraw(ctx, view)
	}
	if code(err) == "not_found" {
		return ErrFormClosed
	}
	return s.wrap("views.update", err)
}

func (s *Slack) redraw(ctx context.Context, view slack.ModalViewRequest) error {
	_, err := s.api.UpdateViewContext(ctx, view, view.ExternalID, "", "")
	return err
}

// decodeFormAction reads an act in an open form: another target was chosen, or its list is
// to be read again.
func decodeFormAction(id string, c slack.InteractionCallback) (Delivery, error) {
	a, err := metadataOf(c.View)
	h := Delivery{ID: id, From: from(c, chosenChannel(c.View, a))}
	if err != nil {
		return h, err
	}
	acts := c.ActionCallback.BlockActions
	if len(acts) != 1 || !slices.Contains([]string{targetField, reloadAction, channelField, thingsField}, acts[0].ActionID) {
		return h, fmt.Errorf("form %q: not one act that is known", a.Form)
	}
	h.FormAction = &FormAction{
		Form: a.Form, Any: a.Any, Ask: a.Ask, Command: a.Command, Target: chosenTarget(c.View, a), Place: a.Place, PlaceOf: a.PlaceOf,
		Reason: entered(c.View, reasonField, reasonField).Value,
	}
	if o := acts[0].SelectedOption.Value; acts[0].ActionID == targetField && o != noThing {
		h.FormAction.Target = o
	}
	h.FormAction.Things = picked(c.View, h.FormAction.Target)
	if acts[0].ActionID == thingsField {
		h.FormAction.Picked = momentOf(acts[0].ActionTs)
	}
	return h, nil
}

// momentOf is the moment of an action_ts: seconds, and their fraction behind a dot.
func momentOf(ts string) time.Time {
	seconds, fraction, _ := strings.Cut(ts, ".")
	s, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Time{}
	}
	micros, _ := strconv.ParseInt((fraction + "000000")[:6], 10, 64)
	return time.Unix(s, micros*1000).UTC()
}

// decodeSubmission reads a form that was sent. Only things of the chosen target count: a
// form can be sent after another target was chosen and before its list is shown.
func decodeSubmission(id string, c slack.InteractionCallback) (Delivery, error) {
	a, err := metadataOf(c.View)
	h := Delivery{ID: id, From: from(c, chosenChannel(c.View, a))}
	if err != nil {
		return h, err
	}
	f := FormSubmission{Form: a.Form, Any: a.Any, Ask: a.Ask, Command: a.Command, Target: chosenTarget(c.View, a), Place: a.Place, PlaceOf: a.PlaceOf}
	f.Things = picked(c.View, f.Target)
	f.Reason = entered(c.View, reasonField, reasonField).Value
	h.FormSubmission = &f
	return h, nil
}

// picked are the ids of the things of a target that are picked in a form.
func picked(v slack.View, target string) (ids []string) {
	for _, o := range entered(v, thingsBlock(target), thingsField).SelectedOptions {
		if !namesNothing(o.Value) {
			ids = append(ids, o.Value)
		}
	}
	return ids
}

// chosenChannel is the channel chosen in a form that asks for it. What is shown below may still be
// of an earlier one, and is judged by this one.
func chosenChannel(v slack.View, a formMetadata) string {
	if !a.Ask {
		return a.Channel
	}
	return cmp.Or(entered(v, channelField, channelField).SelectedConversation, a.Channel)
}

// chosenTarget is the target chosen in the menu. The list below the menu may still be that
// of an earlier target.
func chosenTarget(v slack.View, a formMetadata) string {
	if o := entered(v, targetField, targetField).SelectedOption.Value; o != noThing {
		return cmp.Or(o, a.Target)
	}
	return a.Target
}

// errorBlock is the block that shows the error of a field. Slack ignores an error at a block
// which the submitted view does not have; then the target's block shows it.
func errorBlock(v slack.View, f bot.Field) string {
	for _, b := range v.Blocks.BlockSet {
		field, _, _ := strings.Cut(b.ID(), " ")
		if field == string(f) {
			return b.ID()
		}
	}
	return targetField
}
