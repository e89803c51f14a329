package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
	"quell/commands/words"
)

// The tour is all scripts together: what they made the program call, say and log is compared
// with what its code knows. What no script meets stands in testdata/tour/gaps.txt.

// seamTour is the folder in which each script, and each program of one, leaves what it met. It
// is kept, and nothing is judged, if it is set from outside.
const seamTour = "QUELL_TEST_TOUR"

// touring runs the tests, and judges the tour when all of its scripts were played.
type touring struct{ tests *testing.M }

func (m touring) Run() int {
	if os.Getenv(seamTour) != "" {
		return m.tests.Run() // somebody wants to see what was met
	}
	dir, err := os.MkdirTemp("", "quell-tour-")
	if err == nil {
		err = os.Setenv(seamTour, dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	code := m.tests.Run()
	all := func(string, string) (bool, error) { return true, nil }
	if code == 0 && played(dir) && !testing.RunTests(all, []testing.InternalTest{{Name: "TestTour", F: func(t *testing.T) { judgeTour(t, dir) }}}) {
		code = 1
	}
	return code
}

// played reports whether every script left its record: with -run, or without a Redis, some
// were not played.
func played(dir string) bool {
	scripts, _ := filepath.Glob("testdata/*/*.txtar") // the pattern is well formed
	for _, file := range scripts {
		_, err := os.Stat(filepath.Join(dir, strings.TrimSuffix(filepath.Base(file), ".txtar")+".log"))
		if err != nil && !strings.HasPrefix(file, "testdata/old/") {
			return false
		}
	}
	return len(scripts) > 0
}

// sent keeps what a script's programs sent to Slack.
type sent struct {
	mu  sync.Mutex
	all []slacksim.Sent
}

func (s *sent) keep(one slacksim.Sent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, one)
}

// leave writes down what a script made the program send and log.
func (w *world) leave(script string) error {
	w.sent.mu.Lock()
	defer w.sent.mu.Unlock()
	body, err := json.Marshal(w.sent.all)
	if err != nil {
		return err
	}
	base := filepath.Join(os.Getenv(seamTour), strings.TrimPrefix(script, "script-"))
	if err := os.WriteFile(base+".sent", body, 0o600); err != nil {
		return err
	}
	return os.WriteFile(base+".log", []byte(w.log.String()), 0o600)
}

// listenForTour writes down each sentence that a program says, once, before it may be killed.
func listenForTour(dir string) func(*words.Catalogue) {
	if dir == "" {
		return nil // the program is of no script
	}
	var mu sync.Mutex
	heard := map[string]bool{}
	file := filepath.Join(dir, fmt.Sprintf("%d.said", os.Getpid()))
	return func(c *words.Catalogue) {
		c.Listen(func(id string) {
			mu.Lock()
			defer mu.Unlock()
			if heard[id] {
				return
			}
			heard[id] = true
			f, err := os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
			if err == nil {
				_, _ = fmt.Fprintln(f, id)
				_ = f.Close()
			}
		})
	}
}

// judgeTour compares what was met with what is known.
func judgeTour(t *testing.T, dir string) {
	calls := readSent(t, dir)
	t.Run("met", func(t *testing.T) { judgeMet(t, known(t), met(t, dir, calls)) })
	t.Run("typescript", func(t *testing.T) { compile(t, calls) })
}

func readSent(t *testing.T, dir string) (all []slacksim.Sent) {
	t.Helper()
	for _, body := range read(t, dir, "*.sent") {
		var some []slacksim.Sent
		require.NoError(t, json.Unmarshal([]byte(body), &some))
		all = append(all, some...)
	}
	return all
}

func read(t *testing.T, dir, pattern string) (bodies []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	require.NoError(t, err)
	require.NotEmpty(t, files, pattern)
	for _, file := range files {
		body, err := os.ReadFile(file)
		require.NoError(t, err)
		bodies = append(bodies, string(body))
	}
	return bodies
}

const (
	gapsFile = "testdata/tour/gaps.txt"
	// elsewhereFile names what no script can reach, and the test of another package that does.
	elsewhereFile = "testdata/tour/elsewhere.txt"
	// writeGaps has the gaps written anew, if it is set: after a change that adds sentences, or
	// scripts that meet some.
	writeGaps = "QUELL_TEST_WRITE_GAPS"
)

// gapsOf are the gaps as they are now, under the comment that stood there. Each keeps why it is
// one, and what is met by chance stays so while the code knows it.
func gapsOf(before string, known, met map[string]bool) []byte {
	var out strings.Builder
	was := map[string]string{}
	for line := range strings.Lines(before) {
		what, chance := gapOf(line)
		was[what] = line
		if strings.HasPrefix(line, "#") || chance && known[what] {
			out.WriteString(line)
			met[what] = met[what] || chance
		}
	}
	for _, what := range slices.Sorted(maps.Keys(known)) {
		if !met[what] {
			out.WriteString(cmp.Or(was[what], what+"\n"))
		}
	}
	return []byte(out.String())
}

// gapOf reads a line of the gaps: "sentence vendor.busy # no vendor says it", "sometimes log …".
func gapOf(line string) (what string, chance bool) {
	what, _, _ = strings.Cut(strings.TrimSpace(line), " # ")
	return strings.CutPrefix(what, "sometimes ")
}

// judgeMet holds that everything known was met but for the gaps. What is met by chance, such as
// on a slow machine, where people are told to wait, begins with "sometimes".
func judgeMet(t *testing.T, known, met map[string]bool) {
	data, err := os.ReadFile(gapsFile)
	require.NoError(t, err)
	elsewhere(t, known)
	if os.Getenv(writeGaps) != "" {
		data = gapsOf(string(data), known, met)
		require.NoError(t, os.WriteFile(gapsFile, data, 0o644))
	}
	gaps, sometimes := map[string]bool{}, 0
	for line := range strings.Lines(string(data)) {
		what, chance := gapOf(line)
		if what == "" || strings.HasPrefix(what, "#") {
			continue
		}
		gaps[what] = true
		assert.True(t, known[what], "a gap that the code does not know: %s", what)
		switch {
		case chance:
			sometimes++
		case met[what]:
			t.Logf("a gap that a script meets, or one by chance: %s", what)
		}
	}
	for _, what := range slices.Sorted(maps.Keys(known)) {
		assert.True(t, met[what] || gaps[what], "no script meets it: %s", what)
	}
	t.Logf("%d of %d met, %d gaps, %d met by chance", len(known)-len(gaps), len(known), len(gaps)-sometimes, sometimes)
}

// elsewhere takes from what is known that which no script reaches and a test of another package
// meets: "log a case … # bot/store TestThat".
func elsewhere(t *testing.T, known map[string]bool) {
	data, err := os.ReadFile(elsewhereFile)
	require.NoError(t, err)
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		what, test, _ := strings.Cut(line, " # ")
		assert.True(t, known[what], "met elsewhere, and the code does not know it: %s", what)
		assert.True(t, tests(t, test), "there is no test %s", test)
		delete(known, what)
	}
}

