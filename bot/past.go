package bot

import (
	"context"
	"regexp"
	"slices"
	"strconv"
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
	// Fits says whether a report can be told whole where it was asked for; nil if any can.
	Fits func(report words.Message) bool
}

// What is read and told of the past.
const (
	pastPage   = 100
	pastReads  = 1000 // cases that are looked through for one answer
	reportMost = 10   // cases of one report, the oldest ones
	reportPast = 24 * time.Hour
)

// LeastAgo and MostAgo are the limits of how long ago somebody may ask about.
const (
	LeastAgo = "1m"
	MostAgo  = "3650d"
	daysAgo  = 3650 // MostAgo
)

// Ago is a length of time such as 90m, 2h or 3d, and whether it is one; 0 for one beyond the limits.
func Ago(word string) (time.Duration, bool) {
	m := regexp.MustCompile(`^([0-9]+)([mhd])$`).FindStringSubmatch(word)
	if m == nil {
		return 0, false
	}
	unit := map[string]time.Duration{"m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}[m[2]]
	n, err := strconv.Atoi(m[1])
	if err != nil || n > int(daysAgo*24*time.Hour/unit) {
		return 0, true
	}
	return time.Duration(n) * unit, true
}

// found are the cases of a past that somebody may be told of, the newest first.
type found struct {
	cases   []approval.Case
	unknown int       // more, of which it is not known whether their channel may be read
	more    bool      // that are older
	from    time.Time // before which nothing was looked for; zero for all of it
	channel string    // of a report
}

// History lists cases to a member, the newest first: of targets that they may be told of, in
// channels that they may read.
func (r *reader) History(ctx context.Context, s Speaker, p Past) Verdict {
	f, v := r.past(ctx, s, p, statusMost)
	if !v.Say.IsZero() {
		return v
	}
	var lines []words.Message
	for _, c := range f.cases {
		lines = append(lines, Listed(c))
	}
	if f.more && len(f.cases) > 0 {
		lines = append(lines, words.New("past.older"))
	}
	return f.verdict(lines)
}

// Listed is a case in a history.
func Listed(c approval.Case) words.Message {
	v := words.V{
		"case": words.Case(c.ID), "at": words.At(c.Opened), "title": words.Say(approval.Title(c)),
		"by": words.User(c.Request.By.User), "channel": words.Channel(c.Request.Channel),
	}
	if c.BreakGlass != nil { // the headline of what is over does not tell
		return words.New("past.case-alone", v)
	}
	return words.New("past.case", v)
}

// Report tells a member of the cases of a channel within a time, the oldest first, as a document in
// Markdown to be copied: as many as fit, and how to read of the rest.
func (r *reader) Report(ctx context.Context, s Speaker, p Past) Verdict {
	here := p.Channel == ""
	if here {
		p.Channel = s.Channel
	}
	if p.Within == 0 {
		p.Within = reportPast
	}
	f, v := r.past(ctx, s, p, pastReads)
	if !v.Say.IsZero() {
		return v
	}
	if here && len(f.cases) == 0 && r.direct(ctx, s.Channel) {
		return Verdict{Say: words.New("past.none-direct")}
	}
	f.channel = p.Channel
	slices.Reverse(f.cases)
	for n := min(len(f.cases), reportMost); n > 0; n-- {
		v = f.verdict(r.report(f, p, n))
		if n == 1 || p.Fits == nil || p.Fits(v.Say) {
			return v
		}
	}
	return f.verdict(nil)
}

// direct says that a place is known to be a direct or group message, where nobody can ask for anything.
func (r *reader) direct(ctx context.Context, id string) bool {
	ctx, cancel := context.WithTimeout(ctx, placeWithin)
	defer cancel()
	where, err := r.c.People.Channel(ctx, id)
	return err == nil && where.Place == policy.Direct
}

// report is the first n cases as a document, and what it leaves out.
func (r *reader) report(f found, p Past, n int) []words.Message {
	now, rest := r.c.Now(), f.cases[n:]
	from, until := now.Add(-p.Within), now
	if f.more { // of what was before, nothing is told
		from = f.cases[0].Opened
	}
	if len(rest) > 0 {
		until = rest[0].Opened
	}
	p.Target = r.meant(p.Target)
	pieces := []words.Message{ReportHead(p, from, until)}
	for _, c := range f.cases[:n] {
		pieces = append(pieces, Reported(approval.ForChannel(c)))
	}
	lines := []words.Message{words.New("report", words.V{"report": words.Document(pieces)})}
	if len(rest) > 0 {
		lines = append(lines, words.New("report.rest", words.V{"count": words.Count(len(rest)), "ago": words.For(now.Sub(until))}))
	}
	if f.more {
		lines = append(lines, words.New("report.older", words.V{"most": words.Count(pastReads)}))
	}
	return lines
}

// ReportHead is the heading of a report of what was asked within a time. It says what narrows the
// report, so that nobody takes that for everything.
func ReportHead(p Past, from, until time.Time) words.Message {
	v := words.V{
		"channel": words.Channel(p.Channel), "by": words.User(p.User), "target": words.Code(p.Target), "from": words.At(from), "until": words.At(until),
	}
	narrowed := ""
	if p.Channel == "" {
		narrowed = "-anywhere"
	}
	if p.User != "" {
		narrowed += "-by"
	}
	if p.Target != "" {
		narrowed += "-on"
	}
	return words.New("report.head"+narrowed, v)
}

// Reported is a case in a report: who asked when, for what and why, who did what when, and what came
// of it.
func Reported(c approval.Case) words.Message {
	past := approval.Report(c)
	lines := append(past[:1:1], reportedThings(c)...)
	for _, m := range approval.Reasons(c) {
		lines = append(lines, approval.Line(m))
	}
	lines = append(lines, past[1:]...)
	if c.State.Terminal() && !c.Why.IsZero() {
		lines = append(lines, approval.Line(c.Why))
	}
	for _, e := range c.Evidence {
		lines = append(lines, approval.Line(approval.FollowUpInShort(c, e)))
	}
	return words.New("report.case", words.V{"case": words.Case(c.ID), "title": words.Say(approval.Title(c)), "lines": words.Lines(lines)})
}

// reportedThings are the things of a case by name, with what became of each of several, and why.
func reportedThings(c approval.Case) (lines []words.Message) {
	for i := range c.Items {
		thing, became := approval.ThingAlone(c, i), approval.Became(c, i)
		if len(c.Items) == 1 || became.IsZero() { // of one, the title tells it
			lines = append(lines, approval.Line(thing))
		} else {
			lines = append(lines, words.New("report.became", words.V{"thing": words.Say(thing), "became": words.Say(became)}))
		}
		if why := approval.Because(c, i); !why.IsZero() {
			lines = append(lines, approval.Line(why))
		}
	}
	return lines
}

// verdict is the answer of some lines, or that there is nothing.
func (f found) verdict(lines []words.Message) Verdict {
	switch {
	case len(f.cases) > 0:
	case f.more: // of which nothing is known
		lines = append(lines, words.New("past.none-newest", words.V{"most": words.Count(pastReads)}))
	case f.from.IsZero():
		lines = append(lines, words.New("past.none"))
	case f.channel != "":
		lines = append(lines, words.New("past.none-in", words.V{"from": words.At(f.from), "channel": words.Channel(f.channel)}))
	default:
		lines = append(lines, words.New("past.none-since", words.V{"from": words.At(f.from)}))
	}
	if f.unknown > 0 {
		lines = append(lines, words.New("past.unknown", words.V{"count": words.Count(f.unknown)}))
	}
	return Verdict{Say: words.New("past", words.V{"lines": words.Lines(lines)})}
}

// past finds so many cases for the speaker, or says why they are told of none. It is the one query
// behind a history and a report.
func (r *reader) past(ctx context.Context, s Speaker, p Past, most int) (found, Verdict) {
	inForce := r.c.Policy()
	by, why, err := r.subject(ctx, inForce, s.Person)
	switch {
	case err != nil:
		return found{}, r.unknown(ctx, s, attempted{}, err)
	case !why.IsZero():
		return found{}, r.attempt(ctx, s, attempted{}, why)
	}
	q := store.Search{Channel: p.Channel, Most: pastPage}
	if p.Target != "" {
		q.Target = r.meant(p.Target)
		if !r.sees(inForce, by, q.Target) {
			return found{}, r.notInThePast(inForce, by, p.Target)
		}
	}
	if p.User != "" {
		q.Person = commands.Person{Team: s.Person.Team, User: p.User}
	}
	if p.Within > 0 {
		q.From = r.c.Now().Add(-p.Within)
	}
	f, err := r.find(ctx, inForce, by, q, most)
	if err != nil {
		return found{}, r.unread(err)
	}
	if _, known := r.c.Systems.Target(q.Target); !known && q.Target != "" && len(f.cases) == 0 { // there are cases on systems that were there once
		return found{}, r.notInThePast(inForce, by, p.Target)
	}
	f.from = q.From
	return f, Verdict{}
}

// notInThePast says that there is no such system. What was typed may have been meant as a time, such
// as "yesterday".
func (r *reader) notInThePast(inForce *policy.Policy, by policy.Subject, typed string) Verdict {
	why := r.noTarget(inForce, by, commands.Request{Target: typed}, false)
	return Verdict{Say: words.New("past.no-target", words.V{"why": words.Say(why)})}
}

// find looks through the cases of a search, a page after the other, for those that somebody may be
// told of.
func (r *reader) find(ctx context.Context, inForce *policy.Policy, by policy.Subject, q store.Search, most int) (f found, err error) {
	reads := r.readsOnce(ctx, by.Person)
	for range pastReads / pastPage {
		page, err := r.c.Lists.Find(ctx, q)
		if err != nil {
			return f, err
		}
		for _, c := range page {
			if f.take(c, r.told(inForce, by, c, reads), most); f.more {
				return f, nil
			}
		}
		if len(page) < q.Most {
			return f, nil
		}
		q.After = page[len(page)-1]
	}
	q.Most = 1
	page, err := r.c.Lists.Find(ctx, q)
	f.more = len(page) > 0
	return f, err
}

// reading is whether somebody may be told of a case.
type reading int

const (
	mayNot reading = iota
	may
	notKnown // their channel could not be looked up
)

func (r *reader) told(inForce *policy.Policy, by policy.Subject, c approval.Case, reads func(approval.Case) (bool, error)) reading {
	if c.Newer() || !r.seesCase(inForce, by, c) {
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
