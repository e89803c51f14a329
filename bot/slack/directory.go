package slack

import (
	"context"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"quell/bot/store"
	"quell/commands"
	"quell/policy"
)

// directory knows people and channels.
type directory struct {
	team     string
	users    *answers[slack.User]
	channels *answers[slack.Channel]
	groups   *answers[[]store.Roster] // one answer, under ""
}

func newDirectory(api *slack.Client, team string, now func() time.Time) directory {
	return directory{
		team:     team,
		users:    newAnswers(now, userOf(api)),
		channels: newAnswers(now, channelOf(api)),
		groups:   newAnswers(now, groupsOf(api)),
	}
}

// Subject says who a person is. Of somebody from another workspace nothing is
// looked up: they have no rights here.
func (d *directory) Subject(ctx context.Context, p commands.Person, notBefore time.Time) (policy.Subject, error) {
	s := policy.Subject{Person: p, Standing: policy.Stranger}
	if p.Team != d.team {
		return s, nil
	}
	u, err := d.users.get(ctx, p.User, notBefore)
	if err != nil {
		return s, err
	}
	if s.Standing = d.standing(u); s.Standing != policy.Member {
		return s, nil
	}
	groups, err := d.groups.get(ctx, "", notBefore)
	for _, g := range groups {
		if slices.Contains(g.Users, p.User) {
			s.Groups = append(s.Groups, policy.Membership{Group: g.Group})
		}
	}
	return s, err
}

// Rosters says who is in each user group.
func (d *directory) Rosters(ctx context.Context, notBefore time.Time) ([]store.Roster, error) {
	return d.groups.get(ctx, "", notBefore)
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
	c, err := d.channels.get(ctx, id, notBefore)
	if err != nil {
		return policy.Channel{ID: id}, err
	}
	where := policy.Channel{ID: id, Place: policy.Workspace, Creator: c.Creator}
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

func userOf(api *slack.Client) ask[slack.User] {
	return func(ctx context.Context, id string) (slack.User, error) {
		u, err := api.GetUserInfoContext(ctx, id)
		if err != nil {
			return slack.User{}, wrap("users.info", err)
		}
		return *u, nil
	}
}

func channelOf(api *slack.Client) ask[slack.Channel] {
	return func(ctx context.Context, id string) (slack.Channel, error) {
		c, err := api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: id})
		if err != nil {
			return slack.Channel{}, wrap("conversations.info", err)
		}
		return *c, nil
	}
}

// groupsOf reads every group's members in one call. A workspace whose plan has
// no user groups has none, which is an answer and no failure.
func groupsOf(api *slack.Client) ask[[]store.Roster] {
	return func(ctx context.Context, _ string) ([]store.Roster, error) {
		groups, err := api.GetUserGroupsContext(ctx, slack.GetUserGroupsOptionIncludeUsers(true))
		if err != nil && code(err) != "plan_upgrade_required" {
			return nil, wrap("usergroups.list", err)
		}
		var all []store.Roster
		for _, g := range groups {
			r := store.Roster{Group: g.ID, Users: g.Users}
			if g.DateUpdate > 0 {
				r.Changed = g.DateUpdate.Time()
			}
			all = append(all, r)
		}
		return all, nil
	}
}
