// Package people looks up who somebody is, in which groups they are and what a channel is:
// what the policy judges a request by.
//
// A person's rights rest on knowledge that is at most Fresh old, and so does a call, on what
// its channel is. Before that, asking and voting may rest on what the channel was within
// FreshPlace: it changes seldom, and each such moment is judged again at the claim. What cannot
// be looked up is never guessed: a request is refused then, and a vote waits. Where a look-up
// only had to wait too long for its turn (ErrBusy), a request waits as well.
//
// A membership counts from when a snapshot of the group first showed it (SnapshotGroups), so
// that somebody who lets themselves into a group a moment before a vote gains nothing by it.
package people

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"quell/bot/audit"
	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// Fresh is how old the knowledge may be on which a person's rights rest, and FreshPlace how old
// that of a channel in which somebody asks or votes.
const (
	Fresh      = 5 * time.Second
	FreshPlace = time.Minute
)

// ErrNoGroups says that the workspace has no user groups and can have none, so that nobody can
// be looked up whose rights a group decides. No later look-up mends that.
var ErrNoGroups = errors.New("the workspace's plan has no user groups")

// ErrBusy says that somebody or something was not looked up because more is to be looked up than
// the directory answers at a time. Nothing is wrong: a later look-up has its turn.
var ErrBusy = errors.New("more is looked up than is answered at a time")

// Refused says that the directory gives the program no answer, and what has to be mended.
type Refused struct {
	Why words.Message
	Err error
}

func (r *Refused) Error() string { return r.Err.Error() }
func (r *Refused) Unwrap() error { return r.Err }

// Directory says who people are and what channels are. What it returns was true at
// notBefore or later.
type Directory interface {
	Standing(ctx context.Context, p commands.Person, notBefore time.Time) (policy.Standing, error)
	Channel(ctx context.Context, id string, notBefore time.Time) (policy.Channel, error)
	Rosters(ctx context.Context, notBefore time.Time) ([]store.Roster, error)
}

// Memberships keeps since when people are in the groups that the policy names.
type Memberships interface {
	SnapshotGroup(ctx context.Context, r store.Roster, e audit.Entry) error
	Since(ctx context.Context, user string) (map[string]time.Time, error)
}

// NamedGroups is the part of a policy that says which groups have to be looked up. One
// judgement uses one policy from its first look-up to its verdict: if another policy came into
// force in between, too little might have been looked up for it.
type NamedGroups interface {
	// Groups are the user groups that the policy names. If it names none, none are looked
	// up: a workspace without user groups, or one that cannot list them, does no harm then.
	Groups() []string
}

// People looks people up.
type People struct {
	Directory   Directory
	Readers     Readers // needed by Reads alone
	Memberships Memberships
	Now         func() time.Time
	Log         *slog.Logger

	seen   seenStandings      // of people whom the policy binds by their id
	vacant map[string]Vacancy // what Vacancies found last, by id; it alone uses it
}

// Subject says who a person is, as far as the policy in force needs to know.
func (p *People) Subject(ctx context.Context, inForce NamedGroups, who commands.Person) (policy.Subject, error) {
	s := policy.Subject{Person: who}
	since := p.Now().Add(-Fresh)
	var err error
	if s.Standing, err = p.Directory.Standing(ctx, who, since); err != nil || s.Standing != policy.Member {
		return s, err
	}
	s.Groups, err = p.groups(ctx, inForce, who, since)
	return s, err
}

// groups are the user groups that a person is in, and since when. Where it is not known since
// when, they count as having come in a moment ago.
func (p *People) groups(ctx context.Context, inForce NamedGroups, who commands.Person, notBefore time.Time) (in []policy.Membership, err error) {
	if len(inForce.Groups()) == 0 {
		return nil, nil
	}
	rosters, err := p.Directory.Rosters(ctx, notBefore)
	if err != nil {
		return nil, err
	}
	for _, r := range rosters {
		if r.Unlisted && slices.Contains(inForce.Groups(), r.Group) {
			return nil, unsaid(r.Group)
		}
		if slices.Contains(r.Users, who.User) {
			in = append(in, policy.Membership{Group: r.Group})
		}
	}
	if len(in) == 0 {
		return nil, nil
	}
	since, err := p.Memberships.Since(ctx, who.User)
	for i, m := range in {
		in[i].Since = since[m.Group]
	}
	return in, err
}

