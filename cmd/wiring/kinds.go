package wiring

import (
	"cmp"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"os"
	"time"

	"github.com/go-resty/resty/v2"

	"quell/bot/approval"
	"quell/bot/engine"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/integrations/dcs"
	"quell/integrations/fabric"
	"quell/integrations/huaweicloud"
	"quell/integrations/hulft"
	"quell/integrations/jp1ao"
	"quell/integrations/redis"
	"quell/integrations/taurusdb"
	"quell/policy"
	"quell/policy/strictyaml"
)

// Makings is what a vendor's client is made of besides its own configuration.
type Makings struct {
	Now     func() time.Time
	Limiter integrations.Limiter // keeps the limits that belong to contracts
	// Sourced is told of each target that is made of other files: of its credentials, of its
	// authorities. It may be nil.
	Sourced func(source)

	read      func(path string) ([]byte, error) // of such a file; os.ReadFile, unless set
	lanes     *dcs.Lanes                        // which a client has in common with the one before it
	contracts contracts                         // under which the keys of this file stand; nil where nobody compares them
}

func (mk Makings) readFile(path string) ([]byte, error) {
	if mk.read == nil {
		return os.ReadFile(path)
	}
	return mk.read(path)
}

// maker reads a kind's part of the file. It returns the target's actions and limits,
// or notes what is wrong.
type maker func(strictyaml.Part, *strictyaml.Mistakes, Makings) engine.Target

// kind is a kind of target: what is known of all such targets, and how one is made.
type kind struct {
	integrations.Profile
	make maker
	// byHand tells what people can do at the target without this program, from what the file says.
	byHand func(strictyaml.Part) words.Message
}

// kinds are the kinds of target.
func kinds() []kind {
	return []kind{
		{dcs.Profile(), makeDCS, byHandDCS},
		{fabric.Profile(), makeFabric, byHandFabric},
		{taurusdb.Profile(), makeTaurusDB, byHandTaurusDB},
		{hulft.Profile(), makeHULFT, byHandHULFT},
		{jp1ao.Profile(), makeJP1AO, byHandJP1AO},
		{redis.Profile(), makeRedis, byHandRedis},
	}
}

// Profiles are what the kinds bring besides their clients.
func Profiles() (all []integrations.Profile) {
	for _, k := range kinds() {
		all = append(all, k.Profile)
	}
	return all
}

// known is what a policy may name, with these targets.
func known(targets []policy.Target) policy.Known {
	return policy.Known{Commands: commands.Names(), Kinds: policy.NewCatalogue(Profiles()...), Targets: targets}
}

type text = strictyaml.Text

// common is what targets of every kind may have.
type common struct {
	Kind      text `yaml:"kind"`
	Plaintext text `yaml:"plaintext"`
	// Act is empty, or "never" for a target on which no call is ever made (actsNever).
	Act text `yaml:"act"`
	// CAFile holds the authorities to trust in place of the system's.
	CAFile text `yaml:"ca_file"`
	// Labels are for the policy to choose targets by.
	Labels map[string]text `yaml:"labels"`
	// Patience is the time limit of verification, such as "10m".
	Patience text `yaml:"patience"`
}

// options are how a client behaves, in any protocol.
func (c common) options(m *strictyaml.Mistakes, mk Makings) integrations.ClientOptions {
	return integrations.ClientOptions{Plaintext: plaintext(c.Plaintext, m), RootCAs: mk.authorities(c.CAFile, m), Now: mk.Now}
}

// client is the careful client over HTTP for a target that has these addresses. That one
// would send credentials in the clear is known now, not when somebody needs it.
func (c common) client(m *strictyaml.Mistakes, mk Makings, addresses ...text) *resty.Client {
	opts := c.options(m, mk)
	for _, a := range addresses {
		u, err := url.Parse(a.Value)
		if err == nil && u.Scheme == "http" && !integrations.Loopback(u) && !opts.Plaintext {
			m.Add(a.Pos, "http:// sends credentials in the clear; use https://, or add plaintext: accepted")
		}
	}
	return integrations.NewClient(opts)
}

