package slack

import (
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestScopesAreThoseOfTheMethodsThatAreCalled holds the table of scopes to the code: every
// method that is called is in it or needs none, and nothing in it is called by nobody.
func TestScopesAreThoseOfTheMethodsThatAreCalled(t *testing.T) {
	t.Parallel()
	called := calledMethods(t)
	require.Contains(t, called, "chat.postMessage", "the search finds what it is to find")
	require.Contains(t, called, "users.info")
	var needing []string
	for _, s := range scopes() {
		needing = append(needing, s.Methods...)
		assert.True(t, s.Name == "commands" || len(s.Methods)+len(s.Events) > 0, "nothing needs %s", s.Name)
		assert.NotEmpty(t, s.Why, s.Name)
	}
	for _, m := range called {
		assert.Contains(t, slices.Concat(needing, unscoped()), m, "is called, and no table says which scope it needs")
	}
	for _, m := range slices.Concat(needing, unscoped()) {
		assert.Contains(t, called, m, "is in a table and never called")
	}
	for _, s := range eventScopes() {
		for _, m := range s.Methods {
			assert.NotContains(t, called, m, "the scope %s is used by now", s.Name)
		}
		assert.False(t, slices.ContainsFunc(scopes(), func(used Scope) bool { return used.Name == s.Name }), s.Name)
	}
}

// calledMethods are the methods of the Web API that this package calls: by slack-go's client,
// whose functions are named in methodsOf, or by a look-up of our own, which takes the name.
func calledMethods(t *testing.T) (methods []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(parsed, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				methods = append(methods, methodOf(t, file, call)...)
			}
			return true
		})
	}
	slices.Sort(methods)
	return slices.Compact(methods)
}

func methodOf(t *testing.T, file string, call *ast.CallExpr) (methods []string) {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	if on, ok := sel.X.(*ast.SelectorExpr); ok && on.Sel.Name == "api" {
		method, known := clientMethods()[sel.Sel.Name]
		require.True(t, known, "%s calls %s of slack-go: name its method here", file, sel.Sel.Name)
		return []string{method}
	}
	if sel.Sel.Name != "get" && sel.Sel.Name != "fetch" {
		return nil
	}
	for _, arg := range call.Args {
		if lit, ok := arg.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if name, _ := strconv.Unquote(lit.Value); regexp.MustCompile(`^[a-z]+\.[a-zA-Z.]+$`).MatchString(name) {
				methods = append(methods, name)
			}
		}
	}
	return methods
}

// clientMethods are the methods behind the functions of slack-go's client.
func clientMethods() map[string]string {
	return map[string]string{
		"AuthTestContext":         "auth.test",
		"GetPermalinkContext":     "chat.getPermalink",
		"DeleteMessageContext":    "chat.delete",
		"OpenConversationContext": "conversations.open",
		"OpenViewContext":         "views.open",
		"PublishViewContext":      "views.publish",
		"PushViewContext":         "views.push",
		"PostEphemeralContext":    "chat.postEphemeral",
		"PostMessageContext":      "chat.postMessage",
		"StartSocketModeContext":  "apps.connections.open",
		"UpdateMessageContext":    "chat.update",
		"UpdateViewContext":       "views.update",
	}
}

// A method that lacked a scope is well again once the token has them all, also while nobody calls
// that method. What else it was refused for stays.
func TestScopesThatAreAddedMendMethods(t *testing.T) {
	var all []string
	for _, s := range scopes() {
		all = append(all, s.Name)
	}
	h := newHealth(Config{Log: slog.New(slog.DiscardHandler)})
	h.heard("users.info", "missing_scope")
	h.heard("usergroups.list", "missing_scope")
	h.heard("chat.update", "enterprise_is_restricted")
	require.Len(t, h.parts(), 3)
	h.granted("")
	h.granted("commands,chat:write")
	require.Len(t, h.parts(), 3, "not all of them are known to be there")
	h.granted(strings.Join(all, ","))
	require.Equal(t, []part{"chat.update"}, h.parts())
}
