package dcs

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"quell/integrations"
)

// calling makes look n call for "/n". The call is refused before it leaves, as
// it would go in the clear, and stands on the tape.
func calling(l *looker) func(context.Context, string) (integrations.Sighting, error) {
	client := integrations.NewClient(integrations.ClientOptions{})
	return func(ctx context.Context, node string) (integrations.Sighting, error) {
		seen, err := l.look(ctx, node)
		_, _ = client.R().SetContext(ctx).Get(fmt.Sprintf("http://192.0.2.1/%s", seen.AsOf))
		return seen, err
	}
}

func calls(tape *integrations.Tape) (paths []string) {
	for _, e := range tape.Take() {
		paths = append(paths, strings.TrimPrefix(e.Operation, "GET "))
	}
	return paths
}

func TestTheLookThatServedIsOnTheTape(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLooker()
		s := newShare(time.Minute, calling(l))
		var ctx [3]context.Context
		var tape [3]*integrations.Tape
		for i := range ctx {
			ctx[i], tape[i] = integrations.WithTape(t.Context())
		}
		first := ask(ctx[0], s, "n")
		second, again, third := ask(ctx[1], s, "n"), ask(ctx[1], s, "n"), ask(ctx[2], s, "n")
		close(l.end)
		for _, served := range []chan result{first, second, again, third} {
			require.NoError(t, (<-served).err)
		}
		require.Equal(t, []string{"/1"}, calls(tape[0]), "the second look did not serve the first caller")
		require.Equal(t, []string{"/2"}, calls(tape[1]), "once, though it asked twice")
		require.Equal(t, []string{"/2"}, calls(tape[2]))
	})
}

func TestOneWhoLeavesIsNotKeptWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLooker()
		s := newShare(time.Minute, calling(l))
		first := ask(t.Context(), s, "n")
		impatient, leave := context.WithCancel(t.Context())
		impatient, theirs := integrations.WithTape(impatient)
		patient, ours := integrations.WithTape(t.Context())
		left, stayed := ask(impatient, s, "n"), ask(patient, s, "n")
		l.end <- struct{}{}
		require.NoError(t, (<-first).err)
		synctest.Wait()

		leave()
		require.ErrorIs(t, (<-left).err, context.Canceled)
		require.Empty(t, calls(theirs), "the look goes on for another")
		l.end <- struct{}{}
		require.NoError(t, (<-stayed).err)
		require.Equal(t, []string{"/2"}, calls(ours))
	})
}
