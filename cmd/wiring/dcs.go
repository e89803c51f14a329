package wiring

import (
	"quell/bot/approval"
	"quell/bot/engine"
	"quell/commands"
	"quell/integrations/dcs"
	"quell/policy/strictyaml"
)

// dcsTarget is a Redis instance of Huawei Cloud DCS.
type dcsTarget struct {
	common     `yaml:",inline"`
	huawei     `yaml:",inline"`
	InstanceID text `yaml:"instance_id"`
	Node       text `yaml:"node"`
}

func makeDCS(part strictyaml.Part, m *strictyaml.Mistakes, mk Makings) engine.Target {
	var t dcsTarget
	before := m.Len()
	part.Load(m, &t)
	client := t.client(m, mk, t.Endpoint, t.IAMEndpoint)
	c, err := dcs.New(dcs.Config{
		Region: t.Region.Value, Endpoint: t.Endpoint.Value, IAMEndpoint: t.IAMEndpoint.Value,
		ProjectID: t.ProjectID.Value, InstanceID: t.InstanceID.Value, Node: t.Node.Value, Credentials: t.credentials(m, mk), Lanes: mk.lanes,
	}, client, mk.Now)
	return made(part, m, before, err, overHTTP(client, "kill-session", commands.KillSession(c), t.limits(approval.Limits{}, m)))
}
