package wiring

import (
	"time"

	"quell/bot/approval"
	"quell/bot/engine"
	"quell/commands"
	"quell/integrations/taurusdb"
	"quell/policy/strictyaml"
)

// taurusdbTarget is an instance of Huawei Cloud TaurusDB.
type taurusdbTarget struct {
	common     `yaml:",inline"`
	huawei     `yaml:",inline"`
	InstanceID text `yaml:"instance_id"`
	Language   text `yaml:"language"`
}

func makeTaurusDB(part strictyaml.Part, m *strictyaml.Mistakes, mk Makings) engine.Target {
	var t taurusdbTarget
	before := m.Len()
	part.Load(m, &t)
	client := t.client(m, mk, t.Endpoint, t.IAMEndpoint)
	c, err := taurusdb.New(taurusdb.Config{
		Region: t.Region.Value, Endpoint: t.Endpoint.Value, IAMEndpoint: t.IAMEndpoint.Value,
		ProjectID: t.ProjectID.Value, InstanceID: t.InstanceID.Value, Language: t.Language.Value, Credentials: t.credentials(m, mk),
	}, client, mk.Now)
	// A restart takes minutes; how many is not documented.
	limits := t.limits(approval.Limits{Patience: 15 * time.Minute, Pace: 5 * time.Second}, m)
	target := made(part, m, before, err, overHTTP(client, "restart-proxy", commands.RestartProxy(c), limits))
	if wrong := taurusdb.CheckForm(t.InstanceID.Value); wrong != nil && err == nil {
		m.Add(t.InstanceID.Pos, "%v", wrong) // it is served all the same
	}
	return target
}
