package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/bot/store"
)

// Cases of older releases are found by their channel: by a tool in a database that only those have
// served from, once this release serves, and those that an older one wrote after a roll-back.
func TestCasesOfOlderReleasesAreFoundByTheirChannel(t *testing.T) {
	for _, release := range []string{"e0bf8d6", "712a6f0", "c3b73be"} {
		t.Run(release, func(t *testing.T) {
			dir := t.TempDir()
			old, err := os.ReadFile(filepath.Join("..", "..", "cmd", "quell", "testdata", "old", release, store.File))
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(dir, store.File), old, 0o600))
			inChannel := func(s *store.Store) (ids []string) {
				found, err := s.Find(t.Context(), store.Search{Channel: "C0INCCHECKOUT", Most: 100})
				require.NoError(t, err)
				for _, c := range found {
					ids = append(ids, c.ID)
				}
				return ids
			}
			tool, err := store.OpenReader(dir)
			require.NoError(t, err)
			want := inChannel(tool)
			require.NotEmpty(t, want)
			require.NoError(t, tool.Close())

			serving := open(t, dir)
			require.Equal(t, want, inChannel(serving))
			_, err = serving.Writer().ExecContext(t.Context(), `UPDATE cases SET channel = ''`) // as their INSERT leaves it
			require.NoError(t, err)
			require.Equal(t, want, inChannel(serving))
		})
	}
}
