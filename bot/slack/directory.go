package slack

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"quell/bot/people"
	"quell/bot/store"
	"quell/commands"
	"quell/integrations"
	"quell/policy"
)

// directory looks people, channels and user groups up in Slack, through caches.
type directory struct {
	home     home
	now      func() time.Time
	users    *lookUpCache[user]
	channels *lookUpCache[conversation]
	members  *lookUpCache[[]string]       // user ids, by channel
	groups   *lookUpCache[[]store.Roster] // one answer, under ""
	locales  *locales
}

func newDirectory(l lookUp, at home, now func() time.Time) directory {
	told := &locales{told: map[string]string{}}
	return directory{
		home:     at,
		now:      now,
		users:    newLookUpCache(now, noting(told, userOf(l, at), func(u user) string { return u.locale })),
		channels: newLookUpCache(now, noting(told, channelOf(l), func(c conversation) string { return c.Locale })),
		members:  newLookUpCache(now, membersOf(l)),
		groups:   newLookUpCache(now, groupsOf(l)),
		locales:  told,
	}
}

// Standing says what kind of account a person has. A person of another workspace is not
// looked up: they have no rights here.
func (d *directory) Standing(ctx context.Context, p commands.Person, notBefore time.Time) (policy.Standing, error) {
	if p.Team != d.home.team {
		return policy.Stranger, nil
	}
	u, err := d.users.get(ctx, p.User, notBefore)
	return u.standing, err
}

// Rosters says who is in each user group.
func (d *directory) Rosters(ctx context.Context, notBefore time.Time) ([]store.Roster, error) {
	return d.groups.get(ctx, "", notBefore)
}

// user is somebody as Slack answered.
type user struct {
	standing       policy.Standing
	inOrganization bool // of our organization, and a member of this workspace by it
	locale         string
	name           string // "Anna Lindqvist"
}

// account is what is needed of a user object (docs.slack.dev, "User object"). Its is_app_user
// says that the person has authorized this app: it says nothing of bots.
type account struct {
	ID                string `json:"id"`
	TeamID            string `json:"team_id"`
	Deleted           bool   `json:"deleted"`
	IsBot             *bool  `json:"is_bot"`
	IsWorkflowBot     bool   `json:"is_workflow_bot"`
	IsConnectorBot    bool   `json:"is_connector_bot"`
	IsStranger        bool   `json:"is_stranger"`
	IsRestricted      *bool  `json:"is_restricted"`
	IsUltraRestricted *bool  `json:"is_ultra_restricted"`
	IsInvitedUser     bool   `json:"is_invited_user"`
	Locale            string `json:"locale"`
	RealName          string `json:"real_name"`

	EnterpriseUser enterpriseUser `json:"enterprise_user"`
}

// standing is the kind of an account by its flags. The flags that make somebody less than a
// member must be present: a missing flag is not false.
func (a account) standing(h home) (policy.Standing, error) {
	switch {
	case a.Deleted:
		return policy.Deactivated, nil
	case a.IsStranger, a.TeamID != h.team && !a.EnterpriseUser.in(h):
		return policy.Stranger, nil
	case a.IsBot == nil, a.IsRestricted == nil, a.IsUltraRestricted == nil:
		return "", errors.New("users.info: the answer does not say what kind of account it is")
	case *a.IsBot, a.IsWorkflowBot, a.IsConnectorBot, a.ID == "USLACKBOT":
		return policy.Bot, nil
	case *a.IsRestricted, *a.IsUltraRestricted, a.IsInvitedUser:
		return policy.Guest, nil
	}
	return policy.Member, nil
}

// userOf asks users.info. That Slack knows no such person, or may not show them, is an
// answer like any other: the person has no rights here, and their votes do not wait for a
// better one. An answer about another person, or without a workspace, is an error.
func userOf(l lookUp, h home) fetch[user] {
	return func(ctx context.Context, id string) (user, error) {
		var answer struct {
			User account `json:"user"`
		}
		err := l.get(ctx, "users.info", url.Values{"user": {id}, "include_locale": {"true"}}, &answer)
		switch {
		case finalFor(err, ofPerson):
			return user{standing: policy.Nobody}, nil
		case err != nil:
			return user{}, err
		case answer.User.ID != id || answer.User.TeamID == "":
			return user{}, errors.New("users.info: the answer is not about the person who was asked for")
		}
		standing, err := answer.User.standing(h)
		return user{standing, answer.User.EnterpriseUser.in(h), answer.User.Locale, answer.User.RealName}, err
	}
}

// conversation is what is needed of a conversation object (docs.slack.dev,
// "Conversation object").
type conversation struct {
	ID                 string `json:"id"`
	Name               string `json:"name"`
	Creator            string `json:"creator"`
	IsIM               bool   `json:"is_im"`
	IsMpIM             bool   `json:"is_mpim"`
	IsPrivate          *bool  `json:"is_private"`
	IsMember           bool   `json:"is_member"`
	IsShared           bool   `json:"is_shared"`
	IsExtShared        *bool  `json:"is_ext_shared"`
	IsPendingExtShared bool   `json:"is_pending_ext_shared"`
	IsOrgShared        bool   `json:"is_org_shared"`
	IsGlobalShared     bool   `json:"is_global_shared"`
	Locale             string `json:"locale"`
	// slack-go's Conversation has these three.
	IsArchived   bool `json:"is_archived"`
	IsReadOnly   bool `json:"is_read_only"`
	IsThreadOnly bool `json:"is_thread_only"`
	// Hidden says that Slack shows the app no such conversation.
	Hidden bool `json:"-"`
}

