package slack

import (
	"context"
	"errors"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/keylock"
	"quell/commands"
	"quell/commands/words"
)

// dispatcher calls the verb of the front that a delivery means, and opens the forms and lists that
// it asks for.
type dispatcher struct {
	*desk
	homes  *homes
	strays *keylock.Lock // stray cards that are known, by who clicked them
}

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
func (d *dispatcher) judge(ctx context.Context, h Delivery) bot.Verdict {
	h.named = d.Speakers.Named(h.From)
	who, err := d.Speakers.Person(ctx, h.From)
	if err != nil && !h.asksForHelp() {
		d.Log.Warn("a person could not be looked up", "id", h.ID, "user", h.From.Person.User, "err", err)
		return d.unknownSender(ctx, h, err)
	}
	h.From.Person = who
	ctx = withListener(ctx, h.From)
	switch {
	case h.Mention != nil:
		return d.Front.Help(ctx, h.speaker())
	case h.Shortcut != nil:
		return d.shortcut(ctx, h)
	case h.SlashCommand != nil && h.SlashCommand.Command == quellCommand:
		return d.quell(ctx, h)
	case h.SlashCommand != nil:
		return d.command(ctx, h)
	case h.Click != nil:
		return d.click(ctx, h)
	case h.DenyReason != nil:
		return d.Front.ExplainNo(ctx, h.speaker(), h.DenyReason.Case, h.DenyReason.Why)
	case h.BreakGlassReason != nil:
		return d.Front.BreakGlass(ctx, h.speaker(), bot.On{Case: h.BreakGlassReason.Case, Fingerprint: h.BreakGlassReason.Fingerprint}, h.BreakGlassReason.Why)
	case h.FormAction != nil:
		return d.atOnce(d.choose(ctx, h))
	case h.FormSubmission != nil:
		f := h.FormSubmission
		return d.Front.Send(ctx, h.speaker(), bot.Sent{
			Form: f.Form, Any: f.Any, AskChannel: f.Ask, Command: f.Command, Target: f.Target, Place: f.Place, PlaceOf: f.PlaceOf, Things: f.Things, Reason: f.Reason,
		})
	}
	return d.Front.Unknown(ctx, h.speaker())
}

// command judges a slash command. One that names no things opens a form to pick them, and so
// does one that is half right, filled in with the rest.
func (d *dispatcher) command(ctx context.Context, h Delivery) bot.Verdict {
	r, v := d.understood(ctx, h)
	switch {
	case v.Open:
		return v
	case !v.Say.IsZero(): // a mistake
	case len(r.Things) > 0:
		v = d.Front.Ask(ctx, h.speaker(), r)
	default:
		return d.openForm(ctx, h, h.SlashCommand.Trigger, func(s bot.Speaker) (bot.Form, bot.Verdict) {
			return d.Front.Pick(ctx, s, r)
		})
	}
	if !v.Mendable || r.Command == "" {
		return v
	}
	opened := d.mend(ctx, h, r, v)
	if !opened.Open && !opened.Say.IsZero() {
		return v
	}
	return opened
}

// understood reads a slash command; the verdict says what is wrong with it, or that it is too
// early to tell.
func (d *dispatcher) understood(ctx context.Context, h Delivery) (commands.Request, bot.Verdict) {
	r, err := commands.Parse(h.SlashCommand.Command, asTyped(h.SlashCommand.Text), keyboard(), d.Front.Forms(ctx, h.speaker()))
	if err != nil {
		return r, d.Front.Mistaken(err)
	}
	return d.Front.Locate(ctx, h.speaker(), r)
}

// mend opens the form of a slash command, with what is wrong with it.
func (d *dispatcher) mend(ctx context.Context, h Delivery, r commands.Request, wrong bot.Verdict) bot.Verdict {
	return d.openForm(ctx, h, h.SlashCommand.Trigger, func(s bot.Speaker) (bot.Form, bot.Verdict) {
		return d.Front.Mend(ctx, s, r, wrong)
	})
}

