package commands_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

const one, other = "10.63.238.158:2048", "10.63.238.159:3058"

// sample is a text that somebody typed after /kill-session, and what it means.
type sample struct {
	name, text string
	want       commands.Request
}

func killing(things ...string) commands.Request {
	return commands.Request{Command: "kill-session", Target: "cache-prod", Things: things}
}

func because(reason string) commands.Request {
	r := killing(one)
	r.Reason = reason
	return r
}

func on(node string) commands.Request {
	r := killing(one)
	r.Place, r.Options = node, []string{"node"}
	return r
}

// styled is a request whose names are as they were typed.
func styled(target, thing, reason string) commands.Request {
	r := because(reason)
	r.Target, r.Things = target, []string{thing}
	return r
}

// samples are also what the fuzzer starts from.
func samples() []sample {
	return []sample{
		{"the least", "cache-prod " + one, killing(one)},
		{"white space of any kind", "\t cache-prod\u00a0 " + one + " \n", killing(one)},
		{"several sessions", "cache-prod " + one + " " + other + " 4711", killing(one, other, "4711")},
		{"a client id", "cache-prod 4711", killing("4711")},
		{"IPv6", "cache-prod [::1]:6379", killing("[::1]:6379")},
		{"names in quotes", `"cache-prod" '` + one + `'`, killing(one)},
		{"quotes round nothing", `cache-prod "" ` + one + ` ' '`, killing(one)},
		{"a hyphen of its own is a name", "cache-prod - 4711", killing("-", "4711")},

		{"a reason", "cache-prod " + one + ` --reason "leaks connections"`, because("leaks connections")},
		{"a flag first", `--reason "leaks connections" cache-prod ` + one, because("leaks connections")},
		{"a flag in the middle", `cache-prod --reason "leaks connections" ` + one, because("leaks connections")},
		{"a capital from the phone", "cache-prod " + one + " --Reason leaks", because("leaks")},
		{"a reason after =", "cache-prod " + one + ` --reason="leaks connections"`, because("leaks connections")},
		{"a flag after a reason after =", "cache-prod --reason='leaks' " + one, because("leaks")},
		{"a reason runs on", "cache-prod " + one + " --reason leaks connections, see INC-2041", because("leaks connections, see INC-2041")},
		{"after = it runs on as well", "cache-prod " + one + " --reason=leaks since 4711", because("leaks since 4711")},
		{"= with a gap", "cache-prod " + one + " --reason= leaks connections", because("leaks connections")},
		{"a quoted word does not end it", "cache-prod " + one + ` --reason the "payments" client 4711`, because("the payments client 4711")},
		{"single hyphens are text", "cache-prod " + one + " --reason stuck - since -5 min", because("stuck - since -5 min")},
		{"a dash alone is text", "cache-prod " + one + " --reason stuck — again -- sorry", because("stuck — again -- sorry")},
		{"dashes before a number are text", "cache-prod " + one + " --reason stuck since --5 min", because("stuck since --5 min")},
		{"a flag in quotes is text", "cache-prod " + one + ` --reason "--node n-1"`, because("--node n-1")},
		{"quotes round nothing in a reason", "cache-prod " + one + ` --reason leaks "" badly ""`, because("leaks badly")},
		{"an apostrophe is a letter", "cache-prod " + one + " --reason don't know, can’t wait", because("don't know, can’t wait")},
		{"an apostrophe in quotes", "cache-prod " + one + ` --reason 'don't know'`, because("don't know")},
		{"the other quotes in quotes", "cache-prod " + one + ` --reason="they say 'no'"`, because("they say 'no'")},
		{"a line break in quotes", "cache-prod " + one + " --reason \" leaks\n  connections \"", because("leaks connections")},
		{"an emoji of several parts", "cache-prod " + one + " --reason \"👩‍🚒 on it\"", because("👩‍🚒 on it")},

		{"curly quotes", "cache-prod " + one + " --reason “leaks connections”", because("leaks connections")},
		{"single curly quotes", "cache-prod " + one + " --reason ‘leaks connections’", because("leaks connections")},
		{"German quotes", "cache-prod " + one + " --reason „leaks connections“", because("leaks connections")},
		{"single German quotes", "cache-prod " + one + " --reason=‚leaks connections‘", because("leaks connections")},
		{"guillemets", "cache-prod " + one + " --reason «leaks connections»", because("leaks connections")},
		{"guillemets the other way", "cache-prod " + one + " --reason »leaks connections«", because("leaks connections")},
		{"opened and closed by different keyboards", "cache-prod " + one + " --reason “leaks connections\"", because("leaks connections")},
		{"an em dash", "cache-prod " + one + " —reason leaks", because("leaks")},
		{"an en dash", "cache-prod " + one + " –reason=leaks", because("leaks")},
		{"a dash and a hyphen", "cache-prod " + one + " —-reason leaks", because("leaks")},

		{"a flag of an input method", "cache-prod " + one + " －－ｒｅａｓｏｎ　leaks", because("leaks")},
		{"long vowel marks for hyphens", "cache-prod " + one + " ーーreason＝leaks badly", because("leaks badly")},
		{"wide quotes", "cache-prod " + one + " －－reason＝＂leaks badly＂", because("leaks badly")},
		{"a wide flag behind hyphens", "cache-prod " + one + " --ｒｅａｓｏｎ leaks", because("leaks")},
		{"a flag in a style", "cache-prod " + one + " `--reason` leaks", because("leaks")},
		{"a flag in a style with its value", "cache-prod " + one + " *--reason leaks*", because("leaks")},
		{"a flag of an input method in a reason", "cache-prod --reason leaks －－node n-1 " + one, commands.Request{
			Command: "kill-session", Target: "cache-prod", Things: []string{one}, Place: "n-1", Options: []string{"node"}, Reason: "leaks",
		}},
		{"long vowel marks in a reason", "cache-prod " + one + " --reason ーーなぜ ーーreasonable ーー", because("ーーなぜ ーーreasonable ーー")},
		{"an equals sign in a reason", "cache-prod " + one + " --reason 値＝＂大＂のため", because("値＝＂大＂のため")},
		{"a style around all of it", "`cache-prod " + one + " --reason leaks`", styled("`cache-prod", one, "leaks")},
		{"two styles around all of it", "*_cache-prod " + one + " --reason leaks_*", styled("*_cache-prod", one, "leaks")},
		{"a style from the second word on", "cache-prod *" + one + " --reason leaks*", styled("cache-prod", "*"+one, "leaks")},
		{"a style within the reason", "*cache-prod* " + one + " --reason *leaks*", styled("*cache-prod*", one, "*leaks*")},
		{"a style that ends before the reason", "*cache-prod " + one + "* --reason leaks*", styled("*cache-prod", one+"*", "leaks*")},
		{"a mark at the end of a reason", "cache-prod " + one + " --reason leaks*", because("leaks*")},
		{"a reason keeps what was typed", "cache-prod " + one + " --reason ＩＮＣ－２０４１　_leaks_，id=4", because("ＩＮＣ－２０４１ _leaks_，id=4")},

		{"a node in a style", "cache-prod " + one + " --node `n-1`", on("n-1")},
		{"a node in wide letters", "cache-prod " + one + " --node *ｎ－1*", on("ｎ－1")},
		{"a node", "cache-prod " + one + " --node n-1", on("n-1")},
		{"a node after =", "cache-prod --node=n-1 " + one, on("n-1")},
		{"a node takes one word", "cache-prod --node n-1 " + one, on("n-1")},
		{"a node in quotes", `cache-prod --node="n-1" ` + one, on("n-1")},
		{"both flags", "cache-prod " + one + " --reason leaks badly --node n-1", commands.Request{
			Command: "kill-session", Target: "cache-prod", Things: []string{one}, Place: "n-1", Options: []string{"node"}, Reason: "leaks badly",
		}},

		{"as many sessions as may be", "cache-prod " + ids(commands.MaxThings), killing(strings.Fields(ids(commands.MaxThings))...)},
		{"as long a reason as may be", "cache-prod " + one + " --reason " + strings.Repeat("ü", commands.MaxReason), because(strings.Repeat("ü", commands.MaxReason))},
		{"nothing", "", commands.Request{Command: "kill-session"}},
		{"nothing but space and quotes", " \t\n \"\" ''", commands.Request{Command: "kill-session"}},
		{"a reason only", "--reason leaks", commands.Request{Command: "kill-session", Reason: "leaks"}},
		{"a target only", "cache-prod", commands.Request{Command: "kill-session", Target: "cache-prod", Things: []string{}}},
		{"the reason swallowed the session", "cache-prod --reason leaks " + one, commands.Request{
			Command: "kill-session", Target: "cache-prod", Things: []string{}, Reason: "leaks " + one,
		}},
		{"as long a name as may be", "cache-prod " + strings.Repeat("ü", 255), killing(strings.Repeat("ü", 255))},
	}
}

