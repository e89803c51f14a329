package wiring

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quell/policy/strictyaml"
)

// What a protocol calls an address without TLS is its own affair; that credentials do not
// travel that way unless somebody accepts it holds in each.
func TestCredentialsInTheClearAreAccepted(t *testing.T) {
	for _, tt := range []struct{ address, plaintext, want string }{
		{"https://10.0.0.1", "", ""},
		{"http://10.0.0.1", "", "1:23: http:// sends credentials in the clear; use https://, or add plaintext: accepted"},
		{"http://10.0.0.1", ", plaintext: accepted", ""},
		{"http://10.0.0.1", ", plaintext: yes", `plaintext takes one word, "accepted"`},
		{"http://127.0.0.1:8080", "", ""},
		{"rediss://10.0.0.1:6379", "", ""},
		{"redis://10.0.0.1:6379", "", "1:23: redis:// sends credentials in the clear; use rediss://, or add plaintext: accepted"},
		{"redis://10.0.0.1:6379", ", plaintext: accepted", ""},
		{"redis://localhost:6379", "", ""},
	} {
		var f struct {
			common   `yaml:",inline"`
			Endpoint text `yaml:"endpoint"`
		}
		mistakes := strictyaml.Load("quell.yaml", []byte("{kind: toy, endpoint: '"+tt.address+"'"+tt.plaintext+"}"), &f)
		opts := f.client(mistakes, Makings{}, f.Endpoint)
		require.Equal(t, tt.plaintext == ", plaintext: accepted", opts.Plaintext)
		if tt.want == "" {
			require.NoError(t, mistakes.Err(), tt.address)
			continue
		}
		require.ErrorContains(t, mistakes.Err(), tt.want)
	}
}
