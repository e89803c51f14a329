package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"

	"quell/bot/engine"
	"quell/bot/people"
	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

// Form is where somebody picks what a command is to act on. It only proposes:
// what is sent becomes a request like a typed one, and is looked up afresh.
type Form struct {
	ID      string // names it, and what is kept for it
	Channel string // where the request will be made
	Command string
	// Any says that the form is of whatever command its target takes: Command is "" until one is
	// chosen.
	Any bool
	// AskChannel says that the form asks for its Channel, which is "" until one is chosen.
	AskChannel bool
	Targets    []string // those that its reader may act on here
	Target     string   // the chosen target; "" while none is chosen
	Place      string   // where on PlaceOf its reader wants to look; "" for everywhere
	PlaceOf    string   // the target that has the place; "" until one is chosen that has any
	Want       []string // ids or names of the things to pick once the list is read
	Typed      []string // the same, as somebody typed them, in whatever spelling
	Maybe      []string // words of an alert: each is as one that was typed if it names what is live
	// List is what is live there. Its time is zero while it is being read.
	List   integrations.Sighting
	Picked []integrations.Thing // what is filled in
	Reason string               // the same
	Needs  Needs
	Why    words.Message // why there is no list; zero otherwise
	// Wrong is what is wrong with what was typed, for its reader to mend; zero if nothing is.
	// WrongAt is the input that it is about; "" if it is about none.
	Wrong   words.Message
	WrongAt Field
	// Read says what was read of an alert; zero for a form that none filled in.
	Read words.Message
	// Remarks are what else there is to say at an input: what it lacks, what was left out, and what
	// is wrong besides. Nothing that was typed is lost without a word.
	Remarks []Remark

	refused policy.Cause // why the policy refused what was typed; "" if it did not
	misfit  bool         // Wrong is about a word that can name nothing on the target
	looked  bool         // Wrong may come from a look, and the list tells the same anew
	told    bool         // Wrong is the vendor's own word on a thing
	from    attempted    // the words that asked for the form, for the record
	// by is the person whom policy let have the form. Only Pick, Mend, AskAgain and Choose set
	// it: a form from anywhere else is not filled.
	by commands.Person
}

// Remark is something that a form says at one of its inputs; at none for "".
type Remark struct {
	At  Field
	Say words.Message
}

// place is where on the chosen target its reader wants to look: another target's places are
// others.
func (f Form) place() string {
	if f.PlaceOf != f.Target {
		return ""
	}
	return f.Place
}

// Sent is a form that was sent.
type Sent struct {
	Form string // its ID
	Any  bool   // Command is that of Target, whatever the form said
	// AskChannel is that of the form.
	AskChannel bool
	Command    string
	Target     string
	Place      string // those of the form
	PlaceOf    string
	Things     []string // vendor ids
	Reason     string
}

// Needs is what policy will ask of the request.
type Needs struct {
	Nobody bool // it runs as soon as it is asked for
	Reason bool
	// Say tells who will have to approve; zero while no target is chosen.
	Say words.Message
	// Costs are what ending the picked things does; none while nothing is picked.
	Costs []words.Message
}

// listTTL is how long the list of a form is cached for searches.
const listTTL = time.Minute

// listWithin bounds the reading of a list.
const listWithin = 30 * time.Second

// formState is the stored state of an open form: its list, to search in and to check what is
// sent. The list is long and stands last, so that whose it is can be told without it (listOf).
type formState struct {
	Person  commands.Person       `json:"person"`
	Command string                `json:"command"`
	Target  string                `json:"target"`
	Want    []string              `json:"want,omitempty"`  // ids or names of the things to pick
	Typed   []string              `json:"typed,omitempty"` // the same, as they were typed
	Maybe   []string              `json:"maybe,omitempty"` // those that may be the same
	List    integrations.Sighting `json:"list"`
}

// picker proposes forms, reads their lists and searches in them.
type picker struct{ *desk }

// Pick proposes a form for a request that does not say yet what it is to act on. A form
// without an ID is none: the verdict says why. One with a Target is then to be filled.
func (p *picker) Pick(ctx context.Context, s Speaker, r commands.Request) (Form, Verdict) {
	return p.Mend(ctx, s, r, Verdict{})
}

