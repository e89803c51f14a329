package wiring

import (
	"time"

	"quell/bot/approval"
	"quell/bot/engine"
	"quell/commands"
	"quell/integrations/hulft"
	"quell/policy/strictyaml"
)

// hulftTarget is a contract of HULFT-WebConnect.
type hulftTarget struct {
	common   `yaml:",inline"`
	Endpoint text `yaml:"endpoint"`
	APIKey   text `yaml:"api_key"`
	ReadKey  text `yaml:"read_key"`
	Contract text `yaml:"contract"`
	TimeZone text `yaml:"time_zone"`
	Agent    text `yaml:"agent"`
}

func makeHULFT(part strictyaml.Part, m *strictyaml.Mistakes, mk Makings) engine.Target {
	var t hulftTarget
	before := m.Len()
	part.Load(m, &t)
	m.Glob(t.Agent)
	m.Zone(t.TimeZone)
	client := t.client(m, mk, t.Endpoint)
	c, err := hulft.New(hulft.Config{
		Endpoint: t.Endpoint.Value, APIKey: mk.secret(t.APIKey, m), ReadKey: mk.secret(t.ReadKey, m), Contract: t.Contract.Value,
		Limiter: mk.Limiter, TimeZone: t.TimeZone.Value, Agent: t.Agent.Value,
	}, client, mk.Now)
	// An Agent tries again every 30 s, or every 60 s at most (Agent Guide), and a
	// request costs the contract one of its hundred.
	limits := t.limits(approval.Limits{Watch: 70 * time.Second, Patience: 3 * time.Minute, Pace: 5 * time.Second}, m)
	return made(part, m, before, err, overHTTP(client, "disconnect-agent", commands.DisconnectAgent(c), limits))
}
