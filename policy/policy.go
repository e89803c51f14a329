// Package policy decides who may do what, where, and who else must agree.
//
// A policy file has three parts, each readable alone:
//
//	roles     a name for a set of the vendors' own permission scopes
//	bindings  who holds a role: Slack user ids and user group ids
//	rules     what holders of a role may ask for, on which targets, in which
//	          channels, and whose approval it needs
//
// The verdict is made twice. Admit looks at the request alone, before any
// vendor is called; Decide looks at the plan as well. Both are pure: they read
// no clock, no database and no network, and the caller hands in who the person
// is (Subject) and where they speak (Channel).
//
// Deny wins, no rule means no, and the zero Decision refuses. Among rules that
// fit, the first in the file decides, so a file reads from top to bottom. Every
// Decision carries its reason, and the trace of the rules that it passed over
// with the reason for each.
package policy

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"slices"
	"strings"
	"time"

	"quell/bot/words"
	"quell/commands"
)

// Standing is what kind of account a person has.
type Standing string

const (
	Member      Standing = "member"
	Guest       Standing = "guest"
	Bot         Standing = "bot"
	Deactivated Standing = "deactivated"
	Stranger    Standing = "stranger" // of another workspace
)

// Subject is a person with what Slack says of them now.
type Subject struct {
	Person   commands.Person
	Standing Standing
	Groups   []string // ids of the user groups they are in
}

// Place is what kind of conversation a channel is.
type Place string

const (
	Workspace Place = "channel" // a channel of our own workspace
	Direct    Place = "direct"  // a direct message
	Shared    Place = "shared"  // shared, or about to be, with another organisation
	Absent    Place = "absent"  // one that the bot is not in: no card could be shown
)

// Channel is where a person speaks.
type Channel struct {
	ID    string
	Place Place
}

// Ask is everything a verdict rests on but the plan.
type Ask struct {
	Request commands.Request
	Kind    string // the target's kind: "dcs"
	By      Subject
	Where   Channel
}

// Verdict is what policy says.
type Verdict string

const (
	Refuse  Verdict = ""        // the zero verdict
	Run     Verdict = "run"     // at once
	Consult Verdict = "consult" // after others have agreed
)

// Decision is a verdict with its grounds. It is stored with the case.
type Decision struct {
	Verdict Verdict       `json:"verdict"`
	Why     words.Message `json:"why"`
	Rule    string        `json:"rule,omitempty"` // the rule that said so
	Need    int           `json:"need,omitempty"` // distinct people, never the asker
	From    []string      `json:"from,omitempty"` // roles
	Within  time.Duration `json:"within,omitempty"`
	Policy  string        `json:"policy"` // the file's hash
	Trace   []Step        `json:"trace,omitempty"`
}

// Step is one rule that was passed over, and why.
type Step struct {
	Rule string        `json:"rule"`
	Why  words.Message `json:"why"`
}

// Policy is a policy file, read and checked. It never changes.
type Policy struct {
	hash  string
	roles map[string]role
	rules []rule
}

type role struct {
	scopes []string
	users  map[string]bool
	groups map[string]bool
}

type rule struct {
	name     string
	deny     bool
	commands []string
	roles    []string
	targets  []string
	channels []string
	need     int
	from     []string
	within   time.Duration
	reason   bool
	most     int
}

// Hash names the file that this policy was read from.
func (p *Policy) Hash() string { return p.hash }

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:6])
}

// Admit says whether the request may go on to a look at the vendor. A refusal
// here costs no vendor call.
func (p *Policy) Admit(a Ask) Decision {
	if why := Unfit(a.By, a.Where); !why.IsZero() {
		return p.refuse(why)
	}
	return p.judge(a, nil)
}

// Decide says what becomes of a plan.
func (p *Policy) Decide(a Ask, plan commands.Plan) Decision {
	if why := Unfit(a.By, a.Where); !why.IsZero() {
		return p.refuse(why)
	}
	return p.judge(a, &plan)
}

// Unfit says why a person or a place is none that a rule can allow; zero if they
// may be.
func Unfit(s Subject, c Channel) words.Message {
	switch {
	case s.Standing != Member:
		return words.New("refused.standing." + cmp.Or(string(s.Standing), "unknown"))
	case c.Place != Workspace:
		return words.New("refused.place." + cmp.Or(string(c.Place), "unknown"))
	}
	return words.Message{}
}

func (p *Policy) refuse(why words.Message) Decision {
	return Decision{Why: why, Policy: p.hash}
}

func (p *Policy) judge(a Ask, plan *commands.Plan) Decision {
	var trace []Step
	var misses []words.Message // of the rules that could have allowed it
	var allowed *rule
	for i := range p.rules {
		r := &p.rules[i]
		why := p.miss(r, a)
		switch {
		case !why.IsZero():
			trace = append(trace, Step{r.name, why})
			if !r.deny {
				misses = append(misses, why)
			}
		case r.deny:
			d := p.refuse(words.New("refused.denied", words.V{"rule": words.Code(r.name)}))
			d.Rule, d.Trace = r.name, trace
			return d
		case allowed == nil:
			allowed = r
		}
	}
	d := p.refuse(nearest(misses))
	if allowed != nil {
		d = p.grant(allowed, a, plan)
	}
	d.Trace = trace
	return d
}

