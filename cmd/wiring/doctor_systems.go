package wiring

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"quell/bot/engine"
	"quell/bot/slack"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy/strictyaml"
)

// systemsCheckup reads each system once, as a form does, and writes to none.
type systemsCheckup struct {
	file    string
	now     func() time.Time
	limiter integrations.Limiter
	words   *words.Catalogue
	tell    func(slack.Finding)
}

const (
	// systemWithin bounds the look at one system.
	systemWithin = 30 * time.Second
	// renewWithin is how long before its end a certificate is worth a word.
	renewWithin = 30 * 24 * time.Hour
	// clockOdd and clockWrong are how far a clock may be off: Huawei Cloud refuses what was signed
	// more than 15 minutes from its own time (API signing guide).
	clockOdd, clockWrong = time.Minute, 15 * time.Minute
)

func (c systemsCheckup) say(g slack.Grade, format string, values ...any) {
	c.tell(slack.Finding{Grade: g, Say: fmt.Sprintf(format, values...)})
}

func (c systemsCheckup) run(ctx context.Context) {
	data, err := os.ReadFile(c.file)
	if err != nil {
		c.say(slack.Wrong, "The file of the systems cannot be read: %v.", err)
		return
	}
	targets, all, err := LoadTargets(c.file, data, Makings{Now: c.now, Limiter: c.limiter})
	defer func() { _ = shutAll(targets) }()
	parts := partsOf(c.file, data)
	for _, t := range all {
		if _, made := targets[t.Name]; !made {
			c.say(slack.Wrong, "%s cannot be used: its part of the file has mistakes, and quell check says which.", t.Name)
		}
	}
	if err != nil && len(targets) == len(all) {
		c.say(slack.Wrong, "The file of the systems has mistakes: quell check says which.")
	}
	for _, name := range slices.Sorted(maps.Keys(targets)) {
		within, cancel := context.WithTimeout(integrations.Browsing(ctx), systemWithin)
		c.look(within, targets[name], parts[name])
		cancel()
	}
}

// look reads a system, and tells what its answers show.
func (c systemsCheckup) look(ctx context.Context, t engine.Target, part strictyaml.Part) {
	ctx, met := integrations.WithMeetings(ctx)
	read := true
	for _, command := range slices.Sorted(maps.Keys(t.Actions)) {
		seen, err := t.Actions[command].List(ctx, "")
		switch {
		case errors.Is(err, errUncounted):
			read = false
			c.say(slack.Unknown, "%s was not read: requests to it are counted for all who share its contract, and there is no database to count this one in (QUELL_DATABASE_URL). --uncounted reads it all the same.", t.Name)
		case err != nil:
			read = false
			c.trouble(t.Name, err)
		case !seen.Complete:
			c.say(slack.Odd, "%s was read, and its list was not complete: absence on it proves nothing.", t.Name)
		default:
			c.say(slack.Well, "%s was read.", t.Name)
		}
	}
	signed := part.Text("access_key").Value != ""
	for _, one := range met.ByHost() {
		c.certificate(t.Name, one)
		c.clock(t.Name, one, signed)
	}
	if reached := len(met.ByHost()) > 0; read || reached {
		c.rights(ctx, t, part, read)
	}
	if t.Never {
		c.say(slack.Seen, "%s: no call is ever made there (act: never).", t.Name)
	}
}

// trouble says why a system cannot be read. Most of the sentences name it.
func (c systemsCheckup) trouble(name string, err error) {
	say := c.said(commands.Trouble(err, name))
	if !strings.HasPrefix(say, name) {
		say = strings.TrimSpace(name + " cannot be read. " + say)
	}
	c.say(gradeOf(err), "%s", say)
}

// gradeOf: what may pass in a moment is not called wrong.
func gradeOf(err error) slack.Grade {
	passing := []integrations.Kind{integrations.Unavailable, integrations.NoAnswer, integrations.Throttled, integrations.Busy}
	if slices.Contains(passing, integrations.KindOf(err)) {
		return slack.Unknown
	}
	return slack.Wrong
}

func (c systemsCheckup) said(m words.Message) string {
	if c.words == nil {
		return ""
	}
	return c.words.In(os.Getenv("LANG"), words.Plain{}).Say(m)
}

