package bot

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// A target is named to whoever the policy says something about on it, whatever for, and to
// nobody else: to all others it is like one that there is not.

// subject looks up who somebody is, and says why they have no right here.
func (d *desk) subject(ctx context.Context, inForce *policy.Policy, who commands.Person) (by policy.Subject, why words.Message, err error) {
	by, err = d.c.People.Subject(ctx, inForce, who)
	if err != nil {
		d.c.Log.Error("a person could not be looked up", "user", who.User, "err", err)
		return by, words.Message{}, err
	}
	return by, policy.Unfit(by, policy.Channel{Place: policy.Workspace}), nil
}

// sees reports whether somebody may be told of a target.
func (d *desk) sees(inForce *policy.Policy, by policy.Subject, target string) bool {
	return inForce.Sees(by, d.judgedAs(inForce, target), d.c.Now())
}

// Forms tell the speaker how to write a command for a target: for one that they may not be told
// of, or that cannot be looked up for them, as for one that there is not.
func (r *reader) Forms(ctx context.Context, s Speaker) commands.Forms {
	return func(command, target string) commands.Grammar {
		if target == "" {
			return r.Form(command, "")
		}
		inForce := r.c.Policy()
		by, why, err := r.subject(ctx, inForce, s.Person)
		if err != nil || !why.IsZero() || !r.sees(inForce, by, target) {
			target = ""
		}
		return r.Form(command, target)
	}
}

// seesCase reports whether somebody may be told of a case: of its target, or because they asked
// for it or voted on it.
func (d *desk) seesCase(inForce *policy.Policy, by policy.Subject, c approval.Case) bool {
	return concerns(c, by.Person) || d.sees(inForce, by, c.Request.Target)
}

// seen are those of some targets that somebody may be told of.
func (d *desk) seen(inForce *policy.Policy, by policy.Subject, names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !d.sees(inForce, by, name) })
}

// judgedAs is the target by which policy judges who may see and freeze what has a name. One that
// is no longer configured, and that no rule is about, is anybody's who has a role on any:
// otherwise nobody could lift its freeze.
func (d *desk) judgedAs(inForce *policy.Policy, name string) policy.Target {
	t := d.c.Systems.Named(name)
	if _, known := d.c.Systems.Target(name); !known && !inForce.Covers(t) {
		return policy.Target{}
	}
	return t
}

// hidden says that there is no such target for whoever asks: none that takes the command, or
// none that they may be told of. Whoever may be told of none is not told either which there are:
// the policy refuses their request, and the same way where there is no such target, or none that a
// rule is about. A monitor rule names nobody: it opens no target to whom it would let act there.
func (p *picker) hidden(inForce *policy.Policy, ask policy.Ask) bool {
	return !p.c.Systems.Can(ask.Request.Target, ask.Request.Command) ||
		!p.sees(inForce, ask.By, ask.Request.Target) && (inForce.Sees(ask.By, policy.Target{}, ask.At) || !inForce.Covers(ask.Target))
}

// unknownTarget is the verdict on a request for a target that is hidden from whoever asks. One
// that there is was an attempt, whatever they are told.
func (p *picker) unknownTarget(ctx context.Context, s Speaker, t attempted, inForce *policy.Policy, ask policy.Ask) Verdict {
	r := ask.Request
	_, known := p.c.Systems.Target(r.Target)
	told := known && p.sees(inForce, ask.By, r.Target)
	if known && !told {
		t.judged, t.unseen = inForce.Admit(ask), true
	}
	if _, why := p.offer(inForce, ask); !why.IsZero() && !inForce.Sees(ask.By, policy.Target{}, ask.At) {
		return p.attempt(ctx, s, t, why)
	}
	if known && !told {
		if v := p.attempt(ctx, s, t, words.New("refused.role", words.V{"roles": policy.Roles(inForce.Responders(policy.Target{}))})); v.Open {
			return v
		}
	}
	r.Target = cmp.Or(t.detail["target"], r.Target) // as it was typed: another spelling would tell that there is one
	return Verdict{Say: p.noTarget(inForce, ask.By, r, told), Field: TheTarget, Mendable: true}
}

// noTarget says to somebody that there is no such target, and names the nearest one, of those
// that they may be told of. told says that there is one that they may be told of, of another kind.
func (d *desk) noTarget(inForce *policy.Policy, by policy.Subject, r commands.Request, told bool) words.Message {
	v := words.V{"target": words.Code(saidBack(r.Target)), "command": words.Code("/" + r.Command)}
	if told {
		return words.New("mistake.target-cannot", v)
	}
	names := d.c.Systems.Names(r.Command)
	if commands.GrammarOf(r.Command).Name == "" { // it is for systems of any kind
		names = d.c.Systems.Names("")
	}
	if alike := d.alike(inForce, by, r.Target); len(alike) > 1 {
		v["targets"] = words.Some(alike, statusMost)
		return words.New("mistake.target-ambiguous", v)
	}
	names = d.seen(inForce, by, names)
	if near := nearest(r.Target, names); near != "" {
		v["near"] = words.Code(near)
		return words.New("mistake.target-near", v)
	}
	if len(names) == 0 {
		return words.New("mistake.target-none", v)
	}
	v["targets"] = words.Some(names, statusMost)
	return words.New("mistake.target-unknown", v)
}

// longestName is the most letters that a target's name may have.
const longestName = 60

// saidBack is a typed name as it is said back: one that is longer than any is cut, for it could fill
// the message.
func saidBack(typed string) string {
	if utf8.RuneCountInString(typed) > longestName {
		return commands.Short(typed)
	}
	return typed
}

// alike are the targets that somebody may be told of and that a typed name may stand for.
func (d *desk) alike(inForce *policy.Policy, by policy.Subject, typed string) []string {
	return commands.Meant(typed, d.seen(inForce, by, d.c.Systems.Names("")))
}

func nearest(typed string, names []string) string {
	return words.Nearest(strings.ToLower(typed), names)
}
