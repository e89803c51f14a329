package bot

import (
	"context"
	"encoding/json"

	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// formDraft is what was typed and has no input yet in a form that asks for the target first.
type formDraft struct {
	Person commands.Person `json:"person"`
	Typed  []string        `json:"typed,omitempty"`
	Reason string          `json:"reason,omitempty"`
}

func draftID(form string) string { return "draft " + form }

// saveDraft keeps what was typed until a target is chosen. Where it cannot be kept, it has to be
// entered once more.
func (p *picker) saveDraft(ctx context.Context, f Form) {
	if f.Target != "" || len(f.Typed) == 0 && f.Reason == "" {
		return
	}
	body, err := json.Marshal(formDraft{f.by, f.Typed, f.Reason})
	if err == nil {
		err = p.c.Forms.SaveForm(ctx, draftID(f.ID), string(body), p.c.Now().Add(targetsTTL))
	}
	if err != nil {
		p.c.Log.Error("what was typed for a form could not be kept", "err", err)
	}
}

// loadDraft fills a form in with what was typed, once its target is chosen.
func (p *picker) loadDraft(ctx context.Context, f *Form) {
	var d formDraft
	body, err := p.c.Forms.Form(ctx, draftID(f.ID), p.c.Now())
	if err != nil || json.Unmarshal([]byte(body), &d) != nil || d.Person != f.by {
		return // there was nothing, or it is too old
	}
	if len(f.Want) == 0 {
		f.Typed = d.Typed
	}
	if f.Reason == "" {
		f.Reason = d.Reason
	}
}

// asksWhich makes a form ask for its target, where what was typed for one names none that the
// asker may be told of. What is not near the name of a target may be the name of a thing, and is
// looked for on the target that they choose. The verdict says why there is no form.
func (p *picker) asksWhich(ctx context.Context, s Speaker, f *Form, inForce *policy.Policy, ask policy.Ask) Verdict {
	typed := ask.Request.Target
	f.Target = ""
	if f.Wrong.IsZero() {
		v := p.unknownTarget(ctx, s, f.from, inForce, ask)
		if !v.Mendable {
			return v
		}
		f.wrong(v.Say, TheTarget)
	}
	_, known := p.c.Systems.Target(typed)
	if known && p.sees(inForce, ask.By, typed) || len(p.alike(inForce, ask.By, typed)) > 0 || nearest(typed, f.Targets) != "" {
		return Verdict{}
	}
	f.Typed = append([]string{typed}, f.Typed...)
	if f.WrongAt == TheTarget {
		r := ask.Request
		r.Things = f.Typed
		f.Wrong = whichTarget(typed, p.holding(ctx, r))
	}
	return Verdict{}
}

// whichTarget asks for the target of what was typed, which several may hold, or none that is
// known.
func whichTarget(typed string, holding []string) words.Message {
	v := words.V{"target": words.Code(typed)}
	if len(holding) > 1 {
		v["targets"] = someOf(holding)
		return words.New("mistake.target-several", v)
	}
	return words.New("mistake.which-target", v)
}
