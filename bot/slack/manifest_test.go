package slack_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"quell/bot/slack"
	"quell/commands"
)

// Both forms of a manifest say the same, but for the reasons of the scopes.
func TestAManifestIsTheSameInYAMLAndInJSON(t *testing.T) {
	t.Parallel()
	m, err := slack.NewManifest(slack.Naming{Prefix: "stg-", Label: "staging"}, nil)
	require.NoError(t, err)
	text, err := m.YAML()
	require.NoError(t, err)
	var inYAML, inJSON any
	require.NoError(t, yaml.Unmarshal([]byte(text), &inYAML))
	data, err := json.Marshal(m)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &inJSON))
	assert.Equal(t, inJSON, inYAML)
	for _, scope := range m.OAuth.Scopes.Bot {
		assert.Regexp(t, `(?m)^ +- `+scope+` +# \w+`, text, "each scope has its reason")
	}
}

func TestAManifestHasEveryCommandUnderItsPrefix(t *testing.T) {
	t.Parallel()
	m, err := slack.NewManifest(slack.Naming{Prefix: "stg-", Label: "staging"}, nil)
	require.NoError(t, err)
	var names []string
	for _, c := range m.Features.Commands {
		names = append(names, strings.TrimPrefix(c.Command, "/stg-"))
		assert.Regexp(t, `^/stg-[a-z-]+$`, c.Command)
		assert.Regexp(t, `^\w.* \(staging\)$`, c.Description)
		assert.NotEmpty(t, c.UsageHint)
		assert.Equal(t, c.Command == "/stg-quell", c.Escape, c.Command)
	}
	assert.Equal(t, append(commands.Names(), "quell"), names)
	assert.Equal(t, "Quell staging", m.Display.Name)
}

func TestAManifestThatSlackWouldRefuseIsRefused(t *testing.T) {
	t.Parallel()
	for _, n := range []slack.Naming{
		{Prefix: "Stg-"}, {Prefix: "stg "}, {Prefix: "/stg-"}, {Prefix: "ü-"}, {Prefix: strings.Repeat("x", 16)},
		{Label: "a\nb"}, {Label: "Ω"}, {Label: strings.Repeat("x", 30)},
	} {
		_, err := slack.NewManifest(n, nil)
		assert.Error(t, err, n)
	}
	for _, n := range []slack.Naming{{}, {Prefix: strings.Repeat("x", 15)}, {Prefix: "team_2-", Label: strings.Repeat("x", 29)}} {
		_, err := slack.NewManifest(n, nil)
		assert.NoError(t, err, n)
	}
}

// Both shortcuts fit Slack's limits, and the one without a message is global.
func TestAManifestHasBothShortcuts(t *testing.T) {
	t.Parallel()
	m, err := slack.NewManifest(slack.Naming{Prefix: "team_2-", Label: strings.Repeat("x", 29)}, nil)
	require.NoError(t, err)
	var all []string
	for _, s := range m.Features.Shortcuts {
		all = append(all, s.Type+" "+s.Callback)
		assert.LessOrEqual(t, utf8.RuneCountInString(s.Name), 24)
		assert.LessOrEqual(t, utf8.RuneCountInString(s.Description), 150)
	}
	assert.Equal(t, []string{"message act-on-alert", "global stop-something"}, all)
	assert.True(t, m.Features.Home.Messages, "else nobody can write to the bot directly")
	assert.Subset(t, m.Settings.Events.Bot, []string{"app_mention", "message.im"})
}
