package taurusdb

import (
	"slices"
	"strconv"
	"strings"

	"quell/integrations"
)

func (c *Client) id(p proxy) string { return c.cfg.InstanceID + "/" + string(p.ID) }

// name is what a person types for a proxy: its own name, if that is one word.
func (p proxy) name() string {
	name := p.Name.String()
	if name == "" || strings.ContainsAny(name, " /") || integrations.Visible(name) != name {
		return string(p.ID)
	}
	return name
}

func (c *Client) thing(p proxy, unique bool) integrations.Thing {
	id := string(p.ID)
	t := integrations.Thing{
		ID: c.id(p), Name: p.name(), Aliases: []string{id, p.Address.String()},
		Identity: []integrations.Field{{Name: "instance", Value: c.cfg.InstanceID}, {Name: "proxy", Value: id}},
		Traits:   p.traits(),
		Warn:     []integrations.Note{{Hint: "warn.taurusdb-connections"}},
	}
	if !unique {
		t.Name = id
	}
	if unwell := p.unwell(); unwell != "" {
		t.Warn = append(t.Warn, integrations.NewNote("warn.taurusdb-may-fail", "status", unwell))
	}
	if p.Status == deleted || p.PoolStatus == deleted {
		t.Bar = integrations.Note{Hint: "bar.taurusdb-deleted"}
	}
	t.Facts = slices.DeleteFunc(integrations.Filled([]integrations.Field{
		{Name: "name", Value: p.Name.String()},
		{Name: "status", Value: p.state()},
		{Name: "address", Value: p.Address.String()},
		{Name: "port", Value: string(p.Port)},
		{Name: "mode", Value: string(p.Mode)},
		{Name: "type", Value: string(p.Type)},
		{Name: "nodes", Value: p.count()},
		{Name: "nodes-unwell", Value: p.unwellNodes()},
	}...), func(f integrations.Field) bool { return f.Value == t.Name })
	if name := p.Name.String(); name != t.Name {
		t.Called = name
	}
	return t
}

// traits are those of a proxy: it is no user's, and has a name and an address of its own
// (ShowGaussMySqlProxyList), which is a name as well.
func (p proxy) traits() integrations.Traits {
	return integrations.Traits{
		Read:      true,
		Names:     integrations.Each(p.Name, integrations.Say(string(p.ID)), p.Address),
		Addresses: integrations.Each(p.Address),
	}
}

func (p proxy) count() string {
	if len(p.Nodes) == 0 {
		return ""
	}
	return strconv.Itoa(len(p.Nodes))
}

func (p proxy) unwellNodes() string {
	n := 0
	for _, one := range p.Nodes {
		if one.Status != "" && one.Status != active {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
