package strictyaml_test

import (
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"quell/policy/strictyaml"
)

// Whatever stands in a file, it is read the same each time, and what is accepted is what
// a person sees in it: each word of the tree stands in the file, at its place.
func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		parts, "title: !!binary eA==\n", "!!binary Y291bnQ=: 1\n", "title: &a x\nactions: [*a]\n", "<<: {a: b}\n", "%YAML 1.1\n---\ncount: 1\n",
		"count: 010\n", "count: 0x8\n", "count: 1_0\n", "count: -3\n", "title: x # a\u2028count: 1\n", "# a\u0085\n# b\rcount: 1\n", "\ufefftitle: x\r\n",
		"title: a\u200bb\n", "actions: ['', \" \", ' x']\n", "doors: {a: {}, b: {open: yes}}\n", "actions: [\"a\\x62\", \"\\\\\", 'it''s']\n", "title: |-\n  x\n",
		"title: two\n  lines\n", "title: \"two\n  lines\"\n", "? title\n: x\n", "- a\n", "actions:\n- a\n-\tb\n", "{title: x, count: 2,}\n", "title: x\n...\n", "title: Jose\u0301\n",
		"# \u26a0\ufe0f a\u3000b\ntitle: x # \u200d\n", "title: 'it''s # \u200b'\n", "title: |-\n  # \u3000\n", "title: a' # \u00a0'\n", "title: \"a\n # \u200b\"\n",
		"? - a\n: b\n", "doors: {Front: {}, front: {}}\n", "title: x" + strings.Repeat(" ", 120) + "# y\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var read, again form
		m := strictyaml.Load("file.yaml", data, &read)
		assert.Equal(t, m.Err() == nil, strictyaml.Load("file.yaml", data, &again).Err() == nil)
		require.Equal(t, told(m), told(strictyaml.Load("file.yaml", data, &form{})))
		if m.Err() != nil {
			return
		}
		require.Equal(t, shownOf(read), shownOf(again))
		shown := strings.ReplaceAll(strings.TrimPrefix(string(data), "\ufeff"), "\r\n", "\n")
		for _, r := range shown {
			require.True(t, r == '\n' || r == '\t' || !unicode.IsControl(r), "%U", r)
			require.False(t, unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp), "%U", r)
		}
		var doc yaml.Node
		require.NoError(t, yaml.Load([]byte(shown), &doc))
		stands(t, strings.Split(shown, "\n"), &doc)
		if read.Count != 0 {
			assert.Contains(t, shown, strconv.Itoa(read.Count))
		}
	})
}

// shownOf is a form without its parts, which are places in a tree of their own.
func shownOf(f form) form {
	f.Parts = nil
	return f
}

// stands holds a tree to the lines that it was read from.
func stands(t *testing.T, lines []string, n *yaml.Node) {
	require.Empty(t, n.Anchor)
	require.NotEqual(t, yaml.AliasNode, n.Kind)
	require.Zero(t, n.Style&yaml.TaggedStyle)
	require.NotEqual(t, "!", n.Tag)
	require.False(t, n.Kind == yaml.SequenceNode && len(n.Content) == 0, "an empty list")
	for _, c := range n.Content {
		stands(t, lines, c)
	}
	if n.Kind != yaml.ScalarNode {
		return
	}
	require.NotEmpty(t, strings.TrimSpace(n.Value))
	for _, r := range n.Value {
		require.True(t, unicode.IsPrint(r), "%U", r)
		require.False(t, unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector), "%U", r)
	}
	at := string([]rune(lines[n.Line-1])[n.Column-1:])
	switch n.Style {
	case yaml.SingleQuotedStyle:
		require.True(t, strings.HasPrefix(at, "'"+strings.ReplaceAll(n.Value, "'", "''")+"'"), "%q stands as %q", n.Value, at)
	case yaml.DoubleQuotedStyle:
		require.True(t, strings.HasPrefix(at, `"`+strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(n.Value)+`"`), "%q stands as %q", n.Value, at)
	case 0:
		require.True(t, strings.HasPrefix(at, n.Value), "%q stands as %q", n.Value, at)
	}
}
