package wiring

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/engine"
	"quell/commands/words"
)

// TestWhatCanBeDoneByHand reads the file alone: the credentials are nowhere.
func TestWhatCanBeDoneByHand(t *testing.T) {
	file := filepath.Join(t.TempDir(), "quell.yaml")
	require.NoError(t, os.WriteFile(file, []byte(`targets:
  cache: {kind: dcs, region: cn-north-4, instance_id: inst-1, secret_key: env:NOWHERE, patience: nonsense}
  moved: {kind: dcs, endpoint: "https://dcs.example.com", instance_id: inst-2}
  lake: {kind: fabric, region: cn-north-4, workspace_id: ws-1}
  orders: {kind: taurusdb, region: af-south-1, instance_id: inst-3}
  agents: {kind: hulft}
  nightly: {kind: jp1ao, endpoint: "https://jp1:22016"}
  carts: {kind: redis, endpoint: "rediss://redis.example.com:6390", user: quell, password: env:NOWHERE, ca_file: /ca.pem}
  plain: {kind: redis, endpoint: "redis://localhost"}
  odd: {kind: tox}
  cut: {kind: dcs, region: cn-north-4}
  half: {kind: fabric, workspace_id: ws-1}
  less: {kind: taurusdb}
  nowhere: {kind: jp1ao, user: quell}
  no-one: {kind: redis, user: quell}
`), 0o600))
	catalogue, err := words.Load()
	require.NoError(t, err)
	for target, says := range map[string][]string{
		"cache":   {"choose cn-north-4,", "instance inst-1,", "session management"},
		"moved":   {"choose https://dcs.example.com,", "instance inst-2,"},
		"lake":    {"workspace ws-1,"},
		"orders":  {"choose af-south-1,", "instance inst-3,", "Database Proxy", "Reboot"},
		"agents":  {"agentctl -s status", "agentctl -r status"},
		"nightly": {"server https://jp1:22016 "},
		"carts":   {"redis-cli -h redis.example.com -p 6390 --tls --cacert /ca.pem --user quell --askpass CLIENT LIST "},
		"plain":   {"redis-cli -h localhost -p 6379 CLIENT LIST "},
		"cut":     {"choose the region, open the instance,"},
		"half":    {"choose the region, open the workspace,"},
		"less":    {"click the instance, choose Database Proxy,"},
		"nowhere": {"open the task in the task list"},
		"no-one":  {"log in to the server with redis-cli"},
	} {
		m, err := ByHand(file, target)
		require.NoError(t, err, target)
		for _, text := range says {
			assert.Contains(t, catalogue.In("en", words.Plain{}).Say(m), text, target)
		}
	}
	for target, want := range map[string]string{"cahce": `did you mean "cache"?`, "nothing-like-it": "known: agents, cache,", "odd": `no kind of target "tox"`} {
		_, err := ByHand(file, target)
		assert.ErrorContains(t, err, want, target)
	}
	_, err = ByHand(file+"x", "cache")
	assert.ErrorContains(t, err, "QUELL_CONFIG")
}

// What is written into an address besides scheme and host is not said: it may be a password.
func TestAnAddressWithAPasswordIsNotSaid(t *testing.T) {
	const shown = "jp1.example.com"
	for endpoint, says := range map[string]string{
		"https://quell:hunter2@" + shown + ":22016":   "https://" + shown + ":22016",
		"https://" + shown + "/hunter2?key=hunter2#x": "https://" + shown,
		"https://hunter2@" + shown:                    "https://" + shown,
		"https://quell:hunter2/x@" + shown:            "…",
		"https://quell:22/hunter2@" + shown:           "…",
		"https://" + shown + "?quell:hunter2@x":       "…",
		"quell:hunter2@" + shown:                      "…",
		"//quell:hunter2@" + shown:                    "…",
		"https://quell:hunter2@":                      "…",
		"https:///" + shown + "/hunter2":              "…",
		"hunter2":                                     "…",
	} {
		for kind, key := range map[string]string{"dcs": "region", "fabric": "region", "taurusdb": "region", "jp1ao": "endpoint"} {
			file := filepath.Join(t.TempDir(), "quell.yaml")
			require.NoError(t, os.WriteFile(file, fmt.Appendf(nil, "targets: {one: {kind: %s, endpoint: %q, instance_id: i, workspace_id: w}}\n", kind, endpoint), 0o600))
			m, err := ByHand(file, "one")
			require.NoError(t, err)
			assert.Equal(t, words.Code(says), m.Values[key], "%s %s", kind, endpoint)
		}
	}
	for endpoint, says := range map[string]string{
		"rediss://quell:hunter2@" + shown:           "redis-cli -h " + shown + " -p 6379 --tls CLIENT LIST",
		"redis://quell:22/hunter2@" + shown:         "redis-cli -h … CLIENT LIST",
		"quell:hunter2@" + shown:                    "redis-cli -h … CLIENT LIST",
		"redis://quell:%hunter2@" + shown + ":6380": "redis-cli -h … CLIENT LIST",
	} {
		file := filepath.Join(t.TempDir(), "quell.yaml")
		require.NoError(t, os.WriteFile(file, fmt.Appendf(nil, "targets: {one: {kind: redis, endpoint: %q}}\n", endpoint), 0o600))
		m, err := ByHand(file, "one")
		require.NoError(t, err)
		assert.Equal(t, words.Code(says), m.Values["command"], endpoint)
	}
}

// A target knows it as well, whoever asks.
func TestATargetKnowsWhatCanBeDoneByHand(t *testing.T) {
	targets, _, err := LoadTargets("quell.yaml", []byte(`targets: {carts: {kind: redis, endpoint: "redis://localhost"}}`), Makings{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = shutAll(map[string]engine.Target{"carts": targets["carts"]}) })
	assert.Equal(t, "meanwhile.redis", targets["carts"].ByHand.ID)
}
