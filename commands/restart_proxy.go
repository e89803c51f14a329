package commands

import (
	"context"

	"quell/integrations"
)

// Proxies is what /restart-proxy needs of a system.
type Proxies interface {
	// Proxies lists the proxies that there are.
	Proxies(ctx context.Context) (integrations.Sighting, error)
	// Restart asks the vendor, once, to restart one proxy.
	Restart(ctx context.Context, p integrations.Thing) (integrations.Receipt, error)
	// RestartCall shows that request without secrets.
	RestartCall(p integrations.Thing) string
	Tracer
}

// RestartProxy restarts a proxy. It is there before and after: only the vendor's
// own job tells what became of it.
func RestartProxy(s Proxies) Command {
	return Command{
		name: "restart-proxy", list: everywhere(s.Proxies),
		act: askedAfterRefusal(s, s.Restart), call: s.RestartCall, trace: s.Trace,
	}
}

// RestartProxyGrammar is the form of /restart-proxy.
func RestartProxyGrammar() Grammar {
	return Grammar{Name: "restart-proxy", Thing: "proxy", Most: 1, Flags: []Flag{{Name: "reason", Sentence: true}}}
}
