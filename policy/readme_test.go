package policy_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/policy"
	"quell/policy/policytest"
)

// Every example of the page loads, its test is as expected, and no key is left out.
func TestReadme(t *testing.T) {
	data, err := os.ReadFile("README.md")
	require.NoError(t, err)
	page := string(data)
	k := policy.Known{Commands: []string{"kill-session", "stop-task"}, Kinds: kinds, Targets: []policy.Target{
		{Name: "cache-prod", Kind: "dcs", Labels: map[string]string{"env": "prod"}},
		{Name: "cache-test", Kind: "dcs", Labels: map[string]string{"env": "test"}},
		{Name: "nightly", Kind: "jp1ao"},
	}}
	blocks := examples(page, "yaml")
	require.GreaterOrEqual(t, len(blocks), 6)
	var first []txtar.File
	for _, name := range []string{"roles", "bindings", "rules"} {
		part := regexp.MustCompile(`(?ms)^` + name + `:\n.*?(^\n|\z)`).FindString(blocks[0])
		first = append(first, txtar.File{Name: name, Data: []byte(part)})
	}
	for _, block := range blocks {
		p, err := policy.Load("policy.yaml", completed([]byte(block), first), k)
		if assert.NoError(t, err, block) {
			assert.NoError(t, p.Warnings(), block)
		}
	}

	p, err := policy.Load("policy.yaml", []byte(blocks[0]), k)
	require.NoError(t, err)
	tests := examples(page, "text")
	require.Len(t, tests, 1)
	r := policytest.Test{Policy: p, Targets: k.Targets}.File("README.md", []byte(tests[0]))
	assert.Empty(t, r.Faults)
	assert.Equal(t, 5, r.Checked)

	form, err := os.ReadFile("file.go")
	require.NoError(t, err)
	for _, key := range regexp.MustCompile(`yaml:"(\w+)"`).FindAllStringSubmatch(string(form), -1) {
		said := regexp.MustCompile("[`.]" + key[1] + "[`:]|\\b" + key[1] + ":")
		assert.True(t, said.MatchString(page), "the page leaves out %s", key[1])
	}
}

// examples are the blocks of a language, without their indentation.
func examples(page, language string) (all []string) {
	for _, m := range regexp.MustCompile("(?ms)^( *)```"+language+"\n(.*?)^ *```$").FindAllStringSubmatch(page, -1) {
		all = append(all, regexp.MustCompile(`(?m)^`+m[1]).ReplaceAllString(m[2], ""))
	}
	return all
}
