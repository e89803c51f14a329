package commands_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quell/commands"
)

func TestSearchingNames(t *testing.T) {
	names := []string{"cache-prod", "cache-staging", "orders", "prod-orders"}
	for text, want := range map[string][]string{
		"":           names,
		" ":          names,
		"prod":       {"prod-orders", "cache-prod"}, // what begins so comes first
		"PROD cache": {"cache-prod"},
		"nowhere":    nil,
	} {
		require.Equal(t, want, commands.SearchNames(names, text), text)
	}
}
