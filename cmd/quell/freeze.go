package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/user"
	"time"

	"quell/bot"
	"quell/bot/audit"
	"quell/bot/engine"
	"quell/bot/store"
	"quell/cmd/wiring"
	grammar "quell/commands"
)

// freeze stops all calls at once: it writes beside the program that serves, which
// reads it before each call. Two people lift it, in Slack.
type freeze struct {
	database
	Target string `arg:"" optional:"" help:"The target; all if it is left out."`
	Reason string `required:"" help:"Why, for everybody to read."`
	Audit  string `env:"QUELL_AUDIT_CHANNEL" placeholder:"CHANNEL" help:"The channel that serve tells of it."`
	Config string `env:"QUELL_CONFIG" placeholder:"FILE" help:"The file that names the systems, to check the target's name."`
}

func (f freeze) Run(ctx context.Context, out io.Writer, seams wiring.Seams) error {
	reason, err := grammar.CleanReason(f.Reason)
	if err != nil || reason == "" {
		return fmt.Errorf("--reason: say why, in up to %d plain characters", grammar.MaxReason)
	}
	if err := wiring.CheckTarget(f.Config, f.Target); err != nil {
		return err
	}
	dir, err := wiring.Folder(f.Database)
	if err != nil {
		return err
	}
	db, err := store.OpenBeside(dir)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	now, who := seams.Time(), "shell/"+login()
	e := audit.Entry{At: now, Actor: who, Event: "freeze", Detail: map[string]string{"target": f.Target, "reason": reason}}
	frozen := store.Freeze{Target: f.Target, By: who, Reason: reason, At: now}
	if err := db.Freeze(ctx, frozen, e, bot.FreezeNews(frozen, who+" "+f.Target+" "+now.Format(time.RFC3339Nano), f.Audit)...); err != nil {
		return err
	}
	speaker, err := terminal()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, speaker.Say(engine.Frozen(frozen)))
	return err
}

// login is who is at the shell, as far as the system knows.
func login() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return fmt.Sprintf("uid %d", os.Getuid())
}
