package bot

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

// choice is what is picked in a form at a time, stored until the form is shown with who has to agree
// to that and what it costs. Each choice may come to another process, and be drawn late: so the
// newest that is stored is drawn, and drawn again if a newer one came meanwhile.
type choice struct {
	Person commands.Person `json:"person"`
	At     time.Time       `json:"at"` // when it was made, by the face's clock
	On     string          `json:"on"` // the target
	Things []string        `json:"things"`
}

// choiceTTL is how long a choice is kept: longer than a list, so that it is not taken for one.
const choiceTTL = 10 * time.Minute

func choiceID(form string) string { return "choice " + form }

// Weigh completes an open form with who has to agree to what is picked in it by now (Want), and with
// what that costs. It reads no system. ok is false where nothing newer is picked than was drawn
// (after), or where the list is too old to tell.
func (p *picker) Weigh(ctx context.Context, s Speaker, f Form, made time.Time) (weighed Form, at time.Time, ok bool) {
	body, err := json.Marshal(choice{s.Person, made, f.Target, f.Want})
	if err == nil {
		err = p.c.Forms.SaveNewer(ctx, choiceID(f.ID), string(body), made.Add(choiceTTL))
	}
	if err != nil {
		p.c.Log.Error("what was picked in a form could not be kept", "err", err)
		return Form{}, time.Time{}, false
	}
	return p.Reweigh(ctx, s, f, time.Time{})
}

// Reweigh is Weigh for what was picked after the choice that was drawn last.
func (p *picker) Reweigh(ctx context.Context, s Speaker, f Form, drawn time.Time) (weighed Form, at time.Time, ok bool) {
	var c choice
	body, err := p.c.Forms.Form(ctx, choiceID(f.ID), p.c.Now())
	if err != nil || json.Unmarshal([]byte(body), &c) != nil || c.Person != s.Person || !c.At.After(drawn) {
		return Form{}, time.Time{}, false
	}
	k, err := p.loadForm(ctx, f.ID)
	if err != nil || k.Person != s.Person || k.Target != c.On || k.List.At.IsZero() {
		return Form{}, time.Time{}, false
	}
	f.Channel, f.Command, f.Target, f.by, f.List = s.Channel, k.Command, k.Target, s.Person, k.List
	f.Targets = []string{f.Target}
	if menu, err := p.loadTargets(ctx, f.ID); err == nil && menu.Person == s.Person {
		f.Targets = menu.Names
	}
	f.Picked = thingsWith(k.List, c.Things)
	ask, err := p.ask(ctx, p.c.Policy(), commands.Request{
		Command: f.Command, Target: f.Target, Things: c.Things, Picked: true, Reason: f.Reason, By: s.Person, Channel: s.Channel, At: p.c.Now(),
	})
	if err != nil {
		return Form{}, time.Time{}, false
	}
	f.Needs = p.rehearsed(f.Target, needsOf(p.c.Policy(), ask, f.Picked))
	return f, c.At, true
}

// weighFilled says of what is filled in who has to agree and what it costs, as if it were picked.
func (p *picker) weighFilled(ctx context.Context, s Speaker, f *Form) {
	if len(f.Picked) == 0 {
		return
	}
	ask, err := p.ask(ctx, p.c.Policy(), commands.Request{
		Command: f.Command, Target: f.Target, Picked: true, Reason: f.Reason, By: s.Person, Channel: s.Channel, At: p.c.Now(),
	})
	if err == nil {
		f.Needs = p.rehearsed(f.Target, needsOf(p.c.Policy(), ask, f.Picked))
	}
}

// thingsWith are the things of a list that have some ids.
func thingsWith(list integrations.Sighting, ids []string) (things []integrations.Thing) {
	for _, id := range ids {
		if t, ok := list.Find(id); ok {
			things = append(things, t)
		}
	}
	return things
}

// needsOf says what policy will ask of a request for some things, and what that costs.
func needsOf(inForce *policy.Policy, ask policy.Ask, things []integrations.Thing) Needs {
	if len(things) == 0 {
		return needs(inForce, ask)
	}
	plan := commands.Plan{}
	for _, t := range things {
		plan.Items = append(plan.Items, commands.Item{Thing: t})
	}
	n := needsFor(inForce, ask, plan)
	n.Costs = slices.Insert(commands.Hurts(ask.Request.Command, things), 0, words.New("form.chosen", words.V{"count": words.Count(len(things))}))
	return n
}
