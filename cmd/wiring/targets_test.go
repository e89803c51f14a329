package wiring_test

import (
	"context"
	"encoding/pem"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/cmd/wiring"
	"quell/integrations"
	"quell/integrations/sim"
)

// A server whose certificate the system does not trust is trusted by its own
// authority's file, and in no other way.
func TestAuthoritiesOfOnesOwn(t *testing.T) {
	vendor := sim.NewJP1AO(sim.Nightly())
	t.Cleanup(vendor.Close)
	server := httptest.NewTLSServer(vendor)
	t.Cleanup(server.Close)
	authority := filepath.Join(t.TempDir(), "authority.pem")
	require.NoError(t, os.WriteFile(authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600))

	require.NoError(t, look(t, "endpoint: "+server.URL, "ca_file: "+authority))
	require.ErrorContains(t, look(t, "endpoint: "+server.URL), "certificate signed by unknown authority")
	stranger := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	require.ErrorContains(t, look(t, "endpoint: "+stranger, "ca_file: "+authority), "certificate is valid for")
}

// A target is left out if anything in it works otherwise than it reads; the others are
// served.
func TestATargetThatDoesNotWorkAsItReadsIsLeftOut(t *testing.T) {
	t.Setenv("TRANSFERS_KEY", "fake-key")
	for line, want := range map[string]string{
		"agent: osaka-*":                "",
		"agent: '[^x]*'":                "",
		"labels: {env: 010, shift: on}": "",
		"agent: \"\"":                   "8:12: nothing stands here",
		"agent: '  '":                   "8:12: nothing stands here",
		"agent: 'osaka-* '":             "8:12: this text has blanks at its ends",
		"agent: |\n      osaka-*":       "8:12: this text has blanks at its ends",
		"agent: !osaka-*":               `8:12: a tag ("…")`,
		"agent: &osaka x":               "8:12: an anchor (&…)",
		"agent: \"osaka\\x2d*\"":        `8:18: \ in double quotes`,
		"agent: '[!x]*'":                `8:12: "[!x]*" does not mean here what it means elsewhere`,
		"agent: osaka\u200b-*":          "8:17: U+200B cannot be seen",
		"!!str agent: osaka-*":          `8:5: a tag ("…")`,
		"agent: osaka、nagoya":           `8:12: "osaka、nagoya" does not mean here what it means elsewhere: signs do not part words`,
		"labels: {}":                    "8:13: this block is empty",
		"labels: {env: ''}":             "8:19: nothing stands here",
		"labels: {Env: a, env: b}":      `8:22: the key "env" is there already as "Env"`,
		"patience: +10m":                "8:15: patience here is a time",
		"patience: ''":                  "8:15: nothing stands here",
	} {
		file := "targets:\n  other: {kind: hulft, contract: acme, api_key: env:TRANSFERS_KEY}\n  transfers:\n    kind: hulft\n    contract: acme\n    api_key: env:TRANSFERS_KEY\n    time_zone: Asia/Tokyo\n    " + line + "\n"
		targets, _, err := wiring.LoadTargets("quell.yaml", []byte(file), wiring.Makings{Now: time.Now, Limiter: free{}})
		require.Contains(t, targets, "other", line)
		if want == "" {
			require.NoError(t, err, line)
			require.Contains(t, targets, "transfers", line)
			continue
		}
		require.ErrorContains(t, err, "quell.yaml:"+want, line)
		require.NotContains(t, targets, "transfers", line)
	}
}

// A key belongs to one contract, and the limit of a contract is shared under its name: under two
// names nobody would know how many requests it made.
func TestAKeyUnderTwoContracts(t *testing.T) {
	t.Setenv("ONE", "fake-key-one")
	t.Setenv("SAME", "fake-key-one")
	t.Setenv("OTHER", "fake-key-two")
	for name, tt := range map[string]struct{ second, want string }{
		"one contract":           {"contract: acme, api_key: env:SAME", ""},
		"another key":            {"contract: other, api_key: env:OTHER", ""},
		"another contract":       {"contract: other, api_key: env:SAME", "3:51"},
		"the default contract":   {"api_key: env:SAME", "3:34"},
		"it reads with that key": {"contract: other, api_key: env:OTHER, read_key: env:SAME", "3:72"},
		"one that reads with it": {"contract: other, api_key: env:OTHER, read_key: env:ONE", "3:72"},
		"its own key twice":      {"contract: other, api_key: env:OTHER, read_key: env:OTHER", ""},
		"a key that is missing":  {"contract: other, api_key: env:NONE", "3:51: the environment has no NONE"},
	} {
		t.Run(name, func(t *testing.T) {
			file := "targets:\n  first: {kind: hulft, contract: acme, api_key: env:ONE}\n  second: {kind: hulft, " + tt.second + "}\n"
			targets, _, err := wiring.LoadTargets("quell.yaml", []byte(file), wiring.Makings{Now: time.Now, Limiter: free{}})
			require.Contains(t, targets, "first")
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "quell.yaml:"+tt.want)
			require.NotContains(t, err.Error(), "fake-key")
			require.NotContains(t, targets, "second")
			if name != "a key that is missing" {
				require.ErrorContains(t, err, `this key stands under the contract "acme" too`)
			}
		})
	}
}

// The times that people read have to be those of the place.
func TestAZoneWithItsSignTurnedAround(t *testing.T) {
	t.Setenv("TRANSFERS_KEY", "fake-key")
	file := "targets:\n  transfers: {kind: hulft, contract: acme, api_key: env:TRANSFERS_KEY, time_zone: Etc/GMT+9}\n"
	_, _, err := wiring.LoadTargets("quell.yaml", []byte(file), wiring.Makings{Now: time.Now, Limiter: free{}})
	require.ErrorContains(t, err, `quell.yaml:2:83: "Etc/GMT+9" is UTC-9, for its sign is turned around; write a place, such as Asia/Tokyo, or UTC`)
}

// look reads the tasks of a server.
func look(t *testing.T, lines ...string) error {
	t.Helper()
	t.Setenv("NIGHTLY_PASSWORD", sim.Nightly().Password)
	file := "targets:\n  nightly:\n    " + strings.Join(append(lines, "kind: jp1ao", "user: quell", "password: env:NIGHTLY_PASSWORD"), "\n    ") + "\n"
	targets, _, err := wiring.LoadTargets("quell.yaml", []byte(file), wiring.Makings{Now: time.Now, Limiter: free{}})
	require.NoError(t, err)
	_, err = targets["nightly"].Actions["stop-task"].List(t.Context(), "")
	return err
}

// free is a limiter without a limit.
type free struct{}

func (free) Take(context.Context, time.Time, integrations.Limit, integrations.Use) (integrations.NoRoom, error) {
	return integrations.NoRoom{}, nil
}
func (free) Ban(context.Context, string, time.Time) error { return nil }
