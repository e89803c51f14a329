package commands_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// fingerprint is that of a plan for both sessions of node n-1.
func fingerprint(t *testing.T, changes ...func(*cache, *commands.Request)) string {
	t.Helper()
	c, r := busy(), killing(one, other)
	for _, change := range changes {
		change(c, &r)
	}
	p, err := plan(t, c, r)
	require.NoError(t, err)
	return p.Fingerprint
}

func TestAFingerprintIsThatOfWhatWouldBeDone(t *testing.T) {
	type request = *commands.Request
	first := func(c *cache) *integrations.Thing { return &c.sessions[0] }
	same := map[string]func(*cache, request){
		"nothing":             func(*cache, request) {},
		"the order typed":     func(_ *cache, r request) { slices.Reverse(r.Things) },
		"the order listed":    func(c *cache, _ request) { slices.Reverse(c.sessions) },
		"another name for it": func(_ *cache, r request) { r.Things[1] = "72" },
		"a fact":              func(c *cache, _ request) { first(c).Facts[0].Value = "4" },
		"a fact more":         func(c *cache, _ request) { first(c).Facts = append(first(c).Facts, integrations.Field{Name: "cmd"}) },
		"a trait":             func(c *cache, _ request) { first(c).Traits.Names.Values = []string{"worker"} },
		"its lineage":         func(c *cache, _ request) { first(c).Lineage = "x" },
		"a neighbour":         func(c *cache, _ request) { c.sessions = append(c.sessions, session("n-1", "99", "10.1.1.1:1")) },
		"the reason":          func(_ *cache, r request) { r.Reason = "other" },
		"the asker":           func(_ *cache, r request) { r.By.User = "U2" },
		"the moment":          func(_ *cache, r request) { r.At = noon.Add(time.Hour) },
	}
	different := map[string]func(*cache, request){
		"the command":         func(_ *cache, r request) { r.Command = "other" },
		"the target":          func(_ *cache, r request) { r.Target = "cache-test" },
		"one thing less":      func(_ *cache, r request) { r.Things = r.Things[:1] },
		"the vendor's id":     func(c *cache, _ request) { first(c).ID += "x" },
		"an identity's value": func(c *cache, _ request) { first(c).Identity[1].Value = "99" },
		"an identity's name":  func(c *cache, _ request) { first(c).Identity[1].Name = "id" },
		"an identity more": func(c *cache, _ request) {
			first(c).Identity = append(first(c).Identity, integrations.Field{Name: "addr"})
		},
		"an identity less": func(c *cache, _ request) { first(c).Identity = first(c).Identity[:1] },
		"an identity elsewhere": func(c *cache, _ request) {
			c.sessions[0].Identity, c.sessions[1].Identity = c.sessions[1].Identity, c.sessions[0].Identity
		},
	}
	plain := fingerprint(t)
	assert.Regexp(t, `^[0-9a-f]{64}$`, plain)
	seen := map[string]string{plain: "nothing"}
	for what, change := range same {
		assert.Equal(t, plain, fingerprint(t, change), "%s must not change it", what)
	}
	for what, change := range different {
		f := fingerprint(t, change)
		assert.NotContains(t, seen, f, "%s must change it, and to one of its own", what)
		seen[f] = what
	}
}

// Stored cases carry their fingerprint, and their buttons do too: a new release
// must come to the same.
func TestAFingerprintOutlivesARelease(t *testing.T) {
	require.Equal(t, "3959621703d9c9e70ad28f63d3da75ba77e5c24a0747b475753d4fc26117103d", fingerprint(t))
}

func TestNoPlanHasNoIDs(t *testing.T) { require.Empty(t, commands.Plan{}.IDs()) }

// As much of a vendor's value is said as a person reads, and what hides in it is marked.
func TestANoteIsCutWhereItIsSaid(t *testing.T) {
	m := commands.Say(integrations.NewNote("trace.jp1ao-ended", "status", "a\u202eb"+strings.Repeat("c", 1000)))
	require.Equal(t, words.Code("a\ufffdb"+strings.Repeat("c", 76)+"…"), m.Values["status"])
	require.Zero(t, commands.Say(integrations.Note{}))
}
