package commands_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// otherwise is how people, phones and input methods write cache-prod_1.db otherwise.
func otherwise() []string {
	return []string{
		"cache-prod_1.db", "Cache-PROD_1.DB", "ｃａｃｈｅ－ｐｒｏｄ＿１．ｄｂ", "cacheーprod_1.db", "ｃａｃｈｅーｐｒｏｄ＿１。ｄｂ", "cacheｰprod_1｡db",
		"cache–prod_1.db", "`cache-prod_1.db`", "*cache-prod_1.db*", "_cache-prod_1.db_", "~cache-prod_1.db~", "_*`cache-prod_1.db`*_",
		"```cache-prod_1.db```", "`cache-prod_1.db", "cache-prod_1.db*", "＊ｃａｃｈｅ－ｐｒｏｄ＿１．ｄｂ＊", "cache-prod_1.db,", "`cache-prod_1.db`,", "*cache-prod_1.db,*",
		"#cache-prod_1.db", "＃cache-prod_1.db", "@cache-prod_1.db", "http://cache-prod_1.db", "https://cache-prod_1.db/", "id=cache-prod_1.db", "`ID＝cache-prod_1.db`",
	}
}

func TestSpellingsOfAName(t *testing.T) {
	names := []string{"cache-prod_1.db", "cache-prod-1.db", "cache-prod_1", "データ", "", "#", "id="}
	for _, s := range otherwise() {
		require.Equal(t, names[:1], commands.Meant(s, names), s)
	}
	for _, s := range []string{"cache-prod_2.db", "cacheprod_1.db", "", "`", "``", "**", ",", "x#cache-prod_1.db", "cache-prod_1.db/", "idcache-prod_1.db"} {
		require.Empty(t, commands.Meant(s, names[:4]), s)
	}
	require.Equal(t, []string{"データ"}, commands.Meant("ﾃﾞｰﾀ", names), "the mark is a letter there")
	require.Equal(t, []string{"#"}, commands.Meant("#", names))
	require.Equal(t, []string{"id="}, commands.Meant("ID=", names))
}

// What is typed exactly wins over every other reading of it, and what fits two is none of them.
func TestAsTypedWins(t *testing.T) {
	names := []string{"Cache", "cache", "`cache`", "id=cache", "_cache_", "ｃａｃｈｅ"}
	for _, name := range names {
		require.Equal(t, []string{name}, commands.Meant(name, names))
	}
	require.Equal(t, []string{"Cache", "cache", "ｃａｃｈｅ"}, commands.Meant("CACHE", names))
	require.Equal(t, []string{"Cache"}, commands.Meant("*Cache*", names), "marks mean nothing")
	require.Len(t, commands.Meant("*CACHE*", names), 3)
}

// A thing is found by any spelling of its names, and what is acted on is the vendor's own.
func TestAThingIsFoundHoweverItIsSpelt(t *testing.T) {
	for _, typed := range []string{
		"１０．６３．２３８．１５８：２０４８", "`" + one + "`", "*" + one + "*", "10。63。238。158：2048", one + ",", "id=198.19.0.1:72", "[::1]：6379,", "ID=85",
	} {
		c := busy()
		p, err := plan(t, c, killing(typed))
		require.NoError(t, err, typed)
		require.Contains(t, c.sessions, p.Items[0].Thing, typed)
	}
	for _, typed := range [][]string{
		{one + "," + other}, {one + ",", other}, {one + "、１９８．１９．０．１：７２"}, {"`" + one + "," + other + "`"}, {"," + one + ",,72,"},
	} {
		p, err := plan(t, busy(), killing(typed...))
		require.NoError(t, err, typed)
		require.Equal(t, []string{"n-1/71/" + one, "n-1/72/" + other}, p.IDs(), typed)
	}
}

