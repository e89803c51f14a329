package bot

import (
	"context"
	"slices"
	"time"

	"quell/bot/approval"
	"quell/bot/engine"
	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// reader tells people what they may read: of the bot, of the policy, and of cases. It moves nothing.
type reader struct {
	*desk
	since time.Time // when this process began
}

// Help tells what there is to type: of the commands those that the speaker may ask for anywhere, or
// who may ask for any; a freeze, if they may freeze. Who cannot be looked up, or is no member, is told
// of all: help is never refused.
func (r *reader) Help(ctx context.Context, s Speaker) Verdict {
	inForce := r.c.Policy()
	by, why, err := r.subject(ctx, inForce, s.Person)
	if err != nil || !why.IsZero() {
		return help(append(r.usages(commands.Names()), words.New("freeze.help")))
	}
	var mine []string
	for _, m := range r.may(inForce, by) {
		mine = append(mine, m.Command)
	}
	lines := r.usages(mine)
	if len(mine) == 0 {
		lines = []words.Message{words.New("nothing-to-ask", words.V{"roles": policy.Roles(inForce.Responders(policy.Target{}))})}
	}
	if inForce.Responder(by, policy.Target{}, r.c.Now()) {
		lines = append(lines, words.New("freeze.help"))
	}
	return help(lines)
}

func help(commands []words.Message) Verdict {
	return Verdict{Say: words.New("help", words.V{"commands": words.Lines(commands)})}
}

// usages are the forms of those of the named commands that at least one target takes.
func (r *reader) usages(of []string) (all []words.Message) {
	for _, g := range commands.Grammars() {
		if slices.Contains(of, g.Name) && len(r.c.Systems.Names(g.Name)) > 0 {
			all = append(all, words.New("help."+g.Name, words.V{"usage": words.Code(r.Form(g.Name, "").Usage())}))
		}
	}
	return all
}

// Form is how to write a command for a target; "" is for a target that is not chosen yet.
func (r *reader) Form(command, target string) commands.Grammar {
	return r.c.Systems.Form(command, target)
}

// Targets tells the speaker what they may act on from here, whether it can be reached, and which of
// the vendors' permissions it takes. What they may not act on is not named to them.
func (r *reader) Targets(ctx context.Context, s Speaker) Verdict {
	inForce := r.c.Policy()
	var lines []words.Message
	var no words.Message
	for _, g := range commands.Grammars() {
		if len(r.c.Systems.Names(g.Name)) == 0 {
			continue
		}
		ask, err := r.ask(ctx, inForce, commands.Request{Command: g.Name, By: s.Person, Channel: s.Channel, At: r.c.Now()})
		if err != nil {
			return r.unknown(ctx, s, attempted{}, err)
		}
		if why := policy.Unfit(ask.By, ask.Where); !why.IsZero() {
			return r.attempt(ctx, s, attempted{}, why)
		}
		names, why := r.offer(inForce, ask)
		if len(names) == 0 {
			no = why
		}
		for _, name := range names {
			lines = append(lines, r.target(name, g.Name))
		}
	}
	if len(lines) == 0 {
		return r.attempt(ctx, s, attempted{}, no)
	}
	if left := len(lines) - statusMost; left > 0 {
		lines = append(lines[:statusMost], words.New("targets.more", words.V{"count": words.Count(left)}))
	}
	return Verdict{Say: words.New("targets", words.V{"targets": words.Lines(lines)})}
}

func (r *reader) target(name, command string) words.Message {
	kind := r.c.Systems.Named(name).Kind
	return words.New("targets.one", words.V{
		"target": words.Code(name), "kind": words.Code(kind), "command": words.Code("/" + command),
		"health": words.Say(r.c.Systems.Health(name)), "scopes": words.All(words.Codes(r.c.Policy().Grants(kind, command))...),
	})
}

// statusMost is how many open cases one answer can carry.
const statusMost = 20

// openMost bounds the open cases that are read for one answer.
const openMost = 1000

// Status says how the bot fares and which cases are open, of the systems that the speaker may be
// told of. It names people, so only members may read it.
func (r *reader) Status(ctx context.Context, s Speaker) Verdict {
	inForce := r.c.Policy()
	by, why, err := r.subject(ctx, inForce, s.Person)
	if err != nil {
		return r.unknown(ctx, s, attempted{}, err)
	}
	if !why.IsZero() {
		return r.attempt(ctx, s, attempted{}, why)
	}
	all, err := r.c.Lists.Open(ctx, openMost)
	if err != nil {
		return r.unread(err)
	}
	waits, err := r.waitsAmong(ctx, inForce, by, all)
	if err != nil {
		return r.unread(err)
	}
	names := r.seen(inForce, by, r.c.Systems.Names(""))
	v := words.V{
		"waits": words.Lines(waits.said(by.Person)),
		"since": words.At(r.since), "count": words.Count(len(names)), "targets": words.Some(names, statusMost),
		"policy": words.Digest(inForce.Hash()), "cases": words.Lines(slices.Concat(r.news(), r.frozenNow(ctx, inForce, by), r.standingsFor(inForce, by, all))),
	}
	if len(names) == 0 {
		return Verdict{Say: words.New("status.no-system", v)}
	}
	return Verdict{Say: words.New("status", v)}
}

// news is what the face has to say of itself.
func (r *reader) news() []words.Message {
	if r.c.News == nil {
		return nil
	}
	return r.c.News()
}

// frozenNow lists what is frozen, for somebody who may be told of it.
func (r *reader) frozenNow(ctx context.Context, inForce *policy.Policy, by policy.Subject) (said []words.Message) {
	all, err := r.freezesNow(ctx)
	if err != nil {
		return []words.Message{words.New("status.frozen-unread")}
	}
	for _, f := range all {
		if f.Target == "" || r.sees(inForce, by, f.Target) {
			said = append(said, engine.Frozen(f))
		}
	}
	if left := len(said) - statusMost; left > 0 {
		said = append(said[:statusMost], words.New("status.frozen-more", words.V{"count": words.Count(left)}))
	}
	return said
}

// standingsFor says how the open cases stand that somebody may be told of, and how many others
// there are.
func (r *reader) standingsFor(inForce *policy.Policy, by policy.Subject, all []approval.Case) []words.Message {
	open := slices.DeleteFunc(slices.Clone(all), func(c approval.Case) bool { return !c.Newer() && !r.seesCase(inForce, by, c) })
	hidden := len(all) - len(open)
	if hidden == 0 {
		return standings(open)
	}
	lines := []words.Message{words.New("status.hidden", words.V{"count": words.Count(hidden)})}
	if len(open) > 0 {
		lines = append(standings(open), lines...)
	}
	return lines
}

func standings(open []approval.Case) []words.Message {
	if len(open) == 0 {
		return []words.Message{words.New("status.none")}
	}
	all := make([]words.Message, 0, len(open))
	for i, c := range open {
		if i == statusMost {
			return append(all, words.New("status.more"))
		}
		if c.Newer() {
			all = append(all, words.New("status.newer", words.V{"case": words.Case(c.ID)}))
			continue
		}
		all = append(all, words.New("status.case", words.V{
			"case": words.Case(c.ID), "command": words.Code("/" + c.Request.Command), "target": words.Code(c.Request.Target),
			"state": words.Say(c.Word()), "by": words.User(c.Request.By.User), "channel": words.Channel(c.Request.Channel),
			"until": words.At(c.Deadline),
		}))
	}
	return all
}
