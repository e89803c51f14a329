package huaweicloud

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// canonicalRequest is the text that stands for the request in its signature.
func canonicalRequest(req *http.Request, names []string) (string, error) {
	body, err := readBody(req)
	if err != nil {
		return "", fmt.Errorf("signing: %w", err)
	}
	return strings.Join([]string{
		req.Method,
		canonicalPath(req.URL.Path),
		canonicalQuery(req.URL.Query()),
		canonicalHeaders(req, names),
		strings.Join(sorted(names), ";"),
		hash(body),
	}, "\n"), nil
}

// canonicalPath ends in a slash, whatever the path on the wire does.
func canonicalPath(path string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		segments[i] = escape(segment)
	}
	path = strings.Join(segments, "/")
	if !strings.HasSuffix(path, "/") {
		path += "/"
	}
	return path
}

func canonicalQuery(query url.Values) string {
	var pairs []string
	for _, key := range sorted(keysOf(query)) {
		for _, value := range sorted(query[key]) {
			pairs = append(pairs, escape(key)+"="+escape(value))
		}
	}
	return strings.Join(pairs, "&")
}

func canonicalHeaders(req *http.Request, names []string) string {
	var b strings.Builder
	for _, name := range sorted(names) {
		value := req.Header.Get(name)
		if name == "host" {
			value = hostOf(req)
		}
		b.WriteString(name + ":" + strings.TrimSpace(value) + "\n")
	}
	return b.String()
}

func hostOf(req *http.Request) string {
	if req.Host != "" {
		return req.Host
	}
	return req.URL.Host
}

// escape leaves only RFC 3986's unreserved characters as they are: a space is
// %20, and "*" and "+" are escaped too.
func escape(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

func readBody(req *http.Request) ([]byte, error) {
	if req.GetBody == nil {
		return nil, nil
	}
	body, err := req.GetBody()
	if err != nil {
		return nil, err
	}
	defer body.Close()
	return io.ReadAll(body)
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func keysOf(values url.Values) []string {
	keys := make([]string, 0, len(values))
	for key := range values {
		keys = append(keys, key)
	}
	return keys
}

func sorted(s []string) []string {
	s = slices.Clone(s)
	slices.Sort(s)
	return s
}
