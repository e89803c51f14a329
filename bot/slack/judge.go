package slack

import (
	"context"
	"errors"
	"time"

	"quell/bot"
	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
)

// speaker is whoever said it, as the front knows them.
func (h Heard) speaker() bot.Speaker {
	s := bot.Speaker{ID: h.ID, Person: h.From.Person, Channel: h.From.Channel}
	if h.Typed != nil {
		s.Typed = bot.Typed{Command: h.Typed.Command, Text: h.Typed.Text}
	}
	return s
}

// judge brings a delivery to the verb that it means. Doing it twice does it once.
func (i *Inbox) judge(ctx context.Context, h Heard) bot.Verdict {
	switch {
	case h.Typed != nil && h.Typed.Command == "quell":
		return i.quell(ctx, h)
	case h.Typed != nil:
		return i.command(ctx, h)
	case h.Pressed != nil:
		return i.press(ctx, h)
	case h.Because != nil:
		return i.Front.ExplainNo(ctx, h.speaker(), h.Because.Case, h.Because.Why)
	case h.Alone != nil:
		return i.Front.BreakGlass(ctx, h.speaker(), bot.On{Case: h.Alone.Case, Fingerprint: h.Alone.Fingerprint}, h.Alone.Why)
	case h.Chosen != nil:
		return i.choose(ctx, h)
	case h.Filled != nil:
		f := h.Filled
		return i.Front.Send(ctx, h.speaker(), bot.Sent{Form: f.Form, Command: f.Command, Target: f.Target, Things: f.Things, Reason: f.Reason})
	}
	return i.Front.Unknown(ctx, h.speaker())
}

// command takes a slash command. One that does not say what to act on gets a form.
func (i *Inbox) command(ctx context.Context, h Heard) bot.Verdict {
	r, err := commands.Parse(h.Typed.Command, unescape(h.Typed.Text), keyboard(), i.Front.Form)
	if err != nil {
		return i.Front.Mistaken(err)
	}
	if len(r.Things) > 0 {
		return i.Front.Ask(ctx, h.speaker(), r)
	}
	return i.form(ctx, h, h.Typed.Trigger, func(s bot.Speaker) (bot.Form, bot.Verdict) {
		return i.Front.Pick(ctx, s, r)
	})
}

// press takes a click. Whatever comes of it, the clicker gets an answer they can see: the
// card that moves, or a sentence.
func (i *Inbox) press(ctx context.Context, h Heard) bot.Verdict {
	p, s := h.Pressed, h.speaker()
	on := bot.On{Case: p.Case, Fingerprint: p.Fingerprint}
	i.retire(ctx, p)
	switch p.Choice {
	case Approve:
		return i.Front.Vote(ctx, s, on, approval.Yes)
	case Deny:
		v := i.Front.Vote(ctx, s, on, approval.No)
		if v.Counts {
			i.askWhy(ctx, h)
		}
		return v
	case Withdraw:
		return i.Front.Withdraw(ctx, s, on)
	case Look:
		return i.Front.LookAgain(ctx, s, on)
	case Again:
		return i.form(ctx, h, p.Trigger, func(s bot.Speaker) (bot.Form, bot.Verdict) { return i.Front.AskAgain(ctx, s, on) })
	case Glass:
		return i.askGlass(ctx, h, on)
	case Sign:
		return i.Front.Sign(ctx, s, on)
	}
	return i.Front.Unknown(ctx, s)
}