// miss says why a rule does not fit a request; zero if it does. The order is
// that of the sentence that helps most: a rule for another command or target
// is no news, a missing role on the right one is.
func (p *Policy) miss(r *rule, a Ask) words.Message {
	switch {
	case !slices.Contains(r.commands, a.Request.Command):
		return words.New("miss.command")
	case !matches(r.targets, a.Request.Target):
		return words.New("miss.target")
	case len(r.channels) > 0 && !slices.Contains(r.channels, a.Where.ID):
		return words.New("miss.channel")
	case len(r.roles) > 0 && p.held(r.roles, a.By) == "":
		return words.New("miss.role")
	case r.deny:
		return words.Message{}
	}
	if lacks := p.lacks(r, a); lacks != "" {
		return words.New("miss.scope", words.V{"scope": words.Code(lacks)})
	}
	return words.Message{}
}

// nearest turns the misses into one reason: the rule that came closest speaks.
func nearest(misses []words.Message) words.Message {
	for _, id := range []string{"miss.scope", "miss.role", "miss.channel"} {
		for _, why := range misses {
			if why.ID == id {
				return words.New("refused."+id, why.Values)
			}
		}
	}
	return words.New("refused.no-rule")
}

// grant applies what an allowing rule demands of the request and the plan.
func (p *Policy) grant(r *rule, a Ask, plan *commands.Plan) Decision {
	d := p.refuse(words.Message{})
	d.Rule = r.name
	if r.reason && a.Request.Reason == "" {
		d.Why = words.New("refused.reason", words.V{"rule": words.Code(r.name)})
		return d
	}
	n := len(a.Request.Things)
	if plan != nil {
		n = len(plan.Items)
	}
	if r.most > 0 && n > r.most {
		d.Why = words.New("refused.too-many", words.V{"count": words.Count(n), "most": words.Count(r.most)})
		return d
	}
	d.Need, d.From, d.Within = r.need, slices.Clone(r.from), r.within
	d.Verdict, d.Why = Run, words.New("allowed.run", words.V{"rule": words.Code(r.name)})
	if r.need > 0 {
		d.Verdict, d.Why = Consult, words.New("allowed.approve", words.V{"rule": words.Code(r.name)})
	}
	return d
}

// MayApprove says whether a person's vote counts for a decision, as things
// stand now. Zero means that it does.
func (p *Policy) MayApprove(d Decision, asker commands.Person, voter Subject, where Channel) words.Message {
	if why := Unfit(voter, where); !why.IsZero() {
		return why
	}
	if voter.Person == asker {
		return words.New("vote.own")
	}
	if p.held(d.From, voter) == "" {
		return words.New("vote.role", words.V{"roles": Roles(d.From)})
	}
	return words.Message{}
}

// Roles shows role names in a sentence.
func Roles(names []string) words.Value {
	if len(names) == 0 {
		return words.Value{}
	}
	v := words.Code(names[0])
	for _, n := range names[1:] {
		v = words.Say(words.New("list.or", words.V{"first": v, "second": words.Code(n)}))
	}
	return v
}

// held returns the first of the roles that a person holds, or "".
func (p *Policy) held(names []string, s Subject) string {
	for _, n := range names {
		if p.roles[n].has(s) {
			return n
		}
	}
	return ""
}

func (r role) has(s Subject) bool {
	return r.users[s.Person.User] || slices.ContainsFunc(s.Groups, func(g string) bool { return r.groups[g] })
}

// lacks returns a scope that the command needs on this kind of target and that
// none of the rule's roles the person holds grants. What the catalogue does not
// know, nobody is granted.
func (p *Policy) lacks(r *rule, a Ask) string {
	needs := Needs(a.Kind, a.Request.Command)
	if len(needs) == 0 {
		return a.Kind + ":" + a.Request.Command
	}
	for _, need := range needs {
		granted := slices.ContainsFunc(r.roles, func(n string) bool {
			return p.roles[n].has(a.By) && slices.Contains(p.roles[n].scopes, need)
		})
		if !granted {
			return need
		}
	}
	return ""
}

// matches says whether a glob fits a target's name. A slash in a name is a
// letter like any other: a rule on "*" is a rule on every target.
func matches(globs []string, name string) bool {
	name = flat(name)
	return slices.ContainsFunc(globs, func(g string) bool {
		ok, _ := path.Match(flat(g), name) // a malformed glob was refused at load
		return ok
	})
}

func flat(s string) string { return strings.ReplaceAll(s, "/", "\x1f") }
