package wiring

import (
	"time"

	"quell/bot/approval"
	"quell/bot/engine"
	"quell/commands"
	"quell/integrations/jp1ao"
	"quell/policy/strictyaml"
)

// jp1aoTarget is a JP1/Automatic Operation server.
type jp1aoTarget struct {
	common       `yaml:",inline"`
	Endpoint     text `yaml:"endpoint"`
	User         text `yaml:"user"`
	Password     text `yaml:"password"`
	ServiceGroup text `yaml:"service_group"`
	Language     text `yaml:"language"`
}

func makeJP1AO(part strictyaml.Part, m *strictyaml.Mistakes, mk Makings) engine.Target {
	var t jp1aoTarget
	before := m.Len()
	part.Load(m, &t)
	client := t.client(m, mk, t.Endpoint)
	c, err := jp1ao.New(jp1ao.Config{
		Endpoint: t.Endpoint.Value, User: t.User.Value, Password: mk.secret(t.Password, m),
		ServiceGroup: t.ServiceGroup.Value, Language: t.Language.Value,
	}, client, mk.Now)
	// The server takes a task's status at intervals, so a stop shows late.
	limits := t.limits(approval.Limits{Watch: 2 * time.Minute, Patience: 10 * time.Minute, Pace: 2 * time.Second}, m)
	return made(part, m, before, err, overHTTP(client, "stop-task", commands.StopTask(c), limits))
}
