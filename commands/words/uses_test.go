package words_test

import (
	"go/ast"
	"go/token"
	"maps"
	"slices"
)

// use is one place where the code makes a message.
type use struct {
	at    string
	id    string   // the whole id, or how it begins if it is open
	open  bool     // the rest of it is known when the code runs
	given []string // names of the values that are surely given
	inner []string // those of them that are messages within this one
	dark  bool     // which values are given cannot be told
}

// maker is a function that makes a message of an id which its callers give.
type maker struct {
	prefix string
	id     int // the parameter that holds the id
	values int // the parameter that holds the values; -1 if it gives its own
	use    use // with its own values
}

// uses are the places in a folder's code that make messages.
func (s source) uses(dir string) []use {
	r := reader{s, dir, s.constants(dir, ""), map[string]maker{}}
	s.each(dir, func(n ast.Node, above []ast.Node) { r.learn(n, above) })
	var found []use
	s.each(dir, func(n ast.Node, above []ast.Node) {
		if call, ok := n.(*ast.CallExpr); ok {
			found = append(found, r.read(call, above)...)
		}
	})
	return found
}

// reader reads one folder.
type reader struct {
	source
	dir       string
	constants map[string]string
	makers    map[string]maker
}

// makes says whether a call is one of words.New.
func (r reader) makes(call *ast.CallExpr) bool {
	if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
		return name(sel.X) == "words" && sel.Sel.Name == "New"
	}
	return r.dir == "commands/words" && name(call.Fun) == "New"
}

// learn notes the function around a call whose id is a parameter.
func (r reader) learn(n ast.Node, above []ast.Node) {
	call, ok := n.(*ast.CallExpr)
	if !ok || !r.makes(call) {
		return
	}
	if called, m, ok := r.asMaker(call, above); ok {
		m.use = r.values(call.Args[1:], above, call)
		r.makers[called] = m
	}
}

func (r reader) asMaker(call *ast.CallExpr, above []ast.Node) (string, maker, bool) {
	called, params := function(above)
	prefix, rest := r.prefix(call.Args[0])
	m := maker{prefix: prefix, id: slices.Index(params, name(rest)), values: -1}
	if called == "" || rest == nil || m.id < 0 {
		return "", maker{}, false
	}
	if len(call.Args) > 1 {
		m.values = slices.Index(params, name(call.Args[1]))
	}
	return called, m, true
}

// function is the name of the innermost function around a node, and those of
// its parameters. A function value has the name it is given.
func function(above []ast.Node) (string, []string) {
	for i := len(above) - 1; i >= 0; i-- {
		switch f := above[i].(type) {
		case *ast.FuncDecl:
			return f.Name.Name, names(f.Type)
		case *ast.FuncLit:
			if set, ok := above[i-1].(*ast.AssignStmt); ok {
				return name(set.Lhs[0]), names(f.Type)
			}
		}
	}
	return "", nil
}

func names(f *ast.FuncType) []string {
	var all []string
	for _, field := range f.Params.List {
		for _, n := range field.Names {
			all = append(all, n.Name)
		}
	}
	return all
}

// prefix takes "prefix" + rest apart. rest is nil for an id that is whole.
func (r reader) prefix(e ast.Expr) (string, ast.Expr) {
	if text, ok := r.text(e); ok {
		return text, nil
	}
	if sum, ok := e.(*ast.BinaryExpr); ok && sum.Op == token.ADD {
		if text, ok := r.text(sum.X); ok {
			return text, sum.Y
		}
	}
	return "", e
}

func (r reader) text(e ast.Expr) (string, bool) {
	if id, ok := e.(*ast.Ident); ok {
		text, ok := r.constants[id.Name]
		return text, ok
	}
	return literal(e)
}

// read returns what a call makes: nothing, or several messages if its id runs
// over a list.
func (r reader) read(call *ast.CallExpr, above []ast.Node) []use {
	m, known := r.makers[name(call.Fun)]
	switch {
	case r.makes(call):
		if _, _, inMaker := r.asMaker(call, above); inMaker {
			return nil
		}
		m = maker{values: 1}
	case !known || len(call.Args) <= m.id:
		return nil
	}
	u := m.use
	if m.values >= 0 {
		u = r.values(call.Args[min(m.values, len(call.Args)):], above, call)
	}
	u.at = r.place(call)
	prefix, rest := r.prefix(call.Args[m.id])
	u.id, u.open = m.prefix+prefix, rest != nil
	if list := running(rest, above); list != nil {
		return each(u, list)
	}
	return []use{u}
}

func each(u use, endings []string) []use {
	var all []use
	for _, e := range endings {
		one := u
		one.id, one.open = u.id+e, false
		all = append(all, one)
	}
	return all
}

// running is the list of literals that a loop's variable runs over.
func running(e ast.Expr, above []ast.Node) []string {
	for _, a := range above {
		loop, ok := a.(*ast.RangeStmt)
		if !ok || e == nil || name(loop.Value) == "" || name(loop.Value) != name(e) {
			continue
		}
		list, ok := loop.X.(*ast.CompositeLit)
		if !ok {
			return nil
		}
		var texts []string
		for _, item := range list.Elts {
			if text, ok := literal(item); ok {
				texts = append(texts, text)
			}
		}
		return texts
	}
	return nil
}

// values tells which values a call surely gives.
func (r reader) values(args []ast.Expr, above []ast.Node, call ast.Node) use {
	if len(args) == 0 {
		return use{}
	}
	switch v := args[0].(type) {
	case *ast.CompositeLit:
		return use{given: keys(v), inner: inner(v)}
	case *ast.Ident:
		return variable(v.Name, above, call)
	}
	return use{dark: true}
}

func keys(v *ast.CompositeLit) []string {
	var all []string
	for _, e := range v.Elts {
		if text, ok := literal(e.(*ast.KeyValueExpr).Key); ok {
			all = append(all, text)
		}
	}
	return all
}

// inner are the names of values that are messages.
func inner(v *ast.CompositeLit) []string {
	var all []string
	for _, e := range v.Elts {
		pair := e.(*ast.KeyValueExpr)
		call, ok := pair.Value.(*ast.CallExpr)
		if text, named := literal(pair.Key); ok && named && slices.Contains([]string{"Say", "Strong"}, name(call.Fun)) {
			all = append(all, text)
		}
	}
	return all
}

// variable follows a local variable: what it begins with, and what is put into
// it on every way to the call.
func variable(called string, above []ast.Node, call ast.Node) use {
	given := map[string]bool{}
	var messages []string
	dark := true
	for _, a := range above {
		for _, s := range statements(a) {
			set, ok := s.(*ast.AssignStmt)
			if !ok || set.Pos() > call.Pos() || len(set.Lhs) != 1 {
				continue
			}
			if index, ok := set.Lhs[0].(*ast.IndexExpr); ok && name(index.X) == called {
				if key, ok := literal(index.Index); ok {
					given[key] = true
				}
			}
			if v, ok := set.Rhs[0].(*ast.CompositeLit); ok && name(set.Lhs[0]) == called {
				dark = false
				messages = append(messages, inner(v)...)
				for _, k := range keys(v) {
					given[k] = true
				}
			}
		}
	}
	return use{given: slices.Sorted(maps.Keys(given)), inner: messages, dark: dark}
}

// statements are those that stand directly in a block.
func statements(n ast.Node) []ast.Stmt {
	switch b := n.(type) {
	case *ast.BlockStmt:
		return b.List
	case *ast.CaseClause:
		return b.Body
	}
	return nil
}
