package main

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// reads is where shipped code decides by the id of a sentence. Only what turns a case of
// an older version into one of today may: package approval says why.
var reads = []string{"bot/approval/version.go"}

// TestNothingIsDecidedByASentence holds that a message is for people: what the program
// goes by has a type of its own.
func TestNothingIsDecidedByASentence(t *testing.T) {
	ids := sentenceIDs(t)
	sources := map[string][]*ast.File{}
	files := token.NewFileSet()
	for file := range production(t) {
		if path.Dir(file) == "commands/words" || slices.Contains(reads, file) {
			continue
		}
		parsed, err := parser.ParseFile(files, filepath.Join("..", "..", file), nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		sources[path.Dir(file)] = append(sources[path.Dir(file)], parsed)
	}
	for _, pkg := range sources {
		for _, at := range decisions(pkg, ids) {
			t.Errorf("%s decides by the id of a sentence", files.Position(at))
		}
	}
}

// The search finds each way in which code could read a sentence.
func TestTheSearchForSentencesFindsThem(t *testing.T) {
	ids := []string{"case.already-gone", "refused.miss.role"}
	for code, found := range map[string]int{
		`_ = m.ID == "case.already-gone"`:                                        1,
		`_ = "case.already-gone" != m.ID`:                                        1,
		`_ = m.ID == gone`:                                                       1,
		`_ = c.Why.ID == e.Why.ID`:                                               1,
		`switch m.ID { case "refused.miss.role", gone: }`:                        1,
		`switch id := m.ID; id { case "refused.miss.role": }`:                    1,
		`switch { case m.ID == "refused.miss.role": }`:                           1,
		`id := m.ID; _ = id == "refused.miss.role"`:                              1,
		`_ = slices.Contains([]string{"x", "case.already-gone"}, m.ID)`:          1,
		`_ = slices.Index(list, c.Why.ID)`:                                       1,
		`_ = strings.HasPrefix(m.ID, "refused.miss.")`:                           1,
		`_ = strings.HasPrefix(id, "refused.miss.")`:                             1,
		`_ = map[string]bool{"case.already-gone": true}[m.ID]`:                   1,
		`_ = fields[c.Why.ID]`:                                                   1,
		`_ = c.Why.ID == ""`:                                                     1,
		`_ = words.New("case.already-gone")`:                                     0,
		`_ = words.New(gone)`:                                                    0,
		`_ = map[string]string{"why": m.ID}`:                                     0,
		`_ = []string{"case.already-gone"}`:                                      0,
		`_ = m.ID == "something else"`:                                           0,
		`_ = c.ID == other.ID; _ = all[c.ID]; _ = slices.Contains(ids, c.ID)`:    0,
		`switch kind { case "case": }; _ = strings.HasPrefix(name, "refused x")`: 0,
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "code.go", "package p\nconst gone = \"case.already-gone\"\nfunc f() {\n"+code+"\n}", parser.SkipObjectResolution)
		require.NoError(t, err, code)
		assert.Len(t, decisions([]*ast.File{file}, ids), found, code)
	}
}

// sentenceIDs are the ids of all sentences. One without a dot is left out: it is a word
// that may well mean something else.
func sentenceIDs(t *testing.T) (ids []string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "commands", "words", "active.en.json"))
	require.NoError(t, err)
	var sentences map[string]any
	require.NoError(t, json.Unmarshal(data, &sentences))
	for id := range sentences {
		if strings.Contains(id, ".") {
			ids = append(ids, id)
		}
	}
	require.NotEmpty(t, ids)
	return ids
}

// decisions are the places in a package that compare, switch on or look up the id of a
// sentence.
func decisions(pkg []*ast.File, ids []string) (found []token.Pos) {
	r := sentenceReader{ids, constants(pkg)}
	for _, file := range pkg {
		ast.Inspect(file, func(n ast.Node) bool {
			if n != nil && r.decides(n) {
				found = append(found, n.Pos())
			}
			return true
		})
	}
	return found
}

// constants are a package's constants that are one string.
func constants(pkg []*ast.File) map[string]string {
	values := map[string]string{}
	for _, file := range pkg {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			for i, v := range spec.Values {
				if lit, ok := v.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					values[spec.Names[i].Name], _ = strconv.Unquote(lit.Value)
				}
			}
			return true
		})
	}
	return values
}

type sentenceReader struct {
	ids       []string
	constants map[string]string
}

func (r sentenceReader) decides(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		return (n.Op == token.EQL || n.Op == token.NEQ) && r.any(n.X, n.Y)
	case *ast.SwitchStmt:
		return n.Tag != nil && (r.any(n.Tag) || slices.ContainsFunc(n.Body.List, func(s ast.Stmt) bool { return r.any(s.(*ast.CaseClause).List...) }))
	case *ast.IndexExpr:
		return r.any(n.Index)
	case *ast.CallExpr:
		return compares(n.Fun) && r.any(n.Args...)
	case *ast.CompositeLit:
		return slices.ContainsFunc(n.Elts, func(e ast.Expr) bool {
			kv, ok := e.(*ast.KeyValueExpr)
			return ok && r.any(kv.Key)
		})
	}
	return false
}

// compares says whether a function is one of those that find a text among others.
func compares(f ast.Expr) bool {
	sel, ok := f.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	pkg, ok := sel.X.(*ast.Ident)
	return ok && slices.Contains([]string{"slices", "strings"}, pkg.Name) &&
		slices.Contains([]string{"Contains", "Index", "HasPrefix", "HasSuffix", "EqualFold", "Equal", "Cut", "CutPrefix", "TrimPrefix", "Compare", "BinarySearch"}, sel.Sel.Name)
}

// any says whether one of these is the id of a sentence, or how several begin.
func (r sentenceReader) any(all ...ast.Expr) bool {
	return slices.ContainsFunc(all, func(e ast.Expr) bool {
		switch e := e.(type) {
		case *ast.BasicLit:
			text, err := strconv.Unquote(e.Value)
			return err == nil && e.Kind == token.STRING && r.known(text)
		case *ast.Ident:
			return r.known(r.constants[e.Name])
		case *ast.SelectorExpr:
			return ofSentence(e)
		case *ast.CompositeLit:
			return r.any(e.Elts...)
		}
		return false
	})
}

func (r sentenceReader) known(text string) bool {
	return slices.Contains(r.ids, text) || strings.HasSuffix(text, ".") && slices.ContainsFunc(r.ids, func(id string) bool { return strings.HasPrefix(id, text) })
}

// ofSentence says whether an expression is the id of a field that holds a message.
func ofSentence(e *ast.SelectorExpr) bool {
	of, ok := e.X.(*ast.SelectorExpr)
	return ok && e.Sel.Name == "ID" && slices.Contains([]string{"Why", "Say", "Note", "Cause", "Message"}, of.Sel.Name)
}
