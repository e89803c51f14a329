package policy

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"quell/commands"
	"quell/commands/words"
	"quell/policy/strictyaml"
)

// rule is a rule of the file, ready to be asked.
type rule struct {
	name            string
	at              strictyaml.Pos
	deny            bool
	commands        []string
	targets         []string
	labels          map[string]string // globs, by the label's key
	roles           roleSet           // the asker must hold one; empty in a rule that denies everybody
	roleNames       []string
	channels        []string
	incident        bool // in an incident channel, too
	when            *window
	need            int
	from            []string
	escalation      []Tier
	otherTeam       bool
	within          time.Duration
	reason          reason
	most            int
	private         bool          // details of things stay out of the channel
	quiet           bool          // those who may agree are rung in the channel alone
	remind          time.Duration // zero for never
	breakGlass      *BreakGlass
	breakGlassRoles roleSet
	says            sentences
}

// sentences are the rule's sentences, made once.
type sentences struct{ denied, run, approve, when words.Message }

// covering are the rules for a command on a target, in the order of the file.
func (p *Policy) covering(command string, t Target) []*rule {
	if rules, known := p.cover[command][t.Name]; known {
		return rules
	}
	var rules []*rule
	for i := range p.rules {
		if p.rules[i].covers(command, t) {
			rules = append(rules, &p.rules[i])
		}
	}
	return rules
}

func (r *rule) covers(command string, t Target) bool {
	if !slices.Contains(r.commands, command) || len(r.targets) > 0 && !matches(r.targets, t.Name) {
		return false
	}
	for key, glob := range r.labels {
		if value, ok := t.Labels[key]; !ok || !matches([]string{glob}, value) {
			return false
		}
	}
	return true
}

// miss is why a rule does not fit a request that it covers. With the zero miss it fits.
type miss struct {
	by  Cause
	why words.Message
}

func (m miss) fits() bool { return m.by == "" }

// miss holds a rule against a request that it covers.
func (p *Policy) miss(r *rule, a *Ask, held *roleSet) miss {
	switch {
	case !p.place(r, a.Where):
		return miss{CauseChannel, words.New("miss.channel")}
	case len(r.roleNames) > 0 && !r.roles.intersects(held):
		return miss{CauseRole, words.New("miss.role")}
	case r.when != nil && !r.when.holds(a.At):
		return miss{CauseTime, r.says.when}
	case r.deny:
		return miss{}
	}
	if lacks := p.lacks(r, a, held); lacks != "" {
		return miss{CauseScope, words.New("miss.scope", words.V{"scope": words.Code(lacks)})}
	}
	return miss{}
}

func (p *Policy) place(r *rule, c Channel) bool {
	if len(r.channels) == 0 && !r.incident {
		return true
	}
	return slices.Contains(r.channels, c.ID) || r.incident && p.incidents.has(c)
}

func (i incidents) has(c Channel) bool {
	return slices.Contains(i.channels, c.ID) || c.Creator != "" && slices.Contains(i.creators, c.Creator)
}

// lacks returns a scope that the command needs on this kind of target and that
// none of the rule's roles the person holds grants. What the catalogue does not
// know, nobody is granted.
func (p *Policy) lacks(r *rule, a *Ask, held *roleSet) string {
	needs := p.kinds.needs[a.Target.Kind][a.Request.Command]
	if needs == 0 {
		return a.Target.Kind + ":" + a.Request.Command
	}
	roles := r.roles.intersection(held)
	var granted scopeSet
	for n := range p.roles {
		if roles.has(n) {
			granted |= p.roles[n].scopes
		}
	}
	return p.kinds.scopes.first(needs &^ granted)
}

// nearestMiss is the miss of the rule that came closest to fitting: it gives the refusal its
// reason.
type nearestMiss struct{ miss }

func (n *nearestMiss) consider(m miss) {
	if m.rank() > n.rank() {
		n.miss = m
	}
}

// rank is how far a request came with a rule.
func (m miss) rank() int {
	return slices.Index([]Cause{CauseChannel, CauseRole, CauseTime, CauseScope}, m.by)
}

func (n *nearestMiss) refusal() (Cause, words.Message) {
	switch n.by {
	case CauseChannel:
		return n.by, words.New("refused.miss.channel")
	case CauseRole:
		return n.by, words.Message{} // judge names the roles
	case CauseTime:
		return n.by, words.New("refused.miss.when", n.why.Values)
	case CauseScope:
		return n.by, words.New("refused.miss.scope", n.why.Values)
	}
	return CauseNoRule, words.New("refused.no-rule")
}

// reason is what a rule asks of the reason that the asker gives.
type reason struct {
	required bool
	ticket   *regexp.Regexp // what it must hold; nil for anything
}

func (w reason) misses(r *rule, said string) words.Message {
	switch {
	case w.required && said == "":
		return words.New("refused.reason", words.V{"rule": words.Code(r.name)})
	case w.ticket != nil && !slices.ContainsFunc(commands.Spellings(said), w.ticket.MatchString): // people write with input methods, too
		return words.New("refused.ticket", words.V{"rule": words.Code(r.name), "pattern": words.Code(w.ticket.String())})
	}
	return words.Message{}
}

// matches says whether a glob fits a name. A slash in a name is a letter like any
// other: a rule on "*" is a rule on every target.
func matches(globs []string, name string) bool {
	name = flat(name)
	return slices.ContainsFunc(globs, func(g string) bool {
		ok, _ := path.Match(flat(g), name) // a malformed glob was refused at load
		return ok
	})
}

func flat(s string) string { return strings.ReplaceAll(s, "/", "\x1f") }
