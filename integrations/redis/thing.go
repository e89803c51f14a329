package redis

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"quell/integrations"
)

// look is what goes for all clients of one list.
type look struct {
	run  string    // of the server; "" where it is unknown
	role string    // of the server
	at   time.Time // when the ages were read; zero where that is unknown, or not needed
}

// thing is the client as people know it.
func (c *Client) thing(one client, in look) integrations.Thing {
	addr, user, name := one["addr"], one["user"], one["name"]
	t := integrations.Thing{
		Name: addr, Aliases: []string{one.id()},
		Identity: []integrations.Field{
			{Name: "server", Value: c.server},
			{Name: "run", Value: in.run},
			{Name: "client", Value: one.id()},
			{Name: "addr", Value: addr},
			{Name: "user", Value: user},
		},
		System:  in.run,
		Called:  name,
		Facts:   one.facts(in.role),
		Traits:  one.traits(),
		Idle:    one.idle(),
		Lineage: one.lineage(),
		Bar:     c.bar(one, in.run),
		Warn:    one.warn(),
		Leaving: one.flag("Ac"),
		Since:   one.since(in.at),
	}
	if one.local() { // all of these have the same address
		t.Name, t.Aliases = one.id(), nil
	}
	if name != "" {
		t.Aliases = append(t.Aliases, name)
	}
	t.ID = strings.Join([]string{c.server, one.id(), addr, t.Name}, "/")
	if user == c.user {
		t.Own, t.Traits.MaybeOwn = c.user != everybody, c.user == everybody
	}
	return t
}

// idle is for how long it has sent no command; less than 0 where that is no number.
func (c client) idle() time.Duration {
	seconds, err := strconv.ParseInt(c["idle"], 10, 32)
	if err != nil {
		return -time.Second
	}
	return time.Duration(seconds) * time.Second
}

// lineage rests on the name: without one, any program's connection from the same host would
// be the same as the client.
func (c client) lineage() string {
	if c["name"] == "" {
		return ""
	}
	return strings.Join([]string{host(c["addr"]), c["name"], c["user"], c["db"]}, "|")
}

// since is when it connected, by the age that it had then. It is zero where then is.
func (c client) since(then time.Time) time.Time {
	age, err := strconv.ParseInt(c["age"], 10, 32)
	if err != nil || age < 0 || then.IsZero() {
		return time.Time{}
	}
	return then.Add(-time.Duration(age) * time.Second).UTC().Truncate(time.Millisecond)
}

// local says that the client came over a Unix socket.
func (c client) local() bool {
	_, err := netip.ParseAddrPort(c["addr"])
	return err != nil
}

// bar says why the client is not for people to end.
func (c *Client) bar(one client, run string) integrations.Note {
	altered := func(field string) bool { return integrations.Clean(one[field], integrations.Shown) != one[field] }
	switch {
	case one.flag("SM"):
		return integrations.NewNote("bar.redis-replication")
	case strings.HasPrefix(one["name"], "sentinel-"):
		return integrations.NewNote("bar.redis-sentinel")
	case one.flag("O"):
		return integrations.NewNote("bar.redis-monitor")
	case one["user"] == c.user && c.user != everybody:
		return integrations.NewNote("bar.redis-own")
	case one["user"] == "", altered("addr"), altered("user"):
		return integrations.NewNote("bar.redis-unreadable")
	case run == "" && one.local():
		return integrations.NewNote("bar.redis-no-run")
	default:
		return integrations.Note{}
	}
}

// traits leave out lib-name, which names a library and no client, and laddr, which is the
// server's own address.
func (c client) traits() integrations.Traits {
	addr := c.given("addr")
	return integrations.Traits{
		Read:      true,
		Names:     integrations.Each(c.given("name"), addr).Or(integrations.Some(integrations.Say(c.id()))),
		Users:     integrations.Each(c.given("user")),
		Addresses: integrations.Each(addr),
		Classes:   c.classes(),
	}
}

func (c client) classes() integrations.Trait {
	t := integrations.Trait{Unknown: integrations.Each(c.given("flags")).Unknown}
	for _, is := range []struct {
		class string
		so    bool
	}{
		{integrations.Replication, c.flag("SM")},
		{integrations.Monitor, c.flag("O")},
		{integrations.Blocked, c.flag("b")},
		{integrations.Transaction, c.flag("x") || c.atLeast("multi", 0) != ""},
		{integrations.Subscriber, c.subscribed()},
	} {
		if is.so {
			t.Values = append(t.Values, is.class)
		}
	}
	return t
}

