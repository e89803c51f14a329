package commands_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"quell/commands"
)

// FuzzParse holds for every text: it is a request within the limits or a mistake with
// words for it, beside which stands no more than a form takes; and a phone's keyboard changes
// nothing.
func FuzzParse(f *testing.F) {
	for _, s := range samples() {
		f.Add(s.text)
	}
	for _, s := range slips() {
		f.Add(s.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := parse("kill-session", text)
		if err != nil {
			mistake, ok := errors.AsType[*commands.Mistake](err)
			require.True(t, ok, "%v", err)
			require.NotEmpty(t, mistake.Message.ID)
			if r.Command == "" {
				require.Zero(t, r, "there is no form")
				r.Command = "kill-session"
			}
		} else {
			require.False(t, r.Target == "" && len(r.Things) > 0, "things of no system")
		}
		requireWithinLimits(t, r)
		if !strings.ContainsAny(text, "—’”") { // so that a phone's form can be turned back
			requireSameFromPhone(t, text, r, err)
		}
	})
}

func requireWithinLimits(t *testing.T, r commands.Request) {
	t.Helper()
	require.Equal(t, "kill-session", r.Command)
	require.LessOrEqual(t, len(r.Things), commands.MaxThings)
	require.Len(t, slices.Compact(slices.Sorted(slices.Values(r.Things))), len(r.Things), "a session twice")
	require.NotContains(t, r.Things, "")
	for _, w := range append(r.Things, r.Target, r.Place) {
		require.LessOrEqual(t, utf8.RuneCountInString(w), 255)
		require.False(t, strings.ContainsFunc(w, func(c rune) bool { return unicode.Is(unicode.Cf, c) }), "%q", w)
	}
	require.LessOrEqual(t, utf8.RuneCountInString(r.Reason), commands.MaxReason)
	for _, s := range append(r.Things, r.Target, r.Place, r.Reason) {
		require.True(t, utf8.ValidString(s))
		require.False(t, strings.ContainsFunc(s, unicode.IsControl), "%q", s)
		require.Equal(t, strings.TrimSpace(s), s)
	}
	require.Equal(t, r.Place != "", len(r.Options) == 1)
}

// A phone writes its own characters for these, one to one.
var (
	phone  = strings.NewReplacer("--", "—", "'", "’", `"`, "”")
	typist = strings.NewReplacer("—", "--", "’", "'", "”", `"`)
)

func requireSameFromPhone(t *testing.T, text string, want commands.Request, mistake error) {
	t.Helper()
	got, err := parse("kill-session", phone.Replace(text))
	if mistake != nil {
		if !tooLong(mistake) { // "—" is shorter than "--"
			require.Error(t, err, "only the phone's form of it is read")
		}
		return
	}
	require.NoError(t, err, "the phone's form of it is not read")
	for i := range got.Things {
		got.Things[i] = typist.Replace(got.Things[i])
	}
	got.Target, got.Place, got.Reason = typist.Replace(got.Target), typist.Replace(got.Place), typist.Replace(got.Reason)
	require.Equal(t, want, got)
}

func tooLong(err error) bool {
	mistake, _ := errors.AsType[*commands.Mistake](err)
	return slices.Contains([]string{"mistake.reason-long", "mistake.word-long"}, mistake.Message.ID)
}

// The table's texts as a phone would send them: a fuzzer is not needed for these.
func TestAPhoneChangesNothing(t *testing.T) {
	for _, s := range samples() {
		for name, keyboard := range map[string]*strings.Replacer{
			"dashes": phone,
			"short":  strings.NewReplacer("--", "–", "'", "‘", `"`, "“"),
			"German": strings.NewReplacer("--", "–", ` "`, " „", `="`, "=„", `"`, "“", " '", " ‚", "='", "=‚", "'", "‘"),
			"French": strings.NewReplacer("--", "—", ` "`, " «", `="`, "=«", `"`, "»"),
		} {
			t.Run(s.name+"/"+name, func(t *testing.T) {
				got, err := parse("kill-session", keyboard.Replace(s.text))
				require.NoError(t, err)
				want := s.want
				want.Reason, got.Reason = letters(want.Reason), letters(got.Reason)
				require.Equal(t, want, got)
			})
		}
	}
}

// letters leaves out quotes and dashes: inside a reason they stay as they came.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("\"'“”„‘’‚«»—–-", r) {
			return -1
		}
		return r
	}, s)
}
