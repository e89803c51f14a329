package jp1ao_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"quell/commands"
	"quell/integrations"
	"quell/integrations/vendortest"
)

// A task that cannot be stopped at the call could be a moment before: it is read at once, and what
// is seen is said.
func TestATaskThatEndedBeforeTheCall(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		call int
		task http.HandlerFunc
		hint string
		sent int
	}{
		"it has ended":        {409, respond(200, row(5381, "Completed")), "jp1ao.over-meanwhile", 3},
		"it failed":           {409, respond(200, row(5381, "Failed")), "jp1ao.over-meanwhile", 3},
		"it is being stopped": {409, respond(200, row(5381, "In Progress (Terminating)")), "jp1ao.leaving-meanwhile", 3},
		"it goes on":          {409, respond(200, row(5381, "In Progress")), "jp1ao.refused-live", 3},
		"it was put off":      {409, respond(200, row(5381, "Waiting")), "jp1ao.refused-live", 3},
		"nobody can look":     {409, refusal(403, "no"), "jp1ao.not-stoppable", 3},
		"another's answer":    {409, respond(200, row(5382, "Completed")), "jp1ao.not-stoppable", 3},
		"404, and it ended":   {404, respond(200, row(5381, "Failed")), "jp1ao.over-meanwhile", 3},
		"404, and it goes on": {404, respond(200, row(5381, "In Progress")), "jp1ao.refused-live", 3},
		"404, twice":          {404, refusal(404, "no"), "jp1ao.not-found", 3},
		"no right":            {403, nil, "jp1ao.no-permission", 2},
		"not now":             {412, nil, "jp1ao.not-available", 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{templatePath: respond(200, template), stopPath: refusal(c.call, "no"), taskPath: c.task})
			_, err := commands.StopTask(s.client(t, nil)).Act(t.Context(), commands.Item{Thing: thing()})
			got := vendortest.Failure(t, err)
			assert.Equal(t, c.hint, got.Hint)
			assert.Equal(t, c.call, got.Status, "the answer of the call is kept")
			assert.Equal(t, integrations.NothingDone, got.Effect())
			assert.Len(t, s.Received(), c.sent)
		})
	}
	// The template of a task that is not there says so before the call.
	s := play(t, map[string]http.HandlerFunc{templatePath: refusal(404, "no"), taskPath: respond(200, row(5381, "Failed"))})
	_, err := commands.StopTask(s.client(t, nil)).Act(t.Context(), commands.Item{Thing: thing()})
	assert.Equal(t, "jp1ao.over-meanwhile", vendortest.Failure(t, err).Hint)
}