// parse reads what was typed on a phone: it knows what other keyboards make as well.
func parse(command, text string) (commands.Request, error) {
	return typed(command, text, commands.Keyboard{Dashes: "-‐‑‒–—―−", Quotes: []string{"\"“”„‟«»＂", "'‘’‚‛＇"}})
}

// typed reads what was typed where there are targets that have nodes, such as cache-prod,
// and others, such as lakehouse.
func typed(command, text string, k commands.Keyboard) (commands.Request, error) {
	return commands.Parse(command, text, k, func(command, target string) commands.Grammar {
		if target == "lakehouse" {
			return commands.GrammarOf(command)
		}
		return commands.GrammarOf(command).With(integrations.Profile{}, noded(), noded())
	})
}

// noded is a kind whose sessions live on nodes and go by addresses.
func noded() integrations.Profile {
	return integrations.Profile{
		Options: []integrations.Option{{Name: "node", Command: "kill-session"}},
		Check: func(command, word string) integrations.Note {
			if command == "kill-session" && strings.Contains(word, "example") {
				return integrations.NewNote("mistake.address", "address", word)
			}
			return integrations.Note{}
		},
	}
}

// An option is of a kind, and so is what a word must look like.
func TestWhatSuitsAKind(t *testing.T) {
	r, err := parse("kill-session", "lakehouse "+one+" --reason x --node n-1")
	require.NoError(t, err, "it is known once the target is")
	require.Zero(t, commands.Misfit(r, noded()))
	no := commands.Misfit(r, integrations.Profile{})
	require.Equal(t, told("option", words.V{
		"flag": words.Code("--node"), "target": words.Code("lakehouse"), "usage": words.Code("/kill-session [<target> [<session…>]] [--reason TEXT]"),
	}), no)
	requireSayable(t, no)
	r, err = parse("kill-session", "cache-prod "+one+" host.example:6379")
	require.NoError(t, err)
	require.Zero(t, commands.Misfit(r, integrations.Profile{}))
	no = commands.Misfit(r, noded())
	require.Equal(t, told("address", words.V{"address": words.Code("host.example:6379")}), no)
	requireSayable(t, no)
	r, err = parse("stop-task", "nightly 5381")
	require.NoError(t, err)
	require.Zero(t, commands.Misfit(r, noded()))
}