// click judges a click. The clicker always sees an answer: the card that changes, or a
// sentence.
func (d *dispatcher) click(ctx context.Context, h Delivery) bot.Verdict {
	p, s := h.Click, h.speaker()
	on := bot.On{Case: p.Case, Fingerprint: p.Fingerprint}
	switch p.Button {
	case OpenForm:
		return d.reopen(ctx, h)
	case Stop:
		v, no := d.Front.Stop(ctx, s, on)
		return d.denied(ctx, h, v, no)
	}
	d.settleCard(ctx, h)
	switch p.Button {
	case Approve:
		return d.Front.Vote(ctx, s, on, approval.Yes)
	case Deny:
		return d.denied(ctx, h, d.Front.Vote(ctx, s, on, approval.No), true)
	case Withdraw:
		return d.Front.Withdraw(ctx, s, on)
	case LookAgain:
		return d.Front.LookAgain(ctx, s, on)
	case AskAgain:
		return d.openForm(ctx, h, p.Trigger, func(s bot.Speaker) (bot.Form, bot.Verdict) { return d.Front.AskAgain(ctx, s, on) })
	case ActAlone:
		return d.askBreakGlassReason(ctx, h, on)
	case Sign:
		return d.Front.Sign(ctx, s, on)
	case ShowCalls:
		return d.showCalls(ctx, h, on)
	}
	return d.Front.Unknown(ctx, s)
}

// denied opens the form for the reason of a no that counts, also if the form cannot be opened.
func (d *dispatcher) denied(ctx context.Context, h Delivery, v bot.Verdict, no bool) bot.Verdict {
	p := h.Click
	if !no || !v.Counts || p.Trigger == "" {
		return v
	}
	d.work.Go(func() {
		if err := d.Face.AskDenyReason(ctx, p.Trigger, h.From.Channel, p.Case); err != nil {
			d.Log.Warn("nobody could be asked why they said no", "case", p.Case, "err", err)
		}
	})
	return v
}