// Mend proposes a form for a request that was understood in part, or is refused for something
// that its asker can mend: filled in with what was understood, and with what is wrong at its
// input. Whoever may have no form gets the verdict that they have. See Pick.
func (p *picker) Mend(ctx context.Context, s Speaker, r commands.Request, wrong Verdict) (Form, Verdict) {
	r.Channel = s.Channel
	t := attempted{detail: map[string]string{"command": r.Command, "target": r.Target}}
	return p.pick(ctx, s, r, t, Form{
		Typed: r.Things, Wrong: wrong.Say, WrongAt: wrong.Field, refused: wrong.Cause, looked: wrong.Case != "", told: wrong.Told,
	})
}

// pick is Pick for a form with some things filled in.
func (p *picker) pick(ctx context.Context, s Speaker, r commands.Request, t attempted, f Form) (Form, Verdict) {
	if s.ID == "" {
		return Form{}, Verdict{Say: words.New("heard.unknown")}
	}
	r.By, r.At, r.Target = s.Person, p.c.Now(), p.meant(r.Target)
	inForce := p.c.Policy()
	ask, err := p.ask(ctx, inForce, r)
	if err != nil && (f.Wrong.IsZero() || errors.Is(err, people.ErrBusy)) {
		return Form{}, p.unknown(ctx, s, t, err)
	}
	if err != nil {
		return Form{}, Verdict{Say: f.Wrong, Field: f.WrongAt}
	}
	why := policy.Unfit(ask.By, ask.Where)
	f.ID, f.Channel, f.Command, f.Target, f.Place, f.Reason, f.from, f.by = s.ID, r.Channel, r.Command, r.Target, r.Place, r.Reason, t, s.Person
	if why.IsZero() {
		f.Targets, why = p.offer(inForce, ask)
	}
	switch {
	case !why.IsZero() || r.Target == "":
	case p.hidden(inForce, ask):
		if v := p.asksWhich(ctx, s, &f, inForce, ask); !v.Say.IsZero() {
			return Form{}, v
		}
	default:
		why = admit(inForce, draft(ask))
	}
	if (!why.IsZero() || len(f.Targets) == 0) && !f.Wrong.IsZero() { // a form in which nothing can be chosen mends nothing
		return Form{}, Verdict{Say: f.Wrong, Field: f.WrongAt}
	}
	if !why.IsZero() {
		t.judged, t.unseen = inForce.Admit(draft(ask)), !p.sees(inForce, ask.By, r.Target)
		return Form{}, p.attempt(ctx, s, t, why)
	}
	return p.settle(ctx, f, r, inForce, ask), Verdict{}
}

// settle completes a form that its reader may have: with what suits the target, with the target
// if there is only one, and with what policy will ask.
func (p *picker) settle(ctx context.Context, f Form, r commands.Request, inForce *policy.Policy, ask policy.Ask) Form {
	if mendable(f.refused) {
		f.remark(lacking(r.Reason, f.Wrong), TheReason)
		f.Wrong, f.WrongAt = words.Message{}, ""
	}
	p.suit(&f, r)
	if f.Target == "" && len(f.Targets) == 1 {
		f.Target = f.Targets[0]
	}
	if f.Place != "" {
		f.PlaceOf = f.Target
	}
	ask.Request.Target, ask.Target = f.Target, p.c.Systems.Named(f.Target)
	f.Needs = p.rehearsed(f.Target, needs(inForce, ask))
	p.saveTargets(ctx, f)
	p.saveTyped(ctx, f)
	return f
}

// wrong says what is wrong with what was typed. The first mistake stays, and others are said
// besides.
func (f *Form) wrong(say words.Message, at Field) {
	switch {
	case f.Wrong.IsZero():
		f.Wrong, f.WrongAt = say, at
	case !reflect.DeepEqual(f.Wrong, say):
		f.remark(say, at)
	}
}

func (f *Form) remark(say words.Message, at Field) {
	if !say.IsZero() {
		f.Remarks = append(f.Remarks, Remark{at, say})
	}
}

// lacking says at its input what a reason lacks, which the policy refused for that: whoever reads
// it is where they can mend it.
func lacking(said string, refused words.Message) words.Message {
	if strings.TrimSpace(said) == "" {
		return words.New("form.say-why", words.V{"rule": refused.Values["rule"]})
	}
	return words.New("form.ticket", words.V{"rule": refused.Values["rule"], "pattern": refused.Values["pattern"]})
}

