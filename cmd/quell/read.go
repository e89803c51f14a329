package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/store"
	"quell/cmd/wiring"
	"quell/commands/words"
	"quell/integrations"
)

// The sub-commands here only read, also while another quell serves.

// checks says everything that is wrong with the two files, at once.
type checks struct {
	Config string `env:"QUELL_CONFIG" required:"" placeholder:"FILE" help:"The file that names the systems."`
	Policy string `env:"QUELL_POLICY" required:"" placeholder:"FILE" help:"The file that says who may do what."`
}

func (c checks) Run(out io.Writer) error {
	if err := wiring.Check(c.Config, c.Policy); err != nil {
		return err
	}
	for _, name := range wiring.NeverActing(c.Config) {
		_, _ = fmt.Fprintf(out, "%s is set to `act: never`. Plans and cards work there, and no call is ever made.\n", name)
	}
	_, err := fmt.Fprintln(out, "Both files are in order.")
	return err
}

// database is where a reading sub-command finds the database.
type database struct {
	Database string `name:"database" env:"QUELL_DATABASE_URL" default:"sqlite:data" placeholder:"URL" help:"Where the database is, such as sqlite:FOLDER."`
}

func (d database) open() (*store.Store, error) {
	dir, err := wiring.Folder(d.Database)
	if err != nil {
		return nil, err
	}
	return store.OpenReader(dir)
}

// cases lists the newest cases.
type cases struct {
	database
	Most int `default:"20" help:"How many."`
}

func (c cases) Run(ctx context.Context, out io.Writer, seams wiring.Seams) error {
	db, err := c.open()
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	list, err := db.Recent(ctx, c.Most)
	if err != nil {
		return err
	}
	speaker, err := terminal(seams)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, k := range list {
		if k.Newer() {
			_, _ = fmt.Fprintf(w, "%s\t%s\t%s\n", k.ID, k.Opened.UTC().Format(time.DateTime), speaker.Say(k.Word()))
			continue
		}
		what := strings.Join(k.Request.Things, " ")
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t/%s %s %s\t%s\n", k.ID, k.Opened.UTC().Format(time.DateTime), speaker.Say(k.Standing()),
			k.Request.Command, speaker.Value(words.Text(k.Request.Target)), speaker.Value(words.Text(what)), k.Request.By.User)
	}
	return w.Flush()
}

// show prints one case with everything the record has of it.
type show struct {
	database
	Case string `arg:"" help:"The case, such as Q-7F3K2M."`
	JSON bool   `help:"The case as it is stored, with what went over the wire for it."`
}

func (s show) Run(ctx context.Context, out io.Writer, seams wiring.Seams) error {
	db, err := s.open()
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	rec, err := db.Load(ctx, strings.ToUpper(s.Case))
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("there is no case %s; quell cases lists the newest", s.Case)
	}
	if errors.Is(err, store.ErrNewer) && !s.JSON {
		err = nil // its entries of the record can be read all the same
	}
	if err != nil {
		return err
	}
	if s.JSON {
		if rec.Case.Exchanges, err = db.Exchanges(ctx, rec.Case.ID); err != nil {
			return err
		}
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		return enc.Encode(rec.Case)
	}
	return tell(ctx, out, db, rec, seams)
}

// tell prints a case in words, then its entries of the record.
func tell(ctx context.Context, out io.Writer, db *store.Store, rec store.CaseRow, seams wiring.Seams) error {
	speaker, err := terminal(seams)
	if err != nil {
		return err
	}
	tellCase(out, speaker, rec.Case)
	_, _ = fmt.Fprintln(out)
	return db.Links(ctx, rec.Case.ID, func(l audit.Link) error {
		_, err := fmt.Fprintln(out, line(l, func(s string) string { return speaker.Value(words.Text(s)) }))
		return err
	})
}

// tellCase prints what the card of a case says, and who asked for what to the letter.
func tellCase(out io.Writer, speaker words.Speaker, c approval.Case) {
	_, _ = fmt.Fprintf(out, "%s: %s\n", c.ID, speaker.Say(approval.Title(c)))
	if c.Newer() {
		return
	}
	say := func(all ...words.Message) {
		for _, m := range all {
			if !m.IsZero() {
				_, _ = fmt.Fprintln(out, speaker.Say(m))
			}
		}
	}
	say(approval.Status(c))
	say(approval.Terms(c)...)
	_, _ = fmt.Fprintf(out, "asked by %s/%s: /%s %s %s\n", c.Request.By.Team, c.Request.By.User, c.Request.Command,
		speaker.Value(words.Text(c.Request.Target)), speaker.Value(words.Text(strings.Join(c.Request.Things, " "))))
	for i, it := range c.Items {
		say(approval.Thing(c, i), approval.FoundBy(c, i, integrations.Shown), approval.Became(c, i), approval.Stirred(c, i), it.Note, it.Why)
	}
	for _, e := range c.Evidence {
		say(approval.FollowUp(c, e))
	}
	say(approval.Reasons(c)...)
	say(approval.Warnings(c)...)
	say(approval.History(c)...)
	say(approval.Basis(c)...)
}

