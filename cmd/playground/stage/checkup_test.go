package main

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The line that has quell doctor look at the playground brings what its systems are reached with.
func TestTheCheckupReachesTheSystems(t *testing.T) {
	s, err := settings(t.TempDir(), "127.0.0.1:1", map[string]string{})
	require.NoError(t, err)
	config, err := os.ReadFile(s.Targets)
	require.NoError(t, err)
	assert.Contains(t, checkup(s), "QUELL_DATABASE_URL="+s.Database+" ", "what is read is counted where the playground counts")
	references := regexp.MustCompile(`env:(\w+)`).FindAllStringSubmatch(string(config), -1)
	require.NotEmpty(t, references)
	for _, r := range references {
		assert.Contains(t, checkup(s), r[1]+"="+os.Getenv(r[1])+" ")
	}
}
