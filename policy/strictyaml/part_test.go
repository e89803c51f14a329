package strictyaml_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/policy/strictyaml"
)

const parts = `parts:
  front:
    open: true
    handle: brass
  back: {handle: [a], 2: 3}
  side: text
  top:
    opne: true
    handle: {a: b}
  list: [handle, brass]
`

func TestAPartIsReadLater(t *testing.T) {
	var f form
	m := strictyaml.Load("file.yaml", []byte(parts), &f)
	require.NoError(t, m.Err(), "nothing is known of a part before it is read")

	var d door
	assert.True(t, f.Parts["front"].Load(m, &d))
	assert.Equal(t, door{true, Grip{text{"brass", strictyaml.Pos{4, 13}}}}, d)
	assert.Equal(t, strictyaml.Pos{3, 5}, f.Parts["front"].Pos())
	assert.Equal(t, strictyaml.Pos{5, 9}, f.Parts["back"].Pos())
	require.NoError(t, m.Err())

	for _, name := range []string{"top", "side", "back"} {
		assert.False(t, f.Parts[name].Load(m, &door{}), name)
	}
	assert.Equal(t, `
file.yaml:5:18: this is a list, which does not fit here
      back: {handle: [a], 2: 3}
                     ^
file.yaml:5:23: unknown key "2" - known: open, handle
      back: {handle: [a], 2: 3}
                          ^
file.yaml:6:9: this is text, which does not fit here; a block of keys is needed
      side: text
            ^
file.yaml:8:5: unknown key "opne" - did you mean "open"?
        opne: true
        ^
file.yaml:9:13: this is a block of keys, which does not fit here
        handle: {a: b}
                ^`, "\n"+m.Err().Error())
}

func TestATextOfAPart(t *testing.T) {
	var f form
	require.NoError(t, strictyaml.Load("file.yaml", []byte(parts), &f).Err())
	assert.Equal(t, text{"brass", strictyaml.Pos{4, 13}}, f.Parts["front"].Text("handle"))
	for name, got := range map[string]text{
		"a key that is not there":  f.Parts["front"].Text("kind"),
		"a list":                   f.Parts["back"].Text("handle"),
		"of a part that is text":   f.Parts["side"].Text("handle"),
		"of a part that is a list": f.Parts["list"].Text("handle"),
		"of no part":               f.Parts["cellar"].Text("handle"),
	} {
		assert.Zero(t, got, name)
	}
}

func TestAPartThatIsNotThere(t *testing.T) {
	var f form
	m := strictyaml.Load("file.yaml", []byte("parts: {front: , back: {open: true}}\n"), &f)
	assert.Zero(t, f.Parts["front"].Pos())
	assert.False(t, f.Parts["front"].Load(m, &door{}))
	assert.Equal(t, `
file.yaml: a block of keys is missing
file.yaml:1:16: nothing stands here; write what you mean
    parts: {front: , back: {open: true}}
                   ^`, "\n"+m.Err().Error())
}

func TestAnAliasIsNoPart(t *testing.T) {
	var f form
	m := strictyaml.Load("file.yaml", []byte("parts:\n  front: &f {open: true}\n  back: *f\n  side: {<<: *f}\n"), &f)
	require.Error(t, m.Err())
	var d door
	assert.False(t, f.Parts["front"].Load(m, &d))
	assert.True(t, d.Open, "what is marked is there all the same")
	assert.False(t, f.Parts["back"].Load(m, &door{}))
	assert.False(t, f.Parts["side"].Load(m, &door{}))
}

// A part is not whole if anything in it is not as it reads.
func TestAPartWithAMistakeIsNotWhole(t *testing.T) {
	for name, c := range map[string]struct {
		file  string
		whole bool
	}{
		"all in order":            {"parts: {a: {open: true, handle: x}}\n", true},
		"a tag within":            {"parts: {a: {open: true, handle: !!str x}}\n", false},
		"a tag on a key":          {"parts: {a: {open: true, !!str handle: x}}\n", false},
		"an anchor on it":         {"parts: {a: &a {open: true, handle: x}}\n", false},
		"an empty text":           {"parts: {a: {open: true, handle: ''}}\n", false},
		"nothing":                 {"parts: {a: {open: true, handle: }}\n", false},
		"a key twice":             {"parts: {a: {open: true, handle: x, open: true}}\n", false},
		"a letter that is unseen": {"parts: {a: {open: true, handle: x\u200b}}\n", false},
		"one that is beside it":   {"parts: {a: {open: true, handle: x}} # \u200b\n", true},
		"another part":            {"parts: {a: {open: true, handle: x}, b: {open: true, handle: ''}}\n", true},
		"after too many mistakes": {"parts: {b: {handle: [" + strings.Repeat("'', ", 200) + "]}, a: {open: true, handle: ''}}\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			var f form
			m := strictyaml.Load("file.yaml", []byte(c.file), &f)
			assert.Equal(t, c.whole, f.Parts["a"].Whole(m))
			assert.Equal(t, c.whole, f.Parts["a"].Load(m, &door{}))
		})
	}
	var none strictyaml.Part
	assert.False(t, none.Whole(strictyaml.Load("file.yaml", []byte("title: x\n"), &form{})))
}

func TestTextsOfAPartAreAsWritten(t *testing.T) {
	var f form
	require.NoError(t, strictyaml.Load("file.yaml", []byte("parts: {a: {labels: {010: 010, b: 0x8, c: 1_000, d: yes, e: 2026-01-02}}}\n"), &f).Err())
	assert.Equal(t, map[string]string{"010": "010", "b": "0x8", "c": "1_000", "d": "yes", "e": "2026-01-02"}, f.Parts["a"].Texts("labels"))
}
