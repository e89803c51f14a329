package strictyaml_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/policy/strictyaml"
)

func TestDurations(t *testing.T) {
	for in, want := range map[string]time.Duration{
		"15m": 15 * time.Minute, "1h30m": 90 * time.Minute, "1.5h": 90 * time.Minute, "500ms": time.Second / 2, "010m": 10 * time.Minute,
	} {
		got, ok := text{Value: in}.Duration()
		assert.True(t, ok, in)
		assert.Equal(t, want, got, in)
	}
	for _, in := range []string{"", "15", "+15m", "-15m", ".5h", "5.h", "1e2s", "15 m", "15M", "0x10m", "1_0m", "15µs", "9999999999999h", "１５m"} {
		_, ok := text{Value: in}.Duration()
		assert.False(t, ok, in)
	}
}

func TestGlobsThatReadOtherwise(t *testing.T) {
	for glob, want := range map[string]string{
		"cache-*": "", "cache-?": "", "[ab]*": "", "[^p]*": "", "[a-z0-9]": "", `\[!p]`: "", `\!x`: "", "a!b": "", "a{b}": "", `{a\,b}`: "", "a.*": "", "[a!]": "", "**": "", "[a-]x": "",
		`payments\;backup`: "", `a\|b`: "", `cache\–1`: "", `\“a`: "", "it's": "", "anna’s": "", "Ａ－１": "", "サーバー*": "", "「夜間」": "", "夜間・昼間": "", "a:b/c@d": "", `5"`: "",
		"[!p]*":         "[!p] is ! or p; for all but p write [^p]",
		"!cache-prod":   "a ! in front excludes nothing; name what is meant",
		"{a,b}":         "{a,b} is that very text; write a pattern for each",
		"[[:alpha:]]*":  "there are no classes such as [:alpha:]; write [a-z]",
		"c-[prod|test]": "[a|b] is one letter of these; write a pattern for each word",
		"c-[a,b]":       "[a|b] is one letter of these; write a pattern for each word",
		"[a-cz-x]":      "[z-a] is no letter; write [a-z]",
		"[xz-a]":        "[z-a] is no letter; write [a-z]",
		"[z-a]":         "[z-a] is no letter; write [a-z]",
		"[a-z][^9-0]":   "[z-a] is no letter; write [a-z]",
		"dba-＊":         "a wide ＊, ？ or ［ is that very letter; write * ? [",
		"dba-∗":         "∗ is that very sign; write *",
		"﹡":             "﹡ is that very sign; write *",
	} {
		globReads(t, glob, want)
	}
	for _, parted := range []string{"payments，backup", "payments、backup", "payments､backup", "payments;backup", "payments；backup", "payments|backup", "payments｜backup", "payments,backup", "a*, b*"} {
		globReads(t, parted, "signs do not part words here; write each as an item of its own, with a \\ before a sign that is meant")
	}
	for _, quoted := range []string{"“payments”", "„payments“", "«payments»", "‘payments’", "‚payments‘", "＂payments＂", "'payments'", `"payments"`, "`payments`", "payments”"} {
		globReads(t, quoted, "these quotes are part of the word; write ordinary ones around it, or none")
	}
	for _, dash := range []string{"\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2015", "\u2212"} {
		globReads(t, "checkout"+dash+"*", "this is another dash than the one of the keyboard; write -, or a \\ before it if it is meant")
	}
}

// globReads holds a glob to what is said of it; nothing for "".
func globReads(t *testing.T, glob, want string) {
	t.Helper()
	m := strictyaml.Load("file.yaml", []byte("title: x\n"), &form{})
	m.Glob(text{Value: glob, Pos: strictyaml.Pos{Line: 1, Column: 8}})
	if want == "" {
		require.NoError(t, m.Err(), glob)
		return
	}
	require.Error(t, m.Err(), glob)
	assert.Contains(t, m.Err().Error(), "does not mean here what it means elsewhere: "+want, glob)
}

// The signs of Etc/GMT are those of POSIX, and the other way round than people write them.
func TestZonesThatReadOtherwise(t *testing.T) {
	for zone, want := range map[string]string{
		"UTC": "", "Asia/Tokyo": "", "Etc/UTC": "", "Etc/GMT": "", "Etc/GMT+0": "", "Etc/GMT-0": "", "GMT+0": "", "EST5EDT": "",
		"Etc/GMT+9":       `"Etc/GMT+9" is UTC-9`,
		"Etc/GMT-14":      `"Etc/GMT-14" is UTC+14`,
		"posix/Etc/GMT+9": `"posix/Etc/GMT+9" is UTC-9`,
		"etc/gmt-9":       `"etc/gmt-9" is UTC+9`,
	} {
		m := strictyaml.Load("file.yaml", []byte("title: x\n"), &form{})
		m.Zone(text{Value: zone, Pos: strictyaml.Pos{Line: 1, Column: 8}})
		if want == "" {
			require.NoError(t, m.Err(), zone)
			continue
		}
		require.Error(t, m.Err(), zone)
		assert.Equal(t, "1:8: "+want+", for its sign is turned around; write a place, such as Asia/Tokyo, or UTC", told(m)[0])
	}
}
