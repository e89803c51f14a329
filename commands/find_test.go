package commands_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// absent is a mistake about a name that nothing on a whole list has.
func absent(id, thing string, count int) words.Message {
	return told(id, words.V{"thing": words.Code(thing), "target": words.Code("cache-prod"), "count": words.Count(count)})
}

func notFound(thing string, count int) words.Message { return absent("thing-not-found", thing, count) }

// workers are sessions as vendors have them: with a client's name and a user, and with ids of
// letters, of digits and of both.
func workers() *cache {
	client := func(id, addr, name, user string) integrations.Thing {
		return integrations.Thing{
			ID: "n-1/" + id + "/" + addr, Name: addr, Aliases: []string{id}, Place: "n-1", Called: name,
			Identity: []integrations.Field{{Name: "client", Value: id}, {Name: "addr", Value: addr}},
			Traits: integrations.Traits{
				Read: true, Names: integrations.Trait{Values: []string{name, addr, id}}, Users: integrations.Trait{Values: []string{user}}, Addresses: integrations.Trait{Values: []string{addr}},
			},
		}
	}
	return &cache{sessions: []integrations.Thing{
		client("5381", "10.0.0.1:1", "checkout-worker", "app"), client("5382", "10.0.0.2:2", "checkout-worker", "app"),
		client("5390", "10.0.0.3:3", "nightly-cron", "batch"), client("9b2d4c1e-report-12", "10.0.0.4:4", "report", "app"),
		client("9b2d4c1e55aa", "10.0.0.5:5", "Other", "default"), client("1234567890", "[2001:db8::1]:6379", "", ""),
	}}
}

// What is no id is a name or a user, and last the beginning of an id; how it was found is in the
// plan.
func TestAThingIsFoundByWhatPeopleCallIt(t *testing.T) {
	for typed, want := range map[string]commands.Finding{
		"5390":                {},
		"５３９０":                {},
		"#5390":               {},
		"10.0.0.3:3":          {},
		"n-1/5390/10.0.0.3:3": {},
		"9b2d4c1e-report-12":  {},
		"9B2D4C1E-Report-12":  {Typed: "9B2D4C1E-Report-12", By: commands.BySpelling},
		"nightly-cron":        {Typed: "nightly-cron", By: commands.ByName},
		"`Nightly-CRON`,":     {Typed: "`Nightly-CRON`,", By: commands.ByName},
		"ｏｔｈｅｒ":               {Typed: "ｏｔｈｅｒ", By: commands.ByName},
		"batch":               {Typed: "batch", By: commands.ByUser},
		"default":             {Typed: "default", By: commands.ByUser},
		"9b2d4c1e-":           {Typed: "9b2d4c1e-", By: commands.ByStart},
		"9b2d4c1e-REP":        {Typed: "9b2d4c1e-REP", By: commands.ByStart},
		"9b2d4c1e5":           {Typed: "9b2d4c1e5", By: commands.ByStart},
	} {
		p, err := plan(t, workers(), killing(typed))
		require.NoError(t, err, typed)
		assert.Equal(t, want, p.Items[0].Found, typed)
		assert.Len(t, p.Guessed(), map[bool]int{true: 1}[want.By != commands.ByID], typed)
	}
}

// A part of a name, another number, the beginning of a number or of an address find nothing, and
// no number is named beside one that is not there.
func TestANumberIsWholeOrNothing(t *testing.T) {
	for _, typed := range []string{
		"5383", "538", "53811", "#5383", "５３８３", "12345678", "123456789", "[2001:db8", "2001:db8::1", "10.0.0.", "checkout", "checkout-worke", "report-12", "9b2d4c1e-report-1", "n-1/5390/", "10.0.0.1:2", "10.0.0.2:22",
	} {
		_, err := plan(t, workers(), killing(typed))
		m, ok := errors.AsType[*commands.Mistake](err)
		require.True(t, ok, typed)
		for _, id := range []string{"5381", "5382", "5390", "1234567890"} {
			assert.NotContains(t, fmt.Sprint(m.Message.Values["near"].Value), id, typed)
		}
		require.Equal(t, "mistake.thing-not-found", m.Message.ID, typed)
		require.NotEmpty(t, m.Message.Values["thing"].Value)
		requireSayable(t, m.Message)
	}
}

