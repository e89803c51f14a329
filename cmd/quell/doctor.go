package main

import (
	"context"
	"io"

	"quell/cmd/wiring"
)

// doctor looks at what serve would meet. Without --channel it writes nowhere.
type doctor struct {
	Channel   string `placeholder:"C…" help:"The id of a channel in which one message is posted, edited, answered in its thread and deleted."`
	Sockets   bool   `default:"true" negatable:"" help:"Open a socket for a moment, to hear how many the app has: what Slack sends over it is lost to serve."`
	Systems   bool   `default:"true" negatable:"" help:"Read each system once, as a form does."`
	Uncounted bool   `help:"Read a system also where its requests are counted for a contract and there is no database of serve to count them in."`
}

func (d doctor) Run(ctx context.Context, out io.Writer, seams wiring.Seams) error {
	return wiring.Doctor{Channel: d.Channel, Sockets: d.Sockets, Systems: d.Systems, Uncounted: d.Uncounted, Seams: seams}.Run(ctx, out)
}
