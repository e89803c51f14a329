package slack

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"unicode/utf8"

	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// quellCommand is the slash command whose sub-commands act on no system.
const quellCommand = "quell"

// Manifest is the description from which Slack makes the app, as JSON names its parts
// (docs.slack.dev, "App manifest reference").
type Manifest struct {
	Display struct {
		Name        string `json:"name"`
		Description string `json:"description"`
	} `json:"display_information"`
	Features struct {
		Bot struct {
			Name   string `json:"display_name"`
			Online bool   `json:"always_online"`
		} `json:"bot_user"`
		// Home is the app's own place in Slack. Without its Messages tab nobody can write to the
		// bot directly, and with a read-only one they cannot either.
		Home struct {
			Home     bool `json:"home_tab_enabled"`
			Messages bool `json:"messages_tab_enabled"`
			ReadOnly bool `json:"messages_tab_read_only_enabled"`
		} `json:"app_home"`
		Shortcuts []ManifestShortcut `json:"shortcuts"`
		Commands  []ManifestCommand  `json:"slash_commands"`
	} `json:"features"`
	OAuth struct {
		Scopes struct {
			Bot []string `json:"bot"`
		} `json:"scopes"`
	} `json:"oauth_config"`
	Settings struct {
		Events struct {
			Bot []string `json:"bot_events"`
		} `json:"event_subscriptions"`
		Interactivity struct {
			Enabled bool `json:"is_enabled"`
		} `json:"interactivity"`
		OrgDeploy  bool `json:"org_deploy_enabled"`
		SocketMode bool `json:"socket_mode_enabled"`
		Rotation   bool `json:"token_rotation_enabled"`
	} `json:"settings"`
}

// ManifestCommand is a slash command of the app.
type ManifestCommand struct {
	Command     string `json:"command"`
	Description string `json:"description"`
	UsageHint   string `json:"usage_hint"`
	Escape      bool   `json:"should_escape"`
}

// ManifestShortcut is a shortcut of the app: on a message, or from wherever somebody is. Slack shows
// it under the app's name.
type ManifestShortcut struct {
	Name        string `json:"name"` // 24 characters
	Type        string `json:"type"` // "message" or "global"
	Callback    string `json:"callback_id"`
	Description string `json:"description"` // 150 characters
}

// Naming tells the app of one Quell from those of others in the same workspace.
type Naming struct {
	Prefix string // of the slash commands: "stg-" makes /stg-kill-session
	Label  string // behind the app's name: "staging" makes "Quell staging"
}

// Slack's limits on names ("App manifest reference"), in characters: 32 for a command with
// its slash, 35 for the name of an app.
const (
	maxCommand = 32
	maxAppName = 35
)

// CheckPrefix refuses a prefix with which a command would be none for Slack: lower-case
// letters, digits, "-" and "_", at most 32 characters with the slash.
func CheckPrefix(prefix string) error {
	if !regexp.MustCompile(`^[a-z0-9_-]*$`).MatchString(prefix) {
		return fmt.Errorf("%q cannot begin a slash command: take lower-case letters, digits, \"-\" and \"_\", such as stg-", prefix)
	}
	for _, name := range commandNames() {
		if most := maxCommand - len("/"+name); len(prefix) > most {
			return fmt.Errorf("%q is too long: Slack takes /%s%s only up to %d characters", prefix, prefix, name, maxCommand)
		}
	}
	return nil
}

func (n Naming) check() error {
	if !regexp.MustCompile(`^[A-Za-z0-9 ._-]*$`).MatchString(n.Label) {
		return fmt.Errorf("the label %q has letters that Slack takes in no name: take letters, digits, blanks, \".\", \"-\" and \"_\"", n.Label)
	}
	if utf8.RuneCountInString(n.name()) > maxAppName {
		return fmt.Errorf("the label %q is too long: an app's name has at most %d characters", n.Label, maxAppName)
	}
	return CheckPrefix(n.Prefix)
}

func (n Naming) name() string { return strings.TrimSpace("Quell " + n.Label) }

// commandNames are the names of all slash commands, without slash and prefix.
func commandNames() []string { return append(commands.Names(), quellCommand) }

// Words loads what the bot says, for an app whose commands have a prefix.
func Words(prefix string) (*words.Catalogue, error) {
	return words.LoadPrefixed(prefix, commandNames()...)
}

