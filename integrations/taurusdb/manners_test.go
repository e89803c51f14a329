package taurusdb_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"quell/integrations"
	"quell/integrations/huaweicloud"
	"quell/integrations/taurusdb"
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

var fakeUser = huaweicloud.Credentials{User: "quell", Password: "fake-password-for-tests", Domain: "acme"}

const fakeToken = "fake-project-token-for-tests"

func vendor(credentials huaweicloud.Credentials, login func(http.ResponseWriter, *http.Request) bool) vendortest.HTTP {
	return vendortest.HTTP{
		Connect: func(url string, opts integrations.ClientOptions) (vendortest.Calls, error) {
			client, err := taurusdb.New(taurusdb.Config{
				Endpoint: url, IAMEndpoint: url, ProjectID: project, InstanceID: instance, Credentials: credentials,
			}, integrations.NewClient(opts), time.Now)
			if err != nil {
				return vendortest.Calls{}, err
			}
			return vendortest.Calls{
				Read: func(ctx context.Context) error {
					_, err := client.Proxies(ctx)
					return err
				},
				Write: func(ctx context.Context) error {
					_, err := client.Restart(ctx, thing())
					return err
				},
			}, nil
		},
		Secrets: []string{"fake-secret-key-for-tests", "fake-security-token-for-tests", "fake-password-for-tests", fakeToken},
		Refusal: func(_ int, message string) string {
			return fmt.Sprintf(`{"error_code":"DBS.000000","error_msg":%q}`, message)
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
