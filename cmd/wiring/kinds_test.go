package wiring

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quell/policy/strictyaml"
)

// Credentials travel in the clear only where somebody accepts it, and not by a slip.
func TestCredentialsInTheClear(t *testing.T) {
	for _, tt := range []struct{ address, plaintext, want string }{
		{"https://10.0.0.1", "", ""},
		{"http://10.0.0.1", "", "1:23: http:// sends credentials in the clear; use https://, or add plaintext: accepted"},
		{"http://10.0.0.1", ", plaintext: accepted", ""},
		{"http://10.0.0.1", ", plaintext: yes", `plaintext takes one word, "accepted"`},
		{"http://127.0.0.1:8080", "", ""},
	} {
		var f struct {
			common   `yaml:",inline"`
			Endpoint text `yaml:"endpoint"`
		}
		mistakes := strictyaml.Load("quell.yaml", []byte("{kind: toy, endpoint: '"+tt.address+"'"+tt.plaintext+"}"), &f)
		require.Equal(t, tt.plaintext == ", plaintext: accepted", f.options(mistakes, Makings{}).Plaintext)
		f.client(mistakes, Makings{}, f.Endpoint)
		if tt.want == "" {
			require.NoError(t, mistakes.Err(), tt.address)
			continue
		}
		require.ErrorContains(t, mistakes.Err(), tt.want)
	}
}
