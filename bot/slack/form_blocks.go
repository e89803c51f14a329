package slack

import (
	"slices"

	"github.com/slack-go/slack"

	"quell/bot"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// Slack's limits on a form and its menus (docs.slack.dev, "View objects", "Block
// Kit reference"), in characters.
const (
	maxViewTitle = 24
	maxLabel     = 75 // of an option, of a group
	maxHint      = 150
	maxValue     = 150 // of an option
)

// formDrawing draws a form to pick from: the target, what is live there, the reason, and who
// will have to agree.
type formDrawing struct {
	drawing
	bot.Form
}

// formView is the modal of a form as it is now. Without a target it has no submit button.
// With a target the reason can be typed while the list is still being read, and it stays
// when the list is read again.
func (s Config) formView(f bot.Form) slack.ModalViewRequest {
	p := formDrawing{s.formDrawing(), f}
	view := slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: pickForm, ExternalID: f.ID, // of an envelope, so no other form has it
		PrivateMetadata: formMetadata{
			Channel: f.Channel, Any: f.Any, Ask: f.AskChannel, Form: f.ID, Command: f.Command, Target: f.Target, Place: f.Place, PlaceOf: f.PlaceOf,
		}.encode(),
		Title: p.label(p.title(), maxViewTitle),
		Close: p.label(words.New("form.cancel"), maxViewTitle),
	}
	if f.Target == "" {
		view.Blocks.BlockSet = slices.Concat(p.channel(), p.read(), p.targets(), p.wrong("", bot.TheTarget, bot.TheThings, bot.TheReason))
		return view
	}
	view.Submit = p.label(p.send(), maxViewTitle)
	view.Blocks.BlockSet = slices.Concat(
		p.channel(), p.read(), p.wrong(""),
		[]slack.Block{p.targetInput()}, p.wrong(bot.TheTarget),
		p.list(), p.wrong(bot.TheThings), p.needs(),
		[]slack.Block{p.reasonInput()}, p.wrong(bot.TheReason),
		p.protected(),
	)
	return view
}

// send is what the button that sends the form does.
func (p formDrawing) send() words.Message {
	if p.Needs.Nobody {
		return words.New("form.send-now")
	}
	return words.New("form.send")
}

// needs are who has to agree, and what it costs.
func (p formDrawing) needs() (blocks []slack.Block) {
	if !p.Needs.Say.IsZero() {
		blocks = append(blocks, p.context([]words.Message{p.Needs.Say}))
	}
	if len(p.Needs.Costs) > 0 {
		blocks = append(blocks, section(markdown(p.rich.Value(words.Lines(p.Needs.Costs)))))
	}
	return blocks
}

// title names what a form is for; of whatever command, that is known once a target is chosen.
func (p formDrawing) title() words.Message {
	if p.Command == "" {
		return words.New("form.title-any")
	}
	return words.New("form.title." + p.Command)
}

// channel asks for the channel, where a form does: in a section, whose menu tells of each choice.
// It offers no direct messages and no channel of another organization: nothing may be asked there.
func (p formDrawing) channel() []slack.Block {
	if !p.AskChannel {
		return nil
	}
	e := slack.NewOptionsSelectBlockElement(slack.OptTypeConversations, p.label(words.New("form.channel-hint"), maxHint), channelField)
	e.Filter = &slack.SelectBlockElementFilter{Include: []string{"public", "private"}, ExcludeExternalSharedChannels: true, ExcludeBotUsers: true}
	e.InitialConversation = p.Form.Channel
	return append([]slack.Block{beside(markdown(p.rich.Say(words.New("form.channel"))), e, channelField)}, p.wrong(bot.TheChannel)...)
}

// read says what was read of an alert.
func (p formDrawing) read() []slack.Block {
	if p.Read.IsZero() {
		return nil
	}
	return []slack.Block{p.context([]words.Message{p.Read})}
}

// targets asks for the target, as soon as it is known where.
func (p formDrawing) targets() []slack.Block {
	if len(p.Targets) == 0 {
		return nil
	}
	return []slack.Block{p.targetSection()}
}

// wrong shows what is wrong with what was typed, and what else there is to remark, if it is about
// one of some inputs: a form that is opened can have no errors (docs.slack.dev, "views.open"), so
// it stands below the input.
func (p formDrawing) wrong(at ...bot.Field) (all []slack.Block) {
	for _, r := range append([]bot.Remark{{At: p.WrongAt, Say: p.Wrong}}, p.Remarks...) {
		if !r.Say.IsZero() && slices.Contains(at, r.At) {
			all = append(all, p.context([]words.Message{words.New("form.wrong", words.V{"why": words.Say(r.Say)})}))
		}
	}
	return all
}

// targetSection asks for the target in a section: with an input block the view would need a
// submit button.
func (p formDrawing) targetSection() slack.Block {
	return beside(markdown(p.rich.Say(words.New("form.choose"))), p.targetMenu(), targetField)
}

func (p formDrawing) targetInput() slack.Block {
	label := p.label(words.New("form.target"), maxHint)
	return slack.NewInputBlock(targetField, label, nil, p.targetMenu()).WithDispatchAction(true)
}