// Straight signs are all that a keyboard must have.
func TestAKeyboardWithoutCurlyQuotes(t *testing.T) {
	r, err := typed("kill-session", `cache-prod `+one+` --reason "don’t wait — it “leaks”"`, commands.Keyboard{})
	require.NoError(t, err)
	require.Equal(t, because("don’t wait — it “leaks”"), r)
	r, err = typed("kill-session", "cache-prod —reason “leaks”", commands.Keyboard{})
	require.NoError(t, err)
	require.Equal(t, []string{"—reason", "“leaks”"}, r.Things)
}

// ids are n client ids.
func ids(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(" " + strconv.Itoa(4711+i))
	}
	return b.String()
}

func TestWhatPeopleTypeAndWhatItMeans(t *testing.T) {
	for _, s := range samples() {
		t.Run(s.name, func(t *testing.T) {
			got, err := parse("kill-session", s.text)
			require.NoError(t, err)
			require.Equal(t, s.want, got)
		})
	}
}

// slip is a text that means nothing, and what its sender is told.
type slip struct {
	name, text string
	want       words.Message
}

func slips() []slip {
	usage := words.Code("/kill-session [<target> [<session…>]] [--node N] [--reason TEXT]")
	flag := func(name string) words.V { return words.V{"flag": words.Code(name)} }
	long := words.V{"word": words.Code(strings.Repeat("w", 24) + "…")}
	return []slip{
		{"help", "help", told("usage", words.V{"usage": usage})},

		{"a flag without a value", "cache-prod 1 --reason", told("flag-empty", flag("--reason"))},
		{"an empty value", `cache-prod 1 --reason ""`, told("flag-empty", flag("--reason"))},
		{"an empty value after =", `cache-prod 1 --reason="" 2`, told("flag-empty", flag("--reason"))},
		{"a blank value", `cache-prod 1 --reason "  "`, told("flag-empty", flag("--reason"))},
		{"an empty value takes nothing else", `cache-prod --node "" 1`, told("flag-empty", flag("--node"))},
		{"a flag where a value should be", "cache-prod 1 --node --reason leaks", told("flag-empty", flag("--node"))},
		{"one hyphen for two", "cache-prod 1 -reason leaks", told("flag-near", words.V{"flag": words.Code("-reason"), "near": words.Code("--reason")})},
		{"a letter for a word", "cache-prod 1 -x", told("flag-unknown", words.V{"flag": words.Code("-x"), "usage": words.Code("/kill-session [<target> [<session…>]] [--node N] [--reason TEXT]")})},
		{"a flag misspelt", "cache-prod 1 --raeson leaks", told("flag-near", words.V{"flag": words.Code("--raeson"), "near": words.Code("--reason")})},
		{"a dash sticks to a word", "cache-prod 1 --reason stuck —node-like", told("flag-unknown", words.V{"flag": words.Code("--node-like"), "usage": usage})},
		{"no such flag at a target", "lakehouse 1 --force", told("flag-unknown", words.V{"flag": words.Code("--force"), "usage": words.Code("/kill-session [<target> [<session…>]] [--reason TEXT]")})},
		{"no such flag", "cache-prod 1 --force", told("flag-unknown", words.V{"flag": words.Code("--force"), "usage": usage})},
		{"a flag twice", "cache-prod 1 --node a —Node b", told("flag-twice", flag("--node"))},

		{"a quote left open", `cache-prod 1 --reason "leaks`, told("quote-open")},
		{"a quote closed inside a word", `cache-prod 1 --reason "leaks"badly`, told("quote-open")},
		{"a quote closed by another family", `cache-prod 1 --reason "leaks'`, told("quote-open")},
		{"a quote left open after =", "cache-prod 1 --reason=“leaks", told("quote-open")},

		{"a control character", "cache-prod 1 --reason \"a\x1b[31mb\"", told("control-characters")},
		{"the other control characters", "cache-prod 1 --reason a\u009bb", told("control-characters")},
		{"a zero byte", "cache-prod 1\x00", told("control-characters")},
		{"not UTF-8", "cache-prod 1 --reason \xff", told("control-characters")},
		{"an invisible character in a session", "cache-prod 4711\u200b", told("control-characters")},
		{"an invisible character in the target", "cache\u2060-prod 1", told("control-characters")},
		{"an invisible character in a node", "cache-prod 1 --node \u202en", told("control-characters")},
		{"an invisible character in a flag", "cache-prod 1 --rea\u00adson x", told("control-characters")},

		{"the same twice in a row", "cache-prod 1 1", told("thing-twice", words.V{"thing": words.Code("1")})},
		{"the same twice", "cache-prod 1 2 1", told("thing-twice", words.V{"thing": words.Code("1")})},
		{"too many", "cache-prod" + ids(commands.MaxThings+1), told("too-many", words.V{"count": words.Count(21), "most": words.Count(20)})},
		{"too long a reason", "cache-prod 1 --reason " + strings.Repeat("ü", 501), told("reason-long", words.V{"count": words.Count(501), "most": words.Count(500)})},
		{"too long a target", strings.Repeat("w", 256) + " 1", told("word-long", long)},
		{"too long a session", "cache-prod " + strings.Repeat("w", 256), told("word-long", long)},
		{"too long a node", "cache-prod 1 --node " + strings.Repeat("w", 256), told("word-long", long)},
		{"too long a flag", "cache-prod 1 --" + strings.Repeat("w", 256), told("word-long", long)},
	}
}

