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

// However much there is to say of a thing, what became of it is said.
func TestAnOutcomeIsNeverCutOff(t *testing.T) {
	t.Parallel()
	thing := session("10.63.238.158:2048")
	thing.Facts = nil
	for range 15 {
		thing.Facts = append(thing.Facts, integrations.Field{Name: "name", Value: strings.Repeat("&", integrations.Shown)})
	}
	body, err := json.Marshal(chat(t).cardBlocks(tell(t, "", thing).approved().called(answered()).seen(commands.StillThere, "").c))
	require.NoError(t, err)
	assert.Contains(t, string(body), "Still there: a fresh look still shows it.")
}
