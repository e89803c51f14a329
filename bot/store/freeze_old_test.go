package store_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/store"
	"quell/commands/words"
)

// A tool of this release freezes in a database that only older ones have served from, and takes
// no table of theirs for its own. Once this release serves, the freeze began when it was made.
func TestAToolFreezesInAnOlderDatabase(t *testing.T) {
	for release, told := range map[string]bool{"e0bf8d6": false, "712a6f0": false, "c3b73be": true} {
		t.Run(release, func(t *testing.T) {
			dir := t.TempDir()
			old, err := os.ReadFile(filepath.Join("..", "..", "cmd", "quell", "testdata", "old", release, store.File))
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(dir, store.File), old, 0o600))
			tool, err := store.OpenBeside(dir)
			require.NoError(t, err)
			at := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
			f := store.Freeze{Target: "orders", By: "shell/root", Reason: "outage", At: at}
			asked := false
			err = tool.Freeze(t.Context(), "", f, audit.Entry{At: at, Actor: f.By, Event: "freeze"}, func(store.Freeze, []approval.Case) []store.Saying {
				asked = true
				return []store.Saying{{Key: "frozen", Place: "C1", Message: words.New("why.lookup"), NotBefore: at, Until: at.Add(time.Hour)}}
			})
			require.NoError(t, err)
			require.Equal(t, told, asked)
			require.NoError(t, tool.Close())

			s := open(t, dir)
			all, err := s.Freezes(t.Context())
			require.NoError(t, err)
			var found store.Freeze
			for _, one := range all {
				if one.Target == "orders" {
					found = one
				}
			}
			require.Equal(t, "outage", found.Reason)
			require.True(t, at.Equal(found.Since) || found.Since.Before(found.At), "it began now, or an older freeze goes on")
			_, err = s.ResultOf(t.Context(), "frozen")
			require.Equal(t, told, err == nil, "%v", err)
		})
	}
}
