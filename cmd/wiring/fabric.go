package wiring

import (
	"quell/bot/approval"
	"quell/bot/engine"
	"quell/commands"
	"quell/integrations/fabric"
	"quell/policy/strictyaml"
)

// fabricTarget is a workspace of Huawei Cloud DataArts Fabric.
type fabricTarget struct {
	common      `yaml:",inline"`
	huawei      `yaml:",inline"`
	WorkspaceID text `yaml:"workspace_id"`
	EndpointID  text `yaml:"endpoint_id"`
}

func makeFabric(part strictyaml.Part, m *strictyaml.Mistakes, mk Makings) engine.Target {
	var t fabricTarget
	before := m.Len()
	part.Load(m, &t)
	client := t.client(m, mk, t.Endpoint, t.IAMEndpoint)
	c, err := fabric.New(fabric.Config{
		Region: t.Region.Value, Endpoint: t.Endpoint.Value, IAMEndpoint: t.IAMEndpoint.Value,
		ProjectID: t.ProjectID.Value, WorkspaceID: t.WorkspaceID.Value, EndpointID: t.EndpointID.Value, Credentials: t.credentials(m, mk),
	}, client, mk.Now)
	return made(part, m, before, err, overHTTP(client, "kill-session", commands.KillSession(c), t.limits(approval.Limits{}, m)))
}
