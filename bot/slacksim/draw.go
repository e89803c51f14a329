package slacksim

import (
	"maps"
	"slices"
)

// stateOf is a snapshot of what a person sees. The caller holds mu.
func (w *Workspace) stateOf(person string) State {
	s := State{
		Version: w.version, Now: float64(w.cfg.Now().UnixMicro()) / 1e6, Me: person,
		Team:      TeamSeen{ID: w.cfg.Team.ID, Name: w.cfg.Team.Name},
		App:       AppSeen{Name: w.cfg.App.Name, UserID: w.cfg.App.UserID, Connected: len(w.sockets) > 0, Says: w.ofApp},
		Beside:    w.cfg.Beside,
		AllPeople: map[string]string{}, AllGroups: map[string]string{},
		People: []PersonSeen{}, Channels: []ChannelSeen{}, Messages: []Message{},
		Commands: append([]Command{}, w.cfg.Commands...), Shortcuts: append([]Shortcut{}, w.cfg.Shortcuts...),
		Notices: append([]Notice{}, w.notices[person]...),
		Pushes:  w.pushesOf(person),
		Modal:   w.modalOf(person),
		Home:    w.homeOf(person),
		Grid:    w.gridSeen(),
		Methods: slices.Sorted(maps.Keys(w.methods)),
		Faults:  w.pendingFaults(),
	}
	for _, p := range w.people {
		s.AllPeople[p.ID] = p.Name
		if p.acts() {
			s.People = append(s.People, PersonSeen{p.ID, p.Name, p.RealName, p.Title, p.Kind, w.home(p)})
		}
	}
	for _, g := range w.groups {
		s.AllGroups[g.ID] = g.Handle
	}
	w.drawRooms(&s)
	return s
}

// drawRooms adds the conversations this person is in, with their messages.
func (w *Workspace) drawRooms(s *State) {
	in := map[string]bool{}
	for _, r := range w.rooms() {
		if !r.has(s.Me) {
			continue
		}
		in[r.ID] = true
		seen := ChannelSeen{ID: r.ID, Name: r.Name, Kind: "channel", ExtShared: r.ExtShared,
			Archived: r.Archived, ReadOnly: r.ReadOnly, ThreadOnly: r.ThreadOnly, Restricted: r.Restricted, Pseudo: r.Locale == pseudo}
		if r.im != "" {
			seen.Name, seen.Kind, seen.Home = w.cfg.App.Name, "im", !w.cfg.NoHomeTab
		} else if r.Direct {
			seen.Kind = "im"
		}
		s.Channels = append(s.Channels, seen)
	}
	for _, m := range w.messages {
		if in[m.channel] && (m.onlyFor == "" || m.onlyFor == s.Me) {
			s.Messages = append(s.Messages, w.draw(m, s.Me))
		}
	}
}

func (w *Workspace) draw(m *message, person string) Message {
	author, _ := w.person(m.user)
	blocks := append([]map[string]any{}, m.blocks...)
	return Message{
		Channel: m.channel, TS: m.ts, ThreadTS: m.thread,
		User: m.user, Username: author.Name, Bot: author.Kind == Bot,
		Text: m.text, Blocks: blocks,
		Edited: m.edited != "", Ephemeral: m.onlyFor != "", Error: m.errors[person],
	}
}

func (w *Workspace) modalOf(person string) *Modal {
	stack := w.views[person]
	if len(stack) == 0 {
		return nil
	}
	v := stack[len(stack)-1]
	m := &Modal{
		ID: v.id, Title: v.def["title"], Submit: v.def["submit"], Close: v.def["close"],
		Blocks: v.blocks(), Errors: map[string]string{}, Busy: v.busy, Error: v.error,
	}
	for block, text := range v.errors {
		m.Errors[block] = text
	}
	return m
}
