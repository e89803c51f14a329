package slacksim

import (
	"cmp"
	"slices"
)

func (a App) person() Person {
	return Person{ID: a.UserID, Name: a.Name, RealName: a.Name, Kind: Bot}
}

// acts says whether this person has a client: bots have none, and the deactivated are
// signed out.
func (p Person) acts() bool { return p.Kind != Bot && p.Kind != Deactivated }

// team is the workspace that this person belongs to.
func (w *Workspace) team(p Person) string {
	if p.Kind == External {
		return cmp.Or(p.from, p.Team)
	}
	return cmp.Or(p.from, w.home(p), w.cfg.Team.ID)
}

func (w *Workspace) person(id string) (Person, bool) {
	at := slices.IndexFunc(w.people, func(p Person) bool { return p.ID == id })
	if at < 0 {
		return Person{}, false
	}
	return w.people[at], true
}

// SetPerson replaces the person with that id.
func (w *Workspace) SetPerson(p Person) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range w.people {
		if w.people[i].ID == p.ID {
			w.people[i] = p
		}
	}
	w.touch()
}

// SetGroup replaces the members of a user group.
func (w *Workspace) SetGroup(id string, users ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range w.groups {
		if w.groups[i].ID == id {
			w.groups[i].Users = users
		}
	}
	w.touch()
}

// room is a conversation: a channel, or somebody's direct messages with the app.
type room struct {
	Channel
	im string // the person, in direct messages
}

// direct is the room of a person's direct messages with the app.
func direct(p Person) room {
	return room{
		Channel: Channel{ID: "D" + p.ID[1:], Name: "directmessage", Members: []string{p.ID}},
		im:      p.ID,
	}
}

// rooms lists every conversation: the channels, then the direct messages.
func (w *Workspace) rooms() []room {
	var all []room
	for _, c := range w.cfg.Channels {
		all = append(all, room{Channel: c.talk()})
	}
	for _, p := range w.people {
		if p.Kind == Member || p.Kind == Guest {
			all = append(all, direct(p))
		}
	}
	return all
}

func (w *Workspace) room(id string) (room, bool) {
	all := w.rooms()
	at := slices.IndexFunc(all, func(r room) bool { return r.ID == id })
	if at < 0 {
		return room{}, false
	}
	return all[at], true
}

func (r room) has(person string) bool { return slices.Contains(r.Members, person) }

// knownAs is the name of the room in a payload. Slack does not tell an app the
// name of a private channel in a slash command.
func (r room) knownAs() string {
	if r.Direct && !r.isGroupTalk() {
		return "directmessage"
	}
	if r.Private {
		return "privategroup"
	}
	return r.Name
}

// stranger says whether p belongs to another workspace and shares no channel
// with the app. One who shares a channel is no stranger to Slack
// (docs.slack.dev, user object): only the team id tells them apart.
func (w *Workspace) stranger(p Person) bool {
	if p.Kind != External {
		return false
	}
	return !slices.ContainsFunc(w.cfg.Channels, func(c Channel) bool {
		return !c.WithoutApp && slices.Contains(c.Members, p.ID)
	})
}
