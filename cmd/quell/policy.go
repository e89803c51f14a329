package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/store"
	"quell/cmd/wiring"
	grammar "quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
	"quell/policy/policytest"
)

// policyCommands are the policy as code: all of them only read.
type policyCommands struct {
	Check   policyCheck   `cmd:"" help:"Say everything that is wrong with the policy, and what is odd."`
	Test    policyTest    `cmd:"" help:"Run tests of the policy."`
	Scopes  policyScopes  `cmd:"" help:"List the vendors' permissions that a policy can grant."`
	Explain policyExplain `cmd:"" help:"Say what somebody may do, why, and what would have to differ."`
	Diff    policyDiff    `cmd:"" help:"Say who gains and loses what by a changed policy."`
	Replay  policyReplay  `cmd:"" help:"Decide again, by another policy, what was decided before."`
	Schema  policySchema  `cmd:"" help:"Print the JSON Schema of a policy file."`
}

// policyFile is where a sub-command finds the policy, and the targets that it names.
type policyFile struct {
	Config string `env:"QUELL_CONFIG" placeholder:"FILE" help:"The file that names the systems: without it no target's name is checked, and no request can be judged."`
	Policy string `env:"QUELL_POLICY" required:"" placeholder:"FILE" help:"The policy file."`
}

// known is what the policy may name. What is wrong with a target's credentials is
// nothing to a policy.
func (r policyFile) known() policy.Known { return wiring.Known(r.Config) }

// systems refuses to judge requests without the file of the systems: which permissions a command
// takes goes by the kind of its target.
func (r policyFile) systems() error {
	if r.Config == "" {
		return errors.New("the file of the systems is needed, since permissions go by the kind of a target: --config=FILE, or QUELL_CONFIG")
	}
	return nil
}

func (r policyFile) load(file string) (*policy.Policy, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	p, err := policy.Load(file, data, r.known())
	if err != nil {
		return nil, fmt.Errorf("there are mistakes:\n%w", err)
	}
	return p, nil
}

type policyCheck struct {
	policyFile
	Strict bool `help:"What is odd counts as a mistake."`
}

func (c policyCheck) Run(out io.Writer, seams wiring.Seams) error {
	p, err := c.load(c.Policy)
	if err != nil {
		return err
	}
	odd := p.Warnings()
	if odd != nil && c.Strict {
		return fmt.Errorf("there is nothing wrong, but this is odd:\n%w", odd)
	}
	if odd != nil {
		_, _ = fmt.Fprintf(out, "This is odd:\n%v\n", odd)
	}
	speaker, err := terminal(seams)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "The policy %s is in order.\n", speaker.Value(words.Digest(p.Hash())))
	return err
}

type policyTest struct {
	policyFile
	Dir string `arg:"" help:"A folder with test files, *.txtar or *.txt."`
}

func (c policyTest) Run(out io.Writer) error {
	if err := c.systems(); err != nil {
		return err
	}
	p, err := c.load(c.Policy)
	if err != nil {
		return err
	}
	known := c.known()
	t := policytest.Test{Policy: p, Targets: known.Targets, Kinds: wiring.Profiles(), Load: func(name string, data []byte) (*policy.Policy, error) {
		return policy.Load(name, data, known)
	}}
	var files []string
	for _, pattern := range []string{"*.txtar", "*.txt"} {
		found, _ := filepath.Glob(filepath.Join(c.Dir, pattern)) // the pattern is well formed
		files = append(files, found...)
	}
	if len(files) == 0 {
		return fmt.Errorf("there is no test file in %s: it ends in .txtar or .txt", c.Dir)
	}
	slices.Sort(files)
	checked, faults := 0, 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		r := t.File(file, data)
		checked, faults = checked+r.Checked, faults+len(r.Faults)
		for _, f := range r.Faults {
			_, _ = fmt.Fprintln(out, f)
		}
	}
	if faults > 0 {
		return fmt.Errorf("%d of %d lines in %d files are not as expected", faults, checked, len(files))
	}
	_, err = fmt.Fprintf(out, "%d lines in %d files: all as expected.\n", checked, len(files))
	return err
}

type policyScopes struct{}

