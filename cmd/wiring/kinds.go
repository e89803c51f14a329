package wiring

import (
	"time"

	"quell/bot"
	"quell/commands"
	"quell/integrations"
	"quell/integrations/dcs"
	"quell/integrations/huaweicloud"
	"quell/policy/strictyaml"
)

// Makings is what a vendor's client is made of besides its own configuration.
type Makings struct {
	Now func() time.Time
}

// kinds are the kinds of target. Each reads its part of the file and returns
// its actions by command, or notes what is wrong and returns nil.
func kinds() map[string]func(strictyaml.Part, *strictyaml.Mistakes, Makings) map[string]bot.Action {
	return map[string]func(strictyaml.Part, *strictyaml.Mistakes, Makings) map[string]bot.Action{
		"dcs": buildDCS,
	}
}

type text = strictyaml.Text

// dcsTarget is a Redis instance of Huawei Cloud DCS.
type dcsTarget struct {
	Kind          text `yaml:"kind"`
	Region        text `yaml:"region"`
	Endpoint      text `yaml:"endpoint"`
	IAMEndpoint   text `yaml:"iam_endpoint"`
	ProjectID     text `yaml:"project_id"`
	InstanceID    text `yaml:"instance_id"`
	Node          text `yaml:"node"`
	AccessKey     text `yaml:"access_key"`
	SecretKey     text `yaml:"secret_key"`
	SecurityToken text `yaml:"security_token"`
	User          text `yaml:"user"`
	Password      text `yaml:"password"`
	Domain        text `yaml:"domain"`
	Plaintext     text `yaml:"plaintext"`
}

func buildDCS(part strictyaml.Part, m *strictyaml.Mistakes, mk Makings) map[string]bot.Action {
	var t dcsTarget
	before := m.Len()
	part.Load(m, &t)
	cfg := dcs.Config{
		Region: t.Region.Value, Endpoint: t.Endpoint.Value, IAMEndpoint: t.IAMEndpoint.Value,
		ProjectID: t.ProjectID.Value, InstanceID: t.InstanceID.Value, Node: t.Node.Value,
		Credentials: huaweicloud.Credentials{
			AccessKey: secret(t.AccessKey, m).Reveal(), SecretKey: secret(t.SecretKey, m), SecurityToken: secret(t.SecurityToken, m),
			User: t.User.Value, Password: secret(t.Password, m), Domain: t.Domain.Value,
		},
	}
	client := integrations.NewClient(integrations.ClientOptions{Plaintext: plaintext(t.Plaintext, m), Now: mk.Now})
	c, err := dcs.New(cfg, client, mk.Now)
	for _, err := range each(err) {
		m.Add(part.Pos(), "%v", err)
	}
	if m.Len() > before {
		return nil
	}
	return map[string]bot.Action{"kill-session": commands.KillSession(c)}
}

// each takes what errors.Join joined apart.
func each(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	if err == nil {
		return nil
	}
	return []error{err}
}

// plaintext is given in words, so that nobody switches it on by a slip.
func plaintext(t text, m *strictyaml.Mistakes) bool {
	if t.Value != "" && t.Value != "accepted" {
		m.Add(t.Pos, `plaintext takes one word, "accepted": credentials will travel in the clear`)
	}
	return t.Value == "accepted"
}