// tests reports whether a package has a test: "bot/store TestThat".
func tests(t *testing.T, name string) bool {
	dir, test, _ := strings.Cut(name, " ")
	files, err := filepath.Glob(filepath.Join("..", "..", dir, "*_test.go"))
	require.NoError(t, err)
	return slices.ContainsFunc(files, func(file string) bool {
		body, err := os.ReadFile(file)
		return err == nil && strings.Contains(string(body), "func "+test+"(t *testing.T)")
	})
}

// met is what the scripts met, each with its kind before it.
func met(t *testing.T, dir string, calls []slacksim.Sent) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, body := range read(t, dir, "*.said") {
		for id := range strings.Lines(body) {
			found["sentence "+strings.TrimSpace(id)] = true
		}
	}
	for _, body := range read(t, dir, "*.log") {
		for _, m := range regexp.MustCompile(`(?m) msg=("(?:[^"\\]|\\.)*"|\S+)`).FindAllStringSubmatch(body, -1) {
			text, err := strconv.Unquote(m[1])
			if err != nil {
				text = m[1]
			}
			found["log "+text] = true
		}
	}
	for _, c := range calls {
		found["method "+c.Method] = true
		if view, ok := c.Args["view"].(map[string]any); ok {
			found[fmt.Sprint("form ", view["callback_id"])] = true
		}
	}
	return found
}

