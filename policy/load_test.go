package policy_test

import (
	"flag"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/policy"
	"quell/policy/strictyaml"
)

var update = flag.Bool("update", false, "write what is said of mistakes anew")

func TestMistakes(t *testing.T) {
	const path = "testdata/mistakes.txtar"
	a, err := txtar.ParseFile(path)
	require.NoError(t, err)
	good, cases := a.Files[:3], a.Files[3:]
	require.NotEmpty(t, cases)
	for i := 0; i < len(cases); i += 2 {
		file, says := cases[i], cases[i+1]
		t.Run(file.Name, func(t *testing.T) {
			require.Equal(t, "says", says.Name, "after %s", file.Name)
			p, err := policy.Load("policy.yaml", completed(file.Data, good), known)
			require.Error(t, err)
			assert.Nil(t, p, "nothing is half loaded")
			if *update {
				cases[i+1].Data = []byte(err.Error() + "\n")
				return
			}
			assert.Equal(t, string(says.Data), err.Error()+"\n")
		})
	}
	if *update {
		require.NoError(t, os.WriteFile(path, txtar.Format(a), 0o600))
	}
}

// completed adds the good parts that a file leaves out.
func completed(file []byte, good []txtar.File) []byte {
	out := string(file)
	for _, part := range good {
		if !strings.Contains("\n"+string(file), "\n"+part.Name+":") {
			out += string(part.Data)
		}
	}
	return []byte(out)
}

func TestFilesThatSayLittle(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"empty":               {"", "policy.yaml: the file is empty"},
		"white space":         {" \n\n\t\n", "policy.yaml: the file is empty"},
		"comments":            {"# rules:\n#   - {}\n", "policy.yaml: the file is empty"},
		"a file of nothing":   {"~\n", "policy.yaml:1:1: nothing stands here; write what you mean\n    ~\n    ^"},
		"a block of nothing":  {"{}\n", "policy.yaml:1:1: this block is empty, which some read as all and some as none; write what you mean\n    {}\n    ^"},
		"no roles":            {"rules:\n  - {name: kill, commands: [kill-session], targets: ['*'], roles: [on-call]}\n", "policy.yaml:2:68: unknown role \"on-call\"\n      - {name: kill, commands: [kill-session], targets: ['*'], roles: [on-call]}\n    " + strings.Repeat(" ", 67) + "^"},
		"not YAML but a list": {"- rules\n", "policy.yaml:1:1: this is a list, which does not fit here; a block of keys is needed\n    - rules\n    ^"},
		"too much":            {"#" + strings.Repeat(" ", strictyaml.MaxSize), "policy.yaml: the file is 1048577 bytes long; 1048576 is the most"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := policy.Load("policy.yaml", []byte(c.file), known)
			assert.EqualError(t, err, c.want)
			assert.Nil(t, p)
		})
	}
}