// targetMenu is the menu of targets. Of more than a menu can hold it offers those that are
// searched for.
func (p formDrawing) targetMenu() *slack.SelectBlockElement {
	e := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, p.label(words.New("form.target-hint"), maxHint), targetField)
	if n := len(p.Targets); n > maxOptions {
		hint := p.label(words.New("form.target-search", words.V{"count": words.Count(n)}), maxHint)
		e = slack.NewOptionsSelectBlockElement(slack.OptTypeExternal, hint, targetField)
		e.MinQueryLength = new(int) // so that an empty search shows the first of them
	} else {
		for _, name := range p.Targets {
			e.Options = append(e.Options, p.targetOption(name))
		}
	}
	if slices.Contains(p.Targets, p.Target) {
		e.InitialOption = p.targetOption(p.Target)
	}
	return e
}

// list is the part of a form that shows the list of its target: that it is being read, why
// it could not be read, or the menu of things.
func (p formDrawing) list() []slack.Block {
	switch {
	case !p.Why.IsZero():
		return []slack.Block{p.besideReload(p.Why)}
	case p.List.At.IsZero():
		return []slack.Block{section(markdown(p.rich.Say(words.New("form.reading", words.V{"target": words.Code(p.Target)}))))}
	case len(p.List.Things) == 0:
		return []slack.Block{p.besideReload(p.count()...)}
	}
	below := p.besideReload(p.count()...)
	if free, _ := commands.Apart(p.List.Things); len(free) == 0 {
		return []slack.Block{below}
	}
	return []slack.Block{p.thingsInput(), below}
}

// protected is what is not in the menu, at the end of the form: whoever misses something finds there why.
func (p formDrawing) protected() []slack.Block {
	_, barred := commands.Apart(p.List.Things)
	if len(barred) == 0 || !p.Why.IsZero() {
		return nil
	}
	return []slack.Block{section(markdown(p.rich.Value(words.Lines(left(barred)))))}
}

// barredMost is how many protected things a form names.
const barredMost = 5

// left counts the protected things, which are not in the menu, and says of the first of them why.
func left(barred []integrations.Thing) (lines []words.Message) {
	lines = append(lines, words.New("form.barred-left", words.V{"count": words.Count(len(barred))}))
	for _, t := range barred[:min(len(barred), barredMost)] {
		v := words.V{"thing": words.Code(t.Name), "called": words.Code(integrations.Clean(t.Called, integrations.Shown)), "why": words.Say(commands.Protected(t))}
		if t.Called == "" || t.Called == t.Name {
			lines = append(lines, words.New("form.barred-one", v))
			continue
		}
		lines = append(lines, words.New("form.barred-called", v))
	}
	if more := len(barred) - barredMost; more > 0 {
		lines = append(lines, words.New("form.barred-more", words.V{"count": words.Count(more)}))
	}
	return lines
}

func (p formDrawing) thingsInput() slack.Block {
	e := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeExternal, p.label(words.New("form.search"), maxHint), thingsField).
		WithMinQueryLength(0).WithMaxSelectedItems(commands.GrammarOf(p.Command).Most)
	for _, t := range withFittingID(p.Picked) {
		e.InitialOptions = append(e.InitialOptions, p.option(t))
	}
	return slack.NewInputBlock(thingsBlock(p.Target), p.label(words.New("form.things."+p.Command), maxHint), nil, e).WithDispatchAction(true)
}

// count says how many things are on the list, of what time it is, and what it lacks.
func (p formDrawing) count() []words.Message {
	n := p.List.All()
	v := words.V{"count": words.Count(n), "target": words.Code(p.Target), "at": words.At(p.List.At)}
	lines := []words.Message{words.New("form.listed."+p.Command, v)}
	switch {
	case n == 0 && !p.List.Complete:
		lines = []words.Message{words.New("form.unseen", v)}
	case n == 0:
		lines = []words.Message{words.New("form.empty", v)}
	case p.List.Left > 0:
		lines = append(lines, words.New("form.cut", words.V{"count": words.Count(len(p.List.Things)), "left": words.Count(p.List.Left)}))
	case !p.List.Complete && p.List.Unread == 0:
		lines = append(lines, words.New("form.partial"))
	}
	if p.List.Unread > 0 {
		lines = append(lines, words.New("form.rest", words.V{"count": words.Count(p.List.Unread)}))
	}
	if left := len(p.List.Things) - len(withFittingID(p.List.Things)); left > 0 {
		lines = append(lines, words.New("form.left-out", words.V{"count": words.Count(left)}))
	}
	return lines
}

// besideReload is a section with the button that has the list read again.
func (p formDrawing) besideReload(lines ...words.Message) slack.Block {
	button := slack.NewButtonBlockElement(reloadAction, "", p.label(words.New("form.read-again"), maxLabel))
	return beside(markdown(p.rich.Value(words.Lines(lines))), button, listBlock)
}

func (p formDrawing) reasonInput() slack.Block {
	e := slack.NewPlainTextInputBlockElement(nil, reasonField).
		WithMultiline(true).WithMaxLength(commands.MaxReason).WithInitialValue(p.Reason)
	label, hint := p.label(words.New("form.reason"), maxHint), p.label(words.New("form.reason-hint"), maxHint)
	return slack.NewInputBlock(reasonField, label, hint, e).WithOptional(!p.Needs.Reason)
}

func (d drawing) label(m words.Message, most int) *slack.TextBlockObject {
	return plainText(d.plain.Say(m), most)
}