// askBreakGlassReason opens the form in which the asker says why they act alone. Without
// the form nothing happens: break-glass needs a typed reason.
func (d *dispatcher) askBreakGlassReason(ctx context.Context, h Delivery, on bot.On) bot.Verdict {
	c, v := d.Front.MayBreakGlass(ctx, h.speaker(), on)
	if c.ID == "" {
		return v
	}
	err := errNoTrigger
	if h.Click.Trigger != "" {
		err = d.Face.AskBreakGlassReason(ctx, h.Click.Trigger, c)
	}
	if err == nil || d.offers(ctx, h, words.New("form.offer-alone"), words.New("form.offer-busy"), err) {
		return bot.Verdict{}
	}
	d.Log.Warn("the form to act alone could not be opened", "case", c.ID, "err", err)
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
func (d *dispatcher) openForm(ctx context.Context, h Delivery, trigger string, propose func(bot.Speaker) (bot.Form, bot.Verdict)) bot.Verdict {
	f, v := propose(h.speaker())
	if f.ID == "" {
		return v
	}
	err := errNoTrigger
	if trigger != "" {
		err = d.Face.OpenForm(ctx, trigger, f)
	}
	if err != nil {
		return d.unopened(ctx, h, f, err)
	}
	if f.Target != "" {
		d.fillList(ctx, h, f)
	}
	return bot.Verdict{}
}

// unopened is the verdict where a form could not be opened.
func (d *dispatcher) unopened(ctx context.Context, h Delivery, f bot.Form, err error) bot.Verdict {
	late, busy := words.New("form.offer"), words.New("form.offer-busy")
	if !f.Wrong.IsZero() { // it matters more
		late = words.New("form.offer-wrong", words.V{"why": words.Say(f.Wrong)})
		busy = late
	}
	if d.offers(ctx, h, late, busy, err) {
		return bot.Verdict{}
	}
	d.Log.Warn("a form could not be opened", "user", h.From.Person.User, "err", err)
	switch {
	case !f.Wrong.IsZero():
		return bot.Verdict{Say: f.Wrong}
	case errors.Is(err, errNoTrigger):
		return bot.Verdict{Say: words.New("form.too-late")}
	case f.Any: // no command could be typed in its place
		return bot.Verdict{Say: notOpened(err)}
	}
	return bot.Verdict{Say: words.New("form.not-opened", d.usage(f))}
}

// choose redraws a form for the target that was chosen in it, and reads the list of that
// target.
func (d *dispatcher) choose(ctx context.Context, h Delivery) bot.Verdict {
	c, s := h.FormAction, h.speaker()
	if !c.Picked.IsZero() {
		return d.weigh(ctx, h)
	}
	f, v := d.Front.Choose(ctx, s, bot.Form{
		ID: c.Form, Any: c.Any, AskChannel: c.Ask, Command: c.Command, Target: c.Target, Place: c.Place, PlaceOf: c.PlaceOf, Reason: c.Reason, Want: c.Things,
	})
	if f.ID == "" {
		return v
	}
	if err := d.Face.RedrawForm(ctx, f); err != nil {
		d.Log.Warn("a form could not be shown", "user", s.Person.User, "err", err)
		return bot.Verdict{Say: words.New("form.closed")}
	}
	if f.Target != "" {
		d.fillList(ctx, h, f)
	}
	return bot.Verdict{}
}

// mostDraws bounds how often one choice is drawn anew for newer ones: each of those is drawn by its
// own delivery as well.
const mostDraws = 3

// weigh shows in a form who has to agree to what is picked in it by now, and what that costs. Where
// that cannot be shown the form can be sent all the same, so nobody is told.
func (d *dispatcher) weigh(ctx context.Context, h Delivery) bot.Verdict {
	c, s := h.FormAction, h.speaker()
	f, drawn, ok := d.Front.Weigh(ctx, s, bot.Form{
		ID: c.Form, Any: c.Any, AskChannel: c.Ask, Command: c.Command, Target: c.Target, Place: c.Place, PlaceOf: c.PlaceOf, Reason: c.Reason, Want: c.Things,
	}, c.Picked)
	for range mostDraws {
		if !ok {
			break
		}
		if err := d.Face.RedrawForm(ctx, f); err != nil {
			if !errors.Is(err, ErrFormClosed) {
				d.Log.Warn("a form could not be shown", "user", s.Person.User, "err", err)
			}
			break
		}
		f, drawn, ok = d.Front.Reweigh(ctx, s, f, drawn)
	}
	return bot.Verdict{}
}

// atOnce is a verdict on an act in a form, which is never judged later: by then its reader may have
// chosen something else, and the older choice would be drawn over it.
func (d *dispatcher) atOnce(v bot.Verdict) bot.Verdict {
	if v.Open {
		return bot.Verdict{Say: bot.ChooseAgain(d.Now())}
	}
	return v
}

// fillList reads a form's list in the background and shows it. Where the form cannot be
// redrawn, its person is told in the channel, for the form goes on saying that the list is
// being read. Whoever closed the form is told nothing.
func (d *dispatcher) fillList(ctx context.Context, h Delivery, f bot.Form) {
	d.work.Go(func() {
		f, shown := d.Front.Fill(ctx, h.speaker(), f)
		if !shown {
			return
		}
		err := d.Face.RedrawForm(ctx, f)
		if err == nil || errors.Is(err, ErrFormClosed) {
			return
		}
		d.Log.Warn("a form could not be shown", "user", h.From.Person.User, "err", err)
		d.tell(ctx, h.From, words.New("form.not-shown", d.usage(f)))
	})
}

func (d *dispatcher) usage(f bot.Form) words.V {
	return words.V{"usage": words.Code(d.Front.Form(f.Command, f.Target).Usage())}
}

// pending opens the list of what waits for the sender.
func (d *dispatcher) pending(ctx context.Context, h Delivery) bot.Verdict {
	list, v := d.Front.Waiting(ctx, h.speaker())
	if v.Open || !v.Say.IsZero() {
		return v
	}
	view, err := "", errNoTrigger
	if h.SlashCommand.Trigger != "" {
		view, err = d.Face.OpenWaiting(ctx, h.SlashCommand.Trigger, h.From, list)
	}
	switch late := words.New("pending.offer"); {
	case err == nil:
		d.homes.opened(ReplyTo{Person: h.From.Person, Enterprise: h.From.Enterprise, View: view}, sumOf(list, words.Message{}), list.Hidden > 0, d.Now())
		return bot.Verdict{}
	case d.offers(ctx, h, late, late, err):
		return bot.Verdict{}
	}
	d.Log.Warn("the list of what waits for somebody could not be opened", "user", h.From.Person.User, "err", err)
	return bot.Verdict{Say: notOpened(err)}
}