func unsaid(group string) error { return fmt.Errorf("who is in the group %s was not said", group) }

// LookUp looks up what policy judges a request by while people ask and vote.
func (p *People) LookUp(ctx context.Context, inForce NamedGroups, r commands.Request, target policy.Target) (policy.Ask, error) {
	return p.lookUp(ctx, inForce, r, target, p.place)
}

// LookUpForCall is LookUp for the moment before a call, for which what the channel is must be
// Fresh as well.
func (p *People) LookUpForCall(ctx context.Context, inForce NamedGroups, r commands.Request, target policy.Target) (policy.Ask, error) {
	return p.lookUp(ctx, inForce, r, target, p.Channel)
}

func (p *People) lookUp(
	ctx context.Context, inForce NamedGroups, r commands.Request, target policy.Target,
	channel func(context.Context, string) (policy.Channel, error),
) (policy.Ask, error) {
	by, err := p.Subject(ctx, inForce, r.By)
	if err != nil {
		p.Log.Error("a person could not be looked up", "user", r.By.User, "err", err)
		return policy.Ask{}, err
	}
	where, err := channel(ctx, r.Channel)
	if err != nil {
		p.Log.Error("a channel could not be looked up", "channel", r.Channel, "err", err)
		return policy.Ask{}, err
	}
	return policy.Ask{Request: r, Target: target, By: by, Where: where, At: p.Now()}, nil
}

// Unknown says that somebody, or a channel, could not be looked up.
func Unknown(err error) words.Message {
	if errors.Is(err, ErrNoGroups) {
		return words.New("refused.no-groups")
	}
	if r, refused := errors.AsType[*Refused](err); refused {
		return words.New("refused.lookup-refused", words.V{"why": words.Say(r.Why)})
	}
	return words.New("refused.lookup")
}

// CheckGroups looks whether the workspace can have the user groups that the policy names. Its
// error is ErrNoGroups or none: any other may pass.
func (p *People) CheckGroups(ctx context.Context, inForce NamedGroups) error {
	if len(inForce.Groups()) == 0 {
		return nil
	}
	_, err := p.Directory.Rosters(ctx, p.Now().Add(-Fresh))
	if errors.Is(err, ErrNoGroups) {
		return err
	}
	return nil
}

// LastKnown says who a person was when it was known last, at the best: a member, in those groups
// in which a snapshot shows them. known is false unless there is a snapshot of every group that
// the policy names.
func (p *People) LastKnown(ctx context.Context, inForce NamedGroups, who commands.Person) (s policy.Subject, known bool) {
	s = policy.Subject{Person: who, Standing: policy.Member}
	of, err := p.Memberships.Since(ctx, "") // the groups that have a snapshot
	in, errIn := p.Memberships.Since(ctx, who.User)
	if err != nil || errIn != nil {
		return s, false
	}
	for _, group := range inForce.Groups() {
		if _, ok := of[group]; !ok {
			return s, false
		}
		if since, ok := in[group]; ok {
			s.Groups = append(s.Groups, policy.Membership{Group: group, Since: since})
		}
	}
	return s, true
}

// place says what a channel was within FreshPlace. One where nothing can be asked is looked up
// again: somebody may have mended it a moment ago, such as by inviting the bot.
func (p *People) place(ctx context.Context, id string) (policy.Channel, error) {
	where, err := p.Directory.Channel(ctx, id, p.Now().Add(-FreshPlace))
	if err == nil && where.Place != policy.Workspace {
		return p.Channel(ctx, id)
	}
	return where, err
}

// Channel says what a channel is.
func (p *People) Channel(ctx context.Context, id string) (policy.Channel, error) {
	return p.Directory.Channel(ctx, id, p.Now().Add(-Fresh))
}

// Member says why somebody is none who may read about cases and people; zero if they are.
func (p *People) Member(ctx context.Context, inForce NamedGroups, who commands.Person) (words.Message, error) {
	s, err := p.Subject(ctx, inForce, who)
	if err != nil {
		p.Log.Error("a person could not be looked up", "user", who.User, "err", err)
		return words.Message{}, err
	}
	if s.Standing != policy.Member {
		return policy.Unfit(s, policy.Channel{Place: policy.Workspace}), nil
	}
	return words.Message{}, nil
}
