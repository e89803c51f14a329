package slacksim

import (
	"cmp"
	"slices"
	"strings"
)

// Enterprise is an organization of Enterprise Grid, to which workspaces belong. The zero
// Enterprise is none.
type Enterprise struct{ ID, Name string }

// wire is the enterprise of an interaction: null for none.
func (e Enterprise) wire() any {
	if e.ID == "" {
		return nil
	}
	return object{"id": e.ID, "name": e.Name}
}

// From is the client of the same person in another workspace: interactions name that
// workspace. On Grid that may be any workspace of the organization.
func (c Client) From(team string) Client {
	c.team = team
	return c
}

// SetGrid says whether people with a home in another workspace of the organization come
// from there, as they do unless this is called, or from this workspace.
func (w *Workspace) SetGrid(on bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.offGrid = !on
	w.touch()
}

// me is the person at this client, who is of the workspace that the client is in.
func (c Client) me() (Person, bool) {
	p, ok := c.w.person(c.person)
	p.from = c.team
	return p, ok
}

// userID is the id by which an app knows p.
func (p Person) userID() string { return cmp.Or(p.UserID, p.ID) }

// known finds a person by an id that an app names. A namesake's is that of somebody here.
func (w *Workspace) known(id string) (Person, bool) {
	p, ok := w.person(id)
	return p, ok && p.UserID == ""
}

// home is the workspace that a member's interactions name, where it is another than this
// one; "" if it is not.
func (w *Workspace) home(p Person) string {
	if w.offGrid || p.Kind == External {
		return ""
	}
	return p.Home
}

// place is the workspace in which p acts. A slash command carries it, and an interaction
// beside the person's own (bolt-js 1875, java-slack-sdk 1041).
func (w *Workspace) place(p Person) string {
	if p.Kind == External {
		return w.team(p)
	}
	return cmp.Or(p.from, w.cfg.Team.ID)
}

// enterprise is the organization that p belongs to.
func (w *Workspace) enterprise(p Person) Enterprise {
	if p.Kind == External {
		return p.Enterprise
	}
	return w.cfg.Enterprise
}

// enterpriseUser is the enterprise_user of a user object; nil for whoever is of no
// organization, and for bots, which belong to a workspace.
func (w *Workspace) enterpriseUser(p Person) object {
	of := w.enterprise(p)
	if of.ID == "" || p.Kind == Bot {
		return nil
	}
	teams := []string{w.cfg.Team.ID}
	if p.Kind == External {
		teams = []string{p.Team}
	}
	if home := w.home(p); home != "" {
		teams = append(teams, home)
	}
	return object{
		"id": p.ID, "enterprise_id": of.ID, "enterprise_name": of.Name,
		"is_admin": false, "is_owner": false, "is_primary_owner": false, "teams": teams,
	}
}

// domainOf is the address name of a workspace.
func (w *Workspace) domainOf(team string) string {
	if team == w.cfg.Team.ID {
		return w.cfg.Team.Domain
	}
	return strings.ToLower(team)
}

// talk is a channel as it is kept: a direct message between two people is theirs alone,
// and the app may only be in one of more.
func (c Channel) talk() Channel {
	if c.Direct {
		c.Private = true
		c.WithoutApp = c.WithoutApp || len(c.Members) < 3
	}
	return c
}

// isGroupTalk says whether the conversation is a group direct message.
func (c Channel) isGroupTalk() bool { return c.Direct && len(c.Members) > 2 }

// paid refuses what a plan without user groups does not have ("Errors" of
// usergroups.list).
func (w *Workspace) paid() error {
	if w.cfg.WithoutGroups {
		return refuse("plan_upgrade_required")
	}
	return nil
}

// groupOf finds a user group.
func (w *Workspace) groupOf(id string) (Group, bool) {
	at := slices.IndexFunc(w.groups, func(g Group) bool { return g.ID == id })
	if at < 0 {
		return Group{}, false
	}
	return w.groups[at], true
}

// gridSeen is the organization as the page draws it; nil for none.
func (w *Workspace) gridSeen() *GridSeen {
	if w.cfg.Enterprise.ID == "" {
		return nil
	}
	return &GridSeen{w.cfg.Enterprise.Name, !w.offGrid}
}
