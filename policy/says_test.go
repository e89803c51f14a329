package policy_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/dcs"
	"quell/integrations/fabric"
	"quell/integrations/hulft"
	"quell/integrations/jp1ao"
	"quell/integrations/taurusdb"
	"quell/policy"
	"quell/policy/policytest"
)

// Each file in testdata holds a policy, people, and what the policy says to what they
// ask (package policytest).
func TestWhatThePolicySays(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			for _, fault := range tests().File(file, data).Faults {
				t.Error(fault)
			}
		})
	}
}

func TestAWrongLineIsFound(t *testing.T) {
	got := tests().File("x.txt", []byte(`
-- policy.yaml --
roles:
  on-call: {scopes: [dcs:clients:list, dcs:clients:kill]}
bindings:
  - {role: on-call, users: [U0ANNA]}
rules:
  - {name: kill, commands: [kill-session], targets: [cache-prod], roles: [on-call]}
-- people --
anna member
ben member
-- says --
anna /kill-session cache-prod in C0INC → runs (rule kill)
ben /kill-session cache-prod in C0INC → runs (rule kill)

# Its trace is wrong, and it is nobody's to approve.
ben /kill-session cache-prod in C0INC → refused: refused.role
    kill: miss.channel
ben approves anna's → yes
cho /kill-session cache-prod in C0INC → refused: refused.role
anna asks
anna /kill-session cache-prod in C0INC → ru
`))
	assert.Equal(t, []string{
		"x.txt:14: ben /kill-session cache-prod in C0INC\n\texpected: runs (rule kill)\n\tpolicy:   refused: refused.role roles=on-call",
		"x.txt:17: ben /kill-session cache-prod in C0INC\n\texpected:     kill: miss.channel\n\tpolicy:       kill: miss.role",
		"x.txt:19: ben approves anna's\n\texpected: yes\n\tpolicy:   vote.role",
		"x.txt:20: nobody is called cho",
		"x.txt:21: not understood: anna asks",
		"x.txt:22: anna /kill-session cache-prod in C0INC\n\texpected: ru\n\tpolicy:   runs (rule kill)",
	}, got.Faults)
	assert.Equal(t, 6, got.Checked)
}

// A line about something that no such thing has would be sure of what never happens.
func TestLinesAboutWhatNoThingHas(t *testing.T) {
	with := tests()
	with.Targets = append([]policy.Target{{Name: "orders", Kind: "taurusdb"}}, with.Targets...)
	for line, want := range map[string]string{
		"a on orders user=app → free":         "user=app: no such thing of taurusdb has it",
		"a on orders monitor=? → free":        "monitor=?: no such thing of taurusdb has it",
		"a on cache-prod usr=backup → free":   "usr=backup: no such thing of dcs has it",
		"a on nowhere idle=3 → free":          "idle=3: no such thing of any kind has it",
		"a on orders address=10.0.0.1 → free": "",
	} {
		got := with.File("x.txt", []byte("-- policy.yaml --\n"+open+"\n-- says --\n"+line+"\n")).Faults
		if want == "" {
			assert.Empty(t, got, line)
			continue
		}
		require.NotEmpty(t, got, line)
		assert.Contains(t, got[0], want, line)
	}
}

// What the bot calls a mistake never reaches the policy: a line that expects the policy's
// word on it would be sure of what never happens.
func TestLinesThatTheBotRefuses(t *testing.T) {
	with := tests()
	with.Targets = append([]policy.Target{{Name: "lakehouse", Kind: "fabric"}}, with.Targets...)
	for line, want := range map[string]string{
		"anna /kill-session lakehouse 9b2d --node n1 in C0INC → runs":            "x.txt:17: mistake: mistake.option flag=--node target=lakehouse",
		"anna /kill-session lakehouse --node n1 in C0INC → runs":                 "mistake.option flag=--node",
		"anna /kill-session cache-prod 10.0.0.9 in C0INC → runs":                 "x.txt:17: mistake: mistake.address address=10.0.0.9",
		"anna /kill-session lakehouse 9b2d.c in C0INC → refused":                 "", // names may have dots there
		"anna /kill-session cache-prod 10.0.0.9:50211 --node n1 in C0INC → runs": "",
		"gus /kill-session cache-prod 10.0.0.9 in C0INC → refused":               "", // who learns nothing of a system
		"anna /kill-session cache-prod 10.0.0.9 in shared C0EXT → refused":       "",
		"anna /kill-session proxy-prod p.1 --node n1 in C0INC → refused":         "", // of a kind that is not known
	} {
		got := with.File("x.txt", []byte("-- policy.yaml --\n"+open+"\n-- people --\nanna member\ngus guest\n-- says --\n"+line+"\n")).Faults
		if want == "" {
			assert.Empty(t, got, line)
			continue
		}
		require.NotEmpty(t, got, line)
		assert.Contains(t, got[0], want, line)
	}
}

func TestFilesThatTestNothing(t *testing.T) {
	for data, want := range map[string]string{
		"":             `x.txt: it holds no part "says"`,
		"-- says --\n": `x.txt: it holds no part "policy.yaml"`,
		"-- policy.yaml --\n" + open + "\n-- says --\n": "nothing is tested",
		"-- poeple --\n": `x.txt: there is a part "poeple"; policy.yaml, people and says are known`,
	} {
		got := tests().File("x.txt", []byte(data)).Faults
		require.NotEmpty(t, got, data)
		assert.Contains(t, got[0], want)
	}
}

func tests() policytest.Test {
	return policytest.Test{
		Load:    func(name string, data []byte) (*policy.Policy, error) { return policy.Load(name, data, known) },
		Targets: known.Targets,
		Kinds:   profiles(),
	}
}

func profiles() []integrations.Profile {
	return []integrations.Profile{dcs.Profile(), fabric.Profile(), taurusdb.Profile(), hulft.Profile(), jp1ao.Profile()}
}

// kinds are those of which a policy may speak here.
var kinds = policy.NewCatalogue(profiles()...)

var known = policy.Known{
	Commands: []string{"kill-session", "restart-proxy"},
	Kinds:    kinds,
	Targets: []policy.Target{
		{Name: "cache-frozen", Kind: "dcs"},
		{Name: "cache-prod", Kind: "dcs", Labels: map[string]string{"env": "prod", "team": "payments"}},
		{Name: "cache-test", Kind: "dcs", Labels: map[string]string{"env": "test", "team": "payments"}},
		{Name: "eu/cache-prod", Kind: "dcs", Labels: map[string]string{"env": "prod"}},
		{Name: "proxy-prod", Kind: "gaussdb"},
		{Name: "queue-1", Kind: "dcs"},
		{Name: "queue-3", Kind: "dcs"},
	},
}
