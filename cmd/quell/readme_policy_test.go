package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/cmd/wiring"
)

// Whoever follows the page of the policy to the letter, with nothing in the environment, gets
// through its first steps.
func TestTheFirstPolicyStepByStep(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	page, err := os.ReadFile("../../policy/README.md")
	require.NoError(t, err)
	_, steps, _ := strings.Cut(string(page), "## A first policy")
	steps, _, _ = strings.Cut(steps, "\n## ")
	shown := func(language string) []byte {
		block := regexp.MustCompile("(?s)```" + language + "\n(.*?)```").FindStringSubmatch(steps)
		require.NotNil(t, block)
		return []byte(regexp.MustCompile(`(?m)^   `).ReplaceAllString(block[1], ""))
	}
	for _, name := range []string{"QUELL_CONFIG", "QUELL_POLICY"} {
		t.Setenv(name, "")
		require.NoError(t, os.Unsetenv(name))
	}
	t.Chdir(t.TempDir())
	require.NoError(t, os.Mkdir("tests", 0o700))
	for name, data := range map[string][]byte{
		"quell.yaml": example(t, string(readme), "quell.yaml"), "policy.yaml": shown("yaml"), "tests/on-call.txtar": shown("text"),
	} {
		require.NoError(t, os.WriteFile(name, data, 0o600))
	}
	commands := regexp.MustCompile("`quell (policy [^`]*)`").FindAllStringSubmatch(steps, -1)
	require.Len(t, commands, 2)
	for _, command := range commands {
		require.NoError(t, run(t.Context(), strings.Fields(command[1]), wiring.Seams{}), command[1])
	}
	for _, blind := range []string{
		"policy test tests --policy policy.yaml",
		"policy explain --policy policy.yaml --user U0ANNA --group S0123ONCALL --channel C0123INCIDENT --reason stuck kill-session cache-prod",
	} {
		err := run(t.Context(), strings.Fields(blind), wiring.Seams{})
		require.ErrorContains(t, err, "the file of the systems is needed", "a scope belongs to a kind")
		require.ErrorContains(t, err, "--config")
	}
}
