package slack

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/store"
	"quell/commands/words"
)

func TestCaseLinks(t *testing.T) {
	here := Message{Channel: "C0CACHE", TS: "1700000000.000100"}
	inThread := Message{Channel: "C0CACHE", TS: "1700000000.000200", Parent: "1690000000.000100"}
	tests := []struct {
		name, workspace, id string
		card                store.Card
		err                 error
		want                string
	}{
		{name: "a card", card: here.Card(), want: "<https://acme.slack.com/archives/C0CACHE/p1700000000000100|Q-7F3K2M>"},
		{name: "a card in a thread", card: inThread.Card(),
			want: "<https://acme.slack.com/archives/C0CACHE/p1700000000000200?thread_ts=1690000000.000100&cid=C0CACHE|Q-7F3K2M>"},
		{name: "no card yet", want: "`Q-7F3K2M`"},
		{name: "no such case", err: store.ErrNotFound, want: "`Q-7F3K2M`"},
		{name: "a damaged card", card: `{"Channel":"C|<!here>","TS":"1.2"}`, want: "`Q-7F3K2M`"},
		{name: "what somebody typed", id: "Q-1|<!here>", card: here.Card(), want: "`Q-1|&lt;!here&gt;`"},
		{name: "an address that is none", workspace: "http://acme.slack.com/", card: here.Card(), want: "`Q-7F3K2M`"},
		{name: "no address", workspace: "-", card: here.Card(), want: "`Q-7F3K2M`"},
	}
	catalogue, err := words.Load()
	require.NoError(t, err)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.workspace == "" {
				tt.workspace = "https://acme.slack.com/"
			}
			if tt.id == "" {
				tt.id = "Q-7F3K2M"
			}
			find := func(context.Context, string) (store.Card, error) { return tt.card, tt.err }
			c := Config{Words: catalogue, Now: time.Now, permalinks: newPermalinks(tt.workspace, find)}
			assert.Equal(t, tt.want, c.drawing(time.Now()).rich.Value(words.Case(tt.id)))
			assert.NotContains(t, c.drawing(time.Now()).plain.Value(words.Case(tt.id)), "https")
		})
	}
	t.Run("nobody knows cards", func(t *testing.T) {
		assert.Nil(t, newPermalinks("https://acme.slack.com/", nil))
		assert.Equal(t, "`Q-1`", mrkdwn{}.Refer(words.ToCase, "Q-1"))
	})
}
