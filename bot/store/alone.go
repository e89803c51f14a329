package store

import (
	"strings"

	"quell/commands"
)

// ToOne is the place of a saying to one person alone. channel is where they spoke; "" has them
// told directly.
func ToOne(p commands.Person, channel string) string {
	return "one " + p.Team + "/" + p.User + " " + channel
}

// ReadToOne reads a place that ToOne wrote; ok is false for any other.
func ReadToOne(place string) (p commands.Person, channel string, ok bool) {
	who, isOne := strings.CutPrefix(place, "one ")
	who, channel, spaced := strings.Cut(who, " ")
	team, user, named := strings.Cut(who, "/")
	return commands.Person{Team: team, User: user}, channel, isOne && spaced && named
}
