package integrations_test

import (
	"context"
	"encoding/json"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestREADME builds the example and runs its test. It lies over the module and is
// never written into it.
func TestREADME(t *testing.T) {
	data, err := os.ReadFile("README.md")
	require.NoError(t, err)
	readme := string(data)

	t.Run("its example works", func(t *testing.T) {
		here, err := os.Getwd()
		require.NoError(t, err)
		overlay := map[string]string{}
		for _, block := range regexp.MustCompile("(?s)```go\n// file: (\\S+)\n\n(.*?)```").FindAllStringSubmatch(readme, -1) {
			tidy, err := format.Source([]byte(block[2]))
			require.NoError(t, err)
			assert.Equal(t, string(tidy), block[2], "%s is as gofmt has it", block[1])
			file := filepath.Join(t.TempDir(), filepath.Base(block[1]))
			require.NoError(t, os.WriteFile(file, []byte(block[2]), 0o600))
			overlay[filepath.Join(here, block[1])] = file
		}
		require.Len(t, overlay, 2)
		list, err := json.Marshal(map[string]any{"Replace": overlay})
		require.NoError(t, err)
		file := filepath.Join(t.TempDir(), "overlay.json")
		require.NoError(t, os.WriteFile(file, list, 0o600))

		ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
		defer cancel()
		// The folder is not there, so nothing can be run in it: neither vet nor the test.
		binary := filepath.Join(t.TempDir(), "ferry.test")
		out, err := exec.CommandContext(ctx, "go", "test", "-vet=off", "-c", "-o", binary, "-overlay", file, "./ferry").CombinedOutput()
		require.NoError(t, err, "%s", out)
		run := exec.CommandContext(ctx, binary, "-test.v")
		run.Dir = t.TempDir()
		out, err = run.CombinedOutput()
		require.NoError(t, err, "%s", out)
		require.Regexp(t, "(?m)^--- PASS: TestManners", string(out))
	})
	t.Run("what it names is there", func(t *testing.T) {
		paths := regexp.MustCompile("`((?:integrations|commands|policy|bot|cmd)/[a-z_./]+)`").FindAllStringSubmatch(readme, -1)
		require.NotEmpty(t, paths)
		for _, p := range paths {
			_, err := os.Stat(filepath.Join("..", p[1]))
			assert.NoError(t, err)
		}
	})
}
