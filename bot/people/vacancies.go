package people

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"quell/bot/store"
	"quell/commands"
	"quell/policy"
)

// seenStandings are what kind of account people had when they were looked up last. The zero
// value is ready.
type seenStandings struct {
	mu sync.Mutex
	of map[string]seenStanding
}

type seenStanding struct {
	policy.Standing
	at time.Time
}

func (s *seenStandings) note(user string, now seenStanding) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of == nil {
		s.of = map[string]seenStanding{}
	}
	s.of[user] = now
}

func (s *seenStandings) get(user string) (seenStanding, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	last, ok := s.of[user]
	return last, ok
}

// member reports whether somebody was a member on the last look.
func (s *seenStandings) member(user string) bool {
	last, ok := s.get(user)
	return ok && last.Standing == policy.Member
}

// gone reports whether somebody was found to be no member on the last look.
func (s *seenStandings) gone(user string) bool {
	last, ok := s.get(user)
	return ok && last.Standing != policy.Member
}

// keep forgets all others.
func (s *seenStandings) keep(users []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.of, func(user string, _ seenStanding) bool { return !slices.Contains(users, user) })
}

// look looks up what kind of account somebody has, and keeps the answer.
func (p *People) look(ctx context.Context, who commands.Person) (policy.Standing, error) {
	now := p.Now()
	s, err := p.Directory.Standing(ctx, who, now.Add(-Fresh))
	if err == nil {
		p.seen.note(who.User, seenStanding{s, now})
	}
	return s, err
}

// lookEvery is how often people whom the policy binds by their id are looked up, and the members
// of a group of at most smallGroup, so many a minute: Slack's limit for that is there for those
// who ask and vote. In a larger group somebody is taken to be there.
const (
	lookEvery   = 24 * time.Hour
	looksAtOnce = 20
	smallGroup  = 5
)

// Vacancy is a user group or a person that the policy counts on, and behind which there is
// nobody.
type Vacancy string

const (
	GroupNotListed Vacancy = "the policy names a user group that Slack does not list: it is disabled, deleted or mistyped"
	GroupEmpty     Vacancy = "the policy names a user group that nobody is in"
	GroupGone      Vacancy = "the policy names a user group in which nobody can do anything here"
	PersonGone     Vacancy = "the policy names a person who can do nothing here"
)

// Vacancies looks whom the policy counts on in vain: from the lists of its user groups, which have
// deactivated members too, and from a look, once a day, at each person whom it binds by their id
// and at the members of small groups. What is new since the last time is
// warned of, once, and what is over is said. It returns how many there are. What could not be
// looked up stays as it was.
func (p *People) Vacancies(ctx context.Context, inForce Voters, team string) int {
	now := maps.Clone(p.vacant)
	if now == nil {
		now = map[string]Vacancy{}
	}
	maps.DeleteFunc(now, func(id string, _ Vacancy) bool {
		return !slices.Contains(inForce.Groups(), id) && !slices.Contains(inForce.Users(), id)
	})
	rosters, err := p.listed(ctx, inForce) // an error: SnapshotGroups has said so
	daily := inForce.Users()
	if p.vacant != nil { // a start has other calls to make: members of groups are looked at from the next time on
		daily = watched(inForce, rosters)
	}
	p.lookDaily(ctx, daily, team, err == nil)
	if err == nil {
		p.vacantGroups(inForce.Groups(), rosters, now)
	}
	p.vacantPeople(inForce.Users(), now)
	for _, id := range slices.Sorted(maps.Keys(now)) {
		if why := now[id]; p.vacant[id] != why {
			p.Log.Warn(string(why), "id", id, "standing", p.standingSeen(id))
		}
	}
	for id := range p.vacant {
		if _, still := now[id]; !still {
			p.Log.Info("somebody is behind what the policy names again, or it is named no more", "id", id)
		}
	}
	p.vacant = now
	return len(now)
}

// standingSeen is the kind of account of a person for the log; "" for a group.
func (p *People) standingSeen(id string) policy.Standing {
	last, _ := p.seen.get(id)
	return last.Standing
}

// listed are the rosters of the groups that the policy names; none are looked up where it names none.
func (p *People) listed(ctx context.Context, inForce NamedGroups) (named []store.Roster, err error) {
	if len(inForce.Groups()) == 0 {
		return nil, nil
	}
	all, err := p.Directory.Rosters(ctx, p.Now().Add(-Fresh))
	for _, r := range all {
		if slices.Contains(inForce.Groups(), r.Group) {
			named = append(named, r)
		}
	}
	return named, err
}

// watched are the people to be looked at once a day.
func watched(inForce Voters, rosters []store.Roster) []string {
	all := slices.Clone(inForce.Users())
	for _, r := range rosters {
		if len(r.Users) <= smallGroup {
			all = append(all, r.Users...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// lookDaily looks at people whose last look is too long ago. all says that nobody else is looked
// at daily: what is known of others is forgotten then.
func (p *People) lookDaily(ctx context.Context, users []string, team string, all bool) {
	if all {
		p.seen.keep(users)
	}
	looks := 0
	for _, user := range users {
		last, ok := p.seen.get(user)
		if ok && p.Now().Sub(last.at) < lookEvery {
			continue
		}
		if looks++; looks > looksAtOnce || ctx.Err() != nil {
			return
		}
		if _, err := p.look(ctx, commands.Person{Team: team, User: user}); err != nil {
			p.Log.Warn("a person whom the policy names could not be looked up", "user", user, "err", err)
			return // the others wait for the next time
		}
	}
}

func (p *People) vacantGroups(named []string, rosters []store.Roster, vacant map[string]Vacancy) {
	for _, group := range named {
		i := slices.IndexFunc(rosters, func(r store.Roster) bool { return r.Group == group })
		switch {
		case i < 0:
			vacant[group] = GroupNotListed
		case rosters[i].Unlisted: // not known
		case len(rosters[i].Users) == 0:
			vacant[group] = GroupEmpty
		case !slices.ContainsFunc(rosters[i].Users, func(u string) bool { return !p.seen.gone(u) }):
			vacant[group] = GroupGone
		default:
			delete(vacant, group)
		}
	}
}

func (p *People) vacantPeople(users []string, vacant map[string]Vacancy) {
	for _, user := range users {
		last, ok := p.seen.get(user)
		switch {
		case !ok:
		case last.Standing == policy.Member:
			delete(vacant, user)
		default:
			vacant[user] = PersonGone
		}
	}
}
