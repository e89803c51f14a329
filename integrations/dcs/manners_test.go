package dcs_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"quell/integrations"
	"quell/integrations/dcs"
	"quell/integrations/huaweicloud"
	"quell/integrations/vendortest"
)

func TestManners(t *testing.T) {
	t.Run("access keys", func(t *testing.T) {
		vendortest.RunHTTP(t, vendor(fakeKeys, nil))
	})
	t.Run("password", func(t *testing.T) {
		vendortest.RunHTTP(t, vendor(fakeUser, loggedIn))
	})
}

var fakeKeys = huaweicloud.Credentials{
	AccessKey: "FAKEAKFORTESTSONLY00", SecretKey: "fake-secret-key-for-tests", SecurityToken: "fake-security-token-for-tests",
}

var fakeUser = huaweicloud.Credentials{User: "quell", Password: "fake-password-for-tests", Domain: "acme"}

const fakeToken = "fake-project-token-for-tests"

func vendor(credentials huaweicloud.Credentials, login func(http.ResponseWriter, *http.Request) bool) vendortest.HTTP {
	return vendortest.HTTP{
		Connect: func(url string, opts integrations.ClientOptions) (vendortest.Calls, error) {
			cfg := dcs.Config{
				Endpoint: url, IAMEndpoint: url, ProjectID: project, InstanceID: instance, Node: node,
				Credentials: credentials, PollEvery: time.Millisecond, ScanTimeout: 1500 * time.Millisecond,
			}
			client, err := dcs.New(cfg, integrations.NewClient(opts), time.Now)
			if err != nil {
				return vendortest.Calls{}, err
			}
			return vendortest.Calls{
				Read: func(ctx context.Context) error {
					_, err := client.Sessions(ctx, node)
					return err
				},
				Write: func(ctx context.Context) error {
					_, err := client.EndSession(ctx, thing(node, "1", "10.63.238.158:2048"))
					return err
				},
			}, nil
		},
		Secrets: []string{"fake-secret-key-for-tests", "fake-security-token-for-tests", "fake-password-for-tests", fakeToken},
		Refusal: func(_ int, message string) string {
			return fmt.Sprintf(`{"error_code":"DCS.0000","error_msg":%q,"error_ext_msg":null}`, message)
		},
		Login: login,
	}
}

// loggedIn plays IAM.
func loggedIn(w http.ResponseWriter, r *http.Request) bool {
	if r.URL.Path != "/v3/auth/tokens" {
		return false
	}
	w.Header().Set("X-Subject-Token", fakeToken)
	w.WriteHeader(http.StatusCreated)
	_, _ = fmt.Fprintf(w, `{"token":{"expires_at":%q}}`, time.Now().Add(24*time.Hour).UTC().Format("2006-01-02T15:04:05.000000Z"))
	return true
}
