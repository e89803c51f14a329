package commands

import (
	"context"

	"quell/integrations"
)

// Tasks is what /stop-task needs of a system.
type Tasks interface {
	// Tasks lists the tasks that have not ended, the newest first.
	Tasks(ctx context.Context) (integrations.Sighting, error)
	// TasksOf reads those tasks one by one, by their ids.
	TasksOf(ctx context.Context, ids []string) (integrations.Sighting, error)
	// Stop asks the vendor, once, to force one task to stop.
	Stop(ctx context.Context, t integrations.Thing) (integrations.Receipt, error)
	// StopCall shows that request without secrets.
	StopCall(t integrations.Thing) string
	Tracer
}

// StopTask forces a task to stop.
func StopTask(s Tasks) Command {
	return Command{
		name: "stop-task", list: everywhere(s.Tasks), reread: s.TasksOf, single: true,
		act: askedAfterRefusal(s, s.Stop), call: s.StopCall, trace: s.Trace,
	}
}

// StopTaskGrammar is the form of /stop-task.
func StopTaskGrammar() Grammar {
	return Grammar{Name: "stop-task", Thing: "task", Most: 1, Flags: []Flag{{Name: "reason", Sentence: true}}}
}
