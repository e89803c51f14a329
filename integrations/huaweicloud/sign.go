package huaweicloud

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/go-resty/resty/v2"
)

const (
	algorithm = "SDK-HMAC-SHA256"
	// dateFormat is that of X-Sdk-Date, in UTC. The gateway allows 15 minutes
	// of difference to its own clock.
	dateFormat = "20060102T150405Z"
)

// signer proves each request with access keys.
type signer struct {
	keys    Credentials
	project string
	now     func() time.Time
}

// prepare is resty's last hook before the wire: URL, headers and body are final.
//
// Only headers that no proxy rewrites are signed: not Host, which the guide does not ask for
// (devg-apisign, "Excluding headers") and the vendor's SDK leaves out. X-Project-Id is needed
// where the keys' user works in a sub-project.
func (s signer) prepare(_ *resty.Client, req *http.Request) error {
	signed := []string{"x-sdk-date"}
	req.Header.Set("X-Sdk-Date", s.now().UTC().Format(dateFormat))
	if s.project != "" {
		req.Header.Set("X-Project-Id", s.project)
		signed = append(signed, "x-project-id")
	}
	if s.keys.SecurityToken != "" {
		req.Header.Set("X-Security-Token", s.keys.SecurityToken.Reveal())
		signed = append(signed, "x-security-token")
	}
	return s.sign(req, signed)
}

// sign sets Authorization over the headers named, in lower case. The algorithm
// is that of the API signing guide (devg-apisign, algorithm 002): unlike its
// cousins it has no region, no scope and no derived key.
func (s signer) sign(req *http.Request, names []string) error {
	canonical, err := canonicalRequest(req, names)
	if err != nil {
		return err
	}
	text := strings.Join([]string{algorithm, req.Header.Get("X-Sdk-Date"), hash([]byte(canonical))}, "\n")
	mac := hmac.New(sha256.New, []byte(s.keys.SecretKey.Reveal()))
	mac.Write([]byte(text))
	req.Header.Set("Authorization", fmt.Sprintf("%s Access=%s, SignedHeaders=%s, Signature=%s",
		algorithm, s.keys.AccessKey, strings.Join(sorted(names), ";"), hex.EncodeToString(mac.Sum(nil))))
	return nil
}