// What must not be called a mistake.
func TestWhatLoads(t *testing.T) {
	const roles = "roles: {on-call: {scopes: [dcs:clients:list, dcs:clients:kill]}, commander: {}, auditor: {}}\n"
	const rule = "rules: [{name: kill, commands: [kill-session], targets: [cache-prod], roles: [on-call], approvals: {need: 2, from: [commander]}}]\n"
	for name, file := range map[string]string{
		"a group may hold enough":              roles + "bindings: [{role: on-call, users: [U0ANNA]}, {role: commander, groups: [S0COMMANDERS]}]\n" + rule,
		"a group and too few users":            roles + "bindings: [{role: on-call, users: [U0ANNA]}, {role: commander, users: [U0ANNA], groups: [S0COMMANDERS]}]\n" + rule,
		"just enough users":                    roles + "bindings: [{role: on-call, users: [U0ANNA]}, {role: commander, users: [U0BEN, U0BEA]}]\n" + rule,
		"enough besides the asker":             roles + "bindings: [{role: on-call, users: [U0BEN]}, {role: commander, users: [U0BEN, U0BEA, U0ANNA]}]\n" + rule,
		"enough for one of the askers":         roles + "bindings: [{role: on-call, users: [U0BEN, U0ANNA]}, {role: commander, users: [U0BEN, U0BEA]}]\n" + rule,
		"enough for somebody in a group":       roles + "bindings: [{role: on-call, users: [U0BEN], groups: [S0ONCALL]}, {role: commander, users: [U0BEN, U0BEA]}]\n" + rule,
		"a role that no rule names needs none": roles + "bindings: [{role: on-call, users: [U0ANNA]}]\n" + strings.Replace(rule, ", approvals: {need: 2, from: [commander]}", "", 1),
		"the same user twice":                  roles + "bindings: [{role: on-call, users: [U0ANNA, U0ANNA]}]\n" + strings.Replace(rule, ", approvals: {need: 2, from: [commander]}", "", 1),
		"only a rule that denies":              "rules: [{name: never, effect: deny, commands: [kill-session], targets: ['*']}]\n",
		"other line endings, and a BOM":        "\ufeff" + strings.ReplaceAll(open, "\n", "\r\n"),
		"a number as a name":                   strings.Replace(open, "name: all", "name: 7", 1),
		"the shortest and the longest time":    strings.Replace(open, "need: 1,", "need: 1, within: 1m,", 1),
		"a nought before a name":               strings.Replace(open, "name: all", "name: 010", 1),
		"one document, opened and closed":      "---" + open + "...\n",
	} {
		t.Run(name, func(t *testing.T) {
			p, err := policy.Load("policy.yaml", []byte(file), known)
			require.NoError(t, err)
			assert.NotNil(t, p)
		})
	}
}

// A rule that an editor shows as a comment is none, whatever ends the line for YAML, and
// the file with it is refused: somebody wanted it there.
func TestARuleInACommentIsNone(t *testing.T) {
	for _, end := range []string{"\u2028", "\u2029", "\u0085", "\r"} {
		file := strings.Replace(open, "rules:", "rules: # as agreed"+end+"  - {name: hidden, commands: [kill-session], targets: ['*'], roles: [on-call]} #", 1)
		require.NotEqual(t, open, file)
		p, err := policy.Load("policy.yaml", []byte(file), known)
		assert.Nil(t, p)
		require.Error(t, err, "%q", end)
		assert.Regexp(t, `^policy\.yaml:\d+:\d+: U\+[0-9A-F]{4} ends a line for YAML and for no editor`, err.Error())
		assert.Equal(t, 1, strings.Count(err.Error(), "policy.yaml:"), "what is in the comment is not read: %v", err)
	}
}

// No file may keep the program from starting, or from saying why it does not.
func TestHostilePoliciesEndSoon(t *testing.T) {
	const rule = "{name: kill, commands: [kill-session], targets: ['*'], roles: [on-call]}"
	many := func(form string, n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.ReplaceAll(form, "%", strconv.Itoa(i)))
		}
		return b.String()
	}
	for name, file := range map[string]string{
		"one rule, said often":      "rules:\n  - &r {name: kill, commands: [" + strings.Repeat("x, ", 20_000) + "]}\n" + strings.Repeat("  - *r\n", 20_000),
		"many rules":                "rules:\n" + many("  - {name: r%}\n", 20_000),
		"many rules of one name":    "rules:\n" + strings.Repeat("  - "+rule+"\n", 10_000),
		"many roles, all unknown":   "roles:\n" + many("  r%: {}\n", 10_000) + "rules:\n  - {name: kill, roles: [" + strings.Repeat("x, ", 20_000) + "]}\n",
		"a glob with many stars":    "rules:\n  - {name: kill, targets: ['" + strings.Repeat("*a", 100_000) + "']}\n",
		"a great need, many times":  "roles: {a: {}}\nbindings:\n  - {role: a, users: [" + many("U%X, ", 40_000) + "]}\nrules:\n" + many("  - {name: r%, roles: [a], approvals: {need: 20, from: [a]}}\n", 5_000),
		"an endless word, and more": "rules:\n  - {name: kill, commands: [" + strings.Repeat("x", 500_000) + "], targets: [" + strings.Repeat("y", 400_000) + "]}\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			p, err := policy.Load("policy.yaml", []byte(file), known)
			require.Error(t, err)
			assert.Nil(t, p)
			assert.Less(t, len(err.Error()), 4*strictyaml.MaxSize)
			assert.Less(t, time.Since(began), time.Minute)
		})
	}
}