func (policyScopes) Run(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "KIND\tCOMMAND\tSCOPE\tIN ENGLISH\tDOES\tFOR\tROLES\tRESTS ON\tALSO CALLED\tDOCUMENT")
	for _, k := range wiring.Profiles() {
		for _, s := range k.Scopes {
			does := map[bool]string{true: "writes", false: "reads"}[s.Write]
			_, _ = fmt.Fprintf(w, "%s\t/%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", k.Kind, s.Command, s.Name, s.Gloss, does, s.Call,
				strings.Join(holding(k.Roles, s.Name), ", "), strings.Join(s.Rests, ", "), strings.Join(s.Aliases, ", "), s.Source)
		}
	}
	_, _ = fmt.Fprintln(w, "\nROLE OF THE VENDOR\t\tHOLDS\tWHAT IT MAY DO\t\t\t\t\t\tDOCUMENT")
	for _, k := range wiring.Profiles() {
		for _, r := range k.Roles {
			_, _ = fmt.Fprintf(w, "%s/%s\t\t%s\t%s\t\t\t\t\t\t%s\n", k.Kind, r.Name, strings.Join(r.Scopes, ", "), r.Gloss, r.Source)
		}
	}
	return w.Flush()
}

// holding names the roles that hold a scope.
func holding(roles []integrations.Role, scope string) (names []string) {
	for _, r := range roles {
		if slices.Contains(r.Scopes, scope) {
			names = append(names, r.Name)
		}
	}
	return names
}

type policyExplain struct {
	policyFile
	User    string    `required:"" help:"Who asks, by the Slack user id."`
	Group   []string  `help:"A user group that they are in, by its id."`
	Channel string    `default:"C0000000" help:"Where they ask, by the channel's id."`
	Creator string    `help:"Who made that channel, by the user id."`
	At      time.Time `help:"When, such as 2026-03-02T14:00:00Z; now if it is left out."`
	Reason  string    `help:"What they say."`
	Command string    `arg:"" help:"The command, without the slash."`
	Target  string    `arg:"" help:"The target."`
}

func (c policyExplain) Run(out io.Writer, seams wiring.Seams) error {
	if err := c.systems(); err != nil {
		return err
	}
	p, err := c.load(c.Policy)
	if err != nil {
		return err
	}
	known := c.known()
	if !slices.Contains(known.Commands, c.Command) {
		return fmt.Errorf("there is no command %q - known: %s", c.Command, strings.Join(known.Commands, ", "))
	}
	if err := wiring.CheckTarget(c.Config, c.Target); err != nil {
		return err
	}
	if c.At.IsZero() {
		c.At = seams.Time()
	}
	by := policy.Subject{Person: grammar.Person{User: c.User}, Standing: policy.Member}
	for _, g := range c.Group {
		by.Groups = append(by.Groups, policy.Membership{Group: g, Since: time.Unix(0, 0)})
	}
	a := policy.Ask{
		Request: grammar.Request{Command: c.Command, Target: c.Target, By: by.Person, Channel: c.Channel, Reason: c.Reason, At: c.At},
		By:      by, Where: policy.Channel{ID: c.Channel, Place: policy.Workspace, Creator: c.Creator}, At: c.At,
		Target: policy.Target{Name: c.Target},
	}
	if i := slices.IndexFunc(known.Targets, func(t policy.Target) bool { return t.Name == c.Target }); i >= 0 {
		a.Target = known.Targets[i]
	}
	speaker, err := terminal(seams)
	if err != nil {
		return err
	}
	for _, line := range p.Explain(a) {
		_, _ = fmt.Fprintln(out, speaker.Say(line))
	}
	return nil
}

type policyDiff struct {
	Config string `env:"QUELL_CONFIG" required:"" placeholder:"FILE" help:"The file that names the systems."`
	Old    string `arg:"" help:"The policy as it is."`
	New    string `arg:"" help:"The policy as it would be."`
}

