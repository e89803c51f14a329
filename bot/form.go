package bot

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"quell/bot/store"
	"quell/bot/words"
	"quell/commands"
	"quell/integrations"
	"quell/policy"
)

// Form is where somebody picks what a command is to act on. It only proposes:
// what is sent becomes a request like a typed one, and is looked up afresh.
type Form struct {
	ID      string // names it, and what is kept for it
	Channel string // where the request will be made
	Command string
	Targets []string // those that its reader may act on here
	Target  string   // the one that is chosen; "" while none is
	// List is what is live there. Its time is zero while it is being read.
	List   integrations.Sighting
	Picked []integrations.Thing // what is filled in
	Reason string               // the same
	Needs  Needs
	Why    words.Message // why there is no list; zero otherwise
}

// ErrFormClosed says that a form is not open any more: somebody closed it.
var ErrFormClosed = errors.New("bot: the form is closed")

// Needs is what policy will ask of the request.
type Needs struct {
	Reason bool
	// Say tells who will have to approve; zero while no target is chosen.
	Say words.Message
}

// listed is how long a list may be searched after it was read.
const listed = time.Minute

// formMost bounds how many targets one form offers: a menu of Slack's takes 100.
const formMost = 100

// keptForm is what is kept of a form, to search in and to check what is sent.
type keptForm struct {
	Person  commands.Person       `json:"person"`
	Command string                `json:"command"`
	Target  string                `json:"target"`
	Want    []string              `json:"want,omitempty"` // what is to be filled in
	List    integrations.Sighting `json:"list"`
}

// form opens a form for a request that does not say yet what it is to act on.
// want are ids or names of things that are to be filled in.
func (b *Bot) form(ctx context.Context, h Heard, r commands.Request, trigger string, want []string) verdict {
	if trigger == "" {
		return verdict{say: words.New("form.too-late")}
	}
	rules := b.Policy()
	ask, why := b.ask(ctx, rules, r)
	if why.IsZero() {
		why = policy.Unfit(ask.By, ask.Where)
	}
	f := Form{ID: h.ID, Channel: r.Channel, Command: r.Command, Target: r.Target, Reason: r.Reason}
	if why.IsZero() {
		f.Targets, why = b.offer(rules, ask)
	}
	if why.IsZero() && r.Target != "" {
		if t, ok := b.Targets[r.Target]; t.Actions[r.Command] == nil {
			return verdict{say: b.noTarget(r, ok)}
		}
		why = admit(rules, willed(ask))
	}
	if !why.IsZero() {
		return b.attempt(ctx, h, why)
	}
	if f.Target == "" && len(f.Targets) == 1 {
		f.Target = f.Targets[0]
	}
	ask.Request.Target, ask.Target = f.Target, b.named(f.Target)
	f.Needs = needs(rules, ask)
	if err := b.Screen.Open(ctx, trigger, f); err != nil {
		b.Log.Warn("a form could not be opened", "user", r.By.User, "err", err)
		return verdict{say: words.New("form.not-opened", words.V{"usage": words.Code(commands.GrammarOf(f.Command).Usage())})}
	}
	if f.Target != "" {
		b.work.Go(func() { b.fill(ctx, h, ask, f, want) })
	}
	return verdict{}
}

// willed is an ask as it may become: the form asks for the reason.
func willed(a policy.Ask) policy.Ask {
	if a.Request.Reason == "" {
		a.Request.Reason = "…"
	}
	return a
}

// offer lists the targets that somebody may act on, or says why there is none.
func (b *Bot) offer(rules Judge, ask policy.Ask) (names []string, why words.Message) {
	for _, name := range b.names(ask.Request.Command) {
		one := willed(ask)
		one.Request.Target, one.Target = name, b.named(name)
		if no := admit(rules, one); !no.IsZero() {
			why = no
			continue
		}
		names = append(names, name)
	}
	if len(names) > 0 {
		return names[:min(len(names), formMost)], words.Message{}
	}
	return nil, why
}

