package wiring

import (
	"quell/bot/approval"
	"quell/bot/engine"
	"quell/commands"
	"quell/integrations/redis"
	"quell/policy/strictyaml"
)

// redisTarget is one server of Redis or Valkey.
type redisTarget struct {
	common   `yaml:",inline"`
	Endpoint text `yaml:"endpoint"`
	User     text `yaml:"user"`
	Password text `yaml:"password"`
}

func makeRedis(part strictyaml.Part, m *strictyaml.Mistakes, mk Makings) engine.Target {
	var t redisTarget
	before := m.Len()
	part.Load(m, &t)
	opts := t.options(m, mk)
	c, err := redis.New(redis.Config{
		Endpoint: t.Endpoint.Value, User: t.User.Value, Password: mk.secret(t.Password, m),
		RootCAs: opts.RootCAs, Plaintext: opts.Plaintext,
	}, mk.Now)
	limits := t.limits(approval.Limits{}, m)
	return made(part, m, before, err, engine.Target{
		Actions: map[string]engine.Action{"kill-session": commands.KillSession(c)}, Limits: limits, Excess: c.Excess, Close: c.Close,
	})
}
