package wiring_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/engine"
	"quell/cmd/wiring"
	"quell/commands"
	"quell/integrations"
	"quell/integrations/sim"
	"quell/policy"
)

const systemsFile = `targets:
  cache-prod: {kind: dcs, endpoint: %[1]s, project_id: 0123456789abcdef0123456789abcdef, instance_id: 8f7ee181-88e2-49b7-a4bf-81f18f93a135, access_key: env:CACHE_KEY, secret_key: env:CACHE_SECRET}
  transfers: {kind: hulft, endpoint: %[2]s/api/v2, contract: acme, api_key: env:API_KEY, time_zone: Asia/Tokyo}
  nightly: {kind: jp1ao, endpoint: %[3]s, user: yuki, password: env:PASSWORD}
  lakehouse: {kind: fabric, endpoint: %[4]s, project_id: 0123456789abcdef0123456789abcdef, workspace_id: 3f0c7b62-5a41-4e0c-9d36-51d1f8a1c2e4, access_key: env:SQL_KEY, secret_key: env:SQL_SECRET}
  orders: {kind: taurusdb, endpoint: %[5]s, project_id: 0483b6b16e954cb88930a360d2c4e663, instance_id: 61a4ea66210545909d74a05c27a7179ein07, access_key: env:ORDERS_KEY, secret_key: env:ORDERS_SECRET}
`

// protections name, of each system, something that its simulator has, by each key that
// its kind gives.
var protections = map[string]map[string]string{
	"cache-prod": {"names": "[payment-api]", "users": "[default]", "addresses": "['10.63.240.0/24']", "clients": "[replication]"},
	"transfers":  {"names": "['osaka-01*']"},
	"nightly":    {"names": "[backup-orders]", "users": "[yuki]", "own": "protected"},
	"lakehouse":  {"names": "['*-etl']", "users": "[yuki]", "own": "protected"},
	"orders":     {"names": "[orders-rw]", "addresses": "['10.0.0.0/8']"},
	"carts":      {"names": "[worker]", "users": "[app]", "addresses": "['10.0.1.0/24']", "clients": "[replication]", "own": "protected"},
}

// seen are the things that each system lists.
func seen(t *testing.T) (map[string]integrations.Sighting, policy.Known) {
	all, known := map[string]integrations.Sighting{}, policy.Known{Commands: commands.Names(), Kinds: policy.NewCatalogue(wiring.Profiles()...)}
	targets := systems(t)
	maps.Copy(targets, carts(t))
	for name, target := range targets {
		known.Targets = append(known.Targets, policy.Target{Name: name, Kind: target.Kind})
		for _, action := range target.Actions {
			var err error
			all[name], err = action.List(t.Context(), "")
			require.NoError(t, err)
			require.NotEmpty(t, all[name].Things)
		}
	}
	return all, known
}

// systems are one of each kind over HTTP, played.
func systems(t *testing.T) map[string]engine.Target { return systemsOf(t, systemsFile) }

func systemsOf(t *testing.T, form string) map[string]engine.Target {
	cache := sim.CacheProd()
	cache.ScanTime = 10 * time.Millisecond
	sql, orders, tasks := sim.Lakehouse(), sim.Orders(), sim.Nightly()
	tasks.User = "yuki"
	for name, value := range map[string]string{
		"CACHE_KEY": cache.AccessKey, "CACHE_SECRET": cache.SecretKey, "SQL_KEY": sql.AccessKey, "SQL_SECRET": sql.SecretKey,
		"ORDERS_KEY": orders.AccessKey, "ORDERS_SECRET": orders.SecretKey,
		"API_KEY": "fake-hulft-key-for-the-playground", "PASSWORD": tasks.Password,
	} {
		t.Setenv(name, value)
	}
	addresses := []any{}
	for _, s := range []interface {
		http.Handler
		Close()
	}{sim.NewDCS(cache), sim.NewHULFT(sim.Transfers()), sim.NewJP1AO(tasks), sim.NewFabric(sql), sim.NewTaurusDB(orders)} {
		t.Cleanup(s.Close)
		server := httptest.NewServer(s)
		t.Cleanup(server.Close)
		addresses = append(addresses, server.URL)
	}
	targets, _, err := wiring.LoadTargets("quell.yaml", fmt.Appendf(nil, form, addresses...), wiring.Makings{Now: time.Now, Limiter: free{}})
	require.NoError(t, err)
	return targets
}

