package wiring

import (
	"cmp"
	"time"

	"quell/bot/approval"
	"quell/bot/engine"
	"quell/commands"
	"quell/integrations"
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

// contracts are the contracts under which keys stand. A key belongs to one, and so must the name
// by which its limit is shared.
type contracts map[integrations.Secret]string

// add notes a mistake where a key stands under another contract already.
func (c contracts) add(m *strictyaml.Mistakes, contract string, at text, key integrations.Secret) {
	if c == nil || key == "" || key == unread {
		return
	}
	if other, known := c[key]; known && other != contract {
		m.Add(at.Pos, "this key stands under the contract %q too: a key belongs to one contract, whose limit is shared under one name; write the same contract for both targets", other)
		return
	}
	c[key] = contract
}

func makeHULFT(part strictyaml.Part, m *strictyaml.Mistakes, mk Makings) engine.Target {
	var t hulftTarget
	before := m.Len()
	part.Load(m, &t)
	m.Glob(t.Agent)
	m.Zone(t.TimeZone)
	client := t.client(m, mk, t.Endpoint)
	act, read, contract := mk.secret(t.APIKey, m), mk.secret(t.ReadKey, m), cmp.Or(t.Contract.Value, "default")
	mk.contracts.add(m, contract, t.APIKey, act)
	mk.contracts.add(m, contract, t.ReadKey, read)
	c, err := hulft.New(hulft.Config{
		Endpoint: t.Endpoint.Value, APIKey: act, ReadKey: read, Contract: contract,
		Limiter: mk.Limiter, TimeZone: t.TimeZone.Value, Agent: t.Agent.Value,
	}, client, mk.Now)
	// An Agent tries again every 30 s, or every 60 s at most (Agent Guide), and a
	// request costs the contract one of its hundred.
	limits := t.limits(approval.Limits{Watch: 70 * time.Second, Patience: 3 * time.Minute, Pace: 5 * time.Second}, m)
	target := overHTTP(client, "disconnect-agent", commands.DisconnectAgent(c), limits)
	if err == nil && c.TwoKeys() {
		target.ActingKey = c.ActingKey
	}
	return made(part, m, before, err, target)
}
