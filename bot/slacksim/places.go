package slacksim

import (
	"fmt"
	"slices"
	"time"
)

// Posting is who may post in a channel, beside whether it is archived. The zero Posting is
// everybody.
type Posting struct {
	Archived   bool
	ReadOnly   bool // for the app: others may post
	ThreadOnly bool // replies alone
	Restricted bool // by a setting of the workspace or of the channel's posting permissions
}

// SetChannel replaces the channel with that id, or adds it.
func (w *Workspace) SetChannel(c Channel) {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer w.touch()
	w.cfg.Channels = slices.Clone(w.cfg.Channels) // the caller of New has the old one
	i := slices.IndexFunc(w.cfg.Channels, func(old Channel) bool { return old.ID == c.ID })
	if i < 0 {
		w.cfg.Channels = append(w.cfg.Channels, c)
		return
	}
	w.cfg.Channels[i] = c
}

// Channel is a channel by its id, as it is now; the zero Channel if there is none.
func (w *Workspace) Channel(id string) Channel {
	w.mu.Lock()
	defer w.mu.Unlock()
	r, _ := w.room(id)
	return r.Channel
}

// SetEditWindow is Config.EditWindow, from now on.
func (w *Workspace) SetEditWindow(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cfg.EditWindow = d
}

// Switch turns one of the things that a channel may be on or off, by its name on the page.
func (w *Workspace) Switch(channel, name string, on bool) error {
	c := w.Channel(channel)
	if c.ID == "" {
		return fmt.Errorf("slacksim: there is no channel %s", channel)
	}
	switch name {
	case "pseudo":
		return w.speakPseudo(c, on)
	case "archived":
		c.Archived = on
	case "read_only":
		c.ReadOnly = on
	case "thread_only":
		c.ThreadOnly = on
	case "restricted":
		c.Restricted = on
	case "ext_shared":
		c.ExtShared = on
	case "without_app":
		c.WithoutApp = on
	case "org_shared":
		c.OrgShared = on
	default:
		return fmt.Errorf("slacksim: a channel cannot be %q", name)
	}
	w.SetChannel(c)
	return nil
}

// postable refuses a post of the app, or a reply, where nobody or not everybody may post
// ("Errors" of chat.postMessage).
func (r room) postable(reply bool) error {
	switch {
	case r.Archived:
		return refuse("is_archived")
	case r.ReadOnly:
		return refuse("restricted_action_read_only_channel")
	case r.Restricted:
		return refuse("restricted_action")
	case r.ThreadOnly && !reply:
		return refuse("restricted_action_thread_only_channel")
	}
	return nil
}

// whisperable is postable for a message to one person alone: the page of chat.postEphemeral
// lists is_archived and restricted_action.
func (r room) whisperable() error {
	switch {
	case r.Archived:
		return refuse("is_archived")
	case r.Restricted:
		return refuse("restricted_action")
	}
	return nil
}

// editable refuses to change a message in a channel that is archived, and one that is older
// than the workspace lets people edit ("Errors" of chat.update).
func (w *Workspace) editable(m *message) error {
	if r, _ := w.room(m.channel); r.Archived {
		return refuse("is_inactive")
	}
	posted, err := timeOf(m.ts)
	window := w.cfg.EditWindow
	if err == nil && (window < 0 || window > 0 && w.cfg.Now().Sub(posted) >= window) {
		return refuse("edit_window_closed")
	}
	return nil
}

// timeOf is when a message was posted, by its ts.
func timeOf(ts string) (time.Time, error) {
	var seconds, micros int64
	_, err := fmt.Sscanf(ts, "%d.%d", &seconds, &micros)
	return time.Unix(seconds, micros*1000), err
}

// visible says whether the app knows that there is such a conversation. Of others' private
// channels and direct messages it is told channel_not_found (Netflix/dispatch 628).
func (r room) visible() bool { return !r.Private || !r.WithoutApp }

// Reload shows the page anew to a person: what only they saw is gone (docs.slack.dev,
// chat.postEphemeral). "" is the first person.
func (c Client) Reload() error {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	i := slices.IndexFunc(c.w.people, func(p Person) bool { return p.acts() && (c.person == "" || c.person == p.ID) })
	if i < 0 {
		return fmt.Errorf("slacksim: %s cannot sign in", c.person)
	}
	id := c.w.people[i].ID
	c.w.messages = slices.DeleteFunc(c.w.messages, func(m *message) bool { return m.onlyFor == id })
	delete(c.w.notices, id)
	c.w.touch()
	return nil
}