// told is what the sender of a mistake reads.
func told(id string, values ...words.V) words.Message { return words.New("mistake."+id, values...) }

func TestWhatCannotBeReadIsSaidExactly(t *testing.T) {
	for _, s := range slips() {
		t.Run(s.name, func(t *testing.T) {
			_, err := parse("kill-session", s.text)
			requireMistake(t, err, s.want)
		})
	}
	_, err := parse("kill", "cache-prod 1")
	requireMistake(t, err, words.New("mistake.command", words.V{"command": words.Code("/kill")}))
}

// Beside a mistake stands what was understood, and the part that the mistake is about.
func TestWhatIsUnderstoodBesideAMistake(t *testing.T) {
	nobody := commands.Request{Command: "kill-session"}
	long := strings.Repeat("ü", 500)
	for text, want := range map[string]struct {
		at   commands.Part
		left commands.Request
	}{
		"help":                                                {"", commands.Request{}},
		"cache-prod " + one + " --raeson leaks":               {"", because("leaks")},
		"cache-prod " + one + " -reason leaks":                {"", because("leaks")},
		"cache-prod --force " + one:                           {"", killing(one)},
		"cache-prod " + one + " -x=y":                         {"", killing(one)},
		"cache-prod " + one + " --reason":                     {commands.TheReason, killing(one)},
		"cache-prod " + one + " --reason leaks --reason more": {commands.TheReason, because("leaks")},
		"cache-prod " + one + " --reason leaks --raeson more": {"", because("leaks")},
		"cache-prod " + one + " --node":                       {"", killing(one)},
		"cache-prod " + one + ` --reason="leaks badly`:        {"", because("leaks badly")},
		"cache-prod " + one + ` --reason "leaks badly`:        {"", because("leaks badly")},
		`"cache-prod ` + one + " --reason leaks":              {"", because("leaks")},
		"cache-prod 1 1 2":                                    {commands.TheThings, killing("1", "2")},
		"cache-prod" + ids(21) + " --reason x":                {commands.TheThings, commands.Request{Command: "kill-session", Target: "cache-prod", Things: strings.Fields(ids(20)), Reason: "x"}},
		"cache-prod " + one + " --reason ü" + long:            {commands.TheReason, because(long)},
		"cache\u2060-prod " + one:                             {commands.TheTarget, commands.Request{Command: "kill-session", Things: []string{one}}},
		"cache-prod 1\u200b " + one:                           {commands.TheThings, killing(one)},
		"cache-prod " + one + " --node \u202en":               {"", killing(one)},
		"cache-prod " + one + "\x00":                          {"", nobody},
	} {
		r, err := parse("kill-session", text)
		mistake, ok := errors.AsType[*commands.Mistake](err)
		require.True(t, ok, text)
		require.Equal(t, want.at, mistake.At, text)
		require.Equal(t, want.left, r, text)
	}
}