// NewManifest describes an app for a bot with these kinds of systems.
func NewManifest(n Naming, kinds []integrations.Profile) (Manifest, error) {
	var m Manifest
	if err := n.check(); err != nil {
		return m, err
	}
	m.Display.Name, m.Features.Bot.Name, m.Features.Bot.Online = n.name(), n.name(), true
	m.Display.Description = "Ends what hangs in production, after a second person agreed"
	m.Features.Home.Home, m.Features.Home.Messages, m.Features.Shortcuts = true, true, n.shortcuts()
	m.Features.Commands = n.commands(kinds)
	for _, s := range slices.Concat(scopes(), eventScopes()) {
		m.OAuth.Scopes.Bot = append(m.OAuth.Scopes.Bot, s.Name)
		m.Settings.Events.Bot = append(m.Settings.Events.Bot, s.Events...)
	}
	m.Settings.Events.Bot = append(m.Settings.Events.Bot, "app_home_opened") // needs no scope (docs.slack.dev, "app_home_opened")
	m.Settings.Interactivity.Enabled, m.Settings.SocketMode = true, true
	return m, nil
}

// commands are the slash commands. Only /quell has people in its text written with their
// ids: elsewhere Slack would make links of the names of hosts.
func (n Naming) commands(kinds []integrations.Profile) (all []ManifestCommand) {
	about := map[string]string{
		"kill-session": "End a session", "disconnect-agent": "Disconnect an agent",
		"stop-task": "Force a task to stop", "restart-proxy": "Restart a proxy",
	}
	for _, g := range commands.Grammars() {
		_, hint, _ := strings.Cut(g.With(kinds...).Usage(), " ")
		all = append(all, ManifestCommand{Command: "/" + n.Prefix + g.Name, Description: n.labelled(about[g.Name]), UsageHint: hint})
	}
	return append(all, ManifestCommand{
		Command: "/" + n.Prefix + quellCommand, Description: n.labelled("What this bot can do, what you may act on, what is open"),
		UsageHint: "help | targets | status | why | can | freeze | unfreeze", Escape: true,
	})
}

func (n Naming) shortcuts() []ManifestShortcut {
	return []ManifestShortcut{
		{"Act on this…", "message", actOnAlert, n.labelled("Opens a form filled in with what this message names")},
		{"Stop something…", "global", stopThing, n.labelled("Opens a form: what to stop, and in which channel to ask")},
	}
}

// labelled is the description of a command: Slack lists the commands of all apps together.
func (n Naming) labelled(about string) string {
	if n.Label == "" {
		return about
	}
	return about + " (" + n.Label + ")"
}

// YAML is the manifest as people read it: each scope with its reason.
func (m Manifest) YAML() (string, error) {
	var b strings.Builder
	err := template.Must(template.New("manifest").Funcs(template.FuncMap{"quoted": quoted, "why": whyScope}).Parse(manifestYAML)).Execute(&b, m)
	return b.String(), err
}

// quoted is a string of JSON, which is one of YAML too.
func quoted(s string) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // a usage hint has < and >
	err := e.Encode(s)
	return strings.TrimSpace(b.String()), err
}

func whyScope(name string) string {
	for _, s := range slices.Concat(scopes(), eventScopes()) {
		if s.Name == name {
			return s.Why
		}
	}
	return ""
}

const manifestYAML = `display_information:
  name: {{quoted .Display.Name}}
  description: {{quoted .Display.Description}}
features:
  bot_user:
    display_name: {{quoted .Features.Bot.Name}}
    always_online: {{.Features.Bot.Online}}
  app_home:
    home_tab_enabled: {{.Features.Home.Home}}
    messages_tab_enabled: {{.Features.Home.Messages}}
    messages_tab_read_only_enabled: {{.Features.Home.ReadOnly}}
  shortcuts:
{{- range .Features.Shortcuts}}
    - name: {{quoted .Name}}
      type: {{.Type}}
      callback_id: {{.Callback}}
      description: {{quoted .Description}}
{{- end}}
  slash_commands:
{{- range .Features.Commands}}
    - command: {{.Command}}
      description: {{quoted .Description}}
      usage_hint: {{quoted .UsageHint}}
      should_escape: {{.Escape}}
{{- end}}
oauth_config:
  scopes:
    bot:
{{- range .OAuth.Scopes.Bot}}
      - {{printf "%-18s" .}} # {{why .}}
{{- end}}
settings:
  event_subscriptions:
    bot_events:
{{- range .Settings.Events.Bot}}
      - {{.}}
{{- end}}
  interactivity:
    is_enabled: {{.Settings.Interactivity.Enabled}}
  org_deploy_enabled: {{.Settings.OrgDeploy}}
  socket_mode_enabled: {{.Settings.SocketMode}}
  token_rotation_enabled: {{.Settings.Rotation}}
`
