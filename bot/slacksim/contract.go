package slacksim

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// contract is what the page of a method on docs.slack.dev says besides its answer: which
// scopes let a token call it, one being enough, and which arguments there are. A method
// without scopes may be called with any bot token.
type contract struct {
	scopes []string
	takes  []string
}

// contracts are those of the methods that are played. api.test has none: it takes anything.
func contracts() map[string]contract {
	writing := []string{"chat:write"}
	anyKind := []string{"channels:read", "groups:read", "im:read", "mpim:read"}
	history := []string{"channels:history", "groups:history", "im:history", "mpim:history"}
	view := []string{"view", "trigger_id", "interactivity_pointer"}
	paging := []string{"channel", "cursor", "include_all_metadata", "inclusive", "latest", "limit", "oldest"}
	return map[string]contract{
		"apps.connections.open": {}, // the app-level token's connections:write
		"auth.test":             {},
		"bots.info":             {[]string{"users:read"}, []string{"bot", "team_id"}},
		"chat.postMessage": {writing, []string{
			"channel", "text", "blocks", "attachments", "markdown_text", "as_user", "icon_emoji", "icon_url", "link_names", "metadata",
			"mrkdwn", "parse", "reply_broadcast", "thread_ts", "unfurl_links", "unfurl_media", "username",
		}},
		"chat.update": {writing, []string{
			"channel", "ts", "text", "blocks", "attachments", "markdown_text", "as_user", "file_ids", "link_names", "metadata", "parse", "reply_broadcast",
		}},
		"chat.delete": {writing, []string{"channel", "ts", "as_user"}},
		"chat.postEphemeral": {writing, []string{
			"channel", "user", "text", "blocks", "attachments", "markdown_text", "as_user", "icon_emoji", "icon_url", "link_names", "parse", "thread_ts", "username",
		}},
		"chat.getPermalink":     {nil, []string{"channel", "message_ts"}},
		"conversations.info":    {anyKind, []string{"channel", "include_locale", "include_num_members"}},
		"conversations.members": {anyKind, []string{"channel", "cursor", "limit"}},
		"conversations.open":    {[]string{"channels:manage", "groups:write", "im:write", "mpim:write"}, []string{"channel", "prevent_creation", "return_im", "users"}},
		"conversations.history": {history, paging},
		"conversations.replies": {history, append([]string{"ts"}, paging...)},
		"users.info":            {[]string{"users:read"}, []string{"user", "include_locale"}},
		"usergroups.list":       {[]string{"usergroups:read"}, []string{"include_count", "include_disabled", "include_users", "team_id"}},
		"usergroups.users.list": {[]string{"usergroups:read"}, []string{"usergroup", "include_disabled", "team_id"}},
		"views.open":            {nil, view},
		"views.publish":         {nil, []string{"user_id", "view", "hash"}},
		"views.push":            {nil, view},
		"views.update":          {nil, []string{"view", "external_id", "hash", "view_id"}},
	}
}

// checkScopes refuses a call for which the token has no scope. Of a conversation it takes the
// scope of its kind, which the pages of conversations.info and conversations.open give.
func (w *Workspace) checkScopes(name string, a args) error {
	accepted := w.accepted(name, a)
	if w.cfg.Scopes == nil || len(accepted) == 0 || slices.ContainsFunc(accepted, w.granted) {
		return nil
	}
	return &refusal{code: "missing_scope", more: object{
		"needed": strings.Join(accepted, ","), "provided": strings.Join(w.cfg.Scopes, ","),
	}}
}

func (w *Workspace) granted(scope string) bool { return slices.Contains(w.cfg.Scopes, scope) }

// accepted are the scopes of which a call needs one.
func (w *Workspace) accepted(name string, a args) []string {
	scopes := contracts()[name].scopes
	r, ok := w.room(a.get("channel"))
	if !ok && a.get("users") == "" || len(scopes) < 2 {
		return scopes
	}
	i := 0 // a public channel
	switch {
	case strings.Contains(a.get("users"), ","):
		i = 3
	case r.im != "" || a.get("users") != "":
		i = 2
	case r.Private:
		i = 1
	}
	return scopes[i : i+1]
}

// scopeHeaders say with each answer what the token may do, and what the method accepts. That
// they come with every answer is from what others see (python-slack-sdk's tests); the
// page "Scopes" names them.
func (w *Workspace) scopeHeaders(h http.Header, method string) {
	if w.cfg.Scopes == nil || method == "apps.connections.open" {
		return
	}
	h.Set("X-OAuth-Scopes", strings.Join(w.cfg.Scopes, ","))
	h.Set("X-Accepted-OAuth-Scopes", strings.Join(contracts()[method].scopes, ","))
}

// judge notes the arguments of a call that its method does not document. Slack ignores them,
// so nobody would see that one does nothing.
func (w *Workspace) judge(name string, a args) {
	c, known := contracts()[name]
	if !known {
		return
	}
	for _, arg := range slices.Sorted(maps.Keys(a.values)) {
		if arg != "token" && !slices.Contains(c.takes, arg) {
			w.complain(fmt.Sprintf("%s has no argument %s", name, arg))
		}
	}
}

// complain notes what Slack would let pass in silence, once.
func (w *Workspace) complain(what string) {
	if !slices.Contains(w.complaints, what) {
		w.complaints = append(w.complaints, what)
	}
}

// Complaints are what the app did that Slack lets pass in silence and that is a mistake all
// the same. A test asserts that there are none.
func (w *Workspace) Complaints() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.complaints)
}
