// Command quell is the bot.
//
//	quell serve           serves one Slack workspace until it is told to stop
//	quell manifest        prints what Slack makes the app from
//	quell doctor          says what is wrong with what serve would meet
//	quell check           says everything that is wrong with the two files
//	quell cases           lists the newest cases
//	quell history         lists what was asked, by system, person, channel and time
//	quell report          tells it as a timeline, for the post-mortem
//	quell show Q-7F3K2M   tells one case, with its part of the record
//	quell audit verify    checks the record's chain
//	quell policy …        checks, tests, explains, compares and replays the policy
//	quell freeze          stops all calls at once, also when Slack is down
//	quell by-hand TARGET  says what can be done at a system without this program
//
// Everything it needs is in its environment; the README lists it. All but serve,
// freeze and doctor --channel only read; they all may run while another one serves.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // zones, also in an image that has none

	"github.com/alecthomas/kong"

	"quell/cmd/wiring"
)

func main() { os.Exit(Main(wiring.Seams{})) }

// Main runs the program and returns its exit code.
func Main(seams wiring.Seams) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], seams); err != nil {
		fmt.Fprintf(os.Stderr, "quell: %v\n", err)
		return 1
	}
	return 0
}

type commands struct {
	Serve serve `cmd:"" help:"Serve one Slack workspace until told to stop."`
	// Manifest needs no files and no Slack.
	Manifest manifest `cmd:"" help:"Print the manifest of the Slack app."`
	// Doctor looks at Slack and at the systems with what serve has.
	Doctor doctor `cmd:"" help:"Say what is wrong with what serve would meet: tokens, scopes, sockets, user groups, people, channels, systems."`
	Check  checks `cmd:"" help:"Say everything that is wrong with the two files."`
	Cases  cases  `cmd:"" help:"List the newest cases."`
	// History and Report find cases as /quell history and /quell report do.
	History history       `cmd:"" help:"List what was asked, the newest first: all of it, also what a rule keeps out of the channel."`
	Report  report        `cmd:"" help:"Tell what was asked as a timeline in Markdown, the oldest first: all of it, also what a rule keeps out of the channel."`
	Show    show          `cmd:"" help:"Tell one case, with its part of the record."`
	Audit   auditCommands `cmd:"" help:"The record."`
	// Policy is the policy as code.
	Policy policyCommands `cmd:"" help:"The policy as code."`
	// Freeze works while Slack does not.
	Freeze freeze `cmd:"" help:"Stop all calls at once, on one target or on all."`
	// ByHand needs the file of the systems alone.
	ByHand byHand `cmd:"" help:"Say what can be done at a system without this program."`
}

type serve struct{}

func run(ctx context.Context, args []string, seams wiring.Seams) error {
	var c commands
	parser, err := kong.New(&c, kong.Name("quell"), kong.Description("Acts safely on production from chat."))
	if err != nil {
		return err
	}
	k, err := parser.Parse(args)
	if err != nil {
		return flagsFirst(args, err)
	}
	k.BindTo(ctx, (*context.Context)(nil))
	k.BindTo(os.Stdout, (*io.Writer)(nil))
	return k.Run(slog.New(slog.NewTextHandler(os.Stderr, nil)), seams)
}

func (serve) Run(ctx context.Context, log *slog.Logger, seams wiring.Seams) error {
	settings, err := wiring.ReadSettings()
	if err != nil {
		return err
	}
	p, err := wiring.Start(ctx, settings, log, seams)
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return nil // it was told to stop while it waited for Slack
	}
	if err != nil {
		return err
	}
	return p.Run(ctx)
}