// needs says what policy will ask of a request for one thing on a target.
func needs(rules Judge, ask policy.Ask) Needs {
	if ask.Request.Target == "" {
		return Needs{}
	}
	d := rules.Decide(willed(ask), commands.Plan{Items: []commands.Item{{Thing: unprotected()}}})
	bare := ask
	bare.Request.Reason = ""
	n := Needs{Reason: !admit(rules, bare).IsZero(), Say: words.New("form.needs-nobody")}
	switch d.Verdict {
	case policy.Refuse:
		n.Say = d.Why
	case policy.Consult:
		n.Say = words.New("form.needs", words.V{"count": words.Count(d.Need), "roles": policy.Roles(d.From), "within": words.For(d.Within)})
	}
	return n
}

// unprotected is a thing that no rule protects.
func unprotected() integrations.Thing {
	return integrations.Thing{Traits: integrations.Traits{Read: true}}
}

// fill reads the list of a form's target and shows it. A form in which somebody
// has chosen another target meanwhile is left to that choice.
func (b *Bot) fill(ctx context.Context, h Heard, ask policy.Ask, f Form, want []string) {
	k := keptForm{Person: h.From.Person, Command: f.Command, Target: f.Target, Want: want}
	if err := b.keep(ctx, f.ID, k); err != nil {
		b.Log.Error("a form could not be kept", "err", err)
	}
	listCtx, cancel := context.WithTimeout(ctx, planWithin)
	defer cancel()
	action, _ := b.on(f.Target, f.Command) // offered, so it is there
	list, err := action.List(listCtx, ask.Request.Place)
	if err != nil {
		b.Log.Warn("the list for a form could not be read", "target", f.Target, "err", err)
		f.Why = blame(err, f.Target)
	}
	b.noteList(ctx, h, f)
	if kept, errKept := b.kept(ctx, f.ID); errKept == nil && kept.Target != f.Target {
		return
	}
	if err == nil {
		f.List, k.List = list, list
		f.Picked = wanted(list, want, commands.GrammarOf(f.Command).Most)
		err = b.keep(ctx, f.ID, k)
	}
	if err != nil && f.Why.IsZero() {
		b.Log.Error("a form could not be kept", "err", err)
		f.List, f.Why = integrations.Sighting{}, words.New("form.unread")
	}
	b.show(ctx, h, f)
}

// show draws a form with its list. Where that cannot be done it is said in the form's
// place, for the form goes on saying that the list is being read. Whoever closed it knows.
func (b *Bot) show(ctx context.Context, h Heard, f Form) {
	err := b.Screen.Redraw(ctx, f)
	if err == nil || errors.Is(err, ErrFormClosed) {
		return
	}
	b.Log.Warn("a form could not be shown", "user", h.From.Person.User, "err", err)
	b.tell(ctx, h.From, words.New("form.not-shown", words.V{"usage": words.Code(commands.GrammarOf(f.Command).Usage())}))
}

// wanted picks the things with those ids or names, as far as people may.
func wanted(list integrations.Sighting, want []string, most int) (picked []integrations.Thing) {
	for _, t := range list.Things {
		if (slices.Contains(want, t.ID) || slices.Contains(want, t.Name)) && commands.Protected(t).IsZero() {
			picked = append(picked, t)
		}
	}
	return picked[:min(len(picked), most)]
}

func (b *Bot) keep(ctx context.Context, id string, k keptForm) error {
	body, err := json.Marshal(k)
	if err != nil {
		return err
	}
	return b.Forms.KeepForm(ctx, id, string(body), b.Now().Add(listed))
}

func (b *Bot) kept(ctx context.Context, id string) (k keptForm, err error) {
	body, err := b.Forms.Form(ctx, id, b.Now())
	if err != nil {
		return k, err
	}
	return k, json.Unmarshal([]byte(body), &k)
}

