package commands_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"quell/commands"
)

func TestAShortWordEndsBehindALetter(t *testing.T) {
	for in, want := range map[string]string{
		"cache-prod":                  "cache-prod",
		strings.Repeat("x", 24):       strings.Repeat("x", 24),
		strings.Repeat("x", 25):       strings.Repeat("x", 24) + "…",
		strings.Repeat("👩‍💻", 25):     strings.Repeat("👩‍💻", 24) + "…",
		strings.Repeat("e\u0301", 25): strings.Repeat("e\u0301", 24) + "…",
	} {
		assert.Equal(t, want, commands.Short(in))
	}
}
