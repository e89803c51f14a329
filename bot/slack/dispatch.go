package slack

import (
	"context"
	"errors"

	"quell/bot"
	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
)

// speaker is the sender of a delivery, as the front knows them.
func (h Delivery) speaker() bot.Speaker {
	s := bot.Speaker{ID: h.ID, Person: h.From.Person, Named: h.named, Channel: h.From.Channel}
	if h.SlashCommand != nil {
		s.Typed = bot.Typed{Command: h.SlashCommand.Command, Text: h.SlashCommand.Text}
	}
	return s
}

// judge calls the verb of the front that a delivery means, for whoever sent it. The stored
// delivery keeps them as the interaction named them. It is idempotent: the front counts a
// delivery once, by its id.
func (i *Inbox) judge(ctx context.Context, h Delivery) bot.Verdict {
	h.named = i.Speakers.Named(h.From)
	who, err := i.Speakers.Person(ctx, h.From)
	if err != nil && !h.asksForHelp() {
		i.Log.Warn("a person could not be looked up", "id", h.ID, "user", h.From.Person.User, "err", err)
		return i.unknownSender(ctx, h, err)
	}
	h.From.Person = who
	ctx = withListener(ctx, h.From)
	switch {
	case h.Mention != nil:
		return i.Front.Help(ctx, h.speaker())
	case h.Shortcut != nil:
		return i.shortcut(ctx, h)
	case h.SlashCommand != nil && h.SlashCommand.Command == quellCommand:
		return i.quell(ctx, h)
	case h.SlashCommand != nil:
		return i.command(ctx, h)
	case h.Click != nil:
		return i.click(ctx, h)
	case h.DenyReason != nil:
		return i.Front.ExplainNo(ctx, h.speaker(), h.DenyReason.Case, h.DenyReason.Why)
	case h.BreakGlassReason != nil:
		return i.Front.BreakGlass(ctx, h.speaker(), bot.On{Case: h.BreakGlassReason.Case, Fingerprint: h.BreakGlassReason.Fingerprint}, h.BreakGlassReason.Why)
	case h.FormAction != nil:
		return i.atOnce(i.choose(ctx, h))
	case h.FormSubmission != nil:
		f := h.FormSubmission
		return i.Front.Send(ctx, h.speaker(), bot.Sent{
			Form: f.Form, Any: f.Any, AskChannel: f.Ask, Command: f.Command, Target: f.Target, Place: f.Place, PlaceOf: f.PlaceOf, Things: f.Things, Reason: f.Reason,
		})
	}
	return i.Front.Unknown(ctx, h.speaker())
}

// command judges a slash command. One that names no things opens a form to pick them, and so
// does one that is half right, filled in with the rest.
func (i *Inbox) command(ctx context.Context, h Delivery) bot.Verdict {
	r, v := i.understood(ctx, h)
	switch {
	case v.Open:
		return v
	case !v.Say.IsZero(): // a mistake
	case len(r.Things) > 0:
		v = i.Front.Ask(ctx, h.speaker(), r)
	default:
		return i.openForm(ctx, h, h.SlashCommand.Trigger, func(s bot.Speaker) (bot.Form, bot.Verdict) {
			return i.Front.Pick(ctx, s, r)
		})
	}
	if !v.Mendable || r.Command == "" {
		return v
	}
	opened := i.mend(ctx, h, r, v)
	if !opened.Open && !opened.Say.IsZero() {
		return v
	}
	return opened
}

// understood reads a slash command; the verdict says what is wrong with it, or that it is too
// early to tell.
func (i *Inbox) understood(ctx context.Context, h Delivery) (commands.Request, bot.Verdict) {
	r, err := commands.Parse(h.SlashCommand.Command, asTyped(h.SlashCommand.Text), keyboard(), i.Front.Forms(ctx, h.speaker()))
	if err != nil {
		return r, i.Front.Mistaken(err)
	}
	return i.Front.Locate(ctx, h.speaker(), r)
}

// mend opens the form of a slash command, with what is wrong with it.
func (i *Inbox) mend(ctx context.Context, h Delivery, r commands.Request, wrong bot.Verdict) bot.Verdict {
	return i.openForm(ctx, h, h.SlashCommand.Trigger, func(s bot.Speaker) (bot.Form, bot.Verdict) {
		return i.Front.Mend(ctx, s, r, wrong)
	})
}

