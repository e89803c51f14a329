package huaweicloud

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
)

// vector is one output of the vendor's own Go SDK, for keys that do not exist.
type vector struct {
	Name             string
	AK, SK           string
	Method           string
	Endpoint         string
	Path             string
	Query            url.Values
	Headers          map[string]string
	Body             string
	CanonicalRequest string `json:"canonical_request"`
	Authorization    string
}

func vectors(t *testing.T) []vector {
	data, err := os.ReadFile("testdata/sign-vectors.json")
	require.NoError(t, err)
	var file struct{ Vectors []vector }
	require.NoError(t, json.Unmarshal(data, &file))
	require.Len(t, file.Vectors, 9)
	return file.Vectors
}

func (v vector) request(t *testing.T) *http.Request {
	u, err := url.Parse(v.Endpoint)
	require.NoError(t, err)
	u.Path, u.RawQuery = v.Path, v.Query.Encode()
	req, err := http.NewRequest(v.Method, u.String(), bytes.NewReader([]byte(v.Body)))
	require.NoError(t, err)
	for name, value := range v.Headers {
		req.Header.Set(name, value)
	}
	return req
}

// signed is the SDK's own choice: all headers but Content-Type and names with
// an underscore.
func (v vector) signed() (names []string) {
	for name := range v.Headers {
		name = strings.ToLower(name)
		if !strings.HasPrefix(name, "content-type") && !strings.Contains(name, "_") {
			names = append(names, name)
		}
	}
	return names
}

func TestSignaturesAreTheSDKs(t *testing.T) {
	for _, v := range vectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			req := v.request(t)
			canonical, err := canonicalRequest(req, v.signed())
			require.NoError(t, err)
			require.Equal(t, v.CanonicalRequest, canonical)

			s := signer{keys: Credentials{AccessKey: v.AK, SecretKey: integrations.Secret(v.SK)}}
			require.NoError(t, s.sign(req, v.signed()))
			require.Equal(t, v.Authorization, req.Header.Get("Authorization"))
		})
	}
}

func TestWhatIsSigned(t *testing.T) {
	now := func() time.Time {
		return time.Date(2026, 1, 2, 11, 4, 5, 0, time.FixedZone("CST", 8*60*60))
	}
	keys := Credentials{AccessKey: "FAKEAK", SecretKey: "fake"}
	temporary := Credentials{AccessKey: "FAKEAK", SecretKey: "fake", SecurityToken: "fake-token"}
	tests := []struct {
		name    string
		signer  signer
		headers string
	}{
		{"keys", signer{keys: keys, now: now}, "x-sdk-date"},
		{"with a project", signer{keys: keys, project: "p1", now: now}, "x-project-id;x-sdk-date"},
		{"temporary keys", signer{keys: temporary, project: "p1", now: now}, "x-project-id;x-sdk-date;x-security-token"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req, err := http.NewRequest(http.MethodPost, "https://dcs.example/v2/x", strings.NewReader("{}"))
			require.NoError(t, err)
			require.NoError(t, tt.signer.prepare(nil, req))
			assert.Equal(t, "20260102T030405Z", req.Header.Get("X-Sdk-Date"))
			assert.Equal(t, tt.signer.project, req.Header.Get("X-Project-Id"))
			assert.Equal(t, tt.signer.keys.SecurityToken.Reveal(), req.Header.Get("X-Security-Token"))
			assert.Contains(t, req.Header.Get("Authorization"), "SignedHeaders="+tt.headers+", ")
		})
	}
}
