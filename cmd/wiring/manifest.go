package wiring

import (
	"quell/bot/slack"
	"quell/commands/words"
)

// Manifest describes the Slack app of a bot for all kinds of systems. prefix and label tell
// it from another Quell's in the same workspace.
func Manifest(prefix, label string) (slack.Manifest, error) {
	return slack.NewManifest(slack.Naming{Prefix: prefix, Label: label}, Profiles())
}

// Words loads what is said to people, with the slash commands as their app names them.
func Words(prefix string) (*words.Catalogue, error) { return slack.Words(prefix) }