// suit leaves out the targets whose kinds lack an option that was typed, and leaves out of the
// form what does not suit its target, or any of them, and says so.
func (p *picker) suit(f *Form, r commands.Request) {
	names := []string{f.Target}
	if f.Target == "" {
		r.Things, names = nil, f.Targets
	}
	all, why := p.suited(r, names)
	if f.Target == "" && why.IsZero() {
		f.Targets = all
	}
	if why.IsZero() {
		return
	}
	r.Options = nil
	_, things := p.suited(r, names)
	if !things.IsZero() {
		f.wrong(things, TheThings)
		f.misfit = true
	}
	if !reflect.DeepEqual(things, why) {
		f.leaveOptionOut(why)
	}
}

// leaveOptionOut leaves out an option that does not suit, which its form has no input for.
func (f *Form) leaveOptionOut(why words.Message) {
	f.Place = ""
	if reflect.DeepEqual(f.Wrong, why) {
		f.Wrong, f.WrongAt = words.Message{}, ""
	}
	f.remark(words.New("form.option", words.V{"flag": why.Values["flag"], "target": why.Values["target"]}), "")
}

// suited are those of the named targets whose kinds have the options that were typed; if none
// has, why says so.
func (p *picker) suited(r commands.Request, names []string) (all []string, why words.Message) {
	for _, name := range names {
		r.Target = name
		if no := p.misfit(r); !no.IsZero() {
			why = no
			continue
		}
		all = append(all, name)
	}
	if len(all) > 0 {
		return all, words.Message{}
	}
	return nil, why
}

// draft is an ask whose reason is still to be given.
func draft(a policy.Ask) policy.Ask {
	a.Draft = true
	return a
}

// offer lists the targets that somebody may act on, or says why there is none.
func (d *desk) offer(inForce *policy.Policy, ask policy.Ask) (names []string, why words.Message) {
	for _, name := range d.c.Systems.Names(ask.Request.Command) {
		one := ask
		one.Request.Target, one.Target = name, d.c.Systems.Named(name)
		if no := admit(inForce, draft(one)); !no.IsZero() {
			why = no
			continue
		}
		names = append(names, name)
	}
	if len(names) > 0 {
		return names, words.Message{}
	}
	return nil, why
}

// needs says what policy will ask of a request for one thing on a target.
func needs(inForce *policy.Policy, ask policy.Ask) Needs {
	if ask.Request.Target == "" {
		return Needs{}
	}
	return needsFor(inForce, ask, commands.Plan{Items: []commands.Item{{Thing: integrations.Unprotected()}}})
}

// needsFor says what policy will ask of a request with a plan.
func needsFor(inForce *policy.Policy, ask policy.Ask, plan commands.Plan) Needs {
	d := inForce.Decide(draft(ask), plan)
	bare := ask
	bare.Request.Reason = ""
	n := Needs{Nobody: d.Verdict == policy.Run, Reason: !admit(inForce, bare).IsZero(), Say: words.New("form.needs-nobody")}
	switch d.Verdict {
	case policy.Refuse:
		n.Say = d.Why
	case policy.Consult:
		n.Say = words.New("form.needs", words.V{"count": words.Count(d.Need), "roles": policy.Roles(d.From), "within": words.For(d.Within)})
	}
	return n
}

// rehearsed adds to what policy will ask that nothing is ever done on the target (act: never).
func (p *picker) rehearsed(target string, n Needs) Needs {
	if target != "" && p.c.Systems.Never(target) {
		n.Nobody = false
		n.Say = words.New("never.form", words.V{"needs": words.Say(n.Say), "target": words.Code(target)})
	}
	return n
}