// Protection is matched on what a vendor gave, and on no fact: however facts are called,
// ordered, cut or left out, the same things are protected. Each kind fills in what the
// policy's catalogue says of it, and no more.
func TestProtectionDoesNotHangOnFacts(t *testing.T) {
	all, known := seen(t)
	require.Len(t, all, len(protections))
	var kinds []string
	for _, k := range known.Targets {
		kinds = append(kinds, k.Kind)
	}
	for _, p := range wiring.Profiles() {
		require.Contains(t, kinds, p.Kind, "a thing of each kind is tried")
	}
	for target, by := range protections {
		for _, key := range []string{"names", "users", "addresses", "clients", "own"} {
			kind := known.Targets[slices.IndexFunc(known.Targets, func(k policy.Target) bool { return k.Name == target })].Kind
			require.Equal(t, gives(kind, key), by[key] != "", "%s: %s", kind, key)
			held := 0
			for _, thing := range all[target].Things {
				require.True(t, thing.Traits.Read, "%s: %s", target, thing.Name)
				if by[key] == "" {
					require.False(t, has(thing, key), "%s: %s: %s", target, thing.Name, key)
					continue
				}
				p := protecting(t, known, target, key, by[key])
				rule := p.Protects(target, thing)
				assert.Equal(t, rule, p.Protects(target, factsRenamed(thing)), "%s: %s: %s", target, thing.Name, key)
				if rule != "" {
					held++
				}
			}
			assert.Equal(t, by[key] != "", held > 0, "%s: something is protected by %s", target, key)
		}
	}
}

func gives(kind, key string) bool {
	return slices.ContainsFunc(wiring.Profiles(), func(p integrations.Profile) bool { return p.Kind == kind && slices.Contains(p.Traits, key) })
}

// Choosing hangs on no fact either: whatever facts are called, and where there are none, the
// same things come in the same order, and whoever types what a thing is known by finds it.
func TestChoosingDoesNotHangOnFacts(t *testing.T) {
	all, _ := seen(t)
	for target, seen := range all {
		things := commands.Search(seen.Things, "")
		if target == "cache-prod" {
			require.NotEqual(t, seen.Things, things, "what is idle longest comes first")
		}
		for _, facts := range []func([]integrations.Field) []integrations.Field{misnamed, none} {
			other := withFacts(seen.Things, facts)
			assert.Equal(t, idsOf(things), idsOf(commands.Search(other, "")), target)
			for _, thing := range seen.Things {
				is := thing.Traits
				known := slices.Concat([]string{thing.Name, thing.Called}, is.Names.Values, is.Users.Values, is.Addresses.Values, is.Classes.Values)
				for _, word := range known {
					found := idsOf(commands.Search(other, word))
					assert.Contains(t, found, thing.ID, "%s: %s", target, word)
					was := slices.DeleteFunc(idsOf(commands.Search(seen.Things, word)), func(id string) bool { return !slices.Contains(found, id) })
					assert.Equal(t, was, found, "%s: %s", target, word)
				}
			}
		}
	}
}

func withFacts(things []integrations.Thing, facts func([]integrations.Field) []integrations.Field) []integrations.Thing {
	things = slices.Clone(things)
	for i := range things {
		things[i].Facts = facts(things[i].Facts)
	}
	return things
}

func none([]integrations.Field) []integrations.Field { return nil }

func misnamed(facts []integrations.Field) []integrations.Field {
	facts = slices.Clone(facts)
	for i := range facts {
		facts[i].Name = fmt.Sprintf("fact-%d", i)
	}
	return facts
}

func idsOf(things []integrations.Thing) (ids []string) {
	for _, t := range things {
		ids = append(ids, t.ID)
	}
	return ids
}

// Only a vendor's own package looks for a fact by its name: all others draw them as they are.
func TestNobodyElseLooksForAFact(t *testing.T) {
	for _, root := range []string{"../../bot", "../../commands", "../../policy", ".", "../quell", "../playground"} {
		require.NoError(t, filepath.WalkDir(root, func(file string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
				return err
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			ast.Inspect(parsed, func(n ast.Node) bool {
				s, ok := n.(*ast.SelectorExpr)
				assert.False(t, ok && s.Sel.Name == "Fact", file)
				return true
			})
			return err
		}))
	}
}

// has reports whether a thing has that trait, or may be the bot's own.
func has(t integrations.Thing, key string) bool {
	is := t.Traits
	of := map[string]integrations.Trait{"names": is.Names, "users": is.Users, "addresses": is.Addresses, "clients": is.Classes}[key]
	return len(of.Values) > 0 || of.Unknown || key == "own" && (t.Own || is.MaybeOwn)
}

func protecting(t *testing.T, known policy.Known, target, key, what string) *policy.Policy {
	p, err := policy.Load("policy.yaml", fmt.Appendf(nil, `
roles: {r: {scopes: [dcs:clients:list, dcs:clients:kill]}}
bindings: [{role: r, users: [U0ANNA]}]
rules: [{name: kill, commands: [kill-session], targets: [cache-prod], roles: [r]}]
protected: [{name: it, targets: [%s], %s: %s}]
`, target, key, what), known)
	require.NoError(t, err)
	require.NotContains(t, fmt.Sprint(p.Warnings()), "protects nothing")
	return p
}

// factsRenamed is a thing with other facts, and other names for those that it has.
func factsRenamed(t integrations.Thing) integrations.Thing {
	t.Name, t.Aliases = "another", []string{"word"}
	t.Facts = misnamed(t.Facts)
	t.Identity = slices.Clone(t.Identity)
	for i := range t.Identity {
		t.Identity[i].Name = fmt.Sprintf("id-%d", i)
	}
	t.Facts = append(t.Facts, integrations.Field{Name: "user", Value: "default"}, integrations.Field{Name: "submitter", Value: "anna"}, integrations.Field{Name: "peer", Value: "10.63.240.1:1"})
	return t
}
