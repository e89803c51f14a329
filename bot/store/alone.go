package store

import "strings"

// ToOne is the place of a saying to one person alone. channel is where they spoke; "" has them
// told directly.
func ToOne(team, user, channel string) string { return "one " + team + "/" + user + " " + channel }

// ReadToOne reads a place that ToOne wrote; ok is false for any other.
func ReadToOne(place string) (team, user, channel string, ok bool) {
	who, isOne := strings.CutPrefix(place, "one ")
	who, channel, spaced := strings.Cut(who, " ")
	team, user, named := strings.Cut(who, "/")
	return team, user, channel, isOne && spaced && named
}
