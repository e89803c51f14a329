package bot

import (
	"context"
	"errors"
	"slices"
	"strings"

	"quell/bot/people"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

// Opening is what a form begins with that no command names: somebody wants to stop something, and
// has an alert before them, or nothing.
type Opening struct {
	Alert     commands.Alert
	FromAlert bool
	Reason    string
	// AskChannel is for somebody who is nowhere that the face knows of: the form asks where the
	// request is to be made, and is judged there as a command would be.
	AskChannel bool
}

// Begin proposes a form of whatever command its target takes. See Pick.
func (p *picker) Begin(ctx context.Context, s Speaker, o Opening) (Form, Verdict) {
	if s.ID == "" {
		return Form{}, Verdict{Say: words.New("heard.unknown")}
	}
	f := Form{
		ID: s.ID, Channel: s.Channel, Any: true, AskChannel: o.AskChannel, Reason: o.Reason, by: s.Person,
		from: attempted{detail: map[string]string{"command": "form"}},
	}
	if s.Channel == "" {
		v, ok := p.Member(ctx, s)
		if !ok {
			return Form{}, v
		}
		return f, Verdict{}
	}
	targets, why, err := p.anything(ctx, s)
	switch {
	case err != nil:
		return Form{}, p.unknown(ctx, s, f.from, err)
	case !why.IsZero():
		return Form{}, p.attempt(ctx, s, f.from, why)
	}
	f.Targets = targets
	if o.FromAlert {
		p.readInto(ctx, s, &f, o.Alert)
	}
	return p.begun(ctx, s, f)
}

// begun completes a form whose target is chosen, or that asks for it.
func (p *picker) begun(ctx context.Context, s Speaker, f Form) (Form, Verdict) {
	if f.Target == "" && len(f.Targets) == 1 {
		f.Target = f.Targets[0]
	}
	f.Command = p.commandOf(f.Target)
	r := commands.Request{Command: f.Command, Target: f.Target, Things: f.Typed, Reason: f.Reason, By: s.Person, Channel: s.Channel, At: p.c.Now()}
	inForce := p.c.Policy()
	ask, err := p.ask(ctx, inForce, r)
	if err != nil {
		return Form{}, p.unknown(ctx, s, f.from, err)
	}
	all := f.Targets
	f = p.settle(ctx, f, r, inForce, ask)
	f.Targets = all // what does not suit one target may suit another
	return f, Verdict{}
}

// anything are the targets on which the speaker may act from here, whatever command they take; why
// says why there is none.
func (p *picker) anything(ctx context.Context, s Speaker) (targets []string, why words.Message, err error) {
	inForce := p.c.Policy()
	for _, g := range commands.Grammars() {
		if len(p.c.Systems.Names(g.Name)) == 0 {
			continue
		}
		ask, err := p.ask(ctx, inForce, commands.Request{Command: g.Name, By: s.Person, Channel: s.Channel, At: p.c.Now()})
		if err != nil {
			return nil, words.Message{}, err
		}
		if why := policy.Unfit(ask.By, ask.Where); !why.IsZero() {
			return nil, why, nil
		}
		names, no := p.offer(inForce, ask)
		targets, why = append(targets, names...), no
	}
	if len(targets) > 0 {
		slices.Sort(targets)
		return slices.Compact(targets), words.Message{}, nil
	}
	return nil, why, nil
}

// commandOf is the command of a target; "" for none. Each kind takes one.
func (p *picker) commandOf(target string) string {
	for _, g := range commands.Grammars() {
		if p.c.Systems.Can(target, g.Name) {
			return g.Name
		}
	}
	return ""
}

// readInto fills a form in with what an alert names, and says what that is. The target is the one
// that it names, or else the one on whose newest list all is that it names.
func (p *picker) readInto(ctx context.Context, s Speaker, f *Form, a commands.Alert) {
	named := namedIn(a, f.Targets)
	f.Typed = slices.DeleteFunc(slices.Clone(a.Sure), func(w string) bool { return slices.Contains(named, w) })
	f.Maybe = slices.DeleteFunc(slices.Clone(a.Words), func(w string) bool { return slices.Contains(named, w) })
	f.Read = read(f.Typed, named)
	f.remark(leftOut(a), "")
	switch {
	case len(named) == 1:
		f.Target = named[0]
	case len(named) > 1:
		f.remark(words.New("form.read-several", words.V{"targets": words.Some(named, statusMost)}), TheTarget)
	case len(f.Typed) > 0:
		if on := p.holdingAny(ctx, s, *f); len(on) == 1 {
			f.Target = on[0]
		}
	}
}

// namedIn are the targets of some that an alert names, in whatever spelling.
func namedIn(a commands.Alert, targets []string) (named []string) {
	for _, word := range slices.Concat(a.Sure, a.Words) {
		for _, t := range commands.Meant(word, targets) {
			if !slices.Contains(named, t) {
				named = append(named, t)
			}
		}
	}
	slices.Sort(named)
	return named
}

// read says what was read of an alert, so that whoever knows it sees what was not.
func read(typed, targets []string) words.Message {
	all := slices.Concat(targets, typed)
	if len(all) == 0 {
		return words.New("form.read-nothing")
	}
	return words.New("form.read", words.V{"words": words.Code(strings.Join(all, ", "))})
}

// leftOut counts what of an alert was read and is more than a form is filled in with.
func leftOut(a commands.Alert) words.Message {
	if a.Left == 0 {
		return words.Message{}
	}
	return words.New("form.read-left", words.V{"count": words.Count(a.Left)})
}

// holdingAny are the form's targets on whose newest list all is that is typed in it, whatever
// command they take.
func (p *picker) holdingAny(ctx context.Context, s Speaker, f Form) (on []string) {
	for _, g := range commands.Grammars() {
		r := commands.Request{Command: g.Name, Things: f.Typed, By: s.Person, Channel: s.Channel, At: p.c.Now()}
		takes := slices.DeleteFunc(slices.Clone(f.Targets), func(t string) bool { return p.commandOf(t) != g.Name })
		on = append(on, p.holding(ctx, r, takes)...)
	}
	return on
}

// known are those words of an alert that are names of what is live on the form's target, and of
// nothing that is named there for sure: an alert says the name of a client beside its address, and
// others may be called alike. Where one that is named for sure is not there, each name may have been
// its name, so none counts.
func (f *Form) known(list integrations.Sighting) (all []string) {
	fitting := func(words ...string) []integrations.Thing {
		return commands.Fitting(commands.Request{Command: f.Command, Target: f.Target, Things: words}, list)
	}
	sure := fitting(f.Typed...)
	if slices.ContainsFunc(f.Typed, func(word string) bool { return len(fitting(word)) == 0 }) {
		return nil
	}
	for _, word := range f.Maybe {
		hits := fitting(word)
		named := slices.ContainsFunc(hits, func(t integrations.Thing) bool {
			return slices.ContainsFunc(sure, func(o integrations.Thing) bool { return o.ID == t.ID })
		})
		if len(hits) > 0 && !named {
			all = append(all, word)
		}
	}
	return all
}

// chooseAny is Choose for a form of whatever command, in which the channel or the target was
// chosen.
func (p *picker) chooseAny(ctx context.Context, s Speaker, f Form) (Form, Verdict) {
	f.Channel, f.Command, f.by = s.Channel, p.commandOf(f.Target), s.Person
	f.from = attempted{detail: map[string]string{"command": f.Command, "target": f.Target}}
	targets, why, err := p.anything(ctx, s)
	if f.AskChannel && err == nil && why.IsZero() {
		why, err = p.outOf(ctx, s)
	}
	if errors.Is(err, people.ErrBusy) {
		return Form{}, Verdict{Say: ChooseAgain(p.c.Now())}
	}
	if err != nil {
		why = people.Unknown(err)
	}
	if !why.IsZero() {
		return p.nothingHere(ctx, s, f, why)
	}
	f.Targets = targets
	if !slices.Contains(targets, f.Target) {
		f.Target, f.Command = "", ""
	}
	k, err := p.loadForm(ctx, f.ID)
	if err == nil && k.Person == s.Person && len(f.Want) == 0 && k.Target == f.Target {
		f.Want, f.Typed, f.Maybe = k.Want, k.Typed, k.Maybe
	}
	p.loadTyped(ctx, &f)
	return p.begun(ctx, s, f)
}

// outOf says why somebody who chose a channel in a form may not ask there: a command is typed by
// whoever is in its channel, and a form only names one. Zero for who may.
func (p *picker) outOf(ctx context.Context, s Speaker) (words.Message, error) {
	in, err := p.c.People.Reads(ctx, s.Person, s.Channel)
	if err != nil || in {
		return words.Message{}, err
	}
	return words.New("form.channel-not-in"), nil
}

// inChannel is the verdict on a form that names a channel in which its sender is not; zero for any
// other.
func (p *picker) inChannel(ctx context.Context, s Speaker, f Sent) Verdict {
	if !f.AskChannel {
		return Verdict{}
	}
	why, err := p.outOf(ctx, s)
	if err != nil {
		return p.unknown(ctx, s, attempted{}, err)
	}
	if why.IsZero() {
		return Verdict{}
	}
	v := p.attempt(ctx, s, attempted{}, why)
	v.Field = TheTarget // the menu of channels is no input, so no error can stand at it
	return v
}

// nothingHere is a form in a channel from which the speaker may do nothing: it says why, and they
// can choose another.
func (p *picker) nothingHere(ctx context.Context, s Speaker, f Form, why words.Message) (Form, Verdict) {
	v := p.attempt(ctx, s, f.from, why)
	if !f.AskChannel || v.Open {
		return Form{}, v
	}
	f.Target, f.Command, f.Targets = "", "", nil
	f.wrong(v.Say, TheChannel)
	return f, Verdict{}
}
