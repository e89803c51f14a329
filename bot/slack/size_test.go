package slack

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
	"quell/integrations"
)

// Whatever people write in, a card fits however Slack counts: three bytes a letter in
// Japanese, four a letter with an emoji, and more as JSON where a sign is escaped.
func TestACardFitsInEveryScript(t *testing.T) {
	t.Parallel()
	for _, letter := range []string{"w", "障", "🔥", "&", "\""} {
		for _, count := range []int{1, 5, commands.MaxThings} {
			long := strings.Repeat(letter, commands.MaxReason)
			var things []integrations.Thing
			for i := range count {
				thing := session(fmt.Sprintf("10.63.238.%d:5000", 100+i))
				thing.Facts[0].Value = strings.Repeat(letter, integrations.Shown)
				thing.Facts[1].Value = strings.Repeat(letter, integrations.Shown)
				things = append(things, thing)
			}
			for name, c := range map[string]approval.Case{
				"asked": tell(t, long, things...).c, "denied": tell(t, long, things...).denied(long).c, "ended": longest(t, long, things),
			} {
				blocks := chat(t).cardBlocks(c)
				body, err := json.Marshal(blocks)
				require.NoError(t, err)
				assert.Less(t, len(body), 13_200, "%s, %d in %q: bytes", name, count, letter)
				assert.Less(t, utf8.RuneCount(body), 13_200, "%s, %d in %q: characters", name, count, letter)
				for _, thing := range things {
					assert.Contains(t, string(body), thing.Name, "%s, %d in %q: every one stands on the card", name, count, letter)
				}
			}
		}
	}
}