// Fill reads the list of the target of a form that was just proposed to the speaker, which
// may take as long as the system does. shown is false for a form in which somebody has chosen
// another target meanwhile: it is left to that choice.
func (p *picker) Fill(ctx context.Context, s Speaker, f Form) (filled Form, shown bool) {
	if f.by != s.Person || !p.c.Systems.Can(f.Target, f.Command) {
		return f, false
	}
	ctx, _ = integrations.WithTape(ctx)
	k := formState{Person: s.Person, Command: f.Command, Target: f.Target, Want: f.Want, Typed: f.Typed, Maybe: f.Maybe}
	if err := p.saveForm(ctx, f.ID, k); err != nil {
		p.c.Log.Error("a form could not be kept", "err", err)
	}
	listCtx, cancel := context.WithTimeout(ctx, listWithin)
	defer cancel()
	list, err := p.c.Systems.List(listCtx, p.c.Policy(), f.Target, f.Command, f.place())
	if err != nil {
		p.c.Log.Warn("the list for a form could not be read", "target", f.Target, "err", err)
		f.Why = p.c.Systems.Trouble(err, f.Target)
		f.leavePlaceOut(err)
	}
	p.noteList(ctx, s, f)
	if now, errLoad := p.loadForm(ctx, f.ID); errLoad == nil && now.Target != f.Target {
		return f, false
	}
	if err == nil {
		f.Typed = append(slices.Clone(f.Typed), f.known(list)...)
		f.List, k.List, k.Typed = list, list, f.Typed
		f.fill(p.met(ctx, f.Target, f.Command))
		p.weighFilled(ctx, s, &f)
		err = p.saveForm(ctx, f.ID, k)
	}
	if err != nil && f.Why.IsZero() {
		p.c.Log.Error("a form could not be kept", "err", err)
		f.List, f.Why = integrations.Sighting{}, words.New("form.unread")
	}
	return f, true
}

// noteList records that somebody had a list read from a vendor.
func (p *picker) noteList(ctx context.Context, s Speaker, f Form) {
	e := p.attemptEntry(s, f.from, f.Why)
	e.Event = "list"
	e.Detail["target"], e.Detail["command"] = f.Target, f.Command
	e.Detail = engine.WithExchanges(e.Detail, integrations.Taken(ctx))
	if err := p.c.Cases.Note(ctx, "", e); err != nil && !errors.Is(err, store.ErrNotFound) {
		p.c.Log.Error("a list that was read could not be recorded", "err", err)
	}
}

// leavePlaceOut forgets the place of a form whose list could not be read there, if that may be the
// place's fault: no input of the form has it, so its reader could not.
func (f *Form) leavePlaceOut(err error) {
	if place := f.place(); place != "" && engine.AboutPlace(err) {
		f.Why = words.New("form.place", words.V{"place": words.Code(place), "target": words.Code(f.Target)})
		f.Place, f.PlaceOf = "", ""
	}
}

// fill picks the things that are wanted from the list, but for protected ones, and says which of
// those that were typed cannot be.
func (f *Form) fill(met func(name string) bool) {
	r := commands.Request{Command: f.Command, Target: f.Target, Things: f.Typed, Place: f.place(), Met: met}
	typed, unfit := commands.Found(r, f.List)
	f.amiss(typed, unfit)
	f.hintReason(commands.Prose(unfit))
	for _, t := range f.List.Things {
		wanted := slices.Contains(f.Want, t.ID) || slices.Contains(f.Want, t.Name) ||
			slices.ContainsFunc(typed, func(o integrations.Thing) bool { return o.ID == t.ID })
		if wanted && commands.Protected(t).IsZero() {
			f.Picked = append(f.Picked, t)
		}
	}
	f.Picked = f.Picked[:min(len(f.Picked), commands.GrammarOf(f.Command).Most)]
}

// amiss says what keeps the things that were typed from being picked: each that is not there, and
// each that may not be.
func (f *Form) amiss(typed []integrations.Thing, unfit []commands.Unfit) {
	all := slices.DeleteFunc([]words.Message{f.unfit(unfit), f.apart(typed)}, words.Message.IsZero)
	if len(all) > 0 && f.looked && f.WrongAt == TheThings {
		f.Wrong = words.Message{} // it was said of an older list
	}
	for _, why := range all {
		f.wrong(why, TheThings)
	}
}

// hintReason says where a reason goes, to somebody who typed words that name nothing and gave none:
// it is typed behind the names most naturally. Nobody typed the words of an alert.
func (f *Form) hintReason(prose []string) {
	if len(prose) > 0 && f.Reason == "" && !f.Any {
		f.remark(words.New("form.reason-words", words.V{"names": words.Some(prose, statusMost)}), TheReason)
	}
}

// unfit says which names fit nothing on the list. Of a word that can name nothing there it is said
// already, and what the vendor said of a thing by its name tells more than a list without it.
func (f *Form) unfit(unfit []commands.Unfit) words.Message {
	if (f.misfit || f.told) && len(unfit) == 1 {
		return words.Message{}
	}
	return commands.AllUnfit(unfit, f.List)
}

