package wiring

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"quell/bot/slack"
	"quell/bot/store"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

// Doctor says what is wrong with what a program of this environment would meet: Slack, then the
// systems (doctor_systems.go).
type Doctor struct {
	Channel string // a channel's id, to write into; "" for none
	Sockets bool   // whether a socket may be opened, to hear how many there are
	Systems bool   // whether each system is read once
	// Uncounted says that a system whose requests are counted for a contract is read also where no
	// database counts them.
	Uncounted bool
	Seams     Seams
}

// ErrNotWell says that something is wrong, or could not be looked at.
var ErrNotWell = errors.New("not everything is well")

// Run prints each finding, and returns ErrNotWell unless all is well.
func (d Doctor) Run(ctx context.Context, out io.Writer) error {
	var err error
	tell := func(f slack.Finding) {
		_, _ = fmt.Fprintf(out, "%-8s %s\n", f.Grade, f.Say)
		if f.Grade == slack.Wrong || f.Grade == slack.Unknown {
			err = ErrNotWell
		}
	}
	s, missing := ReadSettings()
	for _, mistake := range lines(errors.Join(missing, channelID("--channel", d.Channel))) {
		tell(slack.Finding{Grade: slack.Wrong, Say: mistake + "."})
	}
	if channelID("", d.Channel) != nil {
		d.Channel = ""
	}
	if channelID("", s.Audit) != nil {
		s.Audit = ""
	}
	// What is no token of Slack's may be another secret, so it is sent nowhere.
	for prefix, t := range map[string]*integrations.Secret{appPrefix: &s.AppToken, botPrefix: &s.BotToken} {
		if cleanToken("", prefix, t) != nil {
			*t = ""
		}
	}
	users, groups, channels := d.named(s, tell)
	seams := d.Seams.filled()
	catalogue, _ := slack.Words(s.Prefix) // a prefix that is none was told; the findings go without Slack's reasons
	slack.Checkup{
		Config: slack.Config{
			AppToken: s.AppToken, BotToken: s.BotToken, APIURL: s.APIURL, Now: seams.Now, Log: slog.New(slog.DiscardHandler), RateFactor: seams.RateFactor,
			Words: catalogue, AppTokenFrom: tokenFrom("SLACK_APP_TOKEN", s.AppTokenFile), BotTokenFrom: tokenFrom("SLACK_BOT_TOKEN", s.BotTokenFile),
		},
		Users: users, Groups: groups, Channels: channels, Audit: s.Audit, Channel: d.Channel, Sockets: d.Sockets, Tell: tell,
	}.Run(ctx)
	if d.Systems && s.Targets != "" {
		d.systems(ctx, s, seams.Now, catalogue, tell)
	}
	return err
}

// systems looks at the systems, counted where serve counts.
func (d Doctor) systems(ctx context.Context, s Settings, now func() time.Time, catalogue *words.Catalogue, tell func(slack.Finding)) {
	c := systemsCheckup{file: s.Targets, now: now, words: catalogue, tell: tell, limiter: uncounted{}}
	if d.Uncounted {
		c.limiter = unlimited{}
	}
	dir, err := Folder(s.Database)
	if err != nil {
		c.say(slack.Wrong, "%v.", err)
	} else if db, err := store.OpenBeside(dir); err == nil {
		defer func() { _ = db.Close() }()
		c.limiter = db
	}
	c.run(ctx)
}

// named are the people, the user groups and the channels of the policy.
func (d Doctor) named(s Settings, tell func(slack.Finding)) (users, groups, channels []string) {
	if s.Policy == "" {
		return nil, nil, nil // which was told
	}
	data, err := os.ReadFile(s.Policy)
	var p *policy.Policy
	if err == nil {
		p, err = policy.Load(s.Policy, data, Known(s.Targets))
	}
	if err != nil {
		tell(slack.Finding{Grade: slack.Wrong, Say: "The policy cannot be used, so what it names was not looked at: quell check says why."})
		return nil, nil, nil
	}
	return p.Users(), p.Groups(), p.Channels()
}

// lines are the messages of joined errors.
func lines(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}
