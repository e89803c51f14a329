package jp1ao_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"quell/integrations"
	"quell/integrations/jp1ao"
	"quell/integrations/vendortest"
)

func TestManners(t *testing.T) {
	t.Run("password", func(t *testing.T) { vendortest.RunHTTP(t, vendor("")) })
	t.Run("token", func(t *testing.T) { vendortest.RunHTTP(t, vendor(token)) })
}

// vendor plays a server whose template brings that token, or none.
func vendor(brings string) vendortest.HTTP {
	return vendortest.HTTP{
		Connect: func(url string, opts integrations.ClientOptions) (vendortest.Calls, error) {
			client, err := jp1ao.New(jp1ao.Config{Endpoint: url, User: "quell", Password: password}, integrations.NewClient(opts), time.Now)
			if err != nil {
				return vendortest.Calls{}, err
			}
			return vendortest.Calls{
				Read: func(ctx context.Context) error {
					_, err := client.Tasks(ctx)
					return err
				},
				Write: func(ctx context.Context) error {
					_, err := client.Stop(ctx, thing())
					return err
				},
			}, nil
		},
		Secrets: []string{password, token, base64.StdEncoding.EncodeToString([]byte("quell:" + password))},
		Refusal: func(_ int, message string) string {
			return fmt.Sprintf(`{"errorSource":"","message":%q,"messageID":"KNAE00000-E","application":"Automation","messageData":""}`, message)
		},
		ReadsLogIn: true,
		Kinds:      map[int]integrations.Kind{409: integrations.Unsupported},
		Login: func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasSuffix(r.URL.Path, "/actions/forceStop") {
				return false
			}
			if brings != "" {
				w.Header().Set("WWW-Authenticate", "HSSO "+brings)
			}
			_, _ = w.Write([]byte(template))
			return true
		},
	}
}
