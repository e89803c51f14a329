package commands

import (
	"time"

	"quell/integrations"
)

// Person is somebody of a chat: a user's id is only unique within its team.
type Person struct {
	Team string `json:"team"`
	User string `json:"user"`
}

// Actor names a person as entries of the record do.
func (p Person) Actor() string { return p.Team + "/" + p.User }

// Request is what one person asked, once. It never changes.
type Request struct {
	Command string   `json:"command"` // without the slash
	Target  string   `json:"target"`
	Things  []string `json:"things"` // as typed, or the vendor's ids if Picked
	// Picked says that the things come from a form, as the vendor spells them.
	Picked bool   `json:"picked,omitempty"`
	Place  string `json:"place,omitempty"`
	// Options are the flags that Place was typed with, which not every kind of target has. A
	// form has none.
	Options []string `json:"-"`
	// On are the targets on whose lists the things were looked for and found; nil if that was
	// not done.
	On []string `json:"-"`
	// Met tells whether a thing with that id was seen on the target before; nil where nobody
	// remembers.
	Met func(name string) bool `json:"-"`
	// Shielded tells whether the policy protects a thing; nil where nobody asked it. What it
	// protects is decided on the whole plan: this keeps such things from being offered.
	Shielded func(integrations.Thing) bool `json:"-"`
	Reason   string                        `json:"reason,omitempty"`
	By       Person                        `json:"by"`
	Channel  string                        `json:"channel"`
	At       time.Time                     `json:"at"`
}
