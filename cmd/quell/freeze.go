package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"strings"
	"time"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/engine"
	"quell/bot/store"
	"quell/cmd/wiring"
	grammar "quell/commands"
	"quell/commands/words"
)

// freeze stops all calls at once: it writes beside the program that serves, which
// reads it before each call, and announces it. Two people lift it, in Slack.
type freeze struct {
	database
	Words     []string `arg:"" optional:"" name:"target" help:"The target, or all; and then why, without quotes. All if it is left out."`
	Reason    string   `help:"Why, for everybody to read."`
	Unchecked bool     `help:"Take the target's name as it is, whatever the file says."`
	Audit     string   `env:"QUELL_AUDIT_CHANNEL" placeholder:"CHANNEL" help:"The channel that serve tells of it; its audit channel if left out."`
	Config    string   `env:"QUELL_CONFIG" placeholder:"FILE" help:"The file that names the systems, to check the target's name."`
}

// flagsFirst adds to the error about the arguments of a freeze what is likeliest wrong: words end
// at a flag, so a flag after the target ends the reason before it began.
func flagsFirst(args []string, err error) error {
	if len(args) == 0 || args[0] != "freeze" || !strings.HasPrefix(err.Error(), "unexpected argument") {
		return err
	}
	return fmt.Errorf("%w. Nothing is frozen. Put the flags first: quell freeze --flag … all the reason", err)
}

func (f freeze) Run(ctx context.Context, out io.Writer, seams wiring.Seams) error {
	target, typed := f.typed()
	reason, err := grammar.CleanReason(typed)
	if err != nil || reason == "" {
		return fmt.Errorf("say why, in up to %d plain characters: quell freeze all the reason, or --reason", grammar.MaxReason)
	}
	if err := f.check(target); err != nil {
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
	e := audit.Entry{At: now, Actor: who, Event: "freeze", Detail: map[string]string{"target": target, "reason": reason}}
	frozen := store.Freeze{Target: target, By: who, Reason: reason, At: now}
	var told []store.Saying
	err = db.Freeze(ctx, "", frozen, e, func(before store.Freeze, holds []approval.Case) []store.Saying {
		told = bot.FreezeNews(frozen, before, who+" "+target+" "+now.Format(time.RFC3339Nano), holds, f.auditPlace())
		return told
	})
	if err != nil {
		return err
	}
	speaker, err := terminal(seams)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, speaker.Say(engine.Frozen(frozen))+"\n"+speaker.Say(announced(told)))
	return err
}

// typed is the target, "" for all, and what was typed as the reason.
func (f freeze) typed() (target, reason string) {
	if len(f.Words) == 0 {
		return "", f.Reason
	}
	if target = f.Words[0]; strings.EqualFold(target, "all") {
		target = ""
	}
	return target, strings.Join(append([]string{f.Reason}, f.Words[1:]...), " ")
}

// check refuses a name that may freeze nothing: a mistyped one would let calls go on that
// people believe stopped.
func (f freeze) check(target string) error {
	switch {
	case target == "" || f.Unchecked:
		return nil
	case strings.ContainsAny(target, bot.Separators):
		return fmt.Errorf("one system at a time: %s is read as a list. Nothing is frozen. quell freeze all … freezes everything", target)
	case f.Config == "":
		return errors.New("the name cannot be checked: QUELL_CONFIG, or --config, says which file names the systems. --unchecked takes it as it is; all freezes everything")
	}
	if err := wiring.CheckTarget(f.Config, target); err != nil {
		end := ". "
		if strings.HasSuffix(err.Error(), "?") {
			end = " "
		}
		return fmt.Errorf("%w%s--unchecked takes the name as it is; all freezes everything", err, end)
	}
	return nil
}

func (f freeze) auditPlace() string {
	if f.Audit == "" {
		return bot.AuditPlace
	}
	return f.Audit
}

// announced says where the program that serves announces a freeze.
func announced(told []store.Saying) words.Message {
	var places []words.Message
	for _, s := range told {
		if s.Place == bot.AuditPlace {
			places = append(places, words.New("freeze.told-audit"))
			continue
		}
		places = append(places, words.New("freeze.told", words.V{"channel": words.Channel(s.Place)}))
	}
	if len(places) == 0 {
		return words.New("freeze.shell-untold")
	}
	return words.New("freeze.shell-told", words.V{"channels": words.Lines(places)})
}

// login is who is at the shell, as far as the system knows.
func login() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return fmt.Sprintf("uid %d", os.Getuid())
}