// click judges a click. The clicker always sees an answer: the card that changes, or a
// sentence.
func (i *Inbox) click(ctx context.Context, h Delivery) bot.Verdict {
	p, s := h.Click, h.speaker()
	on := bot.On{Case: p.Case, Fingerprint: p.Fingerprint}
	switch p.Button {
	case OpenForm:
		return i.reopen(ctx, h)
	case Stop:
		return i.Front.Stop(ctx, s, on)
	}
	i.settleCard(ctx, h)
	switch p.Button {
	case Approve:
		return i.Front.Vote(ctx, s, on, approval.Yes)
	case Deny:
		v := i.Front.Vote(ctx, s, on, approval.No)
		if v.Counts {
			i.askDenyReason(ctx, h)
		}
		return v
	case Withdraw:
		return i.Front.Withdraw(ctx, s, on)
	case LookAgain:
		return i.Front.LookAgain(ctx, s, on)
	case AskAgain:
		return i.openForm(ctx, h, p.Trigger, func(s bot.Speaker) (bot.Form, bot.Verdict) { return i.Front.AskAgain(ctx, s, on) })
	case ActAlone:
		return i.askBreakGlassReason(ctx, h, on)
	case Sign:
		return i.Front.Sign(ctx, s, on)
	case ShowCalls:
		return i.showCalls(ctx, h, on)
	}
	return i.Front.Unknown(ctx, s)
}

// askDenyReason opens the form for the reason of a no. The no counts already, also if the
// form cannot be opened.
func (i *Inbox) askDenyReason(ctx context.Context, h Delivery) {
	p := h.Click
	if p.Trigger == "" {
		return
	}
	i.work.Go(func() {
		if err := i.Face.AskDenyReason(ctx, p.Trigger, h.From.Channel, p.Case); err != nil {
			i.Log.Warn("nobody could be asked why they said no", "case", p.Case, "err", err)
		}
	})
}

// askBreakGlassReason opens the form in which the asker says why they act alone. Without
// the form nothing happens: break-glass needs a typed reason.
func (i *Inbox) askBreakGlassReason(ctx context.Context, h Delivery, on bot.On) bot.Verdict {
	c, v := i.Front.MayBreakGlass(ctx, h.speaker(), on)
	if c.ID == "" {
		return v
	}
	err := errNoTrigger
	if h.Click.Trigger != "" {
		err = i.Face.AskBreakGlassReason(ctx, h.Click.Trigger, c)
	}
	if err == nil || i.offers(ctx, h, words.New("form.offer-alone"), words.New("form.offer-busy"), err) {
		return bot.Verdict{}
	}
	i.Log.Warn("the form to act alone could not be opened", "case", c.ID, "err", err)
	return bot.Verdict{Say: notOpened(err)}
}

// notOpened says why a form was not opened, or that nobody knows whether it was.
func notOpened(err error) words.Message {
	r, told := refusalOf(err)
	switch {
	case tooLate(err):
		return words.New("form.too-late")
	case starved(err):
		return words.New("form.busy")
	case told:
		return words.New("form.refused", words.V{"why": words.Say(r.say())})
	}
	return words.New("form.unclear")
}

// openForm opens the form that the front proposes, and shows its list once that is read. Where it
// is too late for that, whoever acted is offered a button that opens it.
func (i *Inbox) openForm(ctx context.Context, h Delivery, trigger string, propose func(bot.Speaker) (bot.Form, bot.Verdict)) bot.Verdict {
	f, v := propose(h.speaker())
	if f.ID == "" {
		return v
	}
	err := errNoTrigger
	if trigger != "" {
		err = i.Face.OpenForm(ctx, trigger, f)
	}
	if err != nil {
		return i.unopened(ctx, h, f, err)
	}
	if f.Target != "" {
		i.fillList(ctx, h, f)
	}
	return bot.Verdict{}
}

