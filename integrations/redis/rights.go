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
	commands, ok := fieldOf(cmd.Val(), "commands")
	if !ok {
		return nil, garbled(opUser)
	}
	for rule := range strings.FieldsSeq(commands) {
		if strings.HasPrefix(rule, "+") && !slices.Contains(needed(), rule) {
			rules = append(rules, rule)
		}
	}
	slices.Sort(rules) // the server has an order of its own
	return rules, nil
}

// fieldOf is a text of an answer that names its values, each behind its name ("ACL GETUSER").
func fieldOf(answer []any, name string) (string, bool) {
	for i := 0; i+1 < len(answer); i += 2 {
		if answer[i] == any(name) {
			text, ok := answer[i+1].(string)
			return text, ok
		}
	}
	return "", false
}