func (c systemsCheckup) certificate(name string, one integrations.Meeting) {
	if one.Expires.IsZero() {
		return // no TLS, which the file has accepted, or this machine
	}
	grade, then := slack.Well, ""
	if one.Expires.Sub(c.now()) < renewWithin {
		grade, then = slack.Odd, " Whoever runs it should renew it."
	}
	c.say(grade, "%s: the certificate of %s is valid until %s.%s", name, one.Host, one.Expires.UTC().Format("2006-01-02 15:04 UTC"), then)
}

func (c systemsCheckup) clock(name string, one integrations.Meeting, signed bool) {
	off, way := one.Ahead.Abs().Truncate(time.Second), "ahead of"
	if one.Ahead < 0 {
		way = "behind"
	}
	switch {
	case !one.Clock:
	case off > clockWrong && signed:
		c.say(slack.Wrong, "%s: the clock of %s is %v %s ours, and beyond 15 minutes it refuses every signature. Set this machine's clock.", name, one.Host, off, way)
	case off > clockOdd:
		c.say(slack.Odd, "%s: the clock of %s is %v %s ours. One of them should be set.", name, one.Host, off, way)
	}
}

// rights says where credentials can do more than is needed, as far as that can be known. read is
// whether the target could be read.
func (c systemsCheckup) rights(ctx context.Context, t engine.Target, part strictyaml.Part, read bool) {
	if t.Excess != nil {
		c.excess(ctx, t, read)
		return
	}
	switch {
	case t.Kind == "hulft" && part.Text("read_key").Value == "":
		c.say(slack.Odd, "%s: the key that reads can also disconnect. A read_key without that scope keeps the two apart.", t.Name)
	case t.Kind == "hulft":
		c.say(slack.Seen, "%s: what scopes a key has cannot be asked. The Management Console shows them (API key management).", t.Name)
		if read { // a vendor that has just refused is not asked again
			c.actingKey(ctx, t)
		}
	case t.Kind == "jp1ao":
		c.say(slack.Seen, "%s: whoever may read a task may stop it in JP1/AO, so the service groups of the user are all that bounds it.", t.Name)
	default:
		c.say(slack.Seen, "%s: what else its credentials can do cannot be asked of the service. IAM shows their permissions.", t.Name)
	}
}

func (c systemsCheckup) excess(ctx context.Context, t engine.Target, read bool) {
	rules, err := t.Excess(ctx)
	switch kind := vendorKind(err); {
	case kind == integrations.Forbidden:
		c.say(slack.Seen, "%s: its user may not ask for its own rights, so what else it can do is not told here. The server has this question in its ACL LOG.", t.Name)
	case err != nil && !read: // that it cannot be read was told
	case kind == integrations.Unsupported:
		c.say(slack.Seen, "%s: its server does not know the question what a user may do, so what else it can do is not told here.", t.Name)
	case err != nil:
		c.say(slack.Unknown, "%s: what its user may do was asked and not told. %s", t.Name, c.said(commands.Trouble(err, t.Name)))
	case len(rules) > 0:
		c.say(slack.Odd, "%s: its user can do more than is needed: %s.", t.Name, integrations.Clean(strings.Join(rules, " "), 200))
	default:
		c.say(slack.Well, "%s: its user can do no more than is needed.", t.Name)
	}
}

// vendorKind is the kind of a vendor's error; "" for none, and for what is no vendor's.
func vendorKind(err error) integrations.Kind {
	if e, ok := errors.AsType[*integrations.Error](err); ok {
		return e.Kind
	}
	return ""
}

// errUncounted says that a request is not sent, for nobody would count it.
var errUncounted = errors.New("there is no database in which the request is counted")

// uncounted is the limiter where there is no database: one request more than a contract may make
// shuts everybody out, so none is made that nobody counts.
type uncounted struct{ unlimited }

func (uncounted) Take(context.Context, time.Time, integrations.Limit, integrations.Use) (integrations.NoRoom, error) {
	return integrations.NoRoom{}, errUncounted
}

// unlimited is the limiter of who wants a system read all the same.
type unlimited struct{}

func (unlimited) Take(context.Context, time.Time, integrations.Limit, integrations.Use) (integrations.NoRoom, error) {
	return integrations.NoRoom{}, nil
}

func (unlimited) Ban(context.Context, string, time.Time) error { return nil }