// limits are the kind's own, with what the file says in their place.
func (c common) limits(of approval.Limits, m *strictyaml.Mistakes) approval.Limits {
	const most = 24 * time.Hour
	least := cmp.Or(of.Watch, approval.DefaultLimits().Watch) + 30*time.Second // or the looking ends before the watch does
	if c.Patience.Value == "" {
		return of
	}
	d, ok := c.Patience.Duration()
	if !ok || d < least || d > most {
		m.Add(c.Patience.Pos, "patience here is a time from %s to 24h, such as 10m", least)
	}
	of.Patience = d
	return of
}

// huawei is what targets of Huawei Cloud have in common.
type huawei struct {
	Region        text `yaml:"region"`
	Endpoint      text `yaml:"endpoint"`
	IAMEndpoint   text `yaml:"iam_endpoint"`
	ProjectID     text `yaml:"project_id"`
	AccessKey     text `yaml:"access_key"`
	SecretKey     text `yaml:"secret_key"`
	SecurityToken text `yaml:"security_token"`
	User          text `yaml:"user"`
	Password      text `yaml:"password"`
	Domain        text `yaml:"domain"`
}

func (h huawei) credentials(m *strictyaml.Mistakes, mk Makings) huaweicloud.Credentials {
	return huaweicloud.Credentials{
		AccessKey: mk.secret(h.AccessKey, m).Reveal(), SecretKey: mk.secret(h.SecretKey, m), SecurityToken: mk.secret(h.SecurityToken, m),
		User: h.User.Value, Password: mk.secret(h.Password, m), Domain: h.Domain.Value,
	}
}

// made is what a maker returns: the target, or nothing after a mistake. err is why there
// is no client; a client whose target is nothing is closed.
func made(part strictyaml.Part, m *strictyaml.Mistakes, before int, err error, t engine.Target) engine.Target {
	for _, err := range each(err) {
		m.Add(part.Pos(), "%v", err)
	}
	switch {
	case err != nil:
		return engine.Target{}
	case m.Len() > before:
		_ = shut(t) // it has made no call
		return engine.Target{}
	}
	return t
}

// overHTTP is a target with one command, whose client has connections to close.
func overHTTP(client *resty.Client, command string, action engine.Action, limits approval.Limits) engine.Target {
	return engine.Target{Actions: map[string]engine.Action{command: action}, Limits: limits, Close: func() error {
		client.GetClient().CloseIdleConnections()
		return nil
	}}
}

func shut(t engine.Target) error {
	if t.Close == nil {
		return nil
	}
	return t.Close()
}

func shutAll(targets map[string]engine.Target) error {
	var all []error
	for name, t := range targets {
		if err := shut(t); err != nil {
			all = append(all, fmt.Errorf("closing %s: %w", name, err))
		}
	}
	return errors.Join(all...)
}

// each takes apart what errors.Join joined, however deep.
func each(err error) (all []error) {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	for _, err := range joined.Unwrap() {
		all = append(all, each(err)...)
	}
	return all
}

// plaintext is given in words, so that nobody switches it on by a slip.
func plaintext(t text, m *strictyaml.Mistakes) bool {
	if t.Value != "" && t.Value != "accepted" {
		m.Add(t.Pos, `plaintext takes one word, "accepted": credentials will travel in the clear`)
	}
	return t.Value == "accepted"
}

// authorities are the certificate authorities of a file, in place of the system's; nil without
// a file.
func (mk Makings) authorities(file text, m *strictyaml.Mistakes) *x509.CertPool {
	if file.Value == "" {
		return nil
	}
	data, err := mk.readFile(file.Value)
	if err != nil {
		m.Add(file.Pos, "the file of authorities cannot be read: %v", err)
		return nil
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(data) {
		m.Add(file.Pos, "%s holds no certificate in PEM form", file.Value)
	}
	return pool
}
