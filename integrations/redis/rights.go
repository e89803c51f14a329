package redis

import (
	"context"
	"slices"
	"strings"

	goredis "github.com/redis/go-redis/v9"

	"quell/integrations"
)

const opUser = "ACL GETUSER"

// needed are the rules that this package can use. HELLO and AUTH need none; the questions about
// oneself change nothing.
func needed() []string {
	return []string{"+client|list", "+client|kill", "+info", "+hello", "+auth", "+ping", "+quit", "+acl|whoami", "+acl|getuser"}
}

// Excess asks the server which rules let this client's user do more than is needed here. The
// server may not let it ask: then that is the error, and an entry in the server's ACL LOG.
func (c *Client) Excess(ctx context.Context) (rules []string, err error) {
	l, done := c.open(ctx)
	defer done()
	cmd := goredis.NewSliceCmd(l.ctx, "acl", "getuser", c.user)
	if err := l.do(integrations.Exchange{Operation: opUser, Sent: c.user}, cmd, func() string { return "OK" }); err != nil {
		return nil, err
	}
	rules, ok := rulesOf(cmd.Val())
	if !ok {
		return nil, garbled(opUser)
	}
	rules = slices.DeleteFunc(rules, func(rule string) bool {
		return !strings.HasPrefix(rule, "+") || slices.Contains(needed(), rule)
	})
	slices.Sort(rules) // the server has an order of its own
	return slices.Compact(rules), nil
}

// rulesOf are the rules of a user and of its selectors, each of which lets it do what it lets it
// do by itself ("ACL SETUSER"). Servers older than 7.0 have none.
func rulesOf(user []any) (rules []string, ok bool) {
	rules, ok = commandsOf(user)
	given, is := fieldOf(user, "selectors")
	selectors, list := given.([]any)
	ok = ok && (list || !is)
	for _, s := range selectors {
		selector, _ := s.([]any)
		more, read := commandsOf(selector)
		rules, ok = append(rules, more...), ok && read
	}
	return rules, ok
}

func commandsOf(answer []any) (rules []string, ok bool) {
	given, _ := fieldOf(answer, "commands")
	text, ok := given.(string)
	return strings.Fields(text), ok
}

// fieldOf is a value of an answer that names each before it ("ACL GETUSER").
func fieldOf(answer []any, name string) (value any, ok bool) {
	for i := 0; i+1 < len(answer); i += 2 {
		if answer[i] == any(name) {
			return answer[i+1], true
		}
	}
	return nil, false
}
