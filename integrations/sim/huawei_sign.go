package sim

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// The signature of Huawei Cloud, from the receiving side: what arrived is
// brought into the canonical form and signed again.
// Source: API Request Signing Guide, "Signing algorithm" (api-sign-algorithm).

const (
	signAlgorithm = "SDK-HMAC-SHA256"
	signTime      = "20060102T150405Z"
)

// authorization is the parsed header
// "SDK-HMAC-SHA256 Access=…, SignedHeaders=a;b, Signature=…".
type authorization struct {
	access    string
	signed    []string
	signature string
}

func parseAuthorization(header string) (authorization, bool) {
	rest, ok := strings.CutPrefix(header, signAlgorithm+" ")
	if !ok {
		return authorization{}, false
	}
	parts := strings.Split(rest, ", ")
	if len(parts) != 3 {
		return authorization{}, false
	}
	access, a := strings.CutPrefix(parts[0], "Access=")
	signed, b := strings.CutPrefix(parts[1], "SignedHeaders=")
	signature, c := strings.CutPrefix(parts[2], "Signature=")
	return authorization{access, strings.Split(signed, ";"), signature}, a && b && c
}

// signatureOf is what the owner of secret must have sent with this request.
func signatureOf(r *http.Request, canonical, secret string) string {
	sum := sha256.Sum256([]byte(canonical))
	text := signAlgorithm + "\n" + r.Header.Get("X-Sdk-Date") + "\n" + hex.EncodeToString(sum[:])
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

func canonicalRequest(r *http.Request, signed []string, body []byte) string {
	names := slices.Sorted(slices.Values(signed))
	sum := sha256.Sum256(body)
	return strings.Join([]string{
		r.Method,
		canonicalPath(r.URL),
		canonicalQuery(r.URL),
		canonicalHeaders(r, names),
		strings.Join(names, ";"),
		hex.EncodeToString(sum[:]),
	}, "\n")
}

// canonicalPath ends in a slash also where the path on the wire does not.
func canonicalPath(u *url.URL) string {
	segments := strings.Split(u.EscapedPath(), "/")
	for i, s := range segments {
		if plain, err := url.PathUnescape(s); err == nil {
			segments[i] = escape(plain)
		}
	}
	path := strings.Join(segments, "/")
	if !strings.HasSuffix(path, "/") {
		path += "/"
	}
	return path
}

// canonicalQuery sorts by the plain key, then by the plain value.
func canonicalQuery(u *url.URL) string {
	query := u.Query()
	keys := make([]string, 0, len(query))
	for key := range query {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	var pairs []string
	for _, key := range keys {
		for _, value := range slices.Sorted(slices.Values(query[key])) {
			pairs = append(pairs, escape(key)+"="+escape(value))
		}
	}
	return strings.Join(pairs, "&")
}

// canonicalHeaders ends each header with a newline, so that an empty line
// follows the block. Values lose only the blanks at their ends.
func canonicalHeaders(r *http.Request, names []string) string {
	var b strings.Builder
	for _, name := range names {
		value := r.Header.Get(name)
		if name == "host" { // net/http keeps it apart from the other headers
			value = r.Host
		}
		b.WriteString(name + ":" + strings.TrimSpace(value) + "\n")
	}
	return b.String()
}

// escape leaves only letters, digits and "-_.~" as they are. QueryEscape does
// the same but for the blank.
func escape(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}