// apart says what keeps things that are there from being asked for together.
func (f *Form) apart(typed []integrations.Thing) words.Message {
	if most := commands.GrammarOf(f.Command).Most; len(typed) > most {
		return commands.TooMany(len(typed), most)
	}
	if names, n := commands.Barred(typed); n > 1 {
		return words.New("form.barred", words.V{"count": words.Count(n), "names": names})
	}
	return commands.Together(typed)
}

func (p *picker) saveForm(ctx context.Context, id string, k formState) error {
	body, err := json.Marshal(k)
	if err != nil {
		return err
	}
	return p.c.Forms.SaveForm(ctx, id, string(body), p.c.Now().Add(listTTL))
}

func (p *picker) loadForm(ctx context.Context, id string) (k formState, err error) {
	body, err := p.c.Forms.Form(ctx, id, p.c.Now())
	if err != nil {
		return k, err
	}
	return k, json.Unmarshal([]byte(body), &k)
}

// Choose proposes a form anew after its reader chose another target in it, or asked for a
// fresh list. The form is then to be filled (Fill), unless it says that they have to choose again.
func (p *picker) Choose(ctx context.Context, s Speaker, f Form) (Form, Verdict) {
	if f.Any {
		return p.chooseAny(ctx, s, f)
	}
	t := attempted{detail: map[string]string{"command": f.Command, "target": f.Target}}
	if !p.c.Systems.Can(f.Target, f.Command) {
		return Form{}, p.attempt(ctx, s, t, words.New("form.no-target"))
	}
	k, errLoad := p.loadForm(ctx, f.ID)
	if errLoad == nil && k.Person != s.Person {
		return Form{}, p.Unknown(ctx, s)
	}
	f.Channel, f.by = s.Channel, s.Person
	inForce := p.c.Policy()
	ask, err := p.ask(ctx, inForce, commands.Request{Command: f.Command, Target: f.Target, By: s.Person, Channel: s.Channel, At: p.c.Now()})
	if errors.Is(err, people.ErrBusy) {
		if again, known := p.unchosen(ctx, s, f, k); known {
			return again, Verdict{}
		}
	}
	if err != nil {
		return Form{}, p.unknown(ctx, s, t, err)
	}
	var why words.Message
	if p.hidden(inForce, ask) {
		why = words.New("form.no-target")
	}
	if why.IsZero() {
		why = admit(inForce, draft(ask))
	}
	if why.IsZero() {
		f.Targets, why = p.offer(inForce, ask)
	}
	if !why.IsZero() {
		return Form{}, p.attempt(ctx, s, t, why)
	}
	f.Needs = p.rehearsed(f.Target, needs(inForce, ask))
	if f.Place != "" && f.PlaceOf == "" && p.hasPlaces(f) {
		f.PlaceOf = f.Target
	}
	if errLoad == nil && len(f.Want) == 0 && k.Target == f.Target {
		f.Want, f.Typed = k.Want, k.Typed // the list could not be shown before
	}
	p.loadTyped(ctx, &f)
	p.saveTargets(ctx, f)
	return f, Verdict{}
}

// ChooseAgain says that nothing came of what somebody chose in a form at a time, and what to do.
func ChooseAgain(at time.Time) words.Message {
	return words.New("form.choose-again", words.V{"at": words.At(at)})
}

// unchosen is a form in which its reader has to choose again, with all that is entered by now. It
// offers what it offered before, and cannot be filled. known is false where nothing is known of it
// any more.
func (p *picker) unchosen(ctx context.Context, s Speaker, f Form, before formState) (again Form, known bool) {
	if before.Target == f.Target && len(f.Want) == 0 {
		f.Want, f.Typed = before.Want, before.Typed
	}
	f.Targets, f.Why, f.by = []string{f.Target}, ChooseAgain(p.c.Now()), commands.Person{}
	menu, err := p.loadTargets(ctx, f.ID)
	if err == nil && menu.Person == s.Person {
		f.Targets = menu.Names
	}
	k := formState{Person: s.Person, Command: f.Command, Target: f.Target, Want: f.Want, Typed: f.Typed}
	if before.Person != s.Person && menu.Person != s.Person {
		return Form{}, false
	}
	if err := p.saveForm(ctx, f.ID, k); err != nil {
		p.c.Log.Error("a form could not be kept", "err", err)
	}
	return f, true
}

