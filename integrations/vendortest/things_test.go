package vendortest

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/integrations"
)

func listed(change func(*integrations.Thing)) integrations.Sighting {
	one := integrations.Thing{
		ID: "n/1", Name: "one", Aliases: []string{"1"}, Identity: []integrations.Field{{Name: "client", Value: "1"}, {Name: "peer"}},
		Facts:  []integrations.Field{{Name: "client", Value: "1"}, {Name: "cmd", Value: "get"}},
		Traits: integrations.Traits{Read: true, Names: integrations.Trait{Values: []string{"one"}}, Users: integrations.Trait{Unknown: true}},
	}
	other := one
	other.ID, other.Traits.Classes.Values = "n/2", []string{integrations.Blocked}
	change(&one)
	return integrations.Sighting{At: time.Unix(1, 0), Complete: true, Things: []integrations.Thing{one, other}}
}

// A client that lists carelessly is caught.
func TestThings(t *testing.T) {
	p := integrations.Profile{
		Traits: []string{"names", "users", "clients"}, Scopes: []integrations.Scope{{Command: "kill-session"}},
		Check: func(_, word string) integrations.Note {
			return integrations.Note{Hint: map[bool]string{true: "no"}[strings.Contains(word, "bad")]}
		},
	}
	require.NoError(t, checkThings(p, listed(func(*integrations.Thing) {})))
	require.Error(t, checkThings(p, integrations.Sighting{At: time.Unix(1, 0)}))
	for name, change := range map[string]func(*integrations.Thing){
		"another system":        func(t *integrations.Thing) { t.System = "run-2" },
		"it began afterwards":   func(t *integrations.Thing) { t.Since = time.Unix(100, 0) },
		"an id twice":           func(t *integrations.Thing) { t.ID = "n/2" },
		"no id":                 func(t *integrations.Thing) { t.ID = "" },
		"no name":               func(t *integrations.Thing) { t.Name = "" },
		"no identity":           func(t *integrations.Thing) { t.Identity = nil },
		"an empty identity":     func(t *integrations.Thing) { t.Identity = t.Identity[1:] },
		"a field twice":         func(t *integrations.Thing) { t.Identity = append(t.Identity, t.Identity[0]) },
		"a fact twice":          func(t *integrations.Thing) { t.Facts = append(t.Facts, t.Facts[0]) },
		"an empty fact":         func(t *integrations.Thing) { t.Facts = append(t.Facts, integrations.Field{Name: "db"}) },
		"a fact without a name": func(t *integrations.Thing) { t.Facts = append(t.Facts, integrations.Field{Value: "db"}) },
		"an empty warning":      func(t *integrations.Thing) { t.Warn = []integrations.Note{{}} },
		"nothing read":          func(t *integrations.Thing) { t.Traits.Read = false },
		"no user":               func(t *integrations.Thing) { t.Traits.Users = integrations.Trait{} },
		"an address":            func(t *integrations.Thing) { t.Traits.Addresses.Values = []string{"10.0.0.1"} },
		"an unknown address":    func(t *integrations.Thing) { t.Traits.Addresses.Unknown = true },
		"the bot's own":         func(t *integrations.Thing) { t.Own = true },
		"maybe the bot's own":   func(t *integrations.Thing) { t.Traits.MaybeOwn = true },
		"no such class":         func(t *integrations.Thing) { t.Traits.Classes.Values = []string{"slave"} },
		"a name that is refused": func(t *integrations.Thing) {
			t.Aliases = []string{"bad"}
		},
		"a vast name": func(t *integrations.Thing) { t.Name = strings.Repeat("n", 1<<20) },
	} {
		require.Error(t, checkThings(p, listed(change)), name)
	}
}