// known is what the code can call, say, show and log.
func known(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	data, err := os.ReadFile(filepath.Join("..", "..", "commands", "words", "active.en.json"))
	require.NoError(t, err)
	var sentences map[string]any
	require.NoError(t, json.Unmarshal(data, &sentences))
	for id := range sentences {
		all["sentence "+id] = true
	}
	for _, id := range keptForStored(t) {
		delete(all, "sentence "+id)
	}
	for file := range production(t) {
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", file), nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		if shipped(file) {
			ast.Inspect(parsed, func(n ast.Node) bool { return noteLog(n, all) })
		}
		if strings.HasPrefix(file, "bot/slack/") {
			ast.Inspect(parsed, func(n ast.Node) bool { return noteForm(n, all) })
		}
		if file == "bot/slack/scopes.go" {
			ast.Inspect(parsed, func(n ast.Node) bool { return noteMethod(n, all) })
		}
	}
	return all
}

// keptForStored are the sentences that only what is stored may hold, as the test of the catalogue
// lists them.
func keptForStored(t *testing.T) (ids []string) {
	file := filepath.Join("..", "..", "commands", "words", "sentences_test.go")
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	ast.Inspect(parsed, func(n ast.Node) bool {
		if f, ok := n.(*ast.FuncDecl); ok && f.Name.Name != "kept" {
			return false
		}
		if lit, ok := n.(*ast.BasicLit); ok {
			if id, ok := literal(lit); ok {
				ids = append(ids, id)
			}
		}
		return true
	})
	return slices.DeleteFunc(ids, func(id string) bool { return strings.Contains(id, "/") || !strings.Contains(id, ".") }) // no imports
}

// shipped reports whether a file is part of quell itself.
func shipped(file string) bool {
	return !regexp.MustCompile(`^(bot/slacksim|integrations/sim|cmd/playground)/|test/`).MatchString(file)
}

// noteLog adds what a node of the code logs.
func noteLog(n ast.Node, all map[string]bool) bool {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		return true
	}
	if sel, ok := call.Fun.(*ast.SelectorExpr); ok && logs(sel) {
		if text, ok := literal(call.Args[0]); ok {
			all["log "+text] = true
		}
	}
	return true
}

// noteForm adds the forms that constants name.
func noteForm(n ast.Node, all map[string]bool) bool {
	spec, ok := n.(*ast.ValueSpec)
	if !ok {
		return true
	}
	for i, v := range spec.Values {
		if text, ok := literal(v); ok && strings.HasSuffix(spec.Names[i].Name, "Form") {
			all["form "+text] = true
		}
	}
	return true
}

// logs reports whether a function is one that logs, of something that is called a log. The
// program logs nothing below Info.
func logs(f *ast.SelectorExpr) bool {
	name := ""
	switch on := f.X.(type) {
	case *ast.Ident:
		name = on.Name
	case *ast.SelectorExpr:
		name = on.Sel.Name
	}
	return strings.EqualFold(name, "log") && slices.Contains([]string{"Info", "Warn", "Error"}, f.Sel.Name)
}

// noteMethod adds the methods that the table of scopes names. Events are
// called by nobody.
func noteMethod(n ast.Node, all map[string]bool) bool {
	if f, ok := n.(*ast.FuncDecl); ok && f.Name.Name == "eventScopes" {
		return false
	}
	if lit, ok := n.(*ast.BasicLit); ok {
		if text, ok := literal(lit); ok && regexp.MustCompile(`^[a-z]+\.[a-zA-Z]+(\.[a-z]+)*$`).MatchString(text) {
			all["method "+text] = true
		}
	}
	return true
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// secrets are what no log may hold: tokens, keys, and addresses that are secrets themselves.
func (w *world) secrets() (all []string) {
	for _, name := range []string{"SLACK_APP_TOKEN", "SLACK_BOT_TOKEN", "CACHE_SECRET_KEY", "API_KEY", "READ_KEY", "PASSWORD"} {
		if v := w.ts.Getenv(name); v != "" {
			all = append(all, v)
		}
	}
	return append(all, "/commands/T0QUELL/", "/actions/T0QUELL/", "/app/T0QUELL/", "ticket=")
}

// blabbed are the secrets that the program's log holds.
func (w *world) blabbed() (found []string) {
	if w.ts == nil {
		return nil // the script had no command
	}
	text := w.log.String()
	for _, secret := range w.secrets() {
		if strings.Contains(text, secret) {
			found = append(found, secret)
		}
	}
	return found
}
