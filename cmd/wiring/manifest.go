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

// Catalogue loads what is said to people, with the slash commands as their app names them.
func (s Seams) Catalogue(prefix string) (*words.Catalogue, error) {
	catalogue, err := slack.Words(prefix)
	if err != nil {
		return nil, err
	}
	s.filled().Words(catalogue)
	return catalogue, nil
}
