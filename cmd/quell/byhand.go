package main

import (
	"fmt"
	"io"

	"quell/cmd/wiring"
)

// byHand says what can be done at a system while neither Slack nor this program helps. It reads
// the file that names the systems, and nothing else.
type byHand struct {
	Config string `env:"QUELL_CONFIG" required:"" placeholder:"FILE" help:"The file that names the systems."`
	Target string `arg:"" help:"The system, such as cache-prod."`
}

func (b byHand) Run(out io.Writer, seams wiring.Seams) error {
	m, err := wiring.ByHand(b.Config, b.Target)
	if err != nil {
		return err
	}
	speaker, err := terminal(seams)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, speaker.Say(m))
	return err
}