// The target is one whose name equals a session's: that is no repetition.
func TestATargetMayBeNamedLikeASession(t *testing.T) {
	got, err := parse("kill-session", "4711 4711")
	require.NoError(t, err)
	require.Equal(t, commands.Request{Command: "kill-session", Target: "4711", Things: []string{"4711"}}, got)
}

func TestEveryCommandHasANameAndAForm(t *testing.T) {
	usage := map[string]string{
		"kill-session":     "/kill-session [<target> [<session…>]] [--reason TEXT]",
		"disconnect-agent": "/disconnect-agent [<target> [<agent…>]] [--reason TEXT]",
		"stop-task":        "/stop-task [<target> [<task>]] [--reason TEXT]",
		"restart-proxy":    "/restart-proxy [<target> [<proxy>]] [--reason TEXT]",
	}
	require.Len(t, commands.Names(), len(usage))
	for _, name := range commands.Names() {
		require.Equal(t, usage[name], commands.GrammarOf(name).Usage())
		r, err := parse(name, "")
		require.NoError(t, err, "/%s is listed and not read", name)
		assert.Equal(t, name, r.Command)
	}
	require.Zero(t, commands.GrammarOf("kill"))
}

// Some things are only ever acted on one at a time.
func TestOneAtATime(t *testing.T) {
	for _, name := range []string{"stop-task", "restart-proxy"} {
		_, err := parse(name, "nightly 5381 5382")
		requireMistake(t, err, told("too-many", words.V{"count": words.Count(2), "most": words.Count(1)}))
		_, err = parse(name, "nightly 5381 --node n-1")
		require.Error(t, err, "only sessions live on nodes")
	}
	r, err := parse("disconnect-agent", "transfers agent01:send agent02:receive --reason stale")
	require.NoError(t, err)
	require.Equal(t, []string{"agent01:send", "agent02:receive"}, r.Things)
}

func requireMistake(t *testing.T, err error, want words.Message) {
	t.Helper()
	mistake, ok := errors.AsType[*commands.Mistake](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, want, mistake.Message)
	requireSayable(t, mistake.Message)
}

// requireSayable holds that the catalogue has a sentence for the message and
// that the message has every value which the sentence asks for.
func requireSayable(t *testing.T, m words.Message) {
	t.Helper()
	catalogue, err := words.Load()
	require.NoError(t, err)
	said := catalogue.In("en", words.Plain{}).Say(m)
	require.NotEmpty(t, said)
	require.NotContains(t, said, "["+m.ID+"]")
	require.NotContains(t, said, "<no value>")
}
