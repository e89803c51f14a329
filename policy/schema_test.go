package policy_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"quell/policy"
)

func validator(t *testing.T) func(file string) error {
	data, err := policy.Schema(kinds)
	require.NoError(t, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("policy.schema.json", doc))
	s, err := c.Compile("policy.schema.json")
	require.NoError(t, err)
	return func(file string) error {
		var v any
		require.NoError(t, yaml.Unmarshal([]byte(file), &v))
		return s.Validate(v)
	}
}

// What loads fits the schema: an editor never marks what the program takes.
func TestGoodPoliciesFitTheSchema(t *testing.T) {
	fits := validator(t)
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, part := range txtar.Parse(data).Files {
			if part.Name == "policy.yaml" {
				assert.NoError(t, fits(string(part.Data)), file)
			}
		}
	}
}

// What an editor can see, it marks.
func TestTheSchemaFindsSlips(t *testing.T) {
	fits := validator(t)
	const rule = "rules: [{name: kill, commands: [kill-session], targets: [x], roles: [a]"
	require.NoError(t, fits(rule+"}]"))
	require.NoError(t, fits("roles: {a: {}}\n"+rule+"}]"), "a role may ask for nothing")
	require.NoError(t, fits(rule+", monitor: true}]"))
	for name, file := range map[string]string{
		"an unknown key at the top":     "ruels: []",
		"an unknown key of a rule":      rule + ", chanels: [C0INC]}]",
		"a name for an id":              "bindings: [{role: a, users: [anna]}]",
		"a group for a person":          "bindings: [{role: a, users: [S0ONCALL]}]",
		"a channel by its name":         rule + `, channels: ["#inc"]}]`,
		"an invented scope":             `roles: {a: {scopes: ["*"]}}`,
		"a role that no vendor has":     "roles: {a: {mirrors: jp1ao/Owner}}",
		"an unknown command":            "rules: [{name: kill, commands: [kill]}]",
		"a dry run that may be":         rule + ", monitor: maybe}]",
		"another effect":                rule + ", effect: maybe}]",
		"approvals without from":        rule + ", approvals: {need: 1}}]",
		"nobody who agrees":             rule + ", approvals: {need: 0, from: [b]}}]",
		"a time without its unit":       rule + ", approvals: {need: 1, from: [b], within: 15}}]",
		"break-glass without a review":  rule + ", break_glass: {not_before: 5m, notice: C0SEC}}]",
		"hours without a zone":          rule + ", when: {hours: 09:00-18:00}}]",
		"a budget by something unknown": "budgets: [{name: x, per: cluster, most: 1, within: 1h}]",
		"a kind of client":              "protected: [{name: x, clients: [slave]}]",
		"no rules":                      "rules: []",
		"a file of nothing":             "{}",
		"no channels":                   rule + ", channels: []}]",
		"no targets":                    "rules: [{name: kill, commands: [kill-session], targets: []}]",
		"labels of none":                rule + ", labels: {}}]",
		"incidents of nothing":          "incidents: {}",
		"a team of nobody":              "teams: {a: {}}",
		"no roles":                      "roles: {}",
		"a role of no scopes":           "roles: {a: {scopes: []}}",
		"a role of no name":             `roles: {"": {}}`,
		"an empty name":                 `protected: [{name: "", clients: [replication]}]`,
		"a name of spaces":              `protected: [{name: " ", clients: [replication]}]`,
		"a label with a space":          rule + `, labels: {env: "prod "}}]`,
		"a rule without its name":       "rules: [{commands: [kill-session], targets: [x], roles: [a]}]",
	} {
		assert.Error(t, fits(file), name)
	}
}
