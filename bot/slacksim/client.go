package slacksim

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// Client is the Slack client of one person. Its methods return as soon as the
// envelope is on its way; what follows shows in State. Only Wait and Suggest
// wait, and take a context.
type Client struct {
	w            *Workspace
	person, team string // team is another workspace; see From
}

// As is the client of a person: "U0BEN", or "U0BEN/T0FAR" for From("T0FAR").
func (w *Workspace) As(person string) Client {
	id, team, _ := strings.Cut(person, "/")
	return Client{w: w, person: id, team: team}
}

// Say sends a message's text, as a client has it on the wire: a mention is "<@U0BEN>", and &, < and >
// are escaped. Text that begins with "/" is a slash command, and is what was typed.
func (c Client) Say(channel, text string) error { return c.Reply(channel, "", text) }

// SayFromPhone says text as a phone's keyboard writes it: two hyphens become a
// dash, straight quotes curly ones.
func (c Client) SayFromPhone(channel, text string) error { return c.Say(channel, asOnPhone(text)) }

// Reply says text in a thread, or in the channel if thread is "".
func (c Client) Reply(channel, thread, text string) error {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	p, r, err := c.at(channel)
	if err != nil {
		return err
	}
	if err := c.w.writable(r); err != nil {
		return err
	}
	if strings.HasPrefix(text, "/") {
		c.w.command(p, r, thread, text)
		return nil
	}
	if text == "" {
		return errors.New("slacksim: there is nothing to say")
	}
	if r.Archived {
		return errors.New("slacksim: nothing can be said in an archived channel")
	}
	m := &message{channel: r.ID, user: p.ID, thread: thread, text: text}
	c.w.post(m)
	c.w.said(p, r, m)
	return nil
}

// at finds the person at this client and a conversation they are in.
func (c Client) at(channel string) (Person, room, error) {
	p, ok := c.me()
	if !ok || !p.acts() {
		return Person{}, room{}, fmt.Errorf("slacksim: %s cannot sign in", c.person)
	}
	r, ok := c.w.room(channel)
	if !ok || !r.has(p.ID) {
		return Person{}, room{}, fmt.Errorf("slacksim: %s is not in %s", c.person, channel)
	}
	return p, r, nil
}

// State is what this person sees now.
func (c Client) State() State {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	return c.w.stateOf(c.person)
}

// Wait returns the first state for which enough is true; it is called again after each
// change. When ctx ends first, the error holds the last state.
func (c Client) Wait(ctx context.Context, enough func(State) bool) (State, error) {
	for {
		c.w.mu.Lock()
		s, changed := c.w.stateOf(c.person), c.w.changed
		c.w.mu.Unlock()
		if enough(s) {
			return s, nil
		}
		select {
		case <-changed:
		case <-c.w.closed:
			return s, errors.New("slacksim: the workspace is closed")
		case <-ctx.Done():
			return s, fmt.Errorf("slacksim: %s waited in vain: %w; last seen:\n%s", c.person, ctx.Err(), s)
		}
	}
}

// asOnPhone rewrites text as the keyboards of phones do.
func asOnPhone(text string) string {
	var b strings.Builder
	opening := true
	for _, r := range strings.ReplaceAll(text, "--", "—") {
		switch {
		case r == '"' && opening:
			r = '“'
		case r == '"':
			r = '”'
		case r == '\'' && opening:
			r = '‘'
		case r == '\'':
			r = '’'
		}
		opening = unicode.IsSpace(r)
		b.WriteRune(r)
	}
	return b.String()
}
