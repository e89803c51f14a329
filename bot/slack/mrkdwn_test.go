package slack

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// No mark of what people type is left to Slack, but where it stands within a word.
func TestTypedMarksAreNoMarkup(t *testing.T) {
	for typed, want := range map[string]string{
		"*nobody*":             "∗nobody∗",
		"_a_ ~b~ *c*":          "ˍaˍ ∼b∼ ∗c∗",
		"run `rm -rf` and a`b": "run ˋrm -rfˋ and aˋb",
		"checkout_worker_2":    "checkout_worker_2",
		"_private":             "ˍprivate",
		"2*3*4":                "2*3*4",
		"**":                   "∗∗",
		"a <b> & c":            "a &lt;b&gt; &amp; c",
	} {
		require.Equal(t, want, mrkdwn{}.Text(typed), typed)
	}
}