// Channel says what kind of conversation an id names.
func (d *directory) Channel(ctx context.Context, id string, notBefore time.Time) (policy.Channel, error) {
	c, err := d.channels.get(ctx, id, notBefore)
	if err != nil {
		return policy.Channel{ID: id}, err
	}
	return c.where(id), nil
}

// lastChannel is what a conversation was when Slack said it last.
func (d *directory) lastChannel(id string) (where policy.Channel, known bool) {
	c, known := d.channels.last(id)
	if !known {
		return policy.Channel{ID: id}, false
	}
	return c.where(id), true
}

// where is the kind of a conversation by its flags.
func (c conversation) where(id string) policy.Channel {
	where := policy.Channel{ID: id, Place: policy.Workspace, Creator: c.Creator}
	switch {
	case c.IsIM, c.IsMpIM, c.Hidden && strings.HasPrefix(id, "D"):
		where.Place = policy.Direct
	case c.Hidden:
		where.Place = policy.Hidden
	case *c.IsExtShared, c.IsPendingExtShared:
		where.Place = policy.Shared
	case c.IsOrgShared, c.IsGlobalShared:
		where.Place = policy.Organisation
	case c.IsShared: // with whom is not said
		where.Place = ""
	case c.IsArchived:
		where.Place = policy.Archived
	case !c.IsMember:
		where.Place = policy.Absent
	case c.IsReadOnly:
		where.Place = policy.ReadOnly
	case c.IsThreadOnly:
		where.Place = policy.ThreadOnly
	}
	return where
}

// channelOf asks conversations.info. That Slack shows no such conversation is an answer: the
// bot is not in it, and it is no public channel (Netflix/dispatch 628). An answer about another
// channel is an error, and so is one that does not say whether the channel is shared with
// another organization.
func channelOf(l lookUp) fetch[conversation] {
	return func(ctx context.Context, id string) (conversation, error) {
		var answer struct {
			Channel conversation `json:"channel"`
		}
		err := l.get(ctx, "conversations.info", url.Values{"channel": {id}, "include_locale": {"true"}}, &answer)
		c := answer.Channel
		switch {
		case code(err) == "channel_not_found":
			return conversation{ID: id, Hidden: true}, nil
		case err != nil:
		case c.ID != id:
			err = errors.New("conversations.info: the answer is not about the channel that was asked for")
		case c.IsExtShared == nil && !c.IsIM && !c.IsMpIM:
			err = errors.New("conversations.info: the answer does not say whether the channel is shared")
		}
		return c, err
	}
}

// group is what is needed of a user group object (docs.slack.dev, "usergroups.list").
type group struct {
	ID         string             `json:"id"`
	DateUpdate integrations.Given `json:"date_update"` // seconds since 1970
	DateDelete integrations.Given `json:"date_delete"` // the same; 0 for one that is in use
	Count      integrations.Given `json:"user_count"`  // a number or a string
	Users      []string           `json:"users"`
}

// roster is who is in a group. A group without a list of users is empty only if its
// user_count is 0; else the roster is Unlisted.
func (g group) roster() store.Roster {
	r := store.Roster{Group: g.ID, Users: g.Users, Unlisted: g.Users == nil && g.Count.String() != "0"}
	if at, err := strconv.ParseInt(g.DateUpdate.String(), 10, 64); err == nil && at > 0 {
		r.Changed = time.Unix(at, 0)
	}
	return r
}

// deleted says that a group is disabled, so that nobody is in it.
func (g group) deleted() bool { return strings.Trim(g.DateDelete.String(), "0") != "" }

// groupsOf reads the members of all groups in one call. A workspace whose plan has no user
// groups is an error of its own (people.ErrNoGroups): whoever asks relies on groups. An answer without a list is an error, for
// "nobody is in any group" would take rights away, and denials.
func groupsOf(l lookUp) fetch[[]store.Roster] {
	return func(ctx context.Context, _ string) ([]store.Roster, error) {
		var answer struct {
			Groups *[]group `json:"usergroups"`
		}
		err := l.get(ctx, "usergroups.list", url.Values{"include_users": {"true"}}, &answer)
		switch {
		case code(err) == "plan_upgrade_required":
			return nil, fmt.Errorf("%w: %w", people.ErrNoGroups, err)
		case err != nil:
			return nil, err
		case answer.Groups == nil:
			return nil, errors.New("usergroups.list: the answer has no list")
		}
		var all []store.Roster
		for _, g := range *answer.Groups {
			if !g.deleted() {
				all = append(all, g.roster())
			}
		}
		return all, nil
	}
}
