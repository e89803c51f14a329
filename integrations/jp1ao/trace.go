package jp1ao

import (
	"context"

	"quell/integrations"
)

// Trace asks what became of a task.
func (c *Client) Trace(ctx context.Context, thing integrations.Thing, _ integrations.Receipt) (integrations.Trace, error) {
	trace := integrations.Trace{Fate: integrations.Untold, At: c.now()}
	id, err := number(opTask, thing)
	if err != nil {
		return trace, err
	}
	t, err := c.task(ctx, id)
	if integrations.KindOf(err) == integrations.NotFound {
		trace.Note = integrations.Note{Hint: "trace.jp1ao-not-found"}
		return trace, nil
	}
	if err != nil {
		return trace, err
	}
	trace.Note = told("trace.jp1ao-status", t, "")
	switch stageOf(t.Status) {
	case over:
		trace.Fate, trace.Note = integrations.Over, c.ending(ctx, t)
	case leaving:
		trace.Fate = integrations.Leaving
	default:
		trace.Fate = integrations.Staying
	}
	return trace, nil
}

// ending is how the task ended, and what its log has on a stop. A task may end by
// itself, or fail because the server was restarted: without a message in the log nobody
// knows that it was stopped.
func (c *Client) ending(ctx context.Context, t task) integrations.Note {
	sentence, whole := c.stopSentence(ctx, string(t.ID))
	switch {
	case sentence != "":
		return told("trace.jp1ao-stopped", t, sentence)
	case whole:
		return told("trace.jp1ao-ended", t, "")
	}
	return told("trace.jp1ao-log-unread", t, "")
}

func told(hint string, t task, sentence string) integrations.Note {
	if sentence != "" {
		return integrations.NewNote(hint, "status", string(t.Status), "line", sentence)
	}
	return integrations.NewNote(hint, "status", string(t.Status))
}
