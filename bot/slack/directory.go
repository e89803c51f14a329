package slack

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"quell/commands"
	"quell/policy"
)

// directory knows people and channels. What it was told is kept with the time
// when it was asked for, and serves whoever accepts that age.
type directory struct {
	api  *slack.Client
	team string
	now  func() time.Time

	mu       *sync.Mutex
	users    map[string]dated[slack.User]
	channels map[string]dated[slack.Channel]
	groups   dated[map[string][]string] // user id → group ids
}

type dated[T any] struct {
	asked time.Time
	value T
}

func newDirectory(api *slack.Client, team string, now func() time.Time) directory {
	return directory{
		api: api, team: team, now: now, mu: &sync.Mutex{},
		users: map[string]dated[slack.User]{}, channels: map[string]dated[slack.Channel]{},
	}
}

// Subject says who a person is. Of somebody from another workspace nothing is
// looked up: they have no rights here.
func (d *directory) Subject(ctx context.Context, p commands.Person, notBefore time.Time) (policy.Subject, error) {
	s := policy.Subject{Person: p, Standing: policy.Stranger}
	if p.Team != d.team {
		return s, nil
	}
	u, err := d.userOf(ctx, p.User, notBefore)
	if err != nil {
		return s, err
	}
	if s.Standing = d.standing(u); s.Standing != policy.Member {
		return s, nil
	}
	groups, err := d.groupsOf(ctx, notBefore)
	s.Groups = groups[p.User]
	return s, err
}

func (d *directory) standing(u slack.User) policy.Standing {
	switch {
	case u.Deleted:
		return policy.Deactivated
	case u.IsBot, u.IsAppUser, u.IsWorkflowBot, u.IsConnectorBot, u.ID == "USLACKBOT":
		return policy.Bot
	case u.IsStranger, u.TeamID != "" && u.TeamID != d.team:
		return policy.Stranger
	case u.IsRestricted, u.IsUltraRestricted, u.IsInvitedUser:
		return policy.Guest
	}
	return policy.Member
}

// Channel says what kind of conversation an id names.
func (d *directory) Channel(ctx context.Context, id string, notBefore time.Time) (policy.Channel, error) {
	c, err := d.channelOf(ctx, id, notBefore)
	if err != nil {
		return policy.Channel{ID: id}, err
	}
	where := policy.Channel{ID: id, Place: policy.Workspace}
	switch {
	case c.IsIM, c.IsMpIM:
		where.Place = policy.Direct
	case c.IsExtShared, c.IsPendingExtShared, c.IsOrgShared, c.IsGlobalShared, c.IsShared:
		where.Place = policy.Shared
	case !c.IsMember:
		where.Place = policy.Absent
	}
	return where, nil
}

func (d *directory) userOf(ctx context.Context, id string, notBefore time.Time) (slack.User, error) {
	return lookUp(d, d.users, id, notBefore, func() (slack.User, error) {
		u, err := d.api.GetUserInfoContext(ctx, id)
		if err != nil {
			return slack.User{}, fmt.Errorf("users.info: %w", err)
		}
		return *u, nil
	})
}

func (d *directory) channelOf(ctx context.Context, id string, notBefore time.Time) (slack.Channel, error) {
	return lookUp(d, d.channels, id, notBefore, func() (slack.Channel, error) {
		c, err := d.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: id})
		if err != nil {
			return slack.Channel{}, fmt.Errorf("conversations.info: %w", err)
		}
		return *c, nil
	})
}

// groupsOf reads every group's members in one call. A workspace whose plan has
// no user groups has none, which is an answer and no failure.
func (d *directory) groupsOf(ctx context.Context, notBefore time.Time) (map[string][]string, error) {
	d.mu.Lock()
	known := d.groups
	d.mu.Unlock()
	if known.value != nil && !known.asked.Before(notBefore) {
		return known.value, nil
	}
	asked := d.now()
	groups, err := d.api.GetUserGroupsContext(ctx, slack.GetUserGroupsOptionIncludeUsers(true))
	if err != nil && code(err) != "plan_upgrade_required" {
		return nil, fmt.Errorf("usergroups.list: %w", err)
	}
	of := map[string][]string{}
	for _, g := range groups {
		for _, u := range g.Users {
			of[u] = append(of[u], g.ID)
		}
	}
	d.mu.Lock()
	d.groups = dated[map[string][]string]{asked, of}
	d.mu.Unlock()
	return of, nil
}

// lookUp returns what is known if it is young enough, else asks. A failure is
// not remembered.
func lookUp[T any](d *directory, known map[string]dated[T], id string, notBefore time.Time, ask func() (T, error)) (T, error) {
	d.mu.Lock()
	k, ok := known[id]
	d.mu.Unlock()
	if ok && !k.asked.Before(notBefore) {
		return k.value, nil
	}
	asked := d.now()
	v, err := ask()
	if err != nil {
		return v, err
	}
	d.mu.Lock()
	known[id] = dated[T]{asked, v}
	d.mu.Unlock()
	return v, nil
}
