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

// lookEvery is how often people whom the policy binds by their id are looked up, so many a
// minute: Slack's limit for that is there for those who ask and vote.
const (
	lookEvery   = 24 * time.Hour
	looksAtOnce = 20
)

// Vacancy is a user group or a person that the policy counts on, and behind which there is
// nobody.
type Vacancy string

const (
	GroupNotListed Vacancy = "the policy names a user group that Slack does not list: it is disabled, deleted or mistyped"
	GroupEmpty     Vacancy = "the policy names a user group that nobody is in"
	PersonGone     Vacancy = "the policy names a person who can do nothing here"
)

// Vacancies looks whom the policy counts on in vain: from the lists of its user groups, and from
// a look at each person whom it binds by their id, once a day. What is new since the last time is
// warned of, once, and what is over is said. It returns how many there are. What could not be
// looked up stays as it was.
func (p *People) Vacancies(ctx context.Context, inForce Voters, team string) int {
	now := maps.Clone(p.vacant)
	if now == nil {
		now = map[string]Vacancy{}
	}
	p.vacantGroups(ctx, inForce, now)
	p.vacantPeople(ctx, inForce, team, now)
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

func (p *People) vacantGroups(ctx context.Context, inForce Voters, vacant map[string]Vacancy) {
	named, users := inForce.Groups(), inForce.Users()
	maps.DeleteFunc(vacant, func(id string, _ Vacancy) bool { return !slices.Contains(named, id) && !slices.Contains(users, id) })
	if len(named) == 0 {
		return
	}
	rosters, err := p.Directory.Rosters(ctx, p.Now().Add(-Fresh))
	if err != nil {
		return // SnapshotGroups has said so
	}
	for _, group := range named {
		i := slices.IndexFunc(rosters, func(r store.Roster) bool { return r.Group == group })
		switch {
		case i < 0:
			vacant[group] = GroupNotListed
		case rosters[i].Unlisted: // not known
		case len(rosters[i].Users) == 0:
			vacant[group] = GroupEmpty
		default:
			delete(vacant, group)
		}
	}
}

func (p *People) vacantPeople(ctx context.Context, inForce Voters, team string, vacant map[string]Vacancy) {
	users := inForce.Users()
	p.seen.keep(users)
	looks := 0
	for _, user := range users {
		last, ok := p.seen.get(user)
		if (!ok || p.Now().Sub(last.at) >= lookEvery) && looks < looksAtOnce && ctx.Err() == nil {
			looks++
			if _, err := p.look(ctx, commands.Person{Team: team, User: user}); err != nil {
				p.Log.Warn("a person whom the policy names could not be looked up", "user", user, "err", err)
				looks = looksAtOnce // the others wait for the next time
			}
			last, ok = p.seen.get(user)
		}
		switch {
		case !ok:
		case last.Standing == policy.Member:
			delete(vacant, user)
		default:
			vacant[user] = PersonGone
		}
	}
}
