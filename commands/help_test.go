package commands_test

import (
	"context"
	"time"

	"quell/integrations"
)

var at = time.Date(2026, 3, 1, 3, 0, 0, 0, time.UTC)

// proxies is a system with proxies, a long list of which may be cut short.
type proxies struct {
	list   integrations.Sighting
	trace  integrations.Trace
	fail   error
	asked  integrations.Receipt
	traced int
}

func (p *proxies) Proxies(context.Context) (integrations.Sighting, error) { return p.list, p.fail }

func (p *proxies) Restart(context.Context, integrations.Thing) (integrations.Receipt, error) {
	return integrations.Receipt{Job: "j-1"}, p.fail
}

func (p *proxies) RestartCall(t integrations.Thing) string { return "POST /proxy/" + t.ID + "/restart" }

func (p *proxies) Trace(_ context.Context, _ integrations.Thing, r integrations.Receipt) (integrations.Trace, error) {
	p.traced++
	p.asked = r
	return p.trace, p.fail
}
