package slack

import (
	"slices"
	"strings"
)

// Scope is a permission of the bot token, and why the bot wants it.
type Scope struct {
	Name string
	Why  string
	// Methods and Events need it (docs.slack.dev: "Required scopes" of each method and
	// event). The scope commands is what slash commands need.
	Methods, Events []string
}

// scopes are what the bot uses. conversations.info needs one for each kind of conversation
// that somebody may speak in.
func scopes() []Scope {
	return []Scope{
		{"commands", "people ask by slash commands", nil, nil},
		{"chat:write", "posts cards, keeps them as the case is, answers one person alone", []string{
			"chat.postMessage", "chat.update", "chat.postEphemeral", "chat.delete",
		}, nil},
		{"users:read", "whether somebody is a member, a guest or a bot, what they are called, and that both tokens are of one app", []string{"users.info", "bots.info"}, nil},
		{"usergroups:read", "who is in the user groups that the policy names", []string{"usergroups.list"}, nil},
		{"channels:read", "whether a public channel is shared, archived, and has the bot in it", []string{"conversations.info", "conversations.members"}, nil},
		{"groups:read", "the same of a private channel, and who is in it", []string{"conversations.info", "conversations.members"}, nil},
		{"im:write", "to tell somebody directly what cannot be shown in their channel", []string{"conversations.open"}, nil},
		{"im:read", "that a conversation is a direct message", []string{"conversations.info"}, nil},
		{"mpim:read", "that a conversation is a group's direct messages", []string{"conversations.info"}, nil},
	}
}

// eventScopes are those by which Slack tells of a mention and of a direct message. An app that was
// installed without them does all else: it is only not spoken to, so they are never lacking.
func eventScopes() []Scope {
	return []Scope{
		{"app_mentions:read", "to answer whoever mentions the bot", nil, []string{"app_mention"}},
		{"im:history", "to answer a direct message", nil, []string{"message.im"}},
	}
}

// scopesOf are the scopes of which a method needs one or all.
func scopesOf(method string) (names []string) {
	for _, s := range scopes() {
		if slices.Contains(s.Methods, method) {
			names = append(names, s.Name)
		}
	}
	return names
}

// unscoped are the methods that need no scope of the bot token. apps.connections.open takes
// the app-level token, with its scope connections:write.
func unscoped() []string {
	return []string{"auth.test", "apps.connections.open", "chat.getPermalink", "views.open", "views.push", "views.update", "views.publish"}
}

// Lacking are the scopes that the bot uses and that are not granted. granted is the
// X-OAuth-Scopes header of an answer of Slack's; without that header nothing is known.
func Lacking(granted string) (names []string) {
	has := grantedScopes(granted)
	for _, s := range scopes() {
		if len(has) > 0 && !slices.Contains(has, s.Name) {
			names = append(names, s.Name)
		}
	}
	return names
}

// Superfluous are the scopes that are granted and that no manifest of ours asks for.
func Superfluous(granted string) (names []string) {
	for _, name := range grantedScopes(granted) {
		if !slices.ContainsFunc(slices.Concat(scopes(), eventScopes()), func(s Scope) bool { return s.Name == name }) {
			names = append(names, name)
		}
	}
	return names
}

func grantedScopes(header string) []string {
	return strings.FieldsFunc(header, func(r rune) bool { return r == ',' || r == ' ' })
}