// Whoever types the beginning of an id, and too little of it, is told how much it takes.
func TestABeginningThatIsTooShort(t *testing.T) {
	for typed, short := range map[string]string{"9b2d4c1": "9b2d4c1", "9B2D": "9B2D", "n-1/9b2d4": "9b2d4"} {
		_, err := plan(t, workers(), killing(typed))
		requireMistake(t, err, told("thing-short", words.V{"thing": words.Code(short), "least": words.Count(8)}))
	}
}

// A name that is nearly one is told, and all of them where it is nearly several. What has a number
// is near to nothing that has another.
func TestWhatIsNear(t *testing.T) {
	c := workers()
	c.sessions = nil
	for _, name := range []string{"orders-rw", "orders-ro", "orders-reports", "osaka-01:send", "osaka-02:send"} {
		c.sessions = append(c.sessions, integrations.Thing{ID: "id of " + name, Name: name})
	}
	for typed, near := range map[string]string{"orders-report": "orders-reports", "osaka-01:sent": "osaka-01:send", "orders-reprots": "orders-reports"} {
		_, err := plan(t, c, killing(typed))
		requireMistake(t, err, told("thing-near", words.V{"thing": words.Code(typed), "near": words.Code(near)}))
	}
	for typed, near := range map[string]string{
		"orders-r": "orders-rw, orders-ro, orders-reports", "orders-": "orders-rw, orders-ro, orders-reports", "orders-rx": "orders-rw, orders-ro", "osaka": "osaka-01:send, osaka-02:send",
	} {
		_, err := plan(t, c, killing(typed))
		requireMistake(t, err, told("thing-near-several", words.V{"thing": words.Code(typed), "near": words.All(words.Codes(strings.Split(near, ", "))...)}))
	}
	for _, typed := range []string{"osaka-03:send", "osaka-0", "osaka-01:send2"} {
		_, err := plan(t, c, killing(typed))
		requireMistake(t, err, notFound(typed, 5))
	}
}

// Several that fit are a question. What may not be ended is counted, and not offered.
func TestANameThatSeveralHave(t *testing.T) {
	c := workers()
	v := func() words.V {
		return words.V{"thing": words.Code("checkout-worker"), "count": words.Count(2), "names": words.All(words.Code("10.0.0.1:1"), words.Code("10.0.0.2:2"))}
	}
	_, err := plan(t, c, killing("checkout-worker"))
	requireMistake(t, err, told("thing-ambiguous", v()))
	_, err = plan(t, c, killing("9b2d4c1e"))
	requireMistake(t, err, told("thing-ambiguous", words.V{"thing": words.Code("9b2d4c1e"), "count": words.Count(2), "names": words.All(words.Code("10.0.0.4:4"), words.Code("10.0.0.5:5"))}))
	c.sessions[0].Bar = integrations.Note{Hint: "bar.dcs-replication"}
	_, err = plan(t, c, killing("checkout-worker"))
	some := v()
	some["names"], some["barred"] = words.Code("10.0.0.2:2"), words.Count(1)
	requireMistake(t, err, told("thing-some-barred", some))
	shielded := killing("checkout-worker")
	shielded.Shielded = func(t integrations.Thing) bool { return t.Name == "10.0.0.2:2" }
	all := v()
	all["barred"] = words.Count(2)
	_, err = plan(t, c, shielded)
	requireMistake(t, err, told("thing-all-barred", all))
	c.sessions[1].Bar = c.sessions[0].Bar
	_, err = plan(t, c, killing("checkout-worker"))
	requireMistake(t, err, told("thing-all-barred", all))
	c.sessions[2].Bar = c.sessions[0].Bar
	_, err = plan(t, c, killing("nightly-cron"))
	requireMistake(t, err, told("protected", words.V{"thing": words.Code("10.0.0.3:3"), "why": words.Say(words.New("bar.dcs-replication"))}))
}

// A word that is one's name and another's user is a question as well, and an id before both.
func TestAnIDIsBeforeANameAndAUser(t *testing.T) {
	c := workers()
	c.sessions[0].Traits.Users.Values = []string{"nightly-cron"}
	_, err := plan(t, c, killing("nightly-cron"))
	requireMistake(t, err, told("thing-ambiguous", words.V{"thing": words.Code("nightly-cron"), "count": words.Count(2), "names": words.All(words.Code("10.0.0.1:1"), words.Code("10.0.0.3:3"))}))
	c.sessions[0].Called, c.sessions[0].Traits.Names.Values = "5390", []string{"5390"}
	p, err := plan(t, c, killing("5390"))
	require.NoError(t, err)
	require.Equal(t, []string{c.sessions[2].ID}, p.IDs())
}

