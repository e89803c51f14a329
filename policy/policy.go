// Package policy decides who may do what, where, when, and who else must agree.
//
// A policy file has these parts, each readable alone:
//
//	roles      a name for a set of the vendors' own permission scopes
//	bindings   who holds a role: Slack user ids and user group ids
//	teams      who belongs together, for rules that need an approver of another team
//	incidents  which channels are incident channels
//	rules      what holders of a role may ask for, on which targets, where and
//	           when, and whose approval it needs
//	protected  things that nobody may end by a rule
//	budgets    how many calls there may be within a time
//
// A rule can be a dry run (monitor: true). What it would have said stands beside the verdict.
//
// The verdict is made twice. Admit looks at the request alone, before any
// vendor is called; Decide looks at the plan as well. Both are pure: they read
// no clock, no database and no network, and the caller hands in who the person
// is (Subject), where they speak (Channel) and when it is.
//
// Deny wins, no rule means no, and the zero Decision refuses. Among rules that
// fit, the first in the file decides, so a file reads from top to bottom. Every
// Decision carries its reason, the binding it rests on, and the trace of the
// rules for the same command and target that it passed over, with the reason for
// each.
//
// A decision is asked for again and again, also for each target of a form, so it
// is made of work done at load: roles are bits of a set, and the rules of a
// command on a target are found by their names. A decision shares what it names
// with the policy, so a decision is only read, never changed.
package policy

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"quell/commands"
	"quell/commands/words"
)

// Standing is what kind of account a person has.
type Standing string

const (
	Member      Standing = "member"
	Guest       Standing = "guest"
	Bot         Standing = "bot"
	Deactivated Standing = "deactivated"
	Stranger    Standing = "stranger" // of another workspace
	Nobody      Standing = "nobody"   // Slack has no such account, or shows us none
)

// Subject is a person with what Slack says of them now.
type Subject struct {
	Person   commands.Person `json:"person"`
	Standing Standing        `json:"standing"`
	Groups   []Membership    `json:"groups,omitempty"`
}

// Membership is that somebody is in a user group.
type Membership struct {
	Group string `json:"group"` // its id
	// Since is when they were first seen in it; zero if that is not known.
	Since time.Time `json:"since,omitzero"`
}

// Place is what kind of conversation a channel is.
type Place string

const (
	Workspace Place = "channel" // a channel of our own workspace
	Direct    Place = "direct"  // a direct or group message
	Shared    Place = "shared"  // shared, or about to be, with another organisation
	// Organisation is shared with other workspaces of our own organisation. They have people
	// of their own, whom our workspace did not let in, and who read what is posted there: the
	// names of systems are not theirs to see. So nothing is asked there either.
	Organisation Place = "org"
	// In the others no card could be shown.
	Absent     Place = "absent"      // a channel that the bot is not in
	Hidden     Place = "hidden"      // one that the bot is not shown: private, and the bot is not in it
	Archived   Place = "archived"    // nobody can post there any more
	ReadOnly   Place = "read-only"   // the bot cannot
	ThreadOnly Place = "thread-only" // only replies can be posted
)

// Channel is where a person speaks.
type Channel struct {
	ID      string `json:"id"`
	Place   Place  `json:"place"`
	Creator string `json:"creator,omitempty"` // the user who made it
}

// Target is a system with what a policy may say of it.
type Target struct {
	Name   string            `json:"name"`
	Kind   string            `json:"kind"` // "dcs"
	Labels map[string]string `json:"labels,omitempty"`
}

// Ask is everything a verdict rests on but the plan. It is stored with the case, so
// that the verdict can be made again.
type Ask struct {
	Request commands.Request `json:"request"`
	Target  Target           `json:"target"` // that Request names
	By      Subject          `json:"by"`
	Where   Channel          `json:"where"`
	At      time.Time        `json:"at"` // when it is judged
	// Draft says that the reason is still to be given, as a form asks for it: what it lacks is
	// no matter yet. Nothing is ever done by a draft.
	Draft bool `json:"-"`
}

// Verdict is what policy says.
type Verdict string

const (
	Refuse  Verdict = ""        // the zero verdict
	Run     Verdict = "run"     // at once
	Consult Verdict = "consult" // after others have agreed
)

// Cause is the kind of reason for a refusal. The program decides by it; people read the
// Decision's Why.
type Cause string

