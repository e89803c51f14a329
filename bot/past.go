package bot

import (
	"context"
	"slices"
	"time"

	"quell/bot/approval"
	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// Past is which cases somebody asks to read of: on a target, by a person, in a channel, within the
// time before now. The zero value of a field asks for any.
type Past struct {
	Target  string // as it was typed
	User    string // who asked
	Channel string
	Within  time.Duration
}

// What is read and told of the past.
const (
	pastPage   = 100
	pastReads  = 1000 // cases that are looked through for one answer
	reportMost = 10   // cases of one report
	reportPast = 24 * time.Hour
)

// found are the cases of a past that somebody may be told of, the newest first.
type found struct {
	cases   []approval.Case
	unknown int  // more, of which it is not known whether their channel may be read
	more    bool // that are older
}

// History lists cases to a member, the newest first: of targets that they may be told of, in
// channels that they may read.
func (b *Bot) History(ctx context.Context, s Speaker, p Past) Verdict {
	f, v := b.past(ctx, s, p, statusMost)
	if !v.Say.IsZero() {
		return v
	}
	var lines []words.Message
	for _, c := range f.cases {
		lines = append(lines, Listed(c))
	}
	if f.more {
		lines = append(lines, words.New("past.older", words.V{"count": words.Count(len(f.cases))}))
	}
	return f.verdict(lines)
}

// Listed is a case in a history.
func Listed(c approval.Case) words.Message {
	return words.New("past.case", words.V{
		"case": words.Case(c.ID), "at": words.At(c.Opened), "title": words.Say(approval.Title(c)),
		"by": words.User(c.Request.By.User), "channel": words.Channel(c.Request.Channel),
	})
}

// Report tells a member of the cases of a channel within a time, the oldest first: what was asked and
// why, who did what when, and what came of it, as a list in Markdown to be copied.
func (b *Bot) Report(ctx context.Context, s Speaker, p Past) Verdict {
	if p.Channel == "" {
		p.Channel = s.Channel
	}
	if p.Within == 0 {
		p.Within = reportPast
	}
	f, v := b.past(ctx, s, p, reportMost)
	if !v.Say.IsZero() {
		return v
	}
	var lines []words.Message
	for _, c := range slices.Backward(f.cases) {
		lines = append(lines, Reported(approval.ForChannel(c))...)
	}
	if f.more {
		lines = append(lines, words.New("report.older", words.V{"count": words.Count(len(f.cases))}))
	}
	if len(f.cases) > 0 {
		head := words.New("report.head", words.V{"channel": words.Channel(p.Channel), "from": words.At(b.c.Now().Add(-p.Within)), "until": words.At(b.c.Now())})
		lines = append([]words.Message{head}, lines...)
	}
	return f.verdict(lines)
}

// Reported is a case in a report, with what else is said of it.
func Reported(c approval.Case, also ...words.Message) []words.Message {
	lines := []words.Message{words.New("report.case", words.V{"case": words.Case(c.ID), "title": words.Strong(approval.Title(c))})}
	for _, m := range slices.Concat(also, approval.Reasons(c), approval.History(c)) {
		lines = append(lines, words.New("report.line", words.V{"what": words.Say(m)}))
	}
	return lines
}

// verdict is the answer of some lines, or that there is nothing.
func (f found) verdict(lines []words.Message) Verdict {
	if len(f.cases) == 0 {
		lines = append(lines, words.New("past.none"))
	}
	if f.unknown > 0 {
		lines = append(lines, words.New("past.unknown", words.V{"count": words.Count(f.unknown)}))
	}
	return Verdict{Say: words.New("past", words.V{"lines": words.Lines(lines)})}
}

// past finds so many cases for the speaker, or says why they are told of none. It is the one query
// behind a history and a report.
func (b *Bot) past(ctx context.Context, s Speaker, p Past, most int) (found, Verdict) {
	inForce := b.c.Policy()
	by, why, err := b.subject(ctx, inForce, s.Person)
	switch {
	case err != nil:
		return found{}, b.unknown(ctx, s, attempted{}, err)
	case !why.IsZero():
		return found{}, b.attempt(ctx, s, attempted{}, why)
	}
	q := store.Search{Channel: p.Channel, Most: pastPage}
	if p.Target != "" {
		q.Target = b.meant(p.Target)
		if !b.sees(inForce, by, q.Target) {
			return found{}, Verdict{Say: b.noTarget(inForce, by, commands.Request{Target: p.Target}, false)}
		}
	}
	if p.User != "" {
		q.Person = commands.Person{Team: s.Person.Team, User: p.User}
	}
	if p.Within > 0 {
		q.From = b.c.Now().Add(-p.Within)
	}
	f, err := b.find(ctx, inForce, by, q, most)
	if err != nil {
		return found{}, b.unread(err)
	}
	if _, known := b.c.Systems.Target(q.Target); !known && q.Target != "" && len(f.cases) == 0 { // there are cases on systems that were there once
		return found{}, Verdict{Say: b.noTarget(inForce, by, commands.Request{Target: p.Target}, false)}
	}
	return f, Verdict{}
}

// find looks through the cases of a search, a page after the other, for those that somebody may be
// told of.
func (b *Bot) find(ctx context.Context, inForce *policy.Policy, by policy.Subject, q store.Search, most int) (f found, err error) {
	reads := b.readsOnce(ctx, by.Person)
	for range pastReads / pastPage {
		page, err := b.c.Lists.Find(ctx, q)
		if err != nil {
			return f, err
		}
		for _, c := range page {
			if f.take(c, b.told(inForce, by, c, reads), most); f.more {
				return f, nil
			}
		}
		if len(page) < q.Most {
			return f, nil
		}
		q.After = page[len(page)-1]
	}
	f.more = true
	return f, nil
}

// reading is whether somebody may be told of a case.
type reading int

const (
	mayNot reading = iota
	may
	notKnown // their channel could not be looked up
)

func (b *Bot) told(inForce *policy.Policy, by policy.Subject, c approval.Case, reads func(approval.Case) (bool, error)) reading {
	if c.Newer() || !b.seesCase(inForce, by, c) {
		return mayNot
	}
	switch ok, err := reads(c); {
	case err != nil:
		return notKnown
	case ok:
		return may
	}
	return mayNot
}

// take adds a case that may be told of, or notes that there are more than fit.
func (f *found) take(c approval.Case, r reading, most int) {
	switch {
	case r == notKnown:
		f.unknown++
	case r == may && len(f.cases) == most:
		f.more = true
	case r == may:
		f.cases = append(f.cases, c)
	}
}