// A name that is typed for a thing is no id of it: another may have it next.
func TestANameThatIsTypedIsNoID(t *testing.T) {
	c := workers()
	c.sessions[2].Aliases = append(c.sessions[2].Aliases, "nightly-cron")
	p, err := plan(t, c, killing("nightly-cron"))
	require.NoError(t, err)
	require.Equal(t, commands.Finding{Typed: "nightly-cron", By: commands.ByName}, p.Items[0].Found)
}

// A name that is typed for one thing is a question of the same rank as a user of another.
func TestATypedNameIsNoMoreThanAUser(t *testing.T) {
	c := workers()
	c.sessions[2].Aliases = append(c.sessions[2].Aliases, "nightly-cron")
	c.sessions[0].Traits.Users.Values = []string{"nightly-cron"}
	_, err := plan(t, c, killing("nightly-cron"))
	requireMistake(t, err, told("thing-ambiguous", words.V{"thing": words.Code("nightly-cron"), "count": words.Count(2), "names": words.All(words.Code("10.0.0.1:1"), words.Code("10.0.0.3:3"))}))
}

// A client that is called as its user is, is found by its name.
func TestAUserIsNoID(t *testing.T) {
	c := workers()
	last := &c.sessions[2]
	last.Identity = append(last.Identity, integrations.Field{Name: "user", Value: "batch"})
	last.Aliases, last.Called, last.Traits.Names.Values = append(last.Aliases, "batch"), "batch", []string{"batch"}
	p, err := plan(t, c, killing("batch"))
	require.NoError(t, err)
	require.Equal(t, commands.Finding{Typed: "batch", By: commands.ByName}, p.Items[0].Found)
	require.False(t, commands.IsID(*last, "batch"))
}

// Of a list that was not read whole nothing is found by how its id begins, and what is called so
// may not be the only one.
func TestOnPartOfAListNothingIsGuessed(t *testing.T) {
	c := workers()
	c.partly = true
	_, err := plan(t, c, killing("9b2d4c1e-rep"))
	requireMistake(t, err, told("thing-not-seen", words.V{"thing": words.Code("9b2d4c1e-rep")}))
	_, err = plan(t, c, killing("nightly-cron"))
	requireMistake(t, err, told("thing-maybe-more", words.V{"thing": words.Code("nightly-cron"), "name": words.Code("10.0.0.3:3")}))
}

// That something may be gone is said of what was seen before, and of nothing that a list of one
// place would not have.
func TestWhatMayBeGone(t *testing.T) {
	r := killing("10.9.9.9:9")
	var asked []string
	r.Met = func(name string) bool { asked = append(asked, name); return name == "10.9.9.9:9" }
	_, err := plan(t, workers(), r)
	requireMistake(t, err, absent("thing-gone", "10.9.9.9:9", 6))
	require.Equal(t, []string{"10.9.9.9:9"}, asked)
	r.Place = "n-1"
	_, err = plan(t, workers(), r)
	at := absent("thing-not-at", "10.9.9.9:9", 6)
	at.Values["place"] = words.Code("n-1")
	requireMistake(t, err, at)
	r.Place, r.Things = "", []string{"10.8.8.8:8"}
	_, err = plan(t, workers(), r)
	requireMistake(t, err, notFound("10.8.8.8:8", 6))
	r.Picked, r.Met = true, nil
	_, err = plan(t, workers(), r)
	requireMistake(t, err, absent("thing-gone", "10.8.8.8:8", 6))
	c := workers()
	c.partly = true
	_, err = plan(t, c, r)
	requireMistake(t, err, told("thing-not-seen", words.V{"thing": words.Code("10.8.8.8:8")}))
}

// What a form lists first is what the words fit, by whichever reading.
func TestWhatWordsFit(t *testing.T) {
	c := workers()
	list := integrations.Sighting{Things: c.sessions, Complete: true}
	for typed, want := range map[string][]string{"checkout-worker": {"10.0.0.1:1", "10.0.0.2:2"}, "nobody": nil, "5381,batch": {"10.0.0.1:1", "10.0.0.3:3"}} {
		var got []string
		for _, one := range commands.Fitting(killing(typed), list) {
			got = append(got, one.Name)
		}
		require.Equal(t, want, got, typed)
	}
	require.True(t, commands.IsID(c.sessions[0], "`5381`"))
	require.False(t, commands.IsID(c.sessions[0], "checkout-worker"))
}

