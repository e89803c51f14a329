package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"time"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/store"
	"quell/cmd/wiring"
	grammar "quell/commands"
	"quell/commands/words"
)

// past is which cases are asked for. Whoever has the database sees all of them.
type past struct {
	database
	Target  string `placeholder:"NAME" help:"Only on this system."`
	Person  string `placeholder:"USER" help:"Only what this person asked for, by their member ID, such as U0ANNA."`
	Channel string `placeholder:"ID" help:"Only what was asked in this channel, by its ID, such as C0INCCHECKOUT."`
}

// ago is how long ago something may have been asked at most, as /quell takes it.
type ago time.Duration

func (a *ago) UnmarshalText(text []byte) error {
	d, isTime := bot.Ago(string(text))
	switch {
	case !isTime:
		return errors.New("write a time as 90m, 2h or 3d")
	case d == 0:
		return errors.New("a time is from " + bot.LeastAgo + " to " + bot.MostAgo + " here")
	}
	*a = ago(d)
	return nil
}

// search is the query of store.Find that /quell history makes too.
func (p past) search() (store.Search, error) {
	q := store.Search{Target: p.Target, Channel: p.Channel, Most: 100}
	who := regexp.MustCompile(`^(?:([TE][A-Z0-9]+)/)?([UW][A-Z0-9]+)$`).FindStringSubmatch(p.Person)
	switch {
	case p.Person != "" && who == nil:
		return q, fmt.Errorf("--person takes a member ID, such as U0ANNA; Slack shows it in their profile, and quell cases names it")
	case p.Channel != "" && !regexp.MustCompile(`^[CGD][A-Z0-9]+$`).MatchString(p.Channel):
		return q, fmt.Errorf("--channel takes the ID of a channel, such as C0INCCHECKOUT; Slack shows it in the channel's About tab")
	case who != nil:
		q.Person = grammar.Person{Team: who[1], User: who[2]}
	}
	return q, nil
}

// cases are those that were asked for since then, the newest first: one more than so many at most,
// or all for none.
func (p past) cases(ctx context.Context, since time.Time, most int) (all []approval.Case, err error) {
	q, err := p.search()
	if err != nil {
		return nil, err
	}
	db, err := p.open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	for q.From = since; ; q.After = all[len(all)-1] {
		page, err := db.Find(ctx, q)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if len(page) < q.Most || most > 0 && len(all) > most {
			return all, nil
		}
	}
}

// history lists cases.
type history struct {
	past
	Since ago `placeholder:"TIME" help:"Only what was asked within this time, such as 90m, 2h or 3d."`
	Most  int `default:"20" help:"How many."`
}

func (h history) Run(ctx context.Context, out io.Writer, seams wiring.Seams) error {
	var since time.Time
	if h.Since > 0 {
		since = seams.Time().Add(-time.Duration(h.Since))
	}
	all, err := h.cases(ctx, since, max(h.Most, 1))
	if err != nil {
		return err
	}
	shown := all[:min(len(all), max(h.Most, 1))]
	lines := make([]words.Message, len(shown))
	for i, c := range shown {
		lines[i] = listed(c)
	}
	if err := say(out, seams, lines); err != nil || len(all) == len(shown) {
		return err
	}
	_, err = fmt.Fprintf(out, "There are older ones: --most %d shows more.\n", 2*len(shown))
	return err
}

// report tells cases as a timeline.
type report struct {
	past
	Since ago `default:"24h" placeholder:"TIME" help:"What was asked within this time, such as 90m, 2h or 3d."`
}

func (r report) Run(ctx context.Context, out io.Writer, seams wiring.Seams) error {
	now := seams.Time()
	from := now.Add(-time.Duration(r.Since))
	all, err := r.cases(ctx, from, 0)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return say(out, seams, nil)
	}
	q, err := r.search()
	if err != nil {
		return err
	}
	pieces := []words.Message{bot.ReportHead(bot.Past{Target: r.Target, User: q.Person.User, Channel: r.Channel}, from, now)}
	for _, c := range slices.Backward(all) {
		pieces = append(pieces, reported(c))
	}
	return say(out, seams, []words.Message{words.New("report", words.V{"report": words.Document(pieces)})})
}

// listed is a case in a history; one of a newer release cannot be read.
func listed(c approval.Case) words.Message {
	if c.Newer() {
		return words.New("case.newer", words.V{"case": words.Case(c.ID)})
	}
	return bot.Listed(c)
}

// reported is a case in a report.
func reported(c approval.Case) words.Message {
	if c.Newer() {
		return listed(c)
	}
	return bot.Reported(c)
}

// say prints lines, or that there is nothing.
func say(out io.Writer, seams wiring.Seams, lines []words.Message) error {
	if len(lines) == 0 {
		_, err := fmt.Fprintln(out, "There is no such case.")
		return err
	}
	speaker, err := terminal(seams)
	if err != nil {
		return err
	}
	for _, m := range lines {
		if _, err := fmt.Fprintln(out, speaker.Say(m)); err != nil {
			return err
		}
	}
	return nil
}
