package sim_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations/sim"
)

// vector is one request as the vendor's own SDK signs it.
type vector struct {
	Name          string
	AK, SK        string
	Method        string
	Endpoint      string
	Path          string // not escaped
	Query         url.Values
	Headers       map[string]string
	Body          string
	Date          string `json:"x_sdk_date"`
	Authorization string
}

func vectors(t *testing.T) []vector {
	t.Helper()
	text, err := os.ReadFile("testdata/huawei-sign-vectors.json")
	require.NoError(t, err)
	var file struct{ Vectors []vector }
	require.NoError(t, json.Unmarshal(text, &file))
	require.Len(t, file.Vectors, 9)
	return file.Vectors
}

func (v vector) request(t *testing.T) *http.Request {
	t.Helper()
	u, err := url.Parse(v.Endpoint)
	require.NoError(t, err)
	u.Path, u.RawQuery = v.Path, v.Query.Encode()
	r := httptest.NewRequest(v.Method, u.String(), strings.NewReader(v.Body))
	for name, value := range v.Headers {
		r.Header.Set(name, value)
	}
	r.Header.Set("Authorization", v.Authorization)
	return r
}

// vendor knows the vector's key. It has none of the paths, so a request that
// the gate lets through ends in a 404.
func (v vector) vendor(t *testing.T) *sim.DCS {
	t.Helper()
	at, err := time.Parse("20060102T150405Z", v.Date)
	require.NoError(t, err)
	cfg := sim.CacheProd()
	cfg.InstanceID = "00000000-0000-0000-0000-000000000000"
	cfg.AccessKey, cfg.SecretKey, cfg.SecurityToken = v.AK, v.SK, v.Headers["X-Security-Token"]
	cfg.Now = func() time.Time { return at }
	return sim.NewDCS(cfg)
}

func answerTo(vendor *sim.DCS, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	vendor.ServeHTTP(w, r)
	return w
}

func TestGoodSignatures(t *testing.T) {
	t.Parallel()
	for _, v := range vectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			vendor := v.vendor(t)
			w := answerTo(vendor, v.request(t))
			assert.Equal(t, http.StatusNotFound, w.Code, w.Body.String())
			assert.Equal(t, v.AK, vendor.Calls()[0].Who)
		})
	}
}

func TestOneChangedByte(t *testing.T) {
	t.Parallel()
	changes := map[string]func(*http.Request){
		"method":    func(r *http.Request) { r.Method = "PATCH" },
		"path":      func(r *http.Request) { r.URL.Path += "x" },
		"query":     func(r *http.Request) { r.URL.RawQuery += "&x=" },
		"body":      func(r *http.Request) { r.Body = http.NoBody },
		"date":      func(r *http.Request) { flip(r.Header, "X-Sdk-Date", 1) },
		"signature": func(r *http.Request) { flip(r.Header, "Authorization", 1) },
	}
	for _, v := range vectors(t) {
		for name, change := range changes {
			t.Run(v.Name+"/"+name, func(t *testing.T) {
				r := v.request(t)
				change(r)
				if name == "body" && v.Body == "" {
					r = v.request(t)
					r.Body = httptest.NewRequest("POST", "/", strings.NewReader(" ")).Body
				}
				assert.Equal(t, http.StatusUnauthorized, answerTo(v.vendor(t), r).Code)
			})
		}
	}
}

// flip changes the digit at that place from the end of a header.
func flip(h http.Header, name string, fromEnd int) {
	value := []byte(h.Get(name))
	i := len(value) - 1 - fromEnd
	if value[i] == '0' {
		value[i] = '1'
	} else {
		value[i] = '0'
	}
	h.Set(name, string(value))
}

func TestEverySignedHeaderCounts(t *testing.T) {
	t.Parallel()
	for _, v := range vectors(t) {
		_, rest, _ := strings.Cut(v.Authorization, "SignedHeaders=")
		names, _, _ := strings.Cut(rest, ",")
		for name := range strings.SplitSeq(names, ";") {
			t.Run(v.Name+"/"+name, func(t *testing.T) {
				r := v.request(t)
				r.Header.Set(name, r.Header.Get(name)+"x")
				if name == "host" {
					r.Host += "x"
				}
				assert.Equal(t, http.StatusUnauthorized, answerTo(v.vendor(t), r).Code)
			})
		}
	}
}