// unopened is the verdict where a form could not be opened.
func (i *Inbox) unopened(ctx context.Context, h Delivery, f bot.Form, err error) bot.Verdict {
	late, busy := words.New("form.offer"), words.New("form.offer-busy")
	if !f.Wrong.IsZero() { // it matters more
		late = words.New("form.offer-wrong", words.V{"why": words.Say(f.Wrong)})
		busy = late
	}
	if i.offers(ctx, h, late, busy, err) {
		return bot.Verdict{}
	}
	i.Log.Warn("a form could not be opened", "user", h.From.Person.User, "err", err)
	switch {
	case !f.Wrong.IsZero():
		return bot.Verdict{Say: f.Wrong}
	case errors.Is(err, errNoTrigger):
		return bot.Verdict{Say: words.New("form.too-late")}
	case f.Any: // no command could be typed in its place
		return bot.Verdict{Say: notOpened(err)}
	}
	return bot.Verdict{Say: words.New("form.not-opened", i.usage(f))}
}

// choose redraws a form for the target that was chosen in it, and reads the list of that
// target.
func (i *Inbox) choose(ctx context.Context, h Delivery) bot.Verdict {
	c, s := h.FormAction, h.speaker()
	if !c.Picked.IsZero() {
		return i.weigh(ctx, h)
	}
	f, v := i.Front.Choose(ctx, s, bot.Form{
		ID: c.Form, Any: c.Any, AskChannel: c.Ask, Command: c.Command, Target: c.Target, Place: c.Place, PlaceOf: c.PlaceOf, Reason: c.Reason, Want: c.Things,
	})
	if f.ID == "" {
		return v
	}
	if err := i.Face.RedrawForm(ctx, f); err != nil {
		i.Log.Warn("a form could not be shown", "user", s.Person.User, "err", err)
		return bot.Verdict{Say: words.New("form.closed")}
	}
	if f.Target != "" {
		i.fillList(ctx, h, f)
	}
	return bot.Verdict{}
}

// mostDraws bounds how often one choice is drawn anew for newer ones: each of those is drawn by its
// own delivery as well.
const mostDraws = 3

// weigh shows in a form who has to agree to what is picked in it by now, and what that costs. Where
// that cannot be shown the form can be sent all the same, so nobody is told.
func (i *Inbox) weigh(ctx context.Context, h Delivery) bot.Verdict {
	c, s := h.FormAction, h.speaker()
	f, drawn, ok := i.Front.Weigh(ctx, s, bot.Form{
		ID: c.Form, Any: c.Any, AskChannel: c.Ask, Command: c.Command, Target: c.Target, Place: c.Place, PlaceOf: c.PlaceOf, Reason: c.Reason, Want: c.Things,
	}, c.Picked)
	for range mostDraws {
		if !ok {
			break
		}
		if err := i.Face.RedrawForm(ctx, f); err != nil {
			if !errors.Is(err, ErrFormClosed) {
				i.Log.Warn("a form could not be shown", "user", s.Person.User, "err", err)
			}
			break
		}
		f, drawn, ok = i.Front.Reweigh(ctx, s, f, drawn)
	}
	return bot.Verdict{}
}

// atOnce is a verdict on an act in a form, which is never judged later: by then its reader may have
// chosen something else, and the older choice would be drawn over it.
func (i *Inbox) atOnce(v bot.Verdict) bot.Verdict {
	if v.Open {
		return bot.Verdict{Say: bot.ChooseAgain(i.Now())}
	}
	return v
}

// fillList reads a form's list in the background and shows it. Where the form cannot be
// redrawn, its person is told in the channel, for the form goes on saying that the list is
// being read. Whoever closed the form is told nothing.
func (i *Inbox) fillList(ctx context.Context, h Delivery, f bot.Form) {
	i.work.Go(func() {
		f, shown := i.Front.Fill(ctx, h.speaker(), f)
		if !shown {
			return
		}
		err := i.Face.RedrawForm(ctx, f)
		if err == nil || errors.Is(err, ErrFormClosed) {
			return
		}
		i.Log.Warn("a form could not be shown", "user", h.From.Person.User, "err", err)
		i.tell(ctx, h.From, words.New("form.not-shown", i.usage(f)))
	})
}

func (i *Inbox) usage(f bot.Form) words.V {
	return words.V{"usage": words.Code(i.Front.Form(f.Command, f.Target).Usage())}
}

// Search looks through the list of an open form for what somebody types into its menu.
func (i *Inbox) Search(ctx context.Context, q bot.Query) bot.Offer { return i.Front.Search(ctx, q) }
