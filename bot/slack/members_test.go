package slack_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
	"quell/commands"
)

func TestWhoReadsAChannel(t *testing.T) {
	t.Parallel()
	s := startAs(t, func(c *slacksim.Config) {
		c.Channels = append(c.Channels,
			slacksim.Channel{ID: "C0SECRET", Name: "secret", Private: true, Members: []string{"U0ANNA"}},
			slacksim.Channel{ID: "C0HIDDEN", Name: "hidden", Private: true, WithoutApp: true, Members: []string{"U0ANNA"}})
	})
	chat := s.connect()
	for _, tt := range []struct {
		name, team, user, channel string
		want                      bool
	}{
		{"a public one, somebody who is not in it", "T0QUELL", "U0NOBODY", "C0INCCHECKOUT", true},
		{"a private one, somebody in it", "T0QUELL", "U0ANNA", "C0SECRET", true},
		{"a private one, somebody else", "T0QUELL", "U0BEN", "C0SECRET", false},
		{"one that the bot is not shown", "T0QUELL", "U0ANNA", "C0HIDDEN", false},
		{"direct messages", "T0QUELL", "U0ANNA", "D0ANNA", false},
		{"somebody of another workspace", "T0OTHER", "U0ANNA", "C0INCCHECKOUT", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := chat.Reads(s.within(patience), commands.Person{Team: tt.team, User: tt.user}, tt.channel, s.config.Now())
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}
