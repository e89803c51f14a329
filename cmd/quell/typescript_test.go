package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
	"quell/cmd/wiring"
)

// slackPackages is the folder with Slack's own packages for Node and the TypeScript compiler.
const slackPackages = "../../bot/slacksim/testdata/bolt"

// argumentTypes are the types of @slack/web-api and @slack/bolt that what the program sends has
// to be of. A call without arguments of ours is not among them.
func argumentTypes() map[string]string {
	return map[string]string{
		"chat.postMessage":      "ChatPostMessageArguments",
		"chat.update":           "ChatUpdateArguments",
		"chat.delete":           "ChatDeleteArguments",
		"chat.getPermalink":     "ChatGetPermalinkArguments",
		"chat.postEphemeral":    "ChatPostEphemeralArguments",
		"conversations.info":    "ConversationsInfoArguments",
		"conversations.open":    "ConversationsOpenArguments",
		"users.info":            "UsersInfoArguments",
		"usergroups.list":       "UsergroupsListArguments",
		"views.open":            "ViewsOpenArguments",
		"views.update":          "ViewsUpdateArguments",
		"views.publish":         "ViewsPublishArguments",
		"views.push":            "ViewsPushArguments",
		"conversations.members": "ConversationsMembersArguments",
		"ack slash_commands":    "RespondArguments",
		"response_url":          "RespondArguments",
		"ack view_submission":   "ViewResponseAction",
		"ack block_suggestion":  "BlockOptions | OptionGroups<BlockOptions>",
		"bots.info":             "BotsInfoArguments",
		"auth.test":             "",
		"apps.connections.open": "",
	}
}

// compile has Slack's own types judge everything that was sent, one call of each shape.
func compile(t *testing.T, calls []slacksim.Sent) {
	text, err := typescript(calls)
	require.NoError(t, err)
	complaints := compilerSays(t, text)
	require.Empty(t, complaints, "%s", marked(text, complaints))
}

// compilerSays is what the compiler complains of in a text.
func compilerSays(t *testing.T, text string) string {
	t.Helper()
	tsc, dir := tscOf(t), t.TempDir()
	packages, err := filepath.Abs(filepath.Join(slackPackages, "node_modules"))
	require.NoError(t, err)
	require.NoError(t, os.Symlink(packages, filepath.Join(dir, "node_modules")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "sent.ts"), []byte(text), 0o600))
	cmd := exec.CommandContext(t.Context(), "node", tsc, "--strict", "--noEmit", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "sent.ts")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.Equal(t, err != nil, len(out) > 0, "%v: %s", err, out)
	return string(out)
}

// tscOf finds node and the compiler. Where QUELL_REQUIRE names node, its absence is a failure.
func tscOf(t *testing.T) string {
	t.Helper()
	tsc, err := filepath.Abs(filepath.Join(slackPackages, "node_modules", "typescript", "bin", "tsc"))
	require.NoError(t, err)
	if _, err = exec.LookPath("node"); err == nil {
		_, err = os.Stat(tsc)
	}
	if err != nil && slices.Contains(strings.Fields(os.Getenv("QUELL_REQUIRE")), "node") {
		require.NoError(t, err, "QUELL_REQUIRE names node; run: npm ci --prefix bot/slacksim/testdata/bolt")
	}
	if err != nil {
		t.Skip("SKIPPED: there is no node on this machine, or nobody ran: npm ci --prefix bot/slacksim/testdata/bolt")
	}
	return tsc
}