func (c client) subscribed() bool {
	return c.flag("P") || c.atLeast("sub", 1) != "" || c.atLeast("psub", 1) != "" || c.atLeast("ssub", 1) != ""
}

// flag says whether one of the letters is among the client's flags ("CLIENT LIST").
func (c client) flag(letters string) bool { return strings.ContainsAny(c["flags"], letters) }

// atLeast is a count, or "" where it is less or no number.
func (c client) atLeast(field string, least int) string {
	n, err := strconv.ParseInt(c[field], 10, 64)
	if err != nil || n < int64(least) {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// command is the name of the last command, never its arguments; "" for none yet, which the
// server calls NULL ("CLIENT LIST").
func (c client) command() string {
	if c["cmd"] == "NULL" {
		return ""
	}
	return c["cmd"]
}

// facts leave out what is empty, and counts that say "none".
func (c client) facts(role string) []integrations.Field {
	return integrations.Filled([]integrations.Field{
		{Name: "client", Value: c.id()},
		{Name: "name", Value: c["name"]},
		{Name: "idle", Value: c.atLeast("idle", 1), Unit: "s"},
		{Name: "active", Value: c.active()},
		{Name: "blocked", Value: c.mark("b")},
		{Name: "transaction", Value: c.mark("x")},
		{Name: "multi", Value: c.atLeast("multi", 0)},
		{Name: "subscriber", Value: c.mark("P")},
		{Name: "age", Value: c.atLeast("age", 1), Unit: "s"},
		{Name: "cmd", Value: c.command()},
		{Name: "user", Value: c.user()},
		{Name: "db", Value: c["db"]},
		{Name: "replication", Value: c.mark("SM")},
		{Name: "monitor", Value: c.mark("O")},
		{Name: "sub", Value: c.atLeast("sub", 1)},
		{Name: "psub", Value: c.atLeast("psub", 1)},
		{Name: "ssub", Value: c.atLeast("ssub", 1)},
		{Name: "qbuf", Value: c.atLeast("qbuf", 1), Unit: "B"},
		{Name: "omem", Value: c.atLeast("omem", 1), Unit: "B"},
		{Name: "closing", Value: c.mark("Ac")},
		{Name: "lib", Value: strings.TrimSpace(c["lib-name"] + " " + c["lib-ver"])},
		{Name: "replica", Value: replica(role)},
	}...)
}

// user leaves out everybody's, which tells people nothing.
func (c client) user() string {
	if c["user"] == everybody {
		return ""
	}
	return c["user"]
}

// mark is the letter for a fact that is told by its name alone.
func (c client) mark(letters string) string {
	if i := strings.IndexAny(c["flags"], letters); i >= 0 {
		return c["flags"][i : i+1]
	}
	return ""
}

// active is for an idle time that rounds to nothing. Before a first command the server counts
// from when the client connected.
func (c client) active() string {
	if c["idle"] == "0" && c.command() != "" {
		return "0"
	}
	return ""
}

// replica is the role that HELLO tells of the server, where it is not the usual one.
func replica(role string) string {
	if role == "" || role == "master" {
		return ""
	}
	return role
}

// host is the client's own, without the port, which changes with every connection.
func host(addr string) string {
	if at, err := netip.ParseAddrPort(addr); err == nil {
		return at.Addr().String()
	}
	return addr
}

// warn is what ending the client does, by "CLIENT KILL" and "MULTI" and as tried.
func (c client) warn() []integrations.Note {
	notes := []integrations.Note{integrations.NewNote("warn.redis-unnoticed")}
	if queued := c.atLeast("multi", 1); queued != "" {
		notes = append(notes, integrations.NewNote("warn.redis-multi", "commands", queued))
	}
	if c.flag("b") {
		notes = append(notes, integrations.NewNote("warn.redis-blocked", "command", c["cmd"]))
	}
	if c.subscribed() {
		notes = append(notes, integrations.NewNote("warn.redis-subscriptions"))
	}
	return notes
}
