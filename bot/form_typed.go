package bot

import (
	"cmp"
	"context"
	"encoding/json"

	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// formTyped is what was typed and has no input yet in a form that asks for the target first.
type formTyped struct {
	Person commands.Person `json:"person"`
	Typed  []string        `json:"typed,omitempty"`
	Maybe  []string        `json:"maybe,omitempty"`
	Reason string          `json:"reason,omitempty"`
}

func typedID(form string) string { return "typed " + form }

// saveTyped keeps what was typed until a target is chosen. Where it cannot be kept, it has to be
// entered once more.
func (p *picker) saveTyped(ctx context.Context, f Form) {
	if f.Target != "" || len(f.Typed) == 0 && len(f.Maybe) == 0 && f.Reason == "" {
		return
	}
	body, err := json.Marshal(formTyped{f.by, f.Typed, f.Maybe, f.Reason})
	if err == nil {
		err = p.c.Forms.SaveForm(ctx, typedID(f.ID), string(body), p.c.Now().Add(targetsTTL))
	}
	if err != nil {
		p.c.Log.Error("what was typed for a form could not be kept", "err", err)
	}
}

// loadTyped fills a form in with what was typed, once its target is chosen.
func (p *picker) loadTyped(ctx context.Context, f *Form) {
	var k formTyped
	body, err := p.c.Forms.Form(ctx, typedID(f.ID), p.c.Now())
	if err != nil || json.Unmarshal([]byte(body), &k) != nil || k.Person != f.by {
		return // there was nothing, or it is too old
	}
	if len(f.Want) == 0 {
		f.Typed, f.Maybe = k.Typed, k.Maybe
	}
	if f.Reason == "" {
		f.Reason = k.Reason
	}
}

// asksWhich makes a form ask for its target, where what was typed for one names none that the
// asker may be told of. What is not near the name of a target may be the name of a thing, and is
// looked for on the target that they choose. The verdict says why there is no form.
func (p *picker) asksWhich(ctx context.Context, s Speaker, f *Form, inForce *policy.Policy, ask policy.Ask) Verdict {
	typed := cmp.Or(f.from.detail["target"], ask.Request.Target) // another spelling would tell that there is one
	f.Target = ""
	if f.Wrong.IsZero() {
		v := p.unknownTarget(ctx, s, f.from, inForce, ask)
		if !v.Mendable {
			return v
		}
		f.wrong(v.Say, TheTarget)
	}
	if p.likeTarget(inForce, ask, typed) {
		return Verdict{}
	}
	f.Typed = append([]string{typed}, f.Typed...)
	if f.WrongAt == TheTarget {
		r := ask.Request
		if r.Things = f.Typed; r.On == nil {
			r.On = p.holding(ctx, r, f.Targets)
		}
		f.Wrong = whichTarget(typed, r.On)
	}
	return Verdict{}
}

// likeTarget reports whether what was typed is a target's name, or near to one, as far as the
// asker may be told.
func (p *picker) likeTarget(inForce *policy.Policy, ask policy.Ask, typed string) bool {
	_, known := p.c.Systems.Target(ask.Request.Target)
	near := nearest(typed, p.seen(inForce, ask.By, p.c.Systems.Names(ask.Request.Command)))
	return near != "" || known && p.sees(inForce, ask.By, ask.Request.Target) || len(p.alike(inForce, ask.By, typed)) > 0
}

// whichTarget asks for the target of what was typed, which several may hold, or none that is
// known.
func whichTarget(typed string, holding []string) words.Message {
	v := words.V{"target": words.Code(typed)}
	if len(holding) > 1 {
		v["targets"] = words.Some(holding, statusMost)
		return words.New("mistake.target-several", v)
	}
	return words.New("mistake.which-target", v)
}
