package main

import (
	"encoding/json"
	"fmt"
	"io"

	"quell/cmd/wiring"
)

// manifest prints the description from which Slack makes the app.
type manifest struct {
	Prefix string `env:"QUELL_COMMAND_PREFIX" placeholder:"stg-" help:"What the slash commands begin with, so that several Quells share a workspace; serve needs the same."`
	Label  string `placeholder:"staging" help:"What stands behind the app's name and beside its commands."`
	JSON   bool   `help:"As JSON, without the reasons of the scopes."`
}

func (m manifest) Run(out io.Writer) error {
	app, err := wiring.Manifest(m.Prefix, m.Label)
	if err != nil {
		return err
	}
	if m.JSON {
		e := json.NewEncoder(out)
		e.SetEscapeHTML(false) // a usage hint has < and >
		e.SetIndent("", "  ")
		return e.Encode(app)
	}
	text, err := app.YAML()
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(out, text)
	return err
}
