package bot_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/commands"
	"quell/integrations"
)

// BenchmarkSearch is one letter typed into a form.
func BenchmarkSearch(b *testing.B) {
	for _, n := range []int{100, 1000, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w := newWorld(b)
			w.system.upset(func(s *system) {
				s.facts = map[string][]integrations.Field{}
				for i := range n {
					name := fmt.Sprintf("10.%d.%d.%d:40000", i/65536, i/256%256, i%256)
					s.sessions = append(s.sessions, name)
					s.facts[name] = []integrations.Field{{Name: "name", Value: "checkout-worker"}, {Name: "cmd", Value: "brpop"}, {Name: "idle", Value: fmt.Sprint(i), Unit: "s"}}
				}
			})
			require.Empty(b, w.opens("U0ANNA", "cache"))
			w.screen.form(b)
			q := bot.Query{Person: commands.Person{Team: "T0", User: "U0ANNA"}, Form: w.screen.form(b).ID, Text: "checkout 10.0.3"}
			for b.Loop() {
				require.Equal(b, n+2, w.bot.Search(b.Context(), q).All)
			}
		})
	}
}
