package bot_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestGlossary holds the words of the package comment to the code: they are in order, and
// each is a word of the program, in a name or in prose.
func TestGlossary(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments|parser.PackageClauseOnly)
	require.NoError(t, err)
	_, glossary, found := strings.Cut(file.Doc.Text(), "# Words\n")
	require.True(t, found)
	var words []string
	for _, m := range regexp.MustCompile(`(?m)^\t(\S+( \S+)*)  +\S`).FindAllStringSubmatch(glossary, -1) {
		words = append(words, m[1])
	}
	require.Greater(t, len(words), 40)
	assert.True(t, slices.IsSorted(words), "in order")
	program := flat(sources(t))
	for _, w := range words {
		assert.Contains(t, program, flat(w))
	}
}

// flat is text without what parts a word in prose and not in a name: "break-glass" and
// "BreakGlass" are the same.
func flat(text string) string {
	return strings.NewReplacer(" ", "", "-", "").Replace(strings.ToLower(text))
}

// sources are all files of the program but tests and the glossary's own.
func sources(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || path == filepath.Join("..", "bot", "doc.go") {
			return err
		}
		data, err := os.ReadFile(path)
		all.Write(data)
		return err
	})
	require.NoError(t, err)
	return all.String()
}
