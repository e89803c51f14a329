package engine

import (
	"context"
	"slices"
	"sync"
	"time"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

// Action is one command on one system.
type Action interface {
	// Plan looks up what a request means. A *commands.Mistake is the asker's to mend.
	Plan(ctx context.Context, r commands.Request) (commands.Plan, error)
	// List reads what is live at one place, or everywhere for "", to pick from.
	List(ctx context.Context, place string) (integrations.Sighting, error)
	// Look reads the plan's things afresh.
	Look(ctx context.Context, p commands.Plan) (integrations.Sighting, error)
	// Act sends an item's one call.
	Act(ctx context.Context, it commands.Item) (integrations.Receipt, error)
	// Verify looks what became of the plan's things, and says when it began to look.
	Verify(ctx context.Context, p commands.Plan, made []commands.KnownCall) ([]commands.Sight, time.Time, error)
}

// Holder is an Action whose system does one thing at a time. What a call would have to wait for
// is waited for by the look that it rests on, under the held context; nothing else of ours begins
// there between that look and the call, nor before release.
type Holder interface {
	Hold(ctx context.Context, p commands.Plan) (held context.Context, release func())
}

// hold holds the system of an action, if that is one to be held.
func hold(ctx context.Context, action Action, p commands.Plan) (held context.Context, release func()) {
	if h, ok := action.(Holder); ok {
		return h.Hold(ctx, p)
	}
	return ctx, func() {}
}

// Target is a system that people act on by its name.
type Target struct {
	Name    string
	Kind    string
	Profile integrations.Profile // what its kind brings to the commands
	Actions map[string]Action    // by command
	Limits  approval.Limits      // this target's own; zero fields are as for all targets
	Labels  map[string]string
	ByHand  words.Message // what people can do at the system without this program
	// Never says that no call is ever made here (act: never): all up to the call is rehearsed. The
	// Actions of such a target cannot act either.
	Never bool
	// Excess asks the system what its credentials can do beyond need, in its own words; nil where
	// a system cannot be asked.
	Excess func(context.Context) ([]string, error)
	// ActingKey asks, without acting, whether the system accepts a key that only acts, and whether
	// that can read as well; nil where what reads is what acts.
	ActingKey func(context.Context) (reads bool, err error)
	// Close ends the connections that the target's client keeps. It is called once, after
	// the last call; nil where the client keeps none.
	Close func() error
}

// Systems are the targets of this process, by name.
type Systems struct {
	// Refresh is called before an Action of a target is given out, to Renew the target if its
	// credentials are others by now. It is set before the first look, and may be nil.
	Refresh func(target string)

	health *health

	mu      sync.RWMutex // guards what follows
	targets map[string]Target
}

// NewSystems knows these targets. How they fare is learnt from how they answer.
func NewSystems(targets map[string]Target, now func() time.Time) *Systems {
	return &Systems{targets: targets, health: &health{now: now, reads: map[string]reading{}, looks: map[string]sight{}, stale: map[string]bool{}}}
}

// Renew puts a target in the place of the one of its name, whose credentials are another by now,
// or among the others where its credentials were missing so far.
// Whoever has an Action of the one before goes on with that: a call is made with the credentials
// that its look was made with, and the next look takes the new ones. The one before is not closed,
// for calls of its may be under way: what it keeps ends by itself.
func (s *Systems) Renew(t Target) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.targets[t.Name] = t
}

// Stale notes whether the credentials of a target are those from before, because the newer ones
// cannot be used.
func (s *Systems) Stale(target string, is bool) { s.health.setStale(target, is) }

func (s *Systems) target(name string) Target {
	t, _ := s.Target(name)
	return t
}

// Target is one by its name; ok is false where there is none.
func (s *Systems) Target(name string) (t Target, ok bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	t, ok = s.targets[name]
	return t, ok
}

// Can says that there is a command on a target.
func (s *Systems) Can(target, command string) bool { return s.target(target).Actions[command] != nil }

// Names lists the targets that take a command, or all for "".
func (s *Systems) Names(command string) []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	names := make([]string, 0, len(s.targets))
	for name, t := range s.targets {
		if command == "" || t.Actions[command] != nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Meant are the targets that a typed name stands for: the one that has it, else those for whose
// name it is another spelling.
func (s *Systems) Meant(typed string) []string { return commands.Meant(typed, s.Names("")) }

// Form is the form of a command at a target, with the options of the target's kind. If the
// target is not chosen yet, or takes no such command, the form has the options of all targets
// that take it.
func (s *Systems) Form(command, target string) commands.Grammar {
	names := []string{target}
	if !s.Can(target, command) {
		names = s.Names(command)
	}
	var kinds []integrations.Profile
	for _, name := range names {
		kinds = append(kinds, s.target(name).Profile)
	}
	return commands.GrammarOf(command).With(kinds...)
}

// Named is a target as policy sees it. A target that is not configured, or could not be made
// today, has a name and nothing else.
func (s *Systems) Named(target string) policy.Target {
	t := s.target(target)
	return policy.Target{Name: target, Kind: t.Kind, Labels: t.Labels}
}

// Trouble is the sentence for a target that failed, with what people can do there by hand where
// that is all they can do.
func (s *Systems) Trouble(err error, target string) words.Message {
	said := commands.Trouble(err, target)
	if !commands.LeavesByHand(err) {
		return said
	}
	return commands.WithByHand(said, s.target(target).ByHand)
}

// Never reports whether no call is ever made on a target (act: never).
func (s *Systems) Never(target string) bool { return s.target(target).Never }

// Health says how a target fares, to people.
func (s *Systems) Health(target string) words.Message {
	if said := s.health.say(target); s.Never(target) {
		return words.New("never.target", words.V{"health": words.Say(said)})
	}
	return s.health.say(target)
}

// List reads what is live on a target, for a command that it takes.
func (s *Systems) List(ctx context.Context, inForce *policy.Policy, target, command, place string) (integrations.Sighting, error) {
	action, ok := s.action(inForce, target, command)
	if !ok {
		return integrations.Sighting{}, &integrations.Error{Kind: integrations.NotSent, Hint: "case.no-target"}
	}
	return action.List(ctx, place)
}

// action is a command on a target, as the policy lets it be seen.
func (s *Systems) action(inForce *policy.Policy, target, command string) (Action, bool) {
	if s.Refresh != nil {
		s.Refresh(target)
	}
	a, ok := s.target(target).Actions[command]
	return watched{a, target, s.health, inForce}, ok
}