const (
	CausePerson  Cause = "person"    // the kind of account
	CausePlace   Cause = "place"     // the kind of conversation
	CauseNoRule  Cause = "no rule"   // no rule covers the command on the target
	CauseChannel Cause = "channel"   // of the rule that comes nearest
	CauseRole    Cause = "role"      // likewise
	CauseTime    Cause = "time"      // likewise
	CauseScope   Cause = "scope"     // likewise
	CauseDenied  Cause = "denied"    // a rule denies it
	CauseReason  Cause = "reason"    // the request lacks a reason, or its reason lacks a ticket
	CauseNumber  Cause = "number"    // too many things at once
	CauseShield  Cause = "protected" // one of the things is protected
)

// Decision is a verdict with its grounds. It is stored with the case.
type Decision struct {
	Verdict    Verdict       `json:"verdict"`
	Cause      Cause         `json:"cause,omitempty"` // of a refusal; "" for the other verdicts
	Why        words.Message `json:"why"`
	Rule       string        `json:"rule,omitempty"` // the rule that said so
	Binding    Binding       `json:"holds,omitzero"` // by which the asker may ask
	Need       int           `json:"need,omitempty"` // the quorum: distinct people, never the asker
	From       []string      `json:"from,omitempty"` // roles
	Escalation []Tier        `json:"then,omitempty"` // who else may agree, later
	// OtherTeam says that one of those who agree must be of another team than the asker.
	OtherTeam  bool          `json:"another,omitempty"`
	Within     time.Duration `json:"within,omitempty"`
	BreakGlass *BreakGlass   `json:"glass,omitempty"` // nil where nobody may act alone
	Policy     string        `json:"policy"`          // the file's hash
	Trace      []Step        `json:"trace,omitempty"`
	// Private says that details of things stay out of the channel. It is stored, so that a later
	// policy does not open a case that people were told is private.
	Private bool `json:"private,omitempty"`
	// Remind is how long after it was put to people those who may agree are reminded; zero for never.
	Remind time.Duration `json:"remind,omitempty"`
	// Quiet says that those who may agree are rung in the channel alone.
	Quiet bool `json:"quiet,omitempty"`
	// Monitored is what each monitor rule that fits would have decided. It is for people to
	// read: nothing is ever decided by it.
	Monitored []Decision `json:"monitored,omitempty"`
}

// Binding is a binding of the file, by which a person holds a role.
type Binding struct {
	Role string `json:"role"`
	By   string `json:"by"`   // the id of the user or the group that is bound
	Line int    `json:"line"` // of the binding in the file
}

// Tier is one step of an escalation: who else may agree once a request has waited.
type Tier struct {
	After time.Duration `json:"after"` // since it was put to people
	From  []string      `json:"from"`  // roles
}

// BreakGlass is how one person may act alone when nobody answers.
type BreakGlass struct {
	NotBefore time.Duration `json:"not_before"` // since it was put to people
	Roles     []string      `json:"roles"`      // whoever asks must hold one of them
	Cancel    time.Duration `json:"cancel"`     // how long it can be stopped before it runs
	Notice    string        `json:"notice"`     // the channel that is told
	Review    Review        `json:"review"`
}

// Review is who must sign afterwards that somebody acted alone.
type Review struct {
	Need int      `json:"need"`
	From []string `json:"from"`
}

// Step is one rule that was passed over, and why.
type Step struct {
	Rule string        `json:"rule"`
	Why  words.Message `json:"why"`
}

// Policy is a policy file, read and checked. It never changes.
type Policy struct {
	hash      string
	kinds     *Catalogue
	roles     []role // by their numbers
	users     map[string][]grant
	groups    map[string][]grant
	teams     []team
	incidents incidents
	rules     []rule
	monitors  []rule                        // those that decide nothing (monitor: true), apart: whatever asks rules passes them over
	cover     map[string]map[string][]*rule // by command and known target
	protected []shield
	budgets   []Budget
	cooldown  time.Duration
	odd       error
}

type role struct {
	name   string
	scopes scopeSet
}

// incidents are the channels where incidents are dealt with.
type incidents struct {
	channels []string
	creators []string
}

// Hash is the SHA-256 of the file that this policy was read from, in hex. People are
// shown its beginning (words.Digest).
func (p *Policy) Hash() string { return p.hash }

// Warnings are what is odd in the file and no mistake, each with its place; nil if
// nothing is.
func (p *Policy) Warnings() error { return p.odd }

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Admit says whether the request may go on to a look at the vendor. A refusal
// here costs no vendor call.
func (p *Policy) Admit(a Ask) Decision { return p.judge(&a, nil) }

