package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// A first build is told of: how long it takes, and every few seconds how far it is. A small one is not.
func TestABuildTellsHowFarItIs(t *testing.T) {
	at := time.Date(2026, 11, 28, 4, 12, 0, 0, time.UTC)
	now := func() time.Time { at = at.Add(time.Second); return at }
	for _, c := range []struct {
		name     string
		compiled int
		want     string
	}{
		{"none", 0, ""},
		{"the program alone", 29, ""},
		{"all", 42, "The first start compiles Quell, 430 packages: about a minute on two cores. The next start takes seconds.\n  35 of 430: pkg/35\n  40 of 430: pkg/40\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var said strings.Builder
			for i := range c.compiled {
				fmt.Fprintf(&said, "pkg/%d\n", i+1)
			}
			var told bytes.Buffer
			watch(strings.NewReader(said.String()), 430, now, &told)
			assert.Equal(t, c.want, told.String())
		})
	}
}

// What the compiler says is not swallowed.
func TestAMistakeInTheSourceIsTold(t *testing.T) {
	var told bytes.Buffer
	watch(strings.NewReader("# quell/bot\nbot/bot.go:3:1: syntax error: non-declaration statement\n"), 430, time.Now, &told)
	assert.Equal(t, "# quell/bot\nbot/bot.go:3:1: syntax error: non-declaration statement\n", told.String())
}