// typescript writes one constant for each shape of what was sent. The blocks stand once more by
// themselves: the type of a message takes any block, even one that nobody knows.
func typescript(calls []slacksim.Sent) (string, error) {
	var b strings.Builder
	b.WriteString("import type * as web from '@slack/web-api'\nimport type * as blocks from '@slack/types'\nimport type * as bolt from '@slack/bolt'\n")
	seen := map[string]bool{}
	for _, c := range calls {
		kind, known := argumentTypes()[c.Method]
		if !known {
			return "", fmt.Errorf("which type are the arguments of %s of?", c.Method)
		}
		key := c.Method + " " + shape(c.Args)
		if kind == "" || seen[key] {
			continue
		}
		seen[key] = true
		if err := constant(&b, len(seen), kind, c.Args); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}

func constant(b *strings.Builder, n int, kind string, args map[string]any) error {
	body, err := json.Marshal(args)
	if err != nil {
		return err
	}
	from := "web."
	if slices.Contains([]string{"RespondArguments", "ViewResponseAction"}, kind) {
		from = "bolt."
	}
	if strings.HasPrefix(kind, "BlockOptions") {
		from, kind = "", "{ options: blocks.Option[] } | { option_groups: { label: blocks.PlainTextElement, options: blocks.Option[] }[] }"
	}
	_, _ = fmt.Fprintf(b, "export const sent%d: %s%s = %s\n", n, from, kind, body)
	if list, ok := args["blocks"]; ok {
		body, err = json.Marshal(list)
		_, _ = fmt.Fprintf(b, "export const blocks%d: blocks.KnownBlock[] = %s\n", n, body)
	}
	return err
}

// shape is what two values of one shape have in common: the names of their fields and the
// types of their values; of a list the shapes that occur in it. The kind of a block or of an
// element is part of its shape.
func shape(v any) string {
	switch v := v.(type) {
	case map[string]any:
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			part := name + ":" + shape(v[name])
			if text, ok := v[name].(string); ok && (name == "type" || name == "style") {
				part = name + ":" + text
			}
			parts = append(parts, part)
		}
		return "{" + strings.Join(parts, ",") + "}"
	case []any:
		var parts []string
		for _, e := range v {
			parts = append(parts, shape(e))
		}
		slices.Sort(parts)
		return "[" + strings.Join(slices.Compact(parts), ",") + "]"
	}
	return fmt.Sprintf("%T", v)
}

// marked are the lines of the text that the compiler complains of.
func marked(text, complaints string) string {
	lines := strings.Split(text, "\n")
	var b strings.Builder
	for _, line := range strings.Split(complaints, "\n") {
		var n, column int
		if _, err := fmt.Sscanf(line, "sent.ts(%d,%d)", &n, &column); err == nil && n <= len(lines) {
			_, _ = fmt.Fprintf(&b, "%s\n", lines[n-1])
		}
	}
	return b.String()
}

// TestCompilerSeesMistakes holds that the judge is not blind: of these each is wrong, and the
// manifest is not.
func TestCompilerSeesMistakes(t *testing.T) {
	t.Parallel()
	section := map[string]any{"type": "section", "text": map[string]any{"type": "mrkdwn", "text": "x"}}
	wrong := []slacksim.Sent{
		{Method: "chat.update", Args: map[string]any{"channel": "C1", "ts": "1.2", "text": "x", "unfurl_links": false}},
		{Method: "chat.postMessage", Args: map[string]any{"channel": "C1", "text": "x", "blocks": []any{map[string]any{"type": "sectoin"}}}},
		{Method: "chat.postMessage", Args: map[string]any{"channel": "C1", "text": "x", "blocks": []any{section, map[string]any{"type": "actions"}}}},
		{Method: "views.open", Args: map[string]any{"trigger_id": "1", "view": map[string]any{"type": "modal", "blocks": []any{section}}}},
		{Method: "ack view_submission", Args: map[string]any{"response_action": "errors"}},
	}
	text, err := typescript(wrong)
	require.NoError(t, err)
	app, err := wiring.Manifest("stg-", "staging")
	require.NoError(t, err)
	body, err := json.Marshal(app)
	require.NoError(t, err)
	text += fmt.Sprintf("export const manifest: web.AppsManifestValidateArguments['manifest'] = %s\n", body)
	lines := marked(text, compilerSays(t, text))
	require.NotContains(t, lines, "manifest", "Slack's own type of a manifest is that of ours")
	for n, c := range wrong {
		require.Regexp(t, fmt.Sprintf(`(sent|blocks)%d:`, n+1), lines, c)
	}
}
