package dcs_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
)

func lines(tape *integrations.Tape) (all []string) {
	for _, e := range tape.Take() {
		e.Millis = 0
		all = append(all, e.Line())
	}
	return all
}

const (
	scanLine = scanPath + ` {"node_id":"` + node + `","clean_cache":true} → 200, 0 ms, request req-1`
	listLine = listPath + "?limit=1000&node_id=" + node + "&offset=0 → 200, 0 ms, request req-1"
)

func TestACaseHasItsCallsOnItsTape(t *testing.T) {
	t.Parallel()
	s := play(t, map[string]http.HandlerFunc{
		scanPath: respond(200, `{}`), listPath: inTurn(respond(400, scanRunning), page("t", 1, rows(1, 1))), killPath: respond(204, ""),
	})
	client := s.client(t, nil)
	ctx, tape := integrations.WithTape(t.Context())
	seen, err := client.Sessions(ctx, node)
	require.NoError(t, err)
	running := listPath + "?limit=1000&node_id=" + node + "&offset=0 → 400 DCS.4957, 0 ms, request req-1"
	assert.Equal(t, []string{scanLine, running, listLine}, lines(tape))

	_, err = client.EndSession(ctx, seen.Things[0])
	require.NoError(t, err)
	assert.Equal(t, []string{
		killPath + ` {"node_id":"` + node + `","client_addrs":["198.18.0.1:1001"]} → 204, 0 ms, request req-1`,
	}, lines(tape))
}

// A look that is given up shows the call that brought no answer.
func TestALookThatIsGivenUpIsOnTheTape(t *testing.T) {
	t.Parallel()
	ctx, leave := context.WithCancel(t.Context())
	hang := func(_ http.ResponseWriter, r *http.Request) {
		leave()
		<-r.Context().Done()
	}
	s := play(t, map[string]http.HandlerFunc{scanPath: respond(200, `{}`), listPath: hang})
	ctx, tape := integrations.WithTape(ctx)
	_, err := s.client(t, nil).Sessions(ctx, node)
	require.ErrorIs(t, err, context.Canceled)
	gaveUp := listPath + "?limit=1000&node_id=" + node + "&offset=0 → no-answer, 0 ms"
	require.Equal(t, []string{scanLine, gaveUp}, lines(tape))
}
