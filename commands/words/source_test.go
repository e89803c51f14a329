package words_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// source is the code of the whole module, by folder, without its tests and
// without the folders that serve tests alone.
type source struct {
	files    *token.FileSet
	packages map[string][]*ast.File
}

func readSource(t *testing.T) source {
	t.Helper()
	root := filepath.Join("..", "..")
	s := source{token.NewFileSet(), map[string][]*ast.File{}}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || strings.HasSuffix(d.Name(), "test")):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(s.files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		dir = filepath.ToSlash(dir)
		s.packages[dir] = append(s.packages[dir], file)
		return err
	})
	require.NoError(t, err)
	return s
}

// constants are the values of a folder's constants of a type, or of any type
// for "".
func (s source) constants(dir, typ string) map[string]string {
	values := map[string]string{}
	s.each(dir, func(n ast.Node, _ []ast.Node) {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || typ != "" && name(spec.Type) != typ {
			return
		}
		for i, v := range spec.Values {
			if text, ok := literal(v); ok {
				values[spec.Names[i].Name] = text
			}
		}
	})
	return values
}

// fields are the literals given to a field in a folder's composite literals,
// but for those inside the fields called outside.
func (s source) fields(dir, field string, outside ...string) []string {
	var found []string
	s.each(dir, func(n ast.Node, above []ast.Node) {
		kv, ok := n.(*ast.KeyValueExpr)
		if !ok || name(kv.Key) != field || slices.ContainsFunc(above, func(a ast.Node) bool {
			up, ok := a.(*ast.KeyValueExpr)
			return ok && slices.Contains(outside, name(up.Key))
		}) {
			return
		}
		if text, ok := literal(kv.Value); ok {
			found = append(found, text)
		}
	})
	return found
}

// systems are the kinds of target: the folders that export a Profile.
func (s source) systems() (all []string) {
	for dir, files := range s.packages {
		for _, f := range files {
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "Profile" {
					all = append(all, path.Base(dir))
				}
			}
		}
	}
	slices.Sort(all)
	return all
}

// literals are the folder's string literals that begin with prefix.
func (s source) literals(dir, prefix string) []string {
	var found []string
	s.each(dir, func(n ast.Node, _ []ast.Node) {
		if e, ok := n.(ast.Expr); ok {
			if text, ok := literal(e); ok && strings.HasPrefix(text, prefix) {
				found = append(found, text)
			}
		}
	})
	return found
}

// each calls f with every node of a folder's code and the nodes above it.
func (s source) each(dir string, f func(n ast.Node, above []ast.Node)) {
	for _, file := range s.packages[dir] {
		var above []ast.Node
		ast.Inspect(file, func(n ast.Node) bool {
			if n == nil {
				above = above[:len(above)-1]
				return true
			}
			f(n, above)
			above = append(above, n)
			return true
		})
	}
}

func (s source) place(n ast.Node) string {
	p := s.files.Position(n.Pos())
	return fmt.Sprintf("%s:%d", strings.TrimPrefix(filepath.ToSlash(p.Filename), "../../"), p.Line)
}

// name is that of an identifier, also behind a package or a receiver.
func name(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// noOtherMessages refuses a message whose id is set by hand.
func (s source) noOtherMessages(t *testing.T) func(ast.Node, []ast.Node) {
	return func(n ast.Node, _ []ast.Node) {
		if lit, ok := n.(*ast.CompositeLit); ok && name(lit.Type) == "Message" && len(lit.Elts) > 0 {
			sel, ok := lit.Type.(*ast.SelectorExpr)
			require.False(t, ok && name(sel.X) == "words", "%s: make it with words.New", s.place(n))
		}
	}
}