// hasPlaces says whether a form's command can be told where on its target to look.
func (p *picker) hasPlaces(f Form) bool {
	t, _ := p.c.Systems.Target(f.Target)
	return slices.ContainsFunc(t.Profile.Options, func(o integrations.Option) bool { return o.Command == f.Command })
}

// read makes a request of a form, as it was filled in.
func (p *picker) read(ctx context.Context, s Speaker, f Sent) (commands.Request, Verdict) {
	if f.Any {
		f.Command = p.commandOf(f.Target)
	}
	r := commands.Request{Command: f.Command, Target: f.Target, Things: f.Things, Picked: true, Reason: f.Reason}
	r.Place = Form{Target: f.Target, Place: f.Place, PlaceOf: f.PlaceOf}.place()
	if f.Target == "" {
		return r, Verdict{Say: words.New("form.no-target"), Field: TheTarget}
	}
	k, err := p.loadForm(ctx, f.Form)
	if err != nil || k.Target != f.Target || k.Person != s.Person {
		return r, Verdict{} // the list is too old to check by; the plan is looked up afresh anyway
	}
	var things []integrations.Thing
	for _, id := range f.Things {
		if t, ok := k.List.Find(id); ok {
			things = append(things, t)
		}
	}
	if why := commands.Together(things); !why.IsZero() {
		return r, Verdict{Say: why, Field: TheThings}
	}
	if len(things) == len(f.Things) && len(things) > 0 {
		r.Place = things[0].Place
	}
	return r, Verdict{}
}

// mendable says whether whoever is refused for a cause has only left something out, which a form
// asks for.
func mendable(cause policy.Cause) bool { return cause == policy.CauseReason }

// fieldOf is the input of a form at which a refusal of policy is shown.
func fieldOf(cause policy.Cause) Field {
	switch cause {
	case policy.CauseReason:
		return TheReason
	case policy.CauseChannel, policy.CauseRole, policy.CauseScope, policy.CauseNoRule, policy.CauseDenied:
		return TheTarget
	}
	return TheThings
}

// Query is what somebody types into a menu of a form to search.
type Query struct {
	Person commands.Person
	Form   string
	Field  Field  // TheThings or TheTarget
	Target string // the one that the form shows; "" while none is chosen
	Text   string
}

// Offer is what a search found.
type Offer struct {
	Things  []integrations.Thing // the likeliest first
	Barred  []integrations.Thing // those that are protected: they are to be read of, and not to be picked
	Targets []string             // the same, for TheTarget
	All     int                  // how many there are
	Left    int                  // how many of them cannot be searched: the form left them out
	At      time.Time            // when they were listed; zero if that is too old to be searched
}

// Search looks through what an open form offers. It asks no system.
func (p *picker) Search(ctx context.Context, q Query) Offer {
	if q.Field == TheTarget {
		return p.searchTargets(ctx, q)
	}
	k, err := p.loadForm(ctx, q.Form)
	if !p.maySearch(q, k.Person, err) {
		return Offer{}
	}
	hits := commands.Search(k.List.Things, q.Text)
	if strings.TrimSpace(q.Text) == "" {
		hits = k.typedFirst(hits)
	}
	free, barred := commands.Apart(hits)
	if strings.TrimSpace(q.Text) == "" && len(free) > 0 {
		barred = nil // nobody named one of them
	}
	return Offer{Things: free, Barred: barred, All: k.List.All(), Left: k.List.Left, At: k.List.At}
}

// typedFirst puts what the typed words fit before all else: of several that one word fits its
// reader is to choose. What is protected is nothing to choose, and stays last.
func (k formState) typedFirst(things []integrations.Thing) []integrations.Thing {
	fitting := map[string]bool{}
	for _, t := range commands.Fitting(commands.Request{Command: k.Command, Things: k.Typed}, k.List) {
		fitting[t.ID] = commands.Protected(t).IsZero()
	}
	rank := func(t integrations.Thing) int { return map[bool]int{true: -1}[fitting[t.ID]] }
	slices.SortStableFunc(things, func(a, b integrations.Thing) int { return cmp.Compare(rank(a), rank(b)) })
	return things
}
