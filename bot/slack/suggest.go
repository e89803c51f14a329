package slack

import (
	"context"
	"encoding/json"

	"github.com/slack-go/slack"

	"quell/bot"
	"quell/commands/words"
)

// Slack's limits on the answer to one block_suggestion: the number of options
// (docs.slack.dev, "Select menu element"), and their bytes, for Slack drops an
// acknowledgement of 20 kB without an error (slack-go, Client.SendCtx).
const (
	maxOptions      = 100
	maxOptionsBytes = 17_000
	barredBytes     = 4_000 // of them, for what is protected
)

// noThing is the value of an option that is only to be read.
const noThing = "-"

// suggest answers a block_suggestion: what somebody types into the menu of a form. It is no
// delivery, and nothing of it is stored.
func (r *receiver) suggest(ctx context.Context, e event) {
	ctx, cancel := context.WithTimeout(ctx, ackTimeout)
	defer cancel()
	c, _ := e.Data.(slack.InteractionCallback)
	a, err := metadataOf(c.View)
	if err != nil {
		r.Log.Warn("a search makes no sense", "id", e.EnvelopeID, "err", err)
		r.ack(e, noOptions())
		return
	}
	by := from(c, a.Channel)
	q := bot.Query{Form: a.Form, Field: bot.Field(c.ActionID), Target: a.Target, Text: c.Value}
	o := r.search(ctx, by, q)
	if q.Field == bot.TheTarget {
		r.ack(e, r.toOne(by).targetMenu(o))
		return
	}
	r.ack(e, r.toOne(by).menu(a.Command, o))
}

// search looks through a form's list for whoever is at the form. Where it could not be looked
// up who that is, the list reads as one that is too old: reading it again may help.
func (r *receiver) search(ctx context.Context, at ReplyTo, q bot.Query) (o bot.Offer) {
	who, err := r.Person(ctx, at)
	if err != nil {
		r.Log.Warn("a person could not be looked up", "user", at.Person.User, "err", err)
		return o
	}
	q.Person = who
	return r.handler.Search(ctx, q)
}

// noOptions is an answer with an empty list of options. The library's own type would omit
// an empty list, and Slack takes that for no answer.
func noOptions() any { return map[string]any{"options": []string{}} }

// menu draws the options that a search found, in a group whose label counts them.
func (s Config) menu(command string, o bot.Offer) any {
	d := s.formDrawing()
	if o.At.IsZero() {
		advice := slack.NewOptionBlockObject(noThing, d.label(words.New("form.stale-advice"), maxLabel), nil)
		return d.group(words.New("form.stale"), advice)
	}
	found := withFittingID(o.Things)
	below := optionsThatFit(min(len(o.Barred), barredMost), barredBytes, func(i int) *slack.OptionBlockObject { return d.readOnly(i, o.Barred[i]) })
	shown := optionsThatFit(min(len(found), maxOptions-len(below)), maxOptionsBytes-barredBytes*min(len(below), 1), func(i int) *slack.OptionBlockObject { return d.option(found[i]) })
	barred := words.New("form.barred-found", words.V{"count": words.Count(len(o.Barred)), "all": words.Count(o.All)})
	switch {
	case len(shown) == 0 && o.Left > 0:
		advice := slack.NewOptionBlockObject(noThing, d.label(words.New("form.cut-advice"), maxLabel), nil)
		return d.group(words.New("form.cut-none", words.V{"count": words.Count(o.All - o.Left), "all": words.Count(o.All)}), advice)
	case len(shown) == 0 && len(below) > 0:
		return d.group(barred, below...)
	case len(shown) == 0:
		return noOptions()
	}
	menu := d.group(likeliest(command, o, len(shown), len(found)), shown...)
	if len(below) > 0 {
		menu.OptionGroups = append(menu.OptionGroups, d.group(barred, below...).OptionGroups...)
	}
	return menu
}

// likeliest counts what a menu shows of what a search found.
func likeliest(command string, o bot.Offer, shown, found int) words.Message {
	v := words.V{"count": words.Count(shown), "found": words.Count(found), "all": words.Count(o.All), "at": words.At(o.At)}
	switch {
	case shown < found:
		return words.New("form.likeliest", v)
	case shown < o.All:
		return words.New("form.found", v)
	}
	return words.New("form.listed."+command, v)
}

// targetMenu draws the targets that a search found, as menu draws things.
func (s Config) targetMenu(o bot.Offer) any {
	d := drawing{plain: s.speaker(plain{})}
	if o.At.IsZero() {
		advice := slack.NewOptionBlockObject(noThing, d.label(words.New("form.systems-stale-advice"), maxLabel), nil)
		return d.group(words.New("form.systems-stale"), advice)
	}
	shown := optionsThatFit(len(o.Targets), maxOptionsBytes, func(i int) *slack.OptionBlockObject { return d.targetOption(o.Targets[i]) })
	if len(shown) == 0 {
		return noOptions()
	}
	v := words.V{"count": words.Count(len(shown)), "found": words.Count(len(o.Targets)), "all": words.Count(o.All)}
	if len(shown) < len(o.Targets) {
		return d.group(words.New("form.systems-first", v), shown...)
	}
	return d.group(words.New("form.systems-found", v), shown...)
}

func (d drawing) targetOption(name string) *slack.OptionBlockObject {
	return slack.NewOptionBlockObject(name, plainText(d.plain.Value(words.Code(name)), maxLabel), nil)
}

// optionsThatFit are the first of so many options, as many as a menu and so many bytes of its
// acknowledgement can carry.
func optionsThatFit(most, bytes int, option func(int) *slack.OptionBlockObject) (shown []*slack.OptionBlockObject) {
	for size := 0; len(shown) < min(most, maxOptions); {
		o := option(len(shown))
		body, _ := json.Marshal(o) // as the library will
		if size += len(body) + 1; size > bytes {
			break
		}
		shown = append(shown, o)
	}
	return shown
}

func (d drawing) group(label words.Message, options ...*slack.OptionBlockObject) slack.OptionGroupsResponse {
	return slack.OptionGroupsResponse{OptionGroups: []*slack.OptionGroupBlockObject{
		slack.NewOptionGroupBlockElement(d.label(label, maxLabel), options...),
	}}
}