// Decide says what becomes of a plan.
func (p *Policy) Decide(a Ask, plan commands.Plan) Decision { return p.judge(&a, &plan) }

// Unfit says why no rule can allow anything to this kind of account, or in this kind of
// conversation; zero if a rule can.
func Unfit(s Subject, c Channel) words.Message {
	switch {
	case s.Standing != Member:
		return words.New("refused.standing." + cmp.Or(string(s.Standing), "unknown"))
	case c.Place != Workspace:
		return words.New("refused.place." + cmp.Or(string(c.Place), "unknown"))
	}
	return words.Message{}
}

// unfit is the cause of Unfit's refusal: the account or the conversation.
func unfit(s Subject) Cause {
	if s.Standing != Member {
		return CausePerson
	}
	return CausePlace
}

func (p *Policy) refuse(by Cause, why words.Message) Decision {
	return Decision{Cause: by, Why: why, Policy: p.hash}
}

func (p *Policy) judge(a *Ask, plan *commands.Plan) Decision {
	if why := Unfit(a.By, a.Where); !why.IsZero() {
		return p.refuse(unfit(a.By), why)
	}
	var held roleSet
	p.addRolesOf(&held, a.By, a.At)
	d := p.byRules(a, &held, plan)
	d.Monitored = p.monitored(a, &held, plan, d)
	return d
}

// byRules is what the rules say to a request.
func (p *Policy) byRules(a *Ask, held *roleSet, plan *commands.Plan) Decision {
	rules := p.covering(a.Request.Command, a.Target)
	var trace []Step
	var nearest nearestMiss
	var allowed *rule
	for _, r := range rules {
		m := p.miss(r, a, held)
		if m.fits() && r.deny {
			d := p.refuse(CauseDenied, r.says.denied)
			d.Rule, d.Trace = r.name, trace
			return d
		}
		if m.fits() {
			allowed = cmp.Or(allowed, r)
			continue
		}
		if trace == nil {
			trace = make([]Step, 0, len(rules))
		}
		trace = append(trace, Step{r.name, m.why})
		if !r.deny {
			nearest.consider(m)
		}
	}
	d := p.refuse(nearest.refusal())
	switch {
	case allowed != nil:
		d = p.grant(allowed, a, held, plan)
	case d.Cause == CauseRole:
		d.Why = words.New("refused.role", words.V{"roles": Roles(p.askers(a))})
	}
	d.Trace = trace
	return d
}

// askers are the roles that may ask for what a request asks for. Whoever may not be told of the
// target is told of those that may ask for it on any: the answer is the same for each.
func (p *Policy) askers(a *Ask) []string {
	rules := p.covering(a.Request.Command, a.Target)
	if !p.Sees(a.By, a.Target, a.At) {
		rules = nil
		for i := range p.rules {
			if slices.Contains(p.rules[i].commands, a.Request.Command) {
				rules = append(rules, &p.rules[i])
			}
		}
	}
	return rolesOf(rules)
}

// rolesOf are the roles by which some of the rules let people ask, each once.
func rolesOf(rules []*rule) (names []string) {
	for _, r := range rules {
		for _, name := range r.roleNames {
			if !r.deny && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// grant applies what an allowing rule demands of the request and the plan.
func (p *Policy) grant(r *rule, a *Ask, held *roleSet, plan *commands.Plan) Decision {
	d := p.refuse(CauseReason, r.reason.misses(r, a.Request.Reason))
	d.Rule = r.name
	if !d.Why.IsZero() && !a.Draft {
		return d
	}
	n := len(a.Request.Things)
	if plan != nil {
		n = len(plan.Items)
	}
	if r.most > 0 && n > r.most {
		d.Cause, d.Why = CauseNumber, words.New("refused.too-many", words.V{"count": words.Count(n), "most": words.Count(r.most)})
		return d
	}
	if d.Cause, d.Why = CauseShield, p.shielded(a, plan); !d.Why.IsZero() {
		return d
	}
	d.Binding = p.bindingOf(r.roles.intersection(held), a.By, a.At)
	d.Need, d.From, d.Escalation, d.OtherTeam, d.Within = r.need, r.from, r.escalation, r.otherTeam, r.within
	d.Private, d.Quiet, d.Remind = r.private, r.quiet, r.remind
	d.Verdict, d.Cause, d.Why = Run, "", r.says.run
	if r.need > 0 {
		d.Verdict, d.Why = Consult, r.says.approve
	}
	if r.breakGlass != nil && r.breakGlassRoles.intersects(held) {
		d.BreakGlass = r.breakGlass
	}
	return d
}