// choose reads the list of a target that was chosen in a form, or reads it anew.
func (b *Bot) choose(ctx context.Context, h Heard) verdict {
	r := commands.Request{Command: h.Chosen.Command, Target: h.Chosen.Target, By: h.From.Person, Channel: h.From.Channel, At: b.Now()}
	t := b.Targets[r.Target]
	if t.Actions[r.Command] == nil {
		return b.attempt(ctx, h, words.New("form.no-target"))
	}
	f := Form{ID: h.Chosen.Form, Channel: r.Channel, Command: r.Command, Target: r.Target, Reason: h.Chosen.Reason}
	rules := b.Policy()
	ask, why := b.ask(ctx, rules, r)
	if why.IsZero() {
		why = admit(rules, willed(ask))
	}
	if why.IsZero() {
		f.Targets, why = b.offer(rules, ask)
	}
	if !why.IsZero() {
		return b.attempt(ctx, h, why)
	}
	f.Needs = needs(rules, ask)
	if err := b.Screen.Redraw(ctx, f); err != nil {
		b.Log.Warn("a form could not be shown", "user", h.From.Person.User, "err", err)
		return verdict{say: words.New("form.closed")}
	}
	want := h.Chosen.Things
	if k, err := b.kept(ctx, f.ID); err == nil && len(want) == 0 && k.Target == f.Target {
		want = k.Want // the list could not be shown before
	}
	b.work.Go(func() { b.fill(ctx, h, ask, f, want) })
	return verdict{}
}

// filled takes a form that was sent. What it holds against itself it says at the
// field.
func (b *Bot) filled(ctx context.Context, h Heard) verdict {
	r, wrong := b.read(ctx, h)
	if !wrong.say.IsZero() {
		return wrong
	}
	v := b.enter(ctx, h, r)
	if !v.say.IsZero() && !v.open { // what is stored and waits closes the form
		v.at = fieldOf(v.say)
	}
	return v
}

// read makes a request of a form.
func (b *Bot) read(ctx context.Context, h Heard) (commands.Request, verdict) {
	f := h.Filled
	r := commands.Request{Command: f.Command, Target: f.Target, Things: f.Things, By: h.From.Person, Channel: h.From.Channel, At: b.Now()}
	reason, err := commands.CleanReason(f.Reason)
	if m, ok := errors.AsType[*commands.Mistake](err); ok {
		return r, verdict{say: m.Message, at: TheReason}
	}
	r.Reason = reason
	switch {
	case f.Target == "":
		return r, verdict{say: words.New("form.no-target"), at: TheTarget}
	case len(f.Things) == 0:
		return r, verdict{say: words.New("form.nothing"), at: TheThings}
	case len(f.Things) > commands.GrammarOf(f.Command).Most:
		return r, verdict{say: commands.TooMany(len(f.Things), commands.GrammarOf(f.Command).Most), at: TheThings}
	}
	k, err := b.kept(ctx, f.Form)
	if err != nil || k.Target != f.Target || k.Person != h.From.Person {
		return r, verdict{} // the list is too old to check by; the plan is looked up afresh anyway
	}
	var things []integrations.Thing
	for _, id := range f.Things {
		if t, ok := k.List.Find(id); ok {
			things = append(things, t)
		}
	}
	if why := commands.Together(things); !why.IsZero() {
		return r, verdict{say: why, at: TheThings}
	}
	if len(things) == len(f.Things) {
		r.Place = things[0].Place
	}
	return r, verdict{}
}

// fieldOf is where in a form a refusal belongs.
func fieldOf(m words.Message) Field {
	switch m.ID {
	case "refused.reason":
		return TheReason
	case "refused.miss.channel", "refused.miss.role", "refused.miss.scope", "refused.no-rule", "refused.denied",
		"mistake.target-near", "mistake.target-unknown", "mistake.target-cannot":
		return TheTarget
	}
	return TheThings
}

// Query is what somebody types into a form to search.
type Query struct {
	Person commands.Person
	Form   string
	Text   string
}

// Offer is what a search found.
type Offer struct {
	Things []integrations.Thing // the likeliest first
	All    int                  // how many are on the list
	At     time.Time            // when it was read; zero if it is too old to be searched
}

// Search looks through the list of an open form. It asks no system.
func (b *Bot) Search(ctx context.Context, q Query) Offer {
	k, err := b.kept(ctx, q.Form)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return Offer{}
	case err != nil:
		b.Log.Error("a form could not be read", "err", err)
		return Offer{}
	case k.Person != q.Person:
		b.Log.Warn("somebody searched another's form", "user", q.Person.User, "form", q.Form)
		return Offer{}
	}
	return Offer{Things: commands.Search(k.List.Things, q.Text), All: len(k.List.Things), At: k.List.At}
}