// retire takes the buttons from a card that is not the case's own. Slack's answer to its
// posting was lost, so another was posted; a click on either counts. The case's own is
// always the newer one: what is newer than the stored one was posted and could not be
// stored yet.
func (i *Inbox) retire(ctx context.Context, p *Pressed) {
	stray := p.Card
	rec, err := i.Front.Shown(ctx, p.Case)
	if err != nil || stray.TS == "" {
		return
	}
	own := MessageOf(rec.Card)
	if stray.Channel != own.Channel || stray.TS >= own.TS {
		return
	}
	name := stray.Channel + " " + stray.TS
	if !i.strays.Take(name) {
		return
	}
	i.work.Go(func() {
		defer i.strays.Give(name)
		if err := i.Face.Retire(ctx, p.Case, stray.Card()); err != nil {
			i.Log.Warn("a second card could not be retired", "case", p.Case, "err", err)
			return
		}
		i.strays.Rest(name, i.Now().Add(time.Hour)) // a click that waits is judged again and again
	})
}

// askWhy opens the form for a reason. The no counts already; without the form it counts
// as well.
func (i *Inbox) askWhy(ctx context.Context, h Heard) {
	p := h.Pressed
	if p.Trigger == "" {
		return
	}
	i.work.Go(func() {
		if err := i.Face.AskWhy(ctx, p.Trigger, h.From.Channel, p.Case); err != nil {
			i.Log.Warn("nobody could be asked why they said no", "case", p.Case, "err", err)
		}
	})
}

// askGlass opens the form in which the asker says why they act alone. Without the form
// nothing happens: it takes a typed reason.
func (i *Inbox) askGlass(ctx context.Context, h Heard, on bot.On) bot.Verdict {
	c, v := i.Front.MayBreakGlass(ctx, h.speaker(), on)
	if c.ID == "" {
		return v
	}
	if h.Pressed.Trigger == "" {
		return bot.Verdict{Say: words.New("form.too-late")}
	}
	if err := i.Face.AskGlass(ctx, h.Pressed.Trigger, c); err != nil {
		i.Log.Warn("the form to act alone could not be opened", "case", c.ID, "err", err)
		return bot.Verdict{Say: words.New("form.too-late")}
	}
	return bot.Verdict{}
}

// form opens a form, and shows its list once that is read.
func (i *Inbox) form(ctx context.Context, h Heard, trigger string, propose func(bot.Speaker) (bot.Form, bot.Verdict)) bot.Verdict {
	if trigger == "" {
		return bot.Verdict{Say: words.New("form.too-late")}
	}
	s := h.speaker()
	f, v := propose(s)
	if f.ID == "" {
		return v
	}
	if err := i.Face.Open(ctx, trigger, f); err != nil {
		i.Log.Warn("a form could not be opened", "user", s.Person.User, "err", err)
		return bot.Verdict{Say: words.New("form.not-opened", i.usage(f))}
	}
	if f.Target != "" {
		i.fill(ctx, h, f)
	}
	return bot.Verdict{}
}

// choose shows the list of a target that was chosen in a form, or shows it anew.
func (i *Inbox) choose(ctx context.Context, h Heard) bot.Verdict {
	c, s := h.Chosen, h.speaker()
	f, v := i.Front.Choose(ctx, s, bot.Form{ID: c.Form, Command: c.Command, Target: c.Target, Reason: c.Reason, Want: c.Things})
	if f.ID == "" {
		return v
	}
	if err := i.Face.Redraw(ctx, f); err != nil {
		i.Log.Warn("a form could not be shown", "user", s.Person.User, "err", err)
		return bot.Verdict{Say: words.New("form.closed")}
	}
	i.fill(ctx, h, f)
	return bot.Verdict{}
}

// fill reads a form's list in the background and shows it. Where that cannot be done it is
// said in the form's place, for the form goes on saying that the list is being read.
// Whoever closed it knows.
func (i *Inbox) fill(ctx context.Context, h Heard, f bot.Form) {
	i.work.Go(func() {
		f, shown := i.Front.Fill(ctx, h.speaker(), f)
		if !shown {
			return
		}
		err := i.Face.Redraw(ctx, f)
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

// Search looks through the list of an open form.
func (i *Inbox) Search(ctx context.Context, q bot.Query) bot.Offer { return i.Front.Search(ctx, q) }
