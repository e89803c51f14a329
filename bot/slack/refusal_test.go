package slack

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/commands/words"
)

func codeErr(code string) error {
	return fmt.Errorf("chat.update: %w", slack.SlackErrorResponse{Err: code})
}

// A code in two rows would mean the first alone.
func TestEachCodeStandsInOneRow(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range refusals() {
		for _, c := range r.codes {
			assert.False(t, seen[c], c)
			seen[c] = true
		}
	}
}

// documented are the codes of the methods that this package calls, by method.
func documented(t *testing.T) map[string][]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "error_codes.txt"))
	require.NoError(t, err)
	all := map[string][]string{}
	for line := range strings.Lines(string(data)) {
		if method, codes, ok := strings.Cut(line, ":"); ok && !strings.HasPrefix(line, "#") {
			all[method] = strings.Fields(codes)
		}
	}
	return all
}

func TestEveryDocumentedCodeIsInTheTable(t *testing.T) {
	t.Parallel()
	all := documented(t)
	require.Greater(t, len(all["every method"]), 25)
	for method, codes := range all {
		for _, c := range codes {
			_, known := rowOf(c)
			assert.True(t, known, "%s may answer %s", method, c)
		}
	}
}

// Every method that this package calls is in the list of the test above.
func TestTheCodesOfEveryMethodAreListed(t *testing.T) {
	t.Parallel()
	all := documented(t)
	for _, m := range matches(t, ".", `[wW]rap\("([a-z]+\.[a-zA-Z.]+)"|l\.get\(ctx, "([a-zA-Z.]+)"`) {
		assert.Contains(t, all, m)
	}
}

func TestEveryCodeOfThePlayedSlackIsInTheTable(t *testing.T) {
	t.Parallel()
	codes := matches(t, filepath.Join("..", "slacksim"), `refuse\("([a-z_]+)"|code: "([a-z_]+)"|(restricted_action[a-z_]*)"`)
	require.Greater(t, len(codes), 25)
	for _, c := range codes {
		_, known := rowOf(c)
		assert.True(t, known, c)
	}
}

// matches are what a pattern's groups match in a folder's code.
func matches(t *testing.T, dir, pattern string) (all []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		data, err := os.ReadFile(f)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(data), -1) {
			all = append(all, strings.Join(m[1:], ""))
		}
	}
	return all
}

func TestWhatCodesAreFinalFor(t *testing.T) {
	t.Parallel()
	for c, want := range map[string]scope{
		"ratelimited": passing, "internal_error": passing, "full_moon": passing,
		"is_archived": ofPlace, "is_inactive": ofPlace, "channel_not_found": ofPlace, "not_in_channel": ofPlace, "restricted_action": ofPlace,
		"user_not_found": ofPerson, "user_not_visible": ofPerson,
		"invalid_blocks": ofMessage, "msg_too_long": ofMessage, "edit_window_closed": ofMessage, "cant_update_message": ofMessage,
		"token_revoked": ofApp, "missing_scope": ofApp, "plan_upgrade_required": ofApp,
	} {
		assert.True(t, finalFor(codeErr(c), want), c)
		assert.Equal(t, want != passing, refused(codeErr(c)), c)
	}
	assert.False(t, refused(assert.AnError))
	assert.False(t, finalFor(nil, passing))
}

// Whatever Slack refuses can be said.
func TestEveryRefusalHasItsSentence(t *testing.T) {
	t.Parallel()
	said, err := words.Load()
	require.NoError(t, err)
	for _, r := range refusals() {
		text := said.In("en", words.Plain{}).Say(r.say())
		assert.NotContains(t, text, "slack.", r.why)
	}
}

func TestACodeThatNobodyHasHeardOfIsLogged(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := Slack{link: link{Config: Config{Log: slog.New(slog.NewTextHandler(&log, nil))}}}
	require.Error(t, s.wrap("chat.update", codeErr("is_archived")))
	require.NoError(t, s.wrap("chat.update", nil))
	require.Empty(t, log.String())
	require.Error(t, s.wrap("chat.update", codeErr("full_moon")))
	require.Contains(t, log.String(), "method=chat.update code=full_moon")
}