// A long list is kept for a look as the look finds in it: by a name, a user and the beginning of
// an id as well.
func TestALongListIsSearchedWhole(t *testing.T) {
	v := crowded()
	v.sessions[crowd-1].Called = "checkout-worker"
	v.sessions[crowd-2].Traits.Users.Values = []string{"batch"}
	v.sessions[crowd-3].Aliases = []string{"9b2d4c1e-report"}
	v.sessions[crowd-3].Identity = []integrations.Field{{Name: "session", Value: "9b2d4c1e-report"}}
	for i, typed := range []string{"checkout-worker", "BATCH", "9b2d4c1e"} {
		p, err := commands.KillSession(v).Plan(t.Context(), killing(typed))
		require.NoError(t, err, typed)
		require.Equal(t, []string{v.sessions[crowd-1-i].ID}, p.IDs(), typed)
		require.Less(t, v.kept, 200)
	}
	_, err := commands.KillSession(v).Plan(t.Context(), killing("104999"))
	require.NoError(t, err)
	_, err = commands.KillSession(v).Plan(t.Context(), killing("1049990"))
	requireMistake(t, err, notFound("1049990", crowd))
	require.Zero(t, v.kept, "no neighbour of a number is wanted")
}

// FuzzFinding holds for every word: nothing is found by its exact id but what has that id, a
// number finds no other number, and what is found is called so, is somebody's who is, or has an
// id that begins so.
func FuzzFinding(f *testing.F) {
	for _, typed := range append(otherwise(), "5381", "538", "checkout-worker", "batch", "9b2d4c1e", "9B2D4C1E-r", "５３８１", "5³81", "n-1/5381", "id=5381,5382", "١٢٣٤٥٦٧٨") {
		f.Add(typed, "9b2d4c1e-x", "app")
	}
	f.Fuzz(func(t *testing.T, typed, id, name string) {
		c := workers()
		c.sessions = append(c.sessions, integrations.Thing{
			ID: "n-1/x/" + id, Name: id, Place: "n-1", Called: name, Identity: []integrations.Field{{Name: "id", Value: id}},
			Traits: integrations.Traits{Read: true, Names: integrations.Trait{Values: []string{id, name}}},
		})
		p, err := plan(t, c, killing(typed))
		if err != nil {
			_, ok := errors.AsType[*commands.Mistake](err)
			require.True(t, ok, "%v", err)
			return
		}
		for _, it := range p.Items {
			requireFound(t, typed, it)
		}
	})
}

func requireFound(t *testing.T, typed string, it commands.Item) {
	t.Helper()
	own := append([]string{it.Thing.ID, it.Thing.Name}, it.Thing.Aliases...)
	word := it.Found.Typed
	switch it.Found.By {
	case commands.ByID:
		all := commands.Spellings(typed)
		for _, part := range strings.FieldsFunc(typed, func(r rune) bool { return strings.ContainsRune(",，、﹐､", r) }) {
			all = append(all, commands.Spellings(part)...)
		}
		require.True(t, slices.ContainsFunc(own, func(w string) bool { return slices.Contains(all, w) }), "%q is none of %q", typed, own)
	case commands.BySpelling:
		require.NotEmpty(t, commands.Meant(word, own))
	case commands.ByName:
		require.NotEmpty(t, commands.Meant(word, append(it.Thing.Traits.Names.Values, it.Thing.Called)))
	case commands.ByUser:
		require.NotEmpty(t, commands.Meant(word, it.Thing.Traits.Users.Values))
	case commands.ByStart:
		require.True(t, slices.ContainsFunc(commands.Spellings(word), func(s string) bool {
			s = commands.Fold(s)
			return len([]rune(s)) >= 8 && strings.ContainsFunc(s, unicode.IsLetter) && slices.ContainsFunc(own, func(w string) bool {
				return strings.HasPrefix(commands.Fold(w), s) && strings.ContainsFunc(w, unicode.IsLetter)
			})
		}), "%q begins none of %q", word, own)
	default:
		t.Fatalf("found by %q", it.Found.By)
	}
}
