package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
)

// With Slack's limits as they are, twenty who ask at once in twenty channels all get a card,
// be it one person or twenty: nobody is refused for want of a look-up's turn. Only a disk that
// is too slow for the machine's other work may keep one from being taken.
func TestTwentyCommandsInTwentyChannelsAtOnce(t *testing.T) {
	t.Parallel()
	for _, people := range []int{1, 20} {
		t.Run(fmt.Sprintf("people=%d", people), func(t *testing.T) {
			config, err := acme()
			require.NoError(t, err)
			askers := []string{"U0ANNA"}
			for i := range people - 1 {
				p := slacksim.Person{ID: fmt.Sprintf("U0LOAD%03d", i), Name: fmt.Sprintf("load%d", i), Kind: slacksim.Member}
				config.People, askers = append(config.People, p), append(askers, p.ID)
			}
			config.Groups[0].Users = askers
			l := newLoadIn(t, config, 20, 20)
			l.askers = askers
			l.begin(20)
			l.until(func() bool { return l.count(pending)+l.told("othing was done")+l.told("could not store this") >= 20 })
			assert.Zero(t, l.told("othing was done"))
		})
	}
}

// told is how many who asked were told something, alone.
func (l *load) told(text string) (n int) {
	for _, asker := range l.askers {
		n += l.toldTo(asker, text)
	}
	return n
}

// toldTo is how often one person was told one of these, alone.
func (l *load) toldTo(asker string, texts ...string) (n int) {
	for _, m := range l.slack.As(asker).State().Messages {
		if m.Ephemeral && slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(m.Words(), text) }) {
			n++
		}
	}
	return n
}