func (c policyDiff) Run(out io.Writer) error {
	r := policyFile{Config: c.Config}
	before, err := r.load(c.Old)
	if err != nil {
		return err
	}
	after, err := r.load(c.New)
	if err != nil {
		return err
	}
	nobody := true
	for _, ch := range policy.Diff(before, after, r.known()) {
		mark := map[bool]string{true: "+ ", false: "- "}[ch.Gain]
		if ch.Monitor {
			mark = map[bool]string{true: "~ a dry run more: ", false: "~ a dry run less: "}[ch.Gain]
		}
		nobody = nobody && ch.Monitor
		_, _ = fmt.Fprintln(out, mark+ch.What)
	}
	if nobody {
		_, err = fmt.Fprintln(out, "Nobody gains or loses anything.")
	}
	return err
}

type policyReplay struct {
	policyFile
	database
}

// Run decides again what was decided before. What is in the record as a refusal at the
// door counts as well: it is what a looser policy would let through.
func (c policyReplay) Run(ctx context.Context, out io.Writer, seams wiring.Seams) error {
	p, err := c.load(c.Policy)
	if err != nil {
		return err
	}
	db, err := c.open()
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	speaker, err := terminal(seams)
	if err != nil {
		return err
	}
	r := replay{policy: p, out: out, speaker: speaker}
	if err := r.cases(ctx, db); err != nil {
		return err
	}
	if err := r.refusals(ctx, db); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d decisions, of which %d would be another one.\n", r.all, r.flips)
	if err == nil && r.newer > 0 {
		_, err = fmt.Fprintf(out, "Cases of a newer release, which were left out: %d.\n", r.newer)
	}
	if err == nil && r.unjudged > 0 {
		_, err = fmt.Fprintf(out, "Plans of an older version, for which protection was not judged: %d.\n", r.unjudged)
	}
	return err
}

type replay struct {
	policy     *policy.Policy
	out        io.Writer
	speaker    words.Speaker
	all, flips int
	unjudged   int // plans for which protection could not be judged
	newer      int // cases of a newer release
}

// replayMost bounds how many cases are decided again: the newest.
const replayMost = 100_000

func (r *replay) cases(ctx context.Context, db *store.Store) error {
	list, err := db.Recent(ctx, replayMost)
	if err != nil {
		return err
	}
	for _, c := range slices.Backward(list) {
		if c.Newer() {
			r.newer++
		}
		if c.Grounds.At.IsZero() {
			continue // it was never decided, or before grounds were kept
		}
		r.compare(c.ID, c.Grounds, c.Decision, r.decide(c))
	}
	return nil
}

// decide leaves protection out where an older version stored a plan without what it is
// matched on. What was refused as protected then stays so: nobody can tell whether it still
// would be.
func (r *replay) decide(c approval.Case) policy.Decision {
	if c.Plan.Matchable() {
		return r.policy.Decide(c.Grounds, c.Plan)
	}
	r.unjudged++
	if c.Decision.Cause == policy.CauseShield {
		return c.Decision
	}
	return r.policy.Admit(c.Grounds)
}

func (r *replay) refusals(ctx context.Context, db *store.Store) error {
	return db.Links(ctx, "", func(l audit.Link) error {
		e, err := audit.Parse(l.Body)
		if err != nil || e.Detail["ask"] == "" {
			return nil // erased, or something else
		}
		var a policy.Ask
		if err := json.Unmarshal([]byte(e.Detail["ask"]), &a); err != nil {
			return errors.Join(err, fmt.Errorf("audit entry %d: its request cannot be read", l.Number))
		}
		var was policy.Decision // a refusal
		r.compare(fmt.Sprintf("entry %d", l.Number), a, was, r.policy.Admit(a))
		return nil
	})
}

func (r *replay) compare(what string, a policy.Ask, was, is policy.Decision) {
	r.all++
	if was.Verdict == is.Verdict && was.Need == is.Need && slices.Equal(was.From, is.From) && was.OtherTeam == is.OtherTeam {
		return
	}
	r.flips++
	_, _ = fmt.Fprintf(r.out, "%s  %s  %s /%s %s: %s → %s\n", what, a.At.UTC().Format(time.DateTime), a.By.Person.User,
		a.Request.Command, r.speaker.Value(words.Text(a.Target.Name)), policytest.Said(was), policytest.Said(is))
}

type policySchema struct{}

func (policySchema) Run(out io.Writer) error {
	data, err := policy.Schema(policy.NewCatalogue(wiring.Profiles()...))
	if err != nil {
		return err
	}
	_, err = out.Write(data)
	return err
}