// Of two things that a spelling fits none is taken, and both are named. The one that is typed
// exactly is no question.
func TestASpellingThatFitsTwo(t *testing.T) {
	c := &cache{sessions: []integrations.Thing{session("n-1", "1", "Send"), session("n-1", "2", "send"), session("n-1", "3", "a,b"), session("n-1", "4", "a")}}
	_, err := plan(t, c, killing("SEND"))
	requireMistake(t, err, told("thing-ambiguous", words.V{"thing": words.Code("SEND"), "count": words.Count(2), "names": words.All(words.Code("Send"), words.Code("send"))}))
	for typed, want := range map[string]string{"send": "n-1/2/send", "Send": "n-1/1/Send", "a,b": "n-1/3/a,b", "`a,b`": "n-1/3/a,b"} {
		p, err := plan(t, c, killing(typed))
		require.NoError(t, err, typed)
		require.Equal(t, []string{want}, p.IDs(), "a name may have a comma")
	}
	_, err = plan(t, c, killing("a,x"))
	requireMistake(t, err, notFound("x", 4))
	_, err = plan(t, c, killing("a,ａ"))
	requireMistake(t, err, told("thing-twice", words.V{"thing": words.Code("a,ａ")}))
	c.partly = true
	_, err = plan(t, c, killing("`a`"))
	requireMistake(t, err, told("thing-maybe-more", words.V{"thing": words.Code("`a`"), "name": words.Code("a")}))
}

// What was picked from a list is spelt as it is there: no other thing takes its place.
func TestAPickedThingHasOneSpelling(t *testing.T) {
	c := &cache{sessions: []integrations.Thing{{ID: "n/A", Name: "A"}, {ID: "n/b", Name: "b"}}}
	r := killing("n/a")
	p, err := plan(t, c, r)
	require.NoError(t, err)
	require.Equal(t, []string{"n/A"}, p.IDs())
	r.Picked = true
	_, err = plan(t, c, r)
	requireMistake(t, err, absent("thing-gone", "a", 2))
}

// A list with commas holds no more things than the command takes.
func TestAListIsCounted(t *testing.T) {
	s := &tasks{all: []integrations.Thing{live("5381", ""), live("7", "")}, listed: 2}
	r := commands.Request{Command: "stop-task", Things: []string{"5381,7"}}
	_, err := commands.StopTask(s).Plan(t.Context(), r)
	requireMistake(t, err, told("too-many", words.V{"count": words.Count(2), "most": words.Count(1)}))
	s.listed, r.Things = 1, []string{"`７`,"}
	p, err := commands.StopTask(s).Plan(t.Context(), r)
	require.NoError(t, err, "it is read by its id")
	require.Equal(t, []string{"7"}, p.IDs())
}

// What suits a kind suits it in any spelling, and each word of a list is asked.
func TestASpellingSuitsAKind(t *testing.T) {
	for typed, suits := range map[string]bool{
		"host.example:6379": false, "ｈｏｓｔ.example:6379": false, one + "," + other: true, one + ",host.example:6379": false, "`" + one + "`": true,
	} {
		require.Equal(t, suits, commands.Misfit(killing(typed), noded()).IsZero(), typed)
	}
}

func FuzzSpellings(f *testing.F) {
	for _, s := range otherwise() {
		f.Add(s, "cache-prod")
	}
	f.Fuzz(func(t *testing.T, word, name string) {
		all := commands.Spellings(word)
		require.Equal(t, word, all[0])
		require.NotContains(t, all[1:], "")
		require.Len(t, slices.Compact(slices.Sorted(slices.Values(all))), len(all))
		last := all[len(all)-1]
		require.Equal(t, commands.Fold(word), commands.Fold(commands.Fold(word)))
		require.Equal(t, []string{word}, slices.Compact(commands.Meant(word, []string{name, word, last})), "as typed wins")
		require.Contains(t, commands.Meant(word, []string{commands.Fold(word)}), commands.Fold(word))
		if meant := commands.Meant(word, []string{name}); len(meant) > 0 {
			require.Equal(t, name, meant[0], "what is meant is a name as it was given")
		}
	})
}
