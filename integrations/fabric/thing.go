package fabric

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"quell/integrations"
)

// thing is the session as people know it; not ok if its id could not stand in a
// call.
func (s session) thing(workspace string) (integrations.Thing, bool) {
	id := string(s.ID)
	if checkID("session", id) != nil {
		return integrations.Thing{}, false
	}
	t := integrations.Thing{
		ID: workspace + "/" + id, Name: id,
		Identity: []integrations.Field{
			{Name: "workspace", Value: workspace},
			{Name: "session", Value: id},
			{Name: "created", Value: string(s.Created)},
		},
		Called: s.Name.String(), Facts: s.facts(-1, ""),
		Warn: []integrations.Note{{Hint: "warn.fabric-statements"}},
	}
	return t, true
}

// facts have what runs in the session where that is known, and -1 for the number where not.
func (s session) facts(statements int, sql string) []integrations.Field {
	count := ""
	if statements >= 0 {
		count = strconv.Itoa(statements)
	}
	return integrations.Filled([]integrations.Field{
		{Name: "name", Value: s.Name.String()},
		{Name: "status", Value: string(s.Status)},
		{Name: "statements", Value: count},
		{Name: "open", Value: s.age(), Unit: "s"},
		{Name: "user", Value: cmp.Or(s.User.String(), s.Owner.String())},
		{Name: "endpoint", Value: string(s.Endpoint)},
		{Name: "sql", Value: sql},
	}...)
}

// users are whose session it is. It is somebody's, whether or not the list says whose:
// neither field is in the pages that could be read, so either will do, and one that is
// absent beside the other was not withheld.
func (s session) users() integrations.Trait {
	t := integrations.Some(s.User, s.Owner)
	t.Unknown = t.Unknown || len(t.Values) == 0
	return t
}

// traits are those of a session, to a client that logs in as user: with access keys no
// user is known, so any session may be its own. No page has an address, or says that each
// session has a name: one without is called by its id, as in the call that closes it.
func (s session) traits(user string) integrations.Traits {
	users := s.users()
	return integrations.Traits{
		Read: true, Names: integrations.Some(integrations.Say(string(s.ID)), s.Name), Users: users,
		MaybeOwn: user == "" || users.Unknown,
	}
}

// own takes a name in other capitals for the same: whether they count is not said.
func (s session) own(user string) bool {
	return user != "" && slices.ContainsFunc(s.users().Values, func(v string) bool { return strings.EqualFold(v, user) })
}

// age is in seconds, by the vendor's clock, which wrote when the session began; "" if the time of creation cannot be read. Its form is not in
// the documents: RFC 3339 and milliseconds since 1970 are read.
func (s session) age() string {
	at, err := time.Parse(time.RFC3339, string(s.Created))
	if ms, errMs := strconv.ParseInt(string(s.Created), 10, 64); err != nil && errMs == nil {
		at, err = time.UnixMilli(ms), nil
	}
	if err != nil || at.Sub(s.asOf) >= time.Second { // a Date has whole seconds
		return ""
	}
	return strconv.Itoa(int(max(0, s.asOf.Sub(at)) / time.Second))
}

// tell adds what runs in a session to what is known of it.
func (p statements) tell(t *integrations.Thing, s session) {
	n, sql := p.Total.Number(), ""
	if n > 0 {
		t.Warn = []integrations.Note{integrations.NewNote("warn.fabric-running", "statements", strconv.Itoa(n))}
	}
	if n > 0 && len(p.Records) > 0 {
		sql = strings.Join(strings.Fields(string(cmp.Or(p.Records[0].Statement, p.Records[0].SQL))), " ")
	}
	t.Facts = s.facts(n, sql)
}