// line is one entry of the record, for people.
func line(l audit.Link, text func(string) string) string {
	e, err := audit.Parse(l.Body)
	if err != nil {
		return fmt.Sprintf("%6d  erased", l.Number)
	}
	var b strings.Builder
	_, _ = fmt.Fprintf(&b, "%6d  %s  %-14s %-11s %s → %s", l.Number, e.At.Format("2006-01-02 15:04:05.000"), e.Actor, e.Event, e.From, e.To)
	for _, k := range slices.Sorted(maps.Keys(e.Detail)) {
		if v := e.Detail[k]; v != "" {
			b.WriteString("  " + k + "=" + text(v))
		}
	}
	return b.String()
}

func terminal(seams wiring.Seams) (words.Speaker, error) {
	catalogue, err := seams.Catalogue(os.Getenv("QUELL_COMMAND_PREFIX"))
	if err != nil {
		return words.Speaker{}, err
	}
	return catalogue.In(os.Getenv("LANG"), words.Plain{}), nil
}

// auditCommands are the sub-commands about the record.
type auditCommands struct {
	Verify verify `cmd:"" help:"Check the chain of the record, link by link."`
}

// verify checks the chain and prints its head, to be kept elsewhere.
type verify struct {
	database
	Witness string `placeholder:"FILE" help:"A file with heads that were kept elsewhere, such as the log of serve: finds a tail that was cut off."`
}

func (v verify) Run(ctx context.Context, out io.Writer) error {
	db, err := v.open()
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	heads, err := witnesses(v.Witness)
	if err != nil {
		return err
	}
	var chain audit.Verifier
	err = db.Links(ctx, "", func(l audit.Link) error {
		if err := chain.Check(l); err != nil {
			return err
		}
		return heads.check(chain)
	})
	if err = errors.Join(err, heads.left(chain)); err != nil {
		return err
	}
	if chain.Number == 0 {
		_, _ = fmt.Fprintln(os.Stderr, "The record is empty.")
		return nil
	}
	if len(heads) > 0 {
		_, _ = fmt.Fprintf(os.Stderr, "The witness kept %d heads, and they agree.\n", len(heads))
	}
	_, _ = fmt.Fprintf(os.Stderr, "%d entries, and the chain holds. Keep this head where nobody can change it:\n", chain.Number)
	return json.NewEncoder(out).Encode(head{chain.Number, chain.Head.String(), chain.Erased})
}

// head is the end of a chain, as printed and as witnessed.
type head struct {
	Number int64  `json:"number"`
	Hash   string `json:"hash"`
	Erased int64  `json:"erased,omitempty"`
}

// witnessedHeads are the heads that a witness kept, by number.
type witnessedHeads map[int64]string

// headLine finds a head in a line of whatever kept it: what verify prints, the
// log of serve, or a message copied from the audit channel.
func headLine() *regexp.Regexp {
	return regexp.MustCompile(`(?:"number":|number=|entry )(\d+).*?\b([0-9a-f]{64})\b`)
}

// witnesses reads the heads that a file holds, among whatever other lines.
func witnesses(file string) (witnessedHeads, error) {
	if file == "" {
		return nil, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	heads := witnessedHeads{}
	for _, m := range headLine().FindAllStringSubmatch(strings.ReplaceAll(string(data), "`", ""), -1) {
		number, err := strconv.ParseInt(m[1], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if before, ok := heads[number]; ok && before != m[2] {
			return nil, &audit.Broken{Number: number, What: "the witness itself kept two hashes for it"}
		}
		heads[number] = m[2]
	}
	if len(heads) == 0 {
		return nil, fmt.Errorf("%s holds no head of a record; keep what quell audit verify prints, or the log of quell serve", file)
	}
	return heads, nil
}

func (s witnessedHeads) check(v audit.Verifier) error {
	if hash, ok := s[v.Number]; ok && hash != v.Head.String() {
		return &audit.Broken{Number: v.Number, What: "a witness kept another hash for it: the chain was written anew"}
	}
	return nil
}

// left finds heads beyond the end of the chain.
func (s witnessedHeads) left(v audit.Verifier) error {
	for _, number := range slices.Sorted(maps.Keys(s)) {
		if number > v.Number {
			return &audit.Broken{Number: number, What: "a witness has seen it, and it is gone: the tail was cut off"}
		}
	}
	return nil
}
